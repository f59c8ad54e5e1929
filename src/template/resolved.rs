//! The value of a macro in one request.

use std::borrow::Cow;

use super::escape::{compact, escape, quote};
use crate::payload::{Kind, Value};

/// A macro's value.
pub enum Resolved<'a> {
    /// A value of the payload, spliced by its source text.
    Json(Value<'a>),
    /// A text that the gate made or decoded.
    Text(Cow<'a, str>),
    /// A score or an age.
    Number(u16),
    /// An array of strings.
    List(Vec<Cow<'a, str>>),
    /// JSON that the gate made, compact.
    Made(String),
}

impl<'a> Resolved<'a> {
    /// Whether this is JSON's `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Json(value) if value.kind() == Kind::Null)
    }

    /// How many bytes the value takes in JSON, escapes not counted.
    #[must_use]
    pub fn size_hint(&self) -> usize {
        match self {
            Self::Json(value) => value.raw().len(),
            Self::Text(text) => text.len().saturating_add(2),
            Self::Number(_) => 5,
            Self::Made(json) => json.len(),
            Self::List(items) => items.iter().map(|item| item.len().saturating_add(3)).sum::<usize>().saturating_add(2),
        }
    }

    /// Appends the value as JSON.
    pub fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Json(value) => out.extend_from_slice(value.raw().as_bytes()),
            Self::Text(text) => quote(text, out),
            Self::Made(json) => out.extend_from_slice(json.as_bytes()),
            Self::Number(number) => out.extend_from_slice(number.to_string().as_bytes()),
            Self::List(items) => {
                out.push(b'[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(b',');
                    }
                    quote(item, out);
                }
                out.push(b']');
            }
        }
    }

    /// Appends the value's text as the inside of a JSON string.
    pub fn write_inside(self, out: &mut Vec<u8>) {
        match &self {
            // Between its quotes a string is escaped already.
            Self::Json(value) if value.kind() == Kind::String => {
                let raw = value.raw();
                let inside = raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"')).unwrap_or_default();
                out.extend_from_slice(inside.as_bytes());
            }
            Self::Json(value) => escape(value.raw(), out),
            _ => escape(&self.into_text(), out),
        }
    }

    /// The text of a string, the JSON text of any other value.
    #[must_use]
    pub fn into_text(self) -> Cow<'a, str> {
        match self {
            Self::Json(value) => value.as_str().unwrap_or(Cow::Borrowed(value.raw())),
            Self::Text(text) => text,
            Self::Made(json) => json.into(),
            Self::Number(_) | Self::List(_) => {
                let mut json = Vec::with_capacity(self.size_hint());
                self.write(&mut json);
                String::from_utf8(json).unwrap_or_default().into()
            }
        }
    }

    /// The same, without white space between the tokens of an array or object.
    #[must_use]
    pub fn into_compact(self) -> Cow<'a, str> {
        match self {
            Self::Json(value) if matches!(value.kind(), Kind::Array | Kind::Object) => compact(value.raw()).into(),
            other => other.into_text(),
        }
    }
}
