//! The value of a macro in one request.

use std::borrow::Cow;

use super::escape::{compact, escape, quote};
use super::rendering::Rendering;
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
    /// Returns whether this is JSON's `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Json(value) if value.kind() == Kind::Null)
    }

    /// Appends the value as JSON.
    pub fn write(&self, out: &mut Rendering) {
        match self {
            Self::Json(value) => out.quote(*value, 0),
            Self::Text(text) => quote(text, out.literal_bytes()),
            Self::Made(json) => out.literal_bytes().extend_from_slice(json.as_bytes()),
            Self::Number(number) => out.literal_bytes().extend_from_slice(number.to_string().as_bytes()),
            Self::List(items) => write_list(items, out.literal_bytes()),
        }
    }

    /// Appends the value's text as the inside of a JSON string.
    pub fn write_inside(self, out: &mut Rendering) {
        match self {
            // Between its quotes a string is escaped already.
            Self::Json(value) if value.kind() == Kind::String => out.quote(value, 1),
            Self::Json(value) => escape(value.raw(), out.literal_bytes()),
            other => escape(&other.into_text(), out.literal_bytes()),
        }
    }

    /// Returns the text of a string, the JSON text of any other value.
    #[must_use]
    pub fn into_text(self) -> Cow<'a, str> {
        match self {
            Self::Json(value) => value.as_str().unwrap_or(Cow::Borrowed(value.raw())),
            Self::Text(text) => text,
            Self::Made(json) => json.into(),
            Self::Number(number) => number.to_string().into(),
            Self::List(items) => {
                let mut json = Vec::new();
                write_list(&items, &mut json);
                String::from_utf8(json).unwrap_or_default().into()
            }
        }
    }

    /// Returns the same, without white space between the tokens of an array or object.
    #[must_use]
    pub fn into_compact(self) -> Cow<'a, str> {
        match self {
            Self::Json(value) if matches!(value.kind(), Kind::Array | Kind::Object) => compact(value.raw()).into(),
            other => other.into_text(),
        }
    }
}

fn write_list(items: &[Cow<'_, str>], out: &mut Vec<u8>) {
    out.push(b'[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        quote(item, out);
    }
    out.push(b']');
}
