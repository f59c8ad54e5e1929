//! The scanner's tape: one flat record per JSON value, in the order the values start in the text.

use std::borrow::Cow;

use super::document::Kind;
use super::string;

/// A half-open byte range of the text. Four bytes an end: the scanner refuses longer texts.
#[derive(Clone, Copy, Default)]
pub(super) struct Span {
    pub(super) start: u32,
    pub(super) end: u32,
}

impl Span {
    pub(super) fn new(start: usize, end: usize) -> Self {
        Self { start: narrow(start), end: narrow(end) }
    }

    /// The text of the range; empty should the range not be one of this text.
    pub(super) fn of(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize).unwrap_or_default()
    }
}

/// What stands between two quotes.
#[derive(Clone, Copy, Default)]
pub(super) struct Quoted {
    pub(super) span: Span,
    /// Whether there is a backslash in it. Told by the scanner, so that an image need not be searched for one again.
    pub(super) escaped: bool,
}

impl Quoted {
    pub(super) fn decoded(self, text: &str) -> Cow<'_, str> {
        let raw = self.span.of(text);
        if self.escaped { Cow::Owned(string::decode(raw)) } else { Cow::Borrowed(raw) }
    }

    /// Whether this decodes to `name`.
    pub(super) fn is(self, text: &str, name: &str) -> bool {
        let raw = self.span.of(text);
        if !self.escaped {
            return raw == name;
        }
        // Decoding megabytes only to find them unequal to a short name would be a gift to an attacker.
        raw.len() <= name.len().saturating_mul(string::LONGEST_ESCAPE) && string::is_spelling_of(raw, name)
    }
}

/// One JSON value.
#[derive(Clone, Copy)]
pub(super) struct Node {
    pub(super) kind: Kind,
    /// Whether a string value has escapes.
    pub(super) escaped: bool,
    /// The value's text, quotes and brackets included.
    pub(super) span: Span,
    /// The member's name, empty for elements and the root.
    pub(super) name: Quoted,
    /// How many of the nodes after this one are inside it.
    pub(super) below: u32,
}

/// The values directly inside a container, each with the nodes inside it.
#[derive(Clone, Copy)]
pub(super) struct Children<'d> {
    /// The children not yet visited, with all that is inside them.
    rest: &'d [Node],
}

impl<'d> Children<'d> {
    /// The outermost values of `below`, which holds whole values only.
    pub(super) fn of(below: &'d [Node]) -> Self {
        Self { rest: below }
    }
}

impl<'d> Iterator for Children<'d> {
    type Item = (&'d Node, &'d [Node]);

    fn next(&mut self) -> Option<Self::Item> {
        let (node, rest) = self.rest.split_first()?;
        let (below, after) = rest.split_at_checked(node.below as usize)?;
        self.rest = after;
        Some((node, below))
    }
}

/// An offset or a count in a text that the scanner found short enough, so that nothing is ever cut off here.
pub(super) fn narrow(size: usize) -> u32 {
    u32::try_from(size).unwrap_or(u32::MAX)
}
