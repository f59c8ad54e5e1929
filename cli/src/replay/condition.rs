//! `--fail-if`: conditions on a replay, for pipelines.
//!
//! ```text
//! condition = what ( ">" | ">=" | "<" | "<=" ) number [ "%" ]
//! what      = "accept" | "review" | "reject" | "error" | "unknown"    posts as proposed
//!           | state "->" state                                       posts that go from one state to another
//!           | "flips" | "ineligible"
//! number    = [ "+" | "-" ] digits [ "." digits ]
//! ```
//!
//! A number with a sign is the difference between proposed and in force, one without is what is proposed. With `%` it
//! is a share of the posts that were scored (of those read for `ineligible`); a difference is in percentage points.

use std::str::FromStr;

use super::pattern::State;
use super::summary::Summary;

/// A condition.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    text: String,
    what: What,
    comparison: Comparison,
    limit: f64,
    is_difference: bool,
    is_share: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    State(State),
    Transition(State, State),
    Flips,
    Ineligible,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Above,
    AtLeast,
    Below,
    AtMost,
}

/// A condition with what was found.
#[derive(Debug, Clone)]
pub struct Judgement {
    /// The condition as it was written.
    pub condition: String,
    /// What was found, in the condition's own terms.
    pub found: String,
    /// Whether the condition holds, so that the command fails.
    pub holds: bool,
}

const EXPECTED: &str = "must be like 'reject>+0.5%', 'review>=12%', 'accept->reject>0', 'flips>1%' or 'unknown>0'";

impl FromStr for Condition {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let compact: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
        let (what, rest) = what(&compact).ok_or(EXPECTED)?;
        let comparisons = [
            (">=", Comparison::AtLeast),
            ("<=", Comparison::AtMost),
            (">", Comparison::Above),
            ("<", Comparison::Below),
        ];
        let compared = comparisons.into_iter().find_map(|(sign, found)| Some((found, rest.strip_prefix(sign)?)));
        let (comparison, number) = compared.ok_or(EXPECTED)?;
        let (number, is_share) = number.strip_suffix('%').map_or((number, false), |number| (number, true));
        let is_difference = number.starts_with(['+', '-']);
        let is_number =
            number.trim_start_matches(['+', '-']).bytes().all(|digit| digit.is_ascii_digit() || digit == b'.');
        let limit: f64 = number.parse().ok().filter(|_| is_number).ok_or(EXPECTED)?;
        if is_difference && !matches!(what, What::State(_)) {
            return Err("a difference (a number with a sign) can only be of accept, review, reject or error");
        }
        Ok(Self { text: text.to_owned(), what, comparison, limit, is_difference, is_share })
    }
}

fn what(text: &str) -> Option<(What, &str)> {
    if let Some(rest) = text.strip_prefix("flips") {
        return Some((What::Flips, rest));
    }
    if let Some(rest) = text.strip_prefix("ineligible") {
        return Some((What::Ineligible, rest));
    }
    let (from, rest) = state(text)?;
    match rest.strip_prefix("->") {
        Some(rest) => state(rest).map(|(to, rest)| (What::Transition(from, to), rest)),
        None => Some((What::State(from), rest)),
    }
}

fn state(text: &str) -> Option<(State, &str)> {
    State::ALL.into_iter().find_map(|state| Some((state, text.strip_prefix(state.as_str())?)))
}

impl std::fmt::Display for Condition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

impl Condition {
    /// Holds the condition against what was found.
    #[must_use]
    pub fn judge(&self, summary: &Summary) -> Judgement {
        let base = if self.what == What::Ineligible { summary.read } else { summary.posts };
        let scale = |count: u64| {
            if self.is_share { percent(count, base) } else { number(count) }
        };
        let found = match self.what {
            What::State(state) if self.is_difference => scale(summary.proposed(state)) - scale(summary.in_force(state)),
            What::State(state) => scale(summary.proposed(state)),
            What::Transition(from, to) => scale(summary.transition(from, to)),
            What::Flips => scale(summary.flips),
            What::Ineligible => scale(summary.ineligible),
        };
        // What is a hundredth of a percent on paper is not, in binary.
        let distance = found - self.limit;
        let is_equal = distance.abs() < 1e-9;
        let holds = match self.comparison {
            Comparison::Above => !is_equal && distance > 0.0,
            Comparison::AtLeast => is_equal || distance > 0.0,
            Comparison::Below => !is_equal && distance < 0.0,
            Comparison::AtMost => is_equal || distance < 0.0,
        };
        Judgement { condition: self.text.clone(), found: self.written(found), holds }
    }

    fn written(&self, found: f64) -> String {
        let sign = if self.is_difference && found >= 0.0 { "+" } else { "" };
        if self.is_share { format!("{sign}{found:.2}%") } else { format!("{sign}{found:.0}") }
    }
}

/// Returns a share in percent.
#[must_use]
pub fn percent(count: u64, of: u64) -> f64 {
    if of == 0 { 0.0 } else { number(count) * 100.0 / number(of) }
}

/// Returns a count as a number with a fraction; beyond 2^53 it is rounded.
#[allow(clippy::cast_precision_loss, reason = "counts of posts are far smaller")]
#[must_use]
pub fn number(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn holds(text: &str, transitions: &[(State, State, u64)]) -> bool {
        let transitions: BTreeMap<_, _> = transitions.iter().map(|(from, to, count)| ((*from, *to), *count)).collect();
        let summary = Summary { read: 1000, ineligible: 100, ..Summary::of_transitions(transitions) };
        text.parse::<Condition>().unwrap().judge(&summary).holds
    }

    #[test]
    fn conditions_hold_by_the_book() {
        use State::{Accept, Reject, Review, Unknown};
        let posts = [(Accept, Accept, 890), (Accept, Reject, 5), (Review, Review, 95), (Reject, Unknown, 10)];
        for (text, expected) in [
            ("reject>+0.5%", false),
            ("reject>=-0.5%", true),
            ("reject<+0", true),
            ("reject > 0.4%", true),
            ("reject>0.5%", false),
            ("reject>=0.5%", true),
            ("review>9%", true),
            ("accept->reject>4", true),
            ("accept->reject>5", false),
            ("accept->reject>=0.5%", true),
            ("flips>0.5%", false),
            ("flips<=5", true),
            ("unknown>0", true),
            ("unknown>1%", false),
            ("ineligible>=10%", true),
            ("ineligible>100", false),
            ("accept<-0.4%", true),
        ] {
            assert_eq!(holds(text, &posts), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_condition_is_refused() {
        for text in [
            "",
            "reject",
            "reject>",
            "reject>x",
            "rejects>1",
            "flips>+1%",
            "accept->reject>-1",
            ">1",
            "reject=1",
            "reject>1%%",
            "reject>1e3",
            "reject>inf",
            "reject>nan",
            "accept->>1",
            "reject>+-1",
        ] {
            assert!(text.parse::<Condition>().is_err(), "{text}");
        }
    }
}
