//! The result of scoring.

use super::agreement::Disagreement;
use super::check::{CheckId, CheckOutcome};
use super::code::CheckCode;

/// The decision, from best to worst: `max` of two is the worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Decision {
    /// The post is good.
    Accept,
    /// A person should look at the post.
    Review,
    /// The post is refused.
    Reject,
}

impl Decision {
    /// Returns `accept`, `review` or `reject`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Review => "review",
            Self::Reject => "reject",
        }
    }
}

/// Rebilly's rejection reason types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the words are Rebilly's; `docs/scoring.md` says what gives each")]
pub enum Reason {
    DocumentUnreadable,
    DocumentExpired,
    DocumentWasValidButExpired,
    DocumentInvalid,
    DocumentNotMatching,
    DocumentDuplicate,
    DocumentNotOpen,
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
    /// All of them.
    pub const ALL: [Self; 19] = [
        Self::DocumentUnreadable,
        Self::DocumentExpired,
        Self::DocumentWasValidButExpired,
        Self::DocumentInvalid,
        Self::DocumentNotMatching,
        Self::DocumentDuplicate,
        Self::DocumentNotOpen,
        Self::UnderagePerson,
        Self::ThirdPartyOrMismatch,
        Self::ExpirationDateMissing,
        Self::IssueDateMissing,
        Self::SubtypeMissing,
        Self::DobMismatch,
        Self::NameMismatch,
        Self::NameAndDobMismatch,
        Self::CriticalInfoMissing,
        Self::OldAddressOnId,
        Self::TamperedDocument,
        Self::Other,
    ];

    /// Returns Rebilly's spelling.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DocumentUnreadable => "document-unreadable",
            Self::DocumentExpired => "document-expired",
            Self::DocumentWasValidButExpired => "document-was-valid-but-expired",
            Self::DocumentInvalid => "document-invalid",
            Self::DocumentNotMatching => "document-not-matching",
            Self::DocumentDuplicate => "document-duplicate",
            Self::DocumentNotOpen => "document-not-open",
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

/// A check that was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckResult {
    /// The check.
    pub check: CheckId,
    /// How it ended.
    pub outcome: CheckOutcome,
    /// Points that it cost: its weight when it failed, else 0. They may add up to more than there were to lose.
    pub points: u8,
    /// The reason.
    pub code: CheckCode,
}

/// A rule that fired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FiredRule {
    /// The rule's name.
    pub name: String,
    /// What it asks for; a review when it could not be evaluated.
    pub then: Decision,
    /// The reason it gives; none when it could not be evaluated.
    pub reason: Option<Reason>,
    /// [`CheckCode::RuleFired`], or [`CheckCode::RuleFailed`] when it could not be evaluated.
    pub code: CheckCode,
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
    pub checks: Vec<CheckResult>,
    /// Fields of the identity document on which its sources disagree, whether or not a check looks at them.
    pub disagreements: Vec<Disagreement>,
    /// The rules that fired, in the order of the configuration.
    pub rules: Vec<FiredRule>,
    /// Distinct reasons, sorted as declared.
    pub reasons: Vec<Reason>,
    /// The settings it was judged by.
    pub revision: String,
}

impl Verdict {
    /// Returns the failed checks.
    pub fn failed(&self) -> impl Iterator<Item = CheckId> {
        self.with(CheckOutcome::Fail)
    }
    /// Returns the checks that had no evidence.
    pub fn skipped(&self) -> impl Iterator<Item = CheckId> {
        self.with(CheckOutcome::Skip)
    }
    fn with(&self, outcome: CheckOutcome) -> impl Iterator<Item = CheckId> {
        self.checks.iter().filter(move |made| made.outcome == outcome).map(|made| made.check)
    }
    /// Returns the names of the rules that fired.
    pub fn rule_names(&self) -> impl Iterator<Item = &str> {
        self.rules.iter().map(|rule| rule.name.as_str())
    }
    /// Returns the names of those among them that could not be evaluated.
    pub fn failed_rules(&self) -> impl Iterator<Item = &str> {
        self.rules.iter().filter(|rule| rule.code == CheckCode::RuleFailed).map(|rule| rule.name.as_str())
    }
}
