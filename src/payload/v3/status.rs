//! Statuses: the scanner's numbers, and REL-ID's words for them.

use std::borrow::Cow;

use super::super::document::Value;
use super::super::fact::Fact;
use super::super::node::Kind;
use super::scalar;

/// The status of a check of the scanner's. Regula numbers them from 0; REL-ID adds words of its own (`WARNING`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// 0 or `ERROR`: made, and wrong. Any number beyond the scanner's as well.
    Error,
    /// 1 or `OK`: made, and right.
    Ok,
    /// 2 or `NOT DONE`.
    NotDone,
    /// Any other word.
    Other,
}

impl Status {
    /// Reads a status: a number, its text, or a word. Words are compared without case, with `_` and repeated spaces
    /// as one space.
    pub(super) fn of(value: Value<'_>) -> Fact<Self> {
        scalar::text(value).map(|text| Self::parse(&text))
    }

    fn parse(text: &str) -> Self {
        let text = text.trim();
        if scalar::is_number(text) {
            return match text.parse() {
                Ok(1.0) => Self::Ok,
                Ok(2.0) => Self::NotDone,
                _ => Self::Error,
            };
        }
        let known = [(Self::Ok, "OK"), (Self::Error, "ERROR"), (Self::NotDone, "NOT DONE")];
        let plain = known.iter().find(|(_, known)| text.eq_ignore_ascii_case(known));
        plain.or_else(|| known.iter().find(|(_, known)| says(text, known))).map_or(Self::Other, |(status, _)| *status)
    }
}

/// Bytes of the longest status that is compared as words. No word for a status is nearly as long.
const LONGEST: usize = 128;

/// Returns the words of a status; what is too long to be one is a single word.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let is_space = |c: char| text.len() <= LONGEST && (c == '_' || c.is_whitespace());
    text.split(is_space).filter(|word| !word.is_empty())
}

/// Returns whether a status, without white space around it, is what is `known`, words in upper case.
fn says(text: &str, known: &str) -> bool {
    if text.len() == known.len() && text.is_ascii() && !text.contains('_') {
        return text.eq_ignore_ascii_case(known);
    }
    let is = |word: &str, known: &str| word.chars().flat_map(char::to_uppercase).eq(known.chars());
    let mut words = words(text);
    known.split(' ').all(|known| words.next().is_some_and(|word| is(word, known))) && words.next().is_none()
}

/// `overall_document_status`.
pub struct OverallStatus<'d> {
    text: Cow<'d, str>,
    is_text: bool,
}

impl<'d> OverallStatus<'d> {
    pub(super) fn of(value: Value<'d>) -> Option<Self> {
        let is_text = value.kind() == Kind::String;
        scalar::text(value).readable().map(|text| Self { text, is_text })
    }

    /// Returns what it means.
    #[must_use]
    pub fn status(&self) -> Status {
        Status::parse(&self.text)
    }

    /// Returns the word for it, in upper case: that of a number, or the one that was sent.
    #[must_use]
    pub fn word(&self) -> Cow<'_, str> {
        match self.status() {
            Status::Error => "ERROR".into(),
            Status::Ok => "OK".into(),
            Status::NotDone => "NOT DONE".into(),
            Status::Other => in_capitals(self.text.trim()),
        }
    }

    /// Returns the text that was sent, without white space around it, or the word for a JSON number.
    #[must_use]
    pub fn as_sent(&self) -> Cow<'_, str> {
        if self.is_text { self.text.trim().into() } else { self.word() }
    }
}

/// Returns a status in upper case, with one space between its words. What is too long to be one stays as it is, and so
/// does what has no words: a status that is there is never empty.
fn in_capitals(text: &str) -> Cow<'_, str> {
    if text.len() > LONGEST || words(text).next().is_none() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(words(text).map(str::to_uppercase).collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::super::super::document::Document;
    use super::super::super::scan::Limits;
    use super::*;

    #[test]
    fn words_of_statuses() {
        for (json, word, as_sent) in [
            (r#""not_done""#, "NOT DONE", "not_done"),
            (r#"" on  hold ""#, "ON HOLD", "on  hold"),
            (r#""_""#, "_", "_"),
            (r#"" __ _ ""#, "__ _", "__ _"),
            ("7", "ERROR", "ERROR"),
        ] {
            let document = Document::scan(json.as_bytes(), Limits::default()).unwrap();
            let status = OverallStatus::of(document.root()).unwrap();
            assert_eq!((&*status.word(), &*status.as_sent()), (word, as_sent), "{json}");
        }
    }
}
