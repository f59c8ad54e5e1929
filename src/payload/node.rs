//! The scanner's tape: one flat record per JSON value, in the order the values start in the text.

use std::borrow::Cow;

use super::string;

/// The type of a JSON value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool,
    /// A number.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

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

    /// Returns the text of the range; empty should the range not be one of this text.
    pub(super) fn of(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize).unwrap_or_default()
    }

    /// Returns the bytes of the range; told faster, since it doesn't matter what they are in the middle of.
    pub(super) fn bytes_of(self, text: &str) -> &[u8] {
        text.as_bytes().get(self.start as usize..self.end as usize).unwrap_or_default()
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

    /// Returns whether this decodes to white space or nothing.
    pub(super) fn is_blank(self, text: &str) -> bool {
        let raw = self.span.of(text);
        if self.escaped { string::is_blank(raw) } else { raw.chars().all(char::is_whitespace) }
    }

    /// Returns whether this decodes to `name`.
    pub(super) fn is(self, text: &str, name: &str) -> bool {
        if !self.escaped {
            // Most names differ in length already, which costs no look at the text.
            let length = self.span.end.saturating_sub(self.span.start) as usize;
            return length == name.len() && self.span.bytes_of(text) == name.as_bytes();
        }
        let raw = self.span.of(text);
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
    /// How many of the nodes after this one are inside it. The scanner keeps here what is around it until it is closed.
    pub(super) below: u32,
}

/// The values directly inside a container, each with the nodes inside it.
#[derive(Clone, Copy)]
pub(super) struct Children<'d> {
    /// The children not yet visited, with all that is inside them.
    rest: &'d [Node],
}

impl<'d> Children<'d> {
    /// Returns the outermost values of `below`, which holds whole values only.
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

/// Returns an offset or a count in a text that the scanner found short enough, so that nothing is ever cut off here.
pub(super) fn narrow(size: usize) -> u32 {
    u32::try_from(size).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::string::ESCAPES_READ;
    use crate::payload::{Document, Limits};

    /// A name in escapes costs as many of them as are right, and none where it is too long to be the one.
    #[test]
    fn a_name_is_read_up_to_the_first_difference() {
        const MEMBERS: usize = 100;
        for (spelling, most) in [
            (r"\u0078".repeat("surname".len() - 1), 1),
            (format!("su{}", r"\u0078".repeat("surname".len() - 2)), 1),
            (format!("su{}", r"\u0072".repeat("surname".len() - 2)), 2),
            (r"\u0073".repeat("surname".len() + 1), 0),
        ] {
            let members: Vec<String> = (0..MEMBERS).map(|at| format!(r#""{spelling}{at:03}":1"#)).collect();
            let json = format!("{{{}}}", members.join(","));
            let document = Document::scan(json.as_bytes(), Limits::default()).unwrap();
            let before = ESCAPES_READ.get();
            assert!(document.root().get("surname").is_none());
            assert_eq!(ESCAPES_READ.get() - before, MEMBERS * most, "{spelling}");
        }
    }

    /// Whether a megabyte is blank is told by its first character.
    #[test]
    fn a_text_is_blank_up_to_its_first_character() {
        for (text, most, has_text) in [
            (r"\u0041".repeat(1000), 1, true),
            (format!(r"\t\u00a0 \n{}", r"\u0041".repeat(1000)), 4, true),
            (format!("A{}", r"\u0041".repeat(1000)), 0, true),
            (format!("{}A", r"\t".repeat(1000)), 1000, true),
            (r" \t\u3000".repeat(1000), 2000, false),
            (String::new(), 0, false),
            (" \u{a0}".to_owned(), 0, false),
        ] {
            let json = format!("\"{text}\"");
            let document = Document::scan(json.as_bytes(), Limits::default()).unwrap();
            let before = ESCAPES_READ.get();
            assert_eq!(document.root().has_text(), has_text, "{text}");
            assert_eq!(ESCAPES_READ.get() - before, most, "{text}");
            assert_eq!(document.root().as_str().is_some_and(|text| !text.trim().is_empty()), has_text);
        }
    }
}
