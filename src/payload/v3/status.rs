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
        if scalar::is_number(text) {
            return match text.trim().parse() {
                Ok(1.0) => Self::Ok,
                Ok(2.0) => Self::NotDone,
                _ => Self::Error,
            };
        }
        match &*words(text) {
            "ERROR" => Self::Error,
            "OK" => Self::Ok,
            "NOT DONE" => Self::NotDone,
            _ => Self::Other,
        }
    }
}

/// Bytes of the longest status that is compared as words. No word for a status is nearly as long.
const LONGEST: usize = 128;

/// Returns the words of a status in upper case, with one space between them. What is too long to be one stays as it is.
fn words(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    if text.len() > LONGEST {
        return Cow::Borrowed(text);
    }
    let words = text.split(|c: char| c == '_' || c.is_whitespace()).filter(|word| !word.is_empty());
    Cow::Owned(words.map(str::to_uppercase).collect::<Vec<_>>().join(" "))
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
            Status::Other => words(&self.text),
        }
    }

    /// Returns the text that was sent, without white space around it, or the word for a JSON number.
    #[must_use]
    pub fn as_sent(&self) -> Cow<'_, str> {
        if self.is_text { self.text.trim().into() } else { self.word() }
    }
}
