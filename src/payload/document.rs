//! A scanned JSON document: spans into the original bytes, nothing copied.

use std::borrow::Cow;
use std::ops::Range;

use super::error::{ScanError, ScanFailure};
use super::node::{Children, Kind, Node, Quoted, Span};
use super::number;
use super::pointer::{self, Pointer};
use super::scan::{self, Limits};

/// A scanned document, borrowing the text it was scanned from.
pub struct Document<'b> {
    text: &'b str,
    root: Node,
    /// All nodes, the root among them.
    nodes: Vec<Node>,
}

/// One value of a [`Document`].
#[derive(Clone, Copy)]
pub struct Value<'d> {
    text: &'d str,
    node: &'d Node,
    /// The nodes inside it.
    below: &'d [Node],
}

impl<'b> Document<'b> {
    /// Scans the whole of `bytes` as one JSON document. Copies nothing; values keep their source text.
    ///
    /// ```
    /// use kyc_gate::payload::{Document, Limits, ScanError};
    ///
    /// let document = Document::scan(br#"{ "score": 4.50, "tags": ["a", "b"] }"#, Limits::default()).unwrap();
    /// let score = document.root().get("score").unwrap();
    /// assert_eq!((score.raw(), score.as_f64()), ("4.50", Some(4.5)));
    ///
    /// let twice = Document::scan(br#"{ "score": 1, "score": 2 }"#, Limits::default());
    /// assert_eq!(twice.err(), Some(ScanError::DuplicateKey));
    /// ```
    ///
    /// # Errors
    /// See [`ScanError`].
    pub fn scan(bytes: &'b [u8], limits: Limits) -> Result<Self, ScanError> {
        let text = scan::text(bytes)?;
        let nodes = scan::nodes(text, limits)?;
        let root = *nodes.first().ok_or(ScanError::Empty)?;
        Ok(Self { text, root, nodes })
    }

    /// Says where a document that [`Document::scan`] refuses is wrong; `None` for one that it takes.
    #[must_use]
    pub fn diagnose(bytes: &[u8], limits: Limits) -> Option<ScanFailure> {
        match scan::text(bytes) {
            Err(error) => Some(ScanFailure { error, at: scan::valid_up_to(bytes), path: Vec::new() }),
            Ok(text) => scan::diagnose(text, limits),
        }
    }

    /// Returns the outermost value.
    #[must_use]
    pub fn root(&self) -> Value<'_> {
        Value { text: self.text, node: &self.root, below: self.nodes.get(1..).unwrap_or_default() }
    }
}

impl<'d> Value<'d> {
    /// Returns what this value is.
    #[must_use]
    pub fn kind(self) -> Kind {
        self.node.kind
    }

    /// Returns the exact source text of the value, quotes and inner white space included.
    #[must_use]
    pub fn raw(self) -> &'d str {
        self.node.span.of(self.text)
    }

    /// Returns where that text is in the document's, in bytes.
    #[must_use]
    pub fn span(self) -> Range<usize> {
        self.node.span.start as usize..self.node.span.end as usize
    }

    /// Returns the decoded text of a string, `None` for other kinds; borrowed when it has no escapes.
    #[must_use]
    pub fn as_str(self) -> Option<Cow<'d, str>> {
        Some(self.inside()?.decoded(self.text))
    }

    /// Returns the number as `f64` (nearest; `None` for other kinds and for numbers beyond `f64`).
    #[must_use]
    pub fn as_f64(self) -> Option<f64> {
        self.number()?.parse().ok().filter(|number: &f64| number.is_finite())
    }

    /// Returns the number, or the one that a string holds, white space around it ignored; `None` for other kinds, other
    /// texts and numbers beyond `f64`.
    #[must_use]
    pub fn number_or_text(self) -> Option<f64> {
        let Some(text) = self.as_str() else { return self.as_f64() };
        let text = text.trim();
        let is_number = number::length(text.as_bytes()).is_ok_and(|length| length == text.len());
        if !is_number {
            return None;
        }
        text.parse().ok().filter(|number: &f64| number.is_finite())
    }

    /// Returns the number as `i64` when it is written as an integer that fits.
    #[must_use]
    pub fn as_i64(self) -> Option<i64> {
        self.number()?.parse().ok()
    }

    /// Returns the boolean.
    #[must_use]
    pub fn as_bool(self) -> Option<bool> {
        (self.node.kind == Kind::Bool).then(|| self.raw() == "true")
    }

    /// Returns whether this is a string with more in it than white space, told without decoding more of it than that
    /// takes.
    #[must_use]
    pub fn has_text(self) -> bool {
        self.inside().is_some_and(|inside| !inside.is_blank(self.text))
    }

    /// Returns the member of an object with this (decoded) name.
    #[must_use]
    pub fn get(self, name: &str) -> Option<Value<'d>> {
        let (node, below) = self.nodes_of(Kind::Object).find(|(node, _)| node.name.is(self.text, name))?;
        Some(Value { text: self.text, node, below })
    }

    /// Returns the value an RFC 6901 pointer leads to from here.
    #[must_use]
    pub fn pointer(self, pointer: &Pointer) -> Option<Value<'d>> {
        pointer.tokens().iter().try_fold(self, |value, token| value.child(token))
    }

    /// Returns the member or element that a reference token leads to.
    pub(super) fn child(self, token: &str) -> Option<Value<'d>> {
        match self.node.kind {
            Kind::Object => self.get(token),
            Kind::Array => self.elements().nth(pointer::array_index(token)?),
            _ => None,
        }
    }

    /// Returns how many values there are inside this one, on all levels.
    pub(super) fn nodes_below(self) -> usize {
        self.below.len()
    }

    /// Members of an object in their order; empty for other kinds.
    pub fn members(self) -> impl Iterator<Item = (Cow<'d, str>, Value<'d>)> {
        self.children(Kind::Object).map(|member| (member.node.name.decoded(member.text), member))
    }

    /// [`Value::members`] but those with a name of more than `most` bytes of source text, which isn't decoded: many
    /// look-ups of short names then cost little however long the names are.
    pub fn members_named_within(self, most: usize) -> impl Iterator<Item = (Cow<'d, str>, Value<'d>)> {
        let named_within = move |member: &Value<'d>| member.node.name.span.of(member.text).len() <= most;
        self.children(Kind::Object).filter(named_within).map(|member| (member.node.name.decoded(member.text), member))
    }

    /// Returns whether an object has a member whose name is longer than `most` bytes of JSON text.
    #[must_use]
    pub fn has_name_longer_than(self, most: usize) -> bool {
        self.children(Kind::Object).any(|member| member.node.name.span.of(member.text).len() > most)
    }

    /// Elements of an array in their order; empty for other kinds.
    pub fn elements(self) -> impl Iterator<Item = Value<'d>> {
        self.children(Kind::Array)
    }

    /// Returns the strings inside this value at any depth, in their order; a string is the only one in itself.
    pub fn strings(self) -> impl Iterator<Item = Value<'d>> {
        self.scalars().filter(|value| value.kind() == Kind::String)
    }

    /// Returns what is neither array nor object inside this value at any depth, in its order; a scalar is the only one
    /// in itself.
    pub fn scalars(self) -> impl Iterator<Item = Value<'d>> {
        let nodes = std::iter::once(self.node).chain(self.below);
        let scalars = nodes.filter(|node| !matches!(node.kind, Kind::Array | Kind::Object));
        scalars.map(move |node| Value { text: self.text, node, below: &[] })
    }

    /// Returns what is directly inside this value, should it be a `kind`.
    fn children(self, kind: Kind) -> impl Iterator<Item = Value<'d>> {
        self.nodes_of(kind).map(move |(node, below)| Value { text: self.text, node, below })
    }

    fn nodes_of(self, kind: Kind) -> Children<'d> {
        Children::of(if self.node.kind == kind { self.below } else { &[] })
    }

    /// Returns what stands between the quotes of a string.
    fn inside(self) -> Option<Quoted> {
        let Span { start, end } = self.node.span;
        let span = Span { start: start.saturating_add(1), end: end.saturating_sub(1) };
        (self.node.kind == Kind::String).then_some(Quoted { span, escaped: self.node.escaped })
    }

    fn number(self) -> Option<&'d str> {
        (self.node.kind == Kind::Number).then(|| self.raw())
    }
}
