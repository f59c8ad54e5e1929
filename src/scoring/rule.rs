//! Rules that decide beside the score (`docs/rules.md`).

use crate::payload::v3::Status;

use super::cel::{Expression, Unevaluated, Variables};
use super::code::CheckCode;
use super::compared_field::ComparedField;
use super::verdict::{Decision, FiredRule, Reason};
use super::{age, expiry, face};

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
            rule("sources-disagree", Condition::SourcesDisagree, Decision::Review, Reason::DocumentInvalid),
        ]
    }
}

impl Rule {
    /// What the rule has to say on a case. One that can't be evaluated asks for a review.
    #[must_use]
    pub(super) fn apply(&self, variables: &Variables<'_>) -> Option<FiredRule> {
        let (then, reason, code) = match self.when.holds(variables) {
            Ok(false) => return None,
            Ok(true) => (self.then, self.reason, CheckCode::RuleFired),
            Err(Unevaluated) => (Decision::Review, None, CheckCode::RuleFailed),
        };
        Some(FiredRule { name: self.name.clone(), then, reason, code })
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
