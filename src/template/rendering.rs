//! What a template renders to: text that was made, and spans of the payload, which are not copied.

use std::ops::Range;

use crate::payload::Value;

/// Shorter spans are copied after all. Each piece costs Envoy a host call, about as much as copying so many bytes.
const SHORTEST_SPAN: usize = 4096;

/// A rendered body without the payload that it quotes.
#[derive(Default)]
pub struct Rendering {
    made: Vec<u8>,
    spans: Vec<Span>,
}

/// Bytes of the payload, and how much of the text that was made stands before them.
struct Span {
    behind: usize,
    payload: Range<usize>,
}

impl Rendering {
    /// Returns nothing but the first `length` bytes of the payload.
    #[must_use]
    pub fn of_payload(length: usize) -> Self {
        Self { made: Vec::new(), spans: vec![Span { behind: 0, payload: 0..length }] }
    }

    /// Returns how many bytes all is.
    #[must_use]
    pub fn len(&self) -> usize {
        self.spans.iter().fold(self.made.len(), |sum, span| sum.saturating_add(span.payload.len()))
    }

    /// Returns whether that is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the pieces in their order, none of them empty; `payload` is the text that was scanned for the rendering.
    pub fn pieces<'p>(&'p self, payload: &'p [u8]) -> impl Iterator<Item = &'p [u8]> {
        let starts = std::iter::once(0).chain(self.spans.iter().map(|span| span.behind));
        let ends = self.spans.iter().map(|span| span.behind).chain([self.made.len()]);
        let made = starts.zip(ends).map(|(start, end)| self.made.get(start..end).unwrap_or_default());
        let spans =
            self.spans.iter().map(|span| payload.get(span.payload.clone()).unwrap_or_default()).chain([&[][..]]);
        made.zip(spans).flat_map(|(made, span)| [made, span]).filter(|piece| !piece.is_empty())
    }

    /// Returns where text is made.
    pub(super) fn literal_bytes(&mut self) -> &mut Vec<u8> {
        &mut self.made
    }

    /// Appends a value of the payload by its source text, without so many bytes at either end.
    pub(super) fn quote(&mut self, value: Value<'_>, trimmed: usize) {
        let Range { start, end } = value.span();
        let payload = start.saturating_add(trimmed)..end.saturating_sub(trimmed);
        if payload.len() >= SHORTEST_SPAN {
            self.spans.push(Span { behind: self.made.len(), payload });
        } else {
            let text = value.raw();
            let inside = trimmed..text.len().saturating_sub(trimmed);
            self.made.extend_from_slice(text.get(inside).unwrap_or_default().as_bytes());
        }
    }
}
