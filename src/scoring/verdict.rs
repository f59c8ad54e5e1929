//! What scoring found, and how it explains itself.

use super::check::{CheckId, Outcome};

/// The decision, from best to worst: `max` of two is the worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum Decision {
    Accept,
    Review,
    Reject,
}

impl Decision {
    /// `accept`, `review` or `reject`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Review => "review",
            Self::Reject => "reject",
        }
    }
}

/// Rebilly's rejection reason types that the gate can give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Reason {
    DocumentUnreadable,
    DocumentExpired,
    DocumentInvalid,
    DocumentNotMatching,
    UnderagePerson,
    ThirdPartyOrMismatch,
    ExpirationDateMissing,
    IssueDateMissing,
    SubtypeMissing,
    DobMismatch,
    NameMismatch,
    NameAndDobMismatch,
    CriticalInfoMissing,
    OldAddressOnId,
    TamperedDocument,
    Other,
}

impl Reason {
    /// Rebilly's spelling.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DocumentUnreadable => "document-unreadable",
            Self::DocumentExpired => "document-expired",
            Self::DocumentInvalid => "document-invalid",
            Self::DocumentNotMatching => "document-not-matching",
            Self::UnderagePerson => "underage-person",
            Self::ThirdPartyOrMismatch => "third-party-or-mismatch",
            Self::ExpirationDateMissing => "expiration-date-missing",
            Self::IssueDateMissing => "issue-date-missing",
            Self::SubtypeMissing => "subtype-missing",
            Self::DobMismatch => "dob-mismatch",
            Self::NameMismatch => "name-mismatch",
            Self::NameAndDobMismatch => "name-and-dob-mismatch",
            Self::CriticalInfoMissing => "critical-info-missing",
            Self::OldAddressOnId => "old-address-on-id",
            Self::TamperedDocument => "tampered-document",
            Self::Other => "other",
        }
    }
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One proof's outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofVerdict {
    /// 0 to 100.
    pub score: u8,
    /// By the proof's thresholds alone.
    pub decision: Decision,
}

/// The whole outcome. Holds no identity data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Worst of identity, address and rules.
    pub decision: Decision,
    /// The lowest score of the proofs.
    pub score: u8,
    /// The identity proof.
    pub identity: ProofVerdict,
    /// The address proof, when scored.
    pub address: Option<ProofVerdict>,
    /// Every check that was made, in the order of the tables, identity first.
    pub checks: Vec<(CheckId, Outcome)>,
    /// Names of the rules that fired, in the order of the configuration.
    pub rules: Vec<String>,
    /// Distinct reasons, sorted as declared.
    pub reasons: Vec<Reason>,
    /// The settings it was judged by.
    pub revision: String,
}

impl Verdict {
    /// The failed checks.
    pub fn failed(&self) -> impl Iterator<Item = CheckId> {
        self.with(Outcome::Fail)
    }
    /// The checks that had no evidence.
    pub fn skipped(&self) -> impl Iterator<Item = CheckId> {
        self.with(Outcome::Skip)
    }
    fn with(&self, outcome: Outcome) -> impl Iterator<Item = CheckId> {
        self.checks.iter().filter(move |(_, found)| *found == outcome).map(|(check, _)| *check)
    }
}
