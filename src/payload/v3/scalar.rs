//! Texts and numbers, which senders mistake for each other.

use std::borrow::Cow;

use super::super::document::Value;
use super::super::fact::Fact;
use super::super::node::Kind;
use super::super::number;

/// A score, and how it was sent.
#[derive(Clone, Copy)]
pub struct Score<'d> {
    /// Its value, finite.
    pub number: f64,
    /// The JSON number, or the string that holds one.
    pub json: Value<'d>,
}

/// Reads a member that holds a text. A number counts as its text; `null` and blank texts are absent.
pub(super) fn text(value: Value<'_>) -> Fact<Cow<'_, str>> {
    match value.kind() {
        Kind::Null => Fact::Absent,
        Kind::String if !value.has_text() => Fact::Absent,
        Kind::String => value.as_str().into(),
        Kind::Number => Fact::Readable(Cow::Borrowed(value.raw())),
        Kind::Bool | Kind::Array | Kind::Object => Fact::Unreadable,
    }
}

/// Reads a score: a JSON number or a string that holds one, white space around it ignored. One that isn't finite is
/// unreadable.
pub(super) fn score(value: Value<'_>) -> Fact<Score<'_>> {
    text(value).and_then(|text| Fact::parsed(parse(&text).map(|number| Score { number, json: value })))
}

/// Returns whether a text is that of a JSON number (RFC 8259, section 6).
pub(super) fn is_number(text: &str) -> bool {
    number::length(text.as_bytes()).is_ok_and(|length| length == text.len())
}

/// Parses the text of a JSON number, white space around it ignored; `None` for one that isn't finite.
fn parse(text: &str) -> Option<f64> {
    let text = text.trim();
    if !is_number(text) {
        return None;
    }
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// Follows a path of member names. A member that isn't the last and is something else than an object is unreadable, as
/// nobody can tell what it hides; `null` and blank texts are absent.
pub(super) fn at<'d>(from: Value<'d>, path: &[&str]) -> Fact<Value<'d>> {
    path.iter().fold(Fact::Readable(from), |place, name| {
        place.and_then(|value| match value.kind() {
            Kind::Object => value.get(name).filter(|value| value.kind() != Kind::Null).into(),
            _ if text(value).is_absent() => Fact::Absent,
            _ => Fact::Unreadable,
        })
    })
}
