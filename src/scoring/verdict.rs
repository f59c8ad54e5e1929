//! The result of scoring.

use std::collections::BTreeSet;

use crate::payload::v3::UnreadableFact;
use crate::words::words;

use super::check::{CheckId, CheckOutcome};
use super::code::CheckCode;
use super::compared_field::Disagreement;

words! {
    /// The decision, from best to worst: `max` of two is the worse.
    pub enum Decision {
        /// The post is good.
        Accept = "accept",
        /// A person should look at the post.
        Review = "review",
        /// The post is refused.
        Reject = "reject",
    }
}

words! {
    /// Rebilly's rejection reason types.
    #[allow(missing_docs, reason = "the words are Rebilly's; `docs/scoring.md` says what gives each")]
    pub enum Reason {
        DocumentUnreadable = "document-unreadable",
        DocumentExpired = "document-expired",
        DocumentWasValidButExpired = "document-was-valid-but-expired",
        DocumentInvalid = "document-invalid",
        DocumentNotMatching = "document-not-matching",
        DocumentDuplicate = "document-duplicate",
        DocumentNotOpen = "document-not-open",
        UnderagePerson = "underage-person",
        ThirdPartyOrMismatch = "third-party-or-mismatch",
        ExpirationDateMissing = "expiration-date-missing",
        IssueDateMissing = "issue-date-missing",
        SubtypeMissing = "subtype-missing",
        DobMismatch = "dob-mismatch",
        NameMismatch = "name-mismatch",
        NameAndDobMismatch = "name-and-dob-mismatch",
        CriticalInfoMissing = "critical-info-missing",
        OldAddressOnId = "old-address-on-id",
        TamperedDocument = "tampered-document",
        Other = "other",
    }
}

/// One proof's outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

/// A rule that only counts and would have fired, or could not be evaluated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedRule {
    /// The rule's name.
    pub name: String,
    /// Whether it could not be evaluated. Such a rule counts as failed and does nothing.
    pub failed: bool,
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
    /// Facts that are there but can't be read, in either document.
    pub unreadable: BTreeSet<UnreadableFact>,
    /// The rules that fired, in the order of the configuration.
    pub rules: Vec<FiredRule>,
    /// The rules that only count, in the order of the configuration.
    pub counted_rules: Vec<CountedRule>,
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
    /// Returns the names of the rules that only count and whose condition holds.
    pub fn counted_rule_names(&self) -> impl Iterator<Item = &str> {
        self.counted_rules.iter().filter(|rule| !rule.failed).map(|rule| rule.name.as_str())
    }
    /// Returns the names of the rules, counting ones included, that could not be evaluated.
    pub fn failed_rules(&self) -> impl Iterator<Item = &str> {
        let fired = self.rules.iter().filter(|rule| rule.code == CheckCode::RuleFailed).map(|rule| rule.name.as_str());
        fired.chain(self.counted_rules.iter().filter(|rule| rule.failed).map(|rule| rule.name.as_str()))
    }
}
