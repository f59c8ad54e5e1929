//! A scanned JSON document: spans into the original bytes, nothing copied.

use std::borrow::Cow;

use super::pointer::Pointer;
use super::scan::{Limits, ScanError};

/// A scanned document, borrowing the text it was scanned from.
pub struct Document<'b> {
    text: &'b str,
}

/// What a JSON value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Kind {
    Null,
    Bool,
    Number,
    String,
    Array,
    Object,
}

/// One value of a [`Document`].
#[derive(Clone, Copy)]
pub struct Value<'d> {
    doc: &'d Document<'d>,
    index: usize,
}

impl<'b> Document<'b> {
    /// Scans the whole of `bytes` as one JSON document.
    ///
    /// # Errors
    /// See [`ScanError`].
    pub fn scan(bytes: &'b [u8], limits: Limits) -> Result<Self, ScanError> {
        let _ = limits;
        std::str::from_utf8(bytes).map(|text| Self { text }).map_err(|_| ScanError::Utf8)
    }

    /// The outermost value.
    #[must_use]
    pub fn root(&self) -> Value<'_> {
        Value { doc: self, index: 0 }
    }
}

impl<'d> Value<'d> {
    /// What this value is.
    #[must_use]
    pub fn kind(self) -> Kind {
        todo!()
    }
    /// The exact source text of the value, quotes and inner white space included.
    #[must_use]
    pub fn raw(self) -> &'d str {
        let _ = (self.doc.text, self.index);
        todo!()
    }
    /// The decoded text of a string, `None` for other kinds; borrowed when it has no escapes.
    #[must_use]
    pub fn as_str(self) -> Option<Cow<'d, str>> {
        todo!()
    }
    /// The number as `f64` (nearest; `None` for other kinds and for numbers beyond `f64`).
    #[must_use]
    pub fn as_f64(self) -> Option<f64> {
        todo!()
    }
    /// The number as `i64` when it is written as an integer that fits.
    #[must_use]
    pub fn as_i64(self) -> Option<i64> {
        todo!()
    }
    /// The boolean.
    #[must_use]
    pub fn as_bool(self) -> Option<bool> {
        todo!()
    }
    /// Whether this is a string with at least one character, told without decoding it.
    #[must_use]
    pub fn is_non_empty_string(self) -> bool {
        todo!()
    }
    /// The member of an object with this (decoded) name.
    #[must_use]
    pub fn get(self, name: &str) -> Option<Value<'d>> {
        let _ = name;
        todo!()
    }
    /// The value an RFC 6901 pointer leads to from here.
    #[must_use]
    pub fn pointer(self, pointer: &Pointer) -> Option<Value<'d>> {
        let _ = pointer;
        todo!()
    }
    /// Members of an object in their order; empty for other kinds.
    pub fn members(self) -> impl Iterator<Item = (Cow<'d, str>, Value<'d>)> {
        std::iter::empty()
    }
    /// Elements of an array in their order; empty for other kinds.
    pub fn elements(self) -> impl Iterator<Item = Value<'d>> {
        std::iter::empty()
    }
}
