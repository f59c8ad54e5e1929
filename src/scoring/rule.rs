//! Hard rules beside the score (gate.md 5.5).

use crate::payload::date;
use crate::payload::field::Field;

use super::finding::Finding;
use super::judge::Case;
use super::verdict::{Decision, Reason};
use super::{age, face, signal};

/// When a rule fires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// Date of expiry before today, or an `expired` signal in `error_list`.
    ExpiredDocument,
    /// A liveness score of 0.
    LivenessSpoof,
    /// A known date of birth and an age below the limit; a birth after today counts as below.
    Underage,
    /// `overall_document_status` is `ERROR`.
    DocumentStatusError,
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// `[a-z0-9-]`, 1 to 64 characters; a metric and a header carry it.
    pub name: String,
    /// When it fires.
    pub when: Condition,
    /// What it decides then.
    pub then: Decision,
    /// The rejection reason it gives.
    pub reason: Option<Reason>,
}

impl Rule {
    /// The rules in force when `rules` is absent.
    #[must_use]
    pub fn shipped() -> Vec<Self> {
        let rule = |name: &str, when, then, reason| Self { name: name.to_owned(), when, then, reason: Some(reason) };
        vec![
            rule("expired-document", Condition::ExpiredDocument, Decision::Reject, Reason::DocumentExpired),
            rule("liveness-spoof", Condition::LivenessSpoof, Decision::Reject, Reason::ThirdPartyOrMismatch),
            rule("underage", Condition::Underage, Decision::Reject, Reason::UnderagePerson),
            rule("document-status-error", Condition::DocumentStatusError, Decision::Review, Reason::DocumentInvalid),
        ]
    }
}

impl Condition {
    /// Whether it is so in this case.
    #[must_use]
    pub fn holds(self, case: &Case<'_>) -> bool {
        match self {
            Self::ExpiredDocument => is_expired(case),
            Self::LivenessSpoof => face::spoofed(&case.kyc),
            Self::Underage => age::reached(case) == Finding::Fail,
            Self::DocumentStatusError => case
                .kyc
                .identity()
                .overall_status()
                .and_then(|status| status.as_str())
                .is_some_and(|status| status.trim().eq_ignore_ascii_case("ERROR")),
        }
    }
}

/// A document is valid to the end of its last day.
fn is_expired(case: &Case<'_>) -> bool {
    let proof = case.kyc.identity();
    let expiry = proof.field(Field::DateOfExpiry).and_then(|expiry| date::parse(&expiry, case.evidence.date_order));
    expiry.is_some_and(|expiry| expiry < case.today) || signal::in_errors(&proof, &case.evidence.signals.expired)
}
