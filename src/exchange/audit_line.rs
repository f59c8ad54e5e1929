//! The audit line of a post: one JSON object (docs/metrics.md). Written member by member rather than by `serde`, since
//! every post has one and most of it are fixed words.

use std::io::Write;

use crate::scoring::{CheckId, Verdict};
use crate::template::quote;

/// Bytes that hold most audit lines, so that one isn't moved while it grows.
const TYPICAL_LINE: usize = 2048;

/// The line while it is being written.
pub(super) struct AuditLine(Vec<u8>);

impl AuditLine {
    /// Starts a line.
    pub(super) fn new() -> Self {
        Self(Vec::with_capacity(TYPICAL_LINE))
    }

    /// Adds all that a verdict says, but for the decision.
    pub(super) fn verdict(&mut self, verdict: &Verdict) {
        self.number("score", verdict.score.into());
        self.number("identity_score", verdict.identity.score.into());
        if let Some(address) = &verdict.address {
            self.number("address_score", address.score.into());
        }
        self.words("failed_checks", verdict.failed().map(CheckId::as_str));
        self.words("skipped_checks", verdict.skipped().map(CheckId::as_str));
        self.texts("rules", verdict.rule_names());
        // Of the rules that only count, those whose condition holds.
        self.texts_if("rules_counted", verdict.counted_rule_names());
        self.words("reasons", verdict.reasons.iter().map(|reason| reason.as_str()));
        self.texts_if("failed_rules", verdict.failed_rules());
        self.checks(verdict);
        // Fields on which the document's sources disagree.
        if !verdict.disagreements.is_empty() {
            self.words("disagreements", verdict.disagreements.iter().map(|disagreement| disagreement.field));
        }
        self.text("settings_revision", &verdict.revision);
    }

    /// Writes the name, the outcome, the points lost and the reason code of each check.
    fn checks(&mut self, verdict: &Verdict) {
        self.list("checks", verdict.checks.iter(), |line, made| {
            line.push("[\"");
            for part in [made.check.as_str(), "\",\"", made.outcome.as_str(), "\","] {
                line.push(part);
            }
            line.digits(made.points.into());
            for part in [",\"", made.code.as_str(), "\"]"] {
                line.push(part);
            }
        });
    }

    /// Adds a text.
    pub(super) fn text(&mut self, name: &str, value: &str) {
        self.name(name);
        quote(value, &mut self.0);
    }

    /// Adds a text, if there is one.
    pub(super) fn text_if(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.text(name, value);
        }
    }

    /// Adds one of the gate's own words, in which nothing has to be escaped, if there is one.
    pub(super) fn word_if(&mut self, name: &str, value: Option<&'static str>) {
        if let Some(value) = value {
            self.name(name);
            self.word(value);
        }
    }

    /// Adds a number.
    pub(super) fn number(&mut self, name: &str, value: u64) {
        self.name(name);
        self.digits(value);
    }

    fn words(&mut self, name: &str, values: impl Iterator<Item = &'static str>) {
        self.list(name, values, |line, word| line.word(word));
    }

    fn texts<'t>(&mut self, name: &str, values: impl Iterator<Item = &'t str>) {
        self.list(name, values, |line, text| quote(text, &mut line.0));
    }

    fn texts_if<'t>(&mut self, name: &str, values: impl Iterator<Item = &'t str>) {
        let mut values = values.peekable();
        if values.peek().is_some() {
            self.texts(name, values);
        }
    }

    fn list<T>(&mut self, name: &str, values: impl Iterator<Item = T>, mut write: impl FnMut(&mut Self, T)) {
        self.name(name);
        self.push("[");
        for (at, value) in values.enumerate() {
            if at > 0 {
                self.push(",");
            }
            write(self, value);
        }
        self.push("]");
    }

    fn name(&mut self, name: &str) {
        self.push(if self.0.is_empty() { "{\"" } else { ",\"" });
        self.push(name);
        self.push("\":");
    }

    fn word(&mut self, word: &'static str) {
        self.push("\"");
        self.push(word);
        self.push("\"");
    }

    fn digits(&mut self, number: u64) {
        match u8::try_from(number) {
            // Nearly all numbers are the points of passed checks.
            Ok(digit @ 0..=9) => self.0.push(b'0' + digit),
            // Writing to a vector can't fail.
            _ => drop(write!(self.0, "{number}")),
        }
    }

    fn push(&mut self, text: &str) {
        self.0.extend_from_slice(text.as_bytes());
    }

    /// Returns the whole line.
    pub(super) fn end(mut self) -> String {
        self.push("}");
        // All of it came from texts.
        String::from_utf8(self.0).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Action;
    use crate::crypto::UnreadableCause;
    use crate::exchange::refusal::ErrorCode;
    use crate::scoring::{CheckCode, CheckOutcome, Reason};

    /// Words are written as they are.
    #[test]
    fn no_word_has_to_be_escaped() {
        let words = [
            ErrorCode::ALL.map(ErrorCode::as_str).to_vec(),
            UnreadableCause::ALL.iter().map(|cause| cause.as_str()).collect(),
            Action::ALL.map(Action::as_str).to_vec(),
            CheckId::all().map(CheckId::as_str).collect(),
            CheckOutcome::ALL.map(CheckOutcome::as_str).to_vec(),
            CheckCode::ALL.map(CheckCode::as_str).to_vec(),
            Reason::ALL.map(Reason::as_str).to_vec(),
        ];
        for word in words.concat() {
            let mut quoted = Vec::new();
            quote(word, &mut quoted);
            assert_eq!(String::from_utf8(quoted).unwrap(), format!("\"{word}\""));
        }
    }

    #[test]
    fn numbers_are_decimal() {
        for number in [0, 9, 10, 100, 255, 256, u64::MAX] {
            let mut line = AuditLine::new();
            line.digits(number);
            assert_eq!(String::from_utf8(line.0).unwrap(), number.to_string());
        }
    }
}
