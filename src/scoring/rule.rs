//! Hard rules beside the score (gate.md 5.5).

use super::verdict::{Decision, Reason};

/// When a rule fires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// Date of expiry before today, or an `expired` signal in `error_list`.
    ExpiredDocument,
    /// A liveness score of 0.
    LivenessSpoof,
    /// A known date of birth and an age below the limit.
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
        todo!()
    }
}
