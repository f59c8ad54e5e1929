//! A text of a file, and where its bytes stand in there.

use std::ops::Range;

use super::alignment;
use super::node::Style;

/// Bytes of the longest escape sequence, a surrogate pair of JSON's, and what an escape of it in a text around takes.
const LONGEST_ESCAPE: usize = 24;

/// A text of a file: the whole of it, or what a scalar in it says.
#[derive(Debug, Clone)]
pub struct Text {
    content: String,
    places: Places,
}

/// Where the bytes of a text stand in the file.
#[derive(Debug, Clone)]
enum Places {
    /// The text is the file.
    Same,
    /// From each of these on, byte for byte, to the next one; sorted.
    From(Vec<Anchor>),
    /// Somewhere in there; the text is encoded.
    Within(Range<usize>),
}

/// A byte of a text and the one of the file from which it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Anchor {
    pub(super) inner: usize,
    pub(super) outer: usize,
}

impl Text {
    /// Takes a whole file.
    #[must_use]
    pub fn file(content: String) -> Self {
        Self { content, places: Places::Same }
    }

    /// Takes what a scalar of this text says; `at` is where it stands in this text.
    #[must_use]
    pub fn scalar(&self, at: Range<usize>, style: Style, content: &str) -> Self {
        let raw = self.content.get(at.clone()).unwrap_or_default();
        let anchors = alignment::align(raw, style, content);
        let outward =
            |anchor: Anchor| Anchor { inner: anchor.inner, outer: self.outer(at.start.saturating_add(anchor.outer)) };
        let places = match &self.places {
            Places::Within(range) => Places::Within(range.clone()),
            Places::Same => Places::From(anchors.into_iter().map(outward).collect()),
            Places::From(own) => {
                // What runs on in this text may be broken in the file.
                let mut all: Vec<Anchor> = Vec::new();
                for (index, anchor) in anchors.iter().enumerate() {
                    all.push(outward(*anchor));
                    let length = anchors.get(index + 1).map_or(content.len(), |next| next.inner) - anchor.inner;
                    let (from, until) = (at.start + anchor.outer, at.start + anchor.outer + length);
                    let first = own.partition_point(|own| own.inner <= from);
                    let broken = own.get(first..).unwrap_or_default().iter().take_while(|own| own.inner <= until);
                    all.extend(broken.map(|own| Anchor { inner: anchor.inner + (own.inner - from), outer: own.outer }));
                }
                Places::From(all)
            }
        };
        Self { content: content.to_owned(), places }
    }

    /// Takes what is encoded in a scalar of this text, e.g. in base64: found again as the scalar only.
    #[must_use]
    pub fn encoded(&self, at: Range<usize>, content: String) -> Self {
        Self { content, places: Places::Within(self.span(at)) }
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.content
    }

    /// Returns where a range of this text stands in the file.
    #[must_use]
    pub fn span(&self, range: Range<usize>) -> Range<usize> {
        if let Places::Within(whole) = &self.places {
            return whole.clone();
        }
        let start = self.outer(range.start);
        if range.end <= range.start {
            return start..start;
        }
        // From the last byte, since what follows it may stand elsewhere; but the last may be an escape sequence.
        let last = self.outer(range.end - 1) + 1;
        let next = self.anchored(range.end).filter(|next| (last..last + LONGEST_ESCAPE).contains(next));
        start..next.unwrap_or(last).max(start)
    }

    /// Returns where a byte stands that is known to stand there.
    fn anchored(&self, inner: usize) -> Option<usize> {
        let Places::From(anchors) = &self.places else { return None };
        let at = anchors.partition_point(|anchor| anchor.inner < inner);
        anchors.get(at).filter(|anchor| anchor.inner == inner).map(|anchor| anchor.outer)
    }

    fn outer(&self, inner: usize) -> usize {
        match &self.places {
            Places::Same => inner,
            Places::Within(range) => range.start,
            Places::From(anchors) => {
                let after = anchors.partition_point(|anchor| anchor.inner <= inner);
                let before = after.checked_sub(1).and_then(|at| anchors.get(at));
                let Some(anchor) = before.or_else(|| anchors.first()) else { return 0 };
                let end = anchors.get(after).map_or(usize::MAX, |next| next.outer);
                anchor.outer.saturating_add(inner.saturating_sub(anchor.inner)).min(end)
            }
        }
    }
}
