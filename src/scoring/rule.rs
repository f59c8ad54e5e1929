//! Rules that decide beside the score (`docs/rules.md`).

use crate::payload::v3::Status;
use crate::words::words;

use super::cel::{Expression, Unevaluated, Variables};
use super::code::CheckCode;
use super::compared_field::ComparedField;
use super::verdict::{CountedRule, Decision, FiredRule, Reason};
use super::{age, expiry, face};

words! {
    /// What a rule asks for when it fires.
    pub enum RuleAction {
        /// Lifts a review that comes from the score.
        Accept = "accept",
        /// A review at least.
        Review = "review",
        /// A reject.
        Reject = "reject",
        /// Nothing: the rule is counted and listed in the audit line.
        Count = "count",
    }
}

impl RuleAction {
    /// Returns what a rule asks for when it fires, or, where it could not be evaluated (`failed`), fires for that:
    /// reject if that is what it asks for, and else review. `None` for one that only counts.
    #[must_use]
    pub fn decision(self, failed: bool) -> Option<Decision> {
        match self {
            Self::Count => None,
            Self::Reject => Some(Decision::Reject),
            Self::Accept if !failed => Some(Decision::Accept),
            Self::Accept | Self::Review => Some(Decision::Review),
        }
    }
}

/// When a rule fires.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// Date of expiry before today, or an `expired` signal in `error_list`.
    ExpiredDocument,
    /// A liveness score of 0.
    LivenessSpoof,
    /// A known date of birth and an age below the limit; a birth after today counts as below.
    Underage,
    /// The sources of the identity document, the value that counts included, disagree on the date of birth or of
    /// expiry.
    SourcesDisagree,
    /// `overall_document_status` is `ERROR`.
    DocumentStatusError,
    /// What an operator wrote.
    Expression(Box<Expression>),
}

/// A rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// `[a-z0-9-]`, 1 to 64 characters; a metric and a header carry it.
    pub name: String,
    /// When it fires.
    pub when: Condition,
    /// What it asks for then.
    pub then: RuleAction,
    /// The rejection reason it gives.
    pub reason: Option<Reason>,
}

/// What a rule has to say on a post.
pub(super) enum RuleOutcome {
    Fired(FiredRule),
    Counted(CountedRule),
}

impl Rule {
    /// Returns the shipped rules. A rule of the configuration with the name of one takes its place.
    #[must_use]
    pub fn shipped() -> Vec<Self> {
        use RuleAction::{Reject, Review};
        let rule = |name: &str, when, then, reason| Self { name: name.to_owned(), when, then, reason: Some(reason) };
        vec![
            rule("expired-document", Condition::ExpiredDocument, Reject, Reason::DocumentExpired),
            rule("liveness-spoof", Condition::LivenessSpoof, Reject, Reason::ThirdPartyOrMismatch),
            rule("underage", Condition::Underage, Reject, Reason::UnderagePerson),
            rule("document-status-error", Condition::DocumentStatusError, Review, Reason::DocumentInvalid),
            rule("sources-disagree", Condition::SourcesDisagree, Review, Reason::DocumentInvalid),
        ]
    }

    /// Evaluates the rule; `None` where it doesn't fire. One that can't be evaluated fires: it rejects if that is what
    /// it asks for, and else asks for a review.
    #[must_use]
    pub(super) fn apply(&self, variables: &Variables<'_>) -> Option<RuleOutcome> {
        let failed = match self.when.holds(variables) {
            Ok(false) => return None,
            Ok(true) => false,
            Err(Unevaluated) => true,
        };
        let name = self.name.clone();
        let Some(then) = self.then.decision(failed) else {
            return Some(RuleOutcome::Counted(CountedRule { name, failed }));
        };
        let (reason, code) = if failed { (None, CheckCode::RuleFailed) } else { (self.reason, CheckCode::RuleFired) };
        Some(RuleOutcome::Fired(FiredRule { name, then, reason, code }))
    }
}

impl From<Decision> for RuleAction {
    fn from(decision: Decision) -> Self {
        match decision {
            Decision::Accept => Self::Accept,
            Decision::Review => Self::Review,
            Decision::Reject => Self::Reject,
        }
    }
}

impl Condition {
    fn holds(&self, variables: &Variables<'_>) -> Result<bool, Unevaluated> {
        let case = variables.case;
        Ok(match self {
            Self::ExpiredDocument => expiry::expired(case, variables.identity),
            Self::LivenessSpoof => face::spoofed(&case.kyc),
            Self::Underage => age::is_underage(case, variables.identity),
            Self::SourcesDisagree => {
                let dates = [ComparedField::DateOfBirth, ComparedField::DateOfExpiry];
                dates.into_iter().any(|date| variables.identity.agreement(date) == Some(false))
            }
            Self::DocumentStatusError => {
                let status = case.kyc.identity().overall_status();
                status.is_some_and(|status| status.status() == Status::Error)
            }
            Self::Expression(expression) => return expression.evaluate(variables),
        })
    }
}
