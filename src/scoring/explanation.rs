//! A verdict step by step, for people and for other systems.

use serde::Serialize;

use super::compared_field::Disagreement;
use super::verdict::{CheckResult, FiredRule, Verdict};

/// One step: a check that was made, a disagreement between sources, or a rule that fired. Serializes to a JSON object.
#[derive(Serialize)]
#[serde(untagged)]
pub enum Step {
    /// A check.
    Check {
        /// Its name, as in the failed checks.
        check: String,
        /// `pass`, `fail` or `skip`.
        outcome: &'static str,
        /// Points that it cost.
        points: u8,
        /// Why, from the closed set of [`super::CheckCode`].
        code: &'static str,
    },
    /// A field on which the document's sources disagree.
    Disagreement {
        /// The field.
        disagreement: &'static str,
        /// Letters of the sources that carry it.
        sources: Vec<char>,
    },
    /// A rule.
    Rule {
        /// Its name.
        rule: String,
        /// What it asks for: `accept`, `review` or `reject`.
        outcome: &'static str,
        /// Whether it fired or failed.
        code: &'static str,
        /// The Rebilly rejection type that it gives.
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<&'static str>,
    },
}

impl Verdict {
    /// Returns every check, every disagreement between sources and every rule that fired, in the order of the tables
    /// and of the configuration.
    #[must_use]
    pub fn steps(&self) -> Vec<Step> {
        let checks = self.checks.iter().map(Step::of_check);
        let disagreements = self.disagreements.iter().map(Step::of_disagreement);
        checks.chain(disagreements).chain(self.rules.iter().map(Step::of_rule)).collect()
    }

    /// Returns the steps as a JSON array.
    #[must_use]
    pub fn explanation(&self) -> String {
        serde_json::to_string(&self.steps()).unwrap_or_default()
    }
}

impl Step {
    fn of_check(made: &CheckResult) -> Self {
        let CheckResult { check, outcome, points, code } = made;
        Self::Check { check: check.to_string(), outcome: outcome.as_str(), points: *points, code: code.as_str() }
    }

    fn of_disagreement(found: &Disagreement) -> Self {
        Self::Disagreement { disagreement: found.field, sources: found.sources.clone() }
    }

    fn of_rule(fired: &FiredRule) -> Self {
        Self::Rule {
            rule: fired.name.clone(),
            outcome: fired.then.as_str(),
            code: fired.code.as_str(),
            reason: fired.reason.map(super::Reason::as_str),
        }
    }
}
