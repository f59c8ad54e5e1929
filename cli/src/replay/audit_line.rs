//! The audit line, found in a line of a log.
//!
//! Envoy writes its own prefix before it; collectors put the whole of that into a JSON string, some of them twice.

use std::borrow::Cow;

use memchr::memmem;
use serde::Deserialize;
use serde_json::Value;

/// How the gate begins an audit line.
const BEGINNING: &[u8] = br#"{"time":"#;
/// As a JSON string holds it.
const ESCAPED: [&[u8]; 2] = [br#"{\"time\":"#, br#"{\\\"time\\\":"#];
/// What tells an audit line from another object that has a time.
const CHECKS: &[u8] = br#""checks":[["#;
/// Most objects around an audit line, and most strings.
const MAX_DEPTH: usize = 8;

/// An audit line, as far as a decision depends on it.
#[derive(Deserialize)]
pub struct AuditLine<'l> {
    /// When the post came.
    pub time: Option<Cow<'l, str>>,
    /// The post's id.
    pub requester_id: Option<Cow<'l, str>>,
    /// The name of its profile.
    pub profile: Option<Cow<'l, str>>,
    /// The decision.
    pub decision: Cow<'l, str>,
    /// Why it was refused.
    pub error: Option<Cow<'l, str>>,
    /// Absent without an address proof.
    pub address_score: Option<u8>,
    /// The rules that fired.
    #[serde(default)]
    pub rules: Vec<Cow<'l, str>>,
    /// The rules that only count and would have fired.
    #[serde(default)]
    pub rules_counted: Vec<Cow<'l, str>>,
    /// The rules that could not be evaluated.
    #[serde(default)]
    pub failed_rules: Vec<Cow<'l, str>>,
    /// Name, outcome, points and reason code of each check.
    #[serde(default, borrow)]
    pub checks: Vec<(Text<'l>, Text<'l>, u8, Text<'l>)>,
    /// The revision of all that decided.
    pub config_revision: Cow<'l, str>,
}

/// A text that borrows from the line where it can.
#[derive(Deserialize)]
pub struct Text<'l>(#[serde(borrow)] Cow<'l, str>);

impl std::ops::Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

/// What a line of a log holds.
pub enum Found<T> {
    /// An audit line, and what was made of it.
    Line(T),
    /// A part of an audit line, or one that isn't right.
    Broken,
    /// Something else.
    Other,
}

/// Looks for an audit line in a line of a log, and makes something of it.
pub fn find<T>(line: &[u8], make: impl FnOnce(&AuditLine<'_>) -> T) -> Found<T> {
    let Some(text) = embedded(line) else { return by_members(line, make) };
    let mut values = serde_json::Deserializer::from_slice(&text).into_iter::<AuditLine<'_>>();
    match values.next() {
        Some(Ok(found)) => Found::Line(make(&found)),
        _ if memmem::find(&text, CHECKS).is_some() => Found::Broken,
        _ => Found::Other,
    }
}

/// Returns the line from the beginning of the audit line on, without the escapes of strings around it.
fn embedded(line: &[u8]) -> Option<Cow<'_, [u8]>> {
    if let Some(at) = memmem::find(line, BEGINNING) {
        return line.get(at..).map(Cow::Borrowed);
    }
    let at = ESCAPED.iter().find_map(|escaped| memmem::find(line, escaped))?;
    let mut text = Cow::Borrowed(line.get(at..)?);
    for _ in 0..=ESCAPED.len() {
        if text.starts_with(BEGINNING) {
            return Some(text);
        }
        text = Cow::Owned(unescaped(&text)?);
    }
    None
}

/// Returns what the rest of a JSON string says, up to its end.
fn unescaped(rest: &[u8]) -> Option<Vec<u8>> {
    let quoted = [b"\"", rest].concat();
    let text = serde_json::Deserializer::from_slice(&quoted).into_iter::<String>().next()?.ok()?;
    Some(text.into_bytes())
}

/// Looks for an audit line that another program has written again, its members in another order or inside others.
fn by_members<T>(line: &[u8], make: impl FnOnce(&AuditLine<'_>) -> T) -> Found<T> {
    if memmem::find(line, br#""config_revision""#).is_none() {
        return Found::Other;
    }
    let Some(at) = memchr::memchr(b'{', line) else { return Found::Other };
    let value = serde_json::from_slice::<Value>(line.get(at..).unwrap_or_default());
    let Ok(value) = value else { return Found::Broken };
    let Some(object) = inside(&value, MAX_DEPTH) else { return Found::Other };
    let text = object.to_string();
    match serde_json::from_str::<AuditLine<'_>>(&text) {
        Ok(found) => Found::Line(make(&found)),
        Err(_) => Found::Broken,
    }
}

/// Finds the object with what every audit line has. An access log has a decision and a revision as well, but not how
/// long the gate took.
fn inside(value: &Value, depth: usize) -> Option<&Value> {
    let members = value.as_object()?;
    if ["decision", "config_revision", "microseconds"].iter().all(|name| members.contains_key(*name)) {
        return Some(value);
    }
    let depth = depth.checked_sub(1)?;
    members.values().find_map(|member| inside(member, depth))
}
