//! Lines and columns of a text.

use std::cell::Cell;
use std::ops::Range;

/// A place as editors count it, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The character in it.
    pub column: usize,
}

/// Where the lines of a text begin.
pub struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
    /// A byte and its column, the last that was asked for: a line may be as long as the file, and have many findings.
    counted: Cell<(usize, usize)>,
}

impl<'t> Lines<'t> {
    /// Counts the lines of a text.
    #[must_use]
    pub fn new(text: &'t str) -> Self {
        let after = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Self { text, starts: std::iter::once(0).chain(after).collect(), counted: Cell::new((0, 1)) }
    }

    /// Returns where a range begins and ends, the latter exclusive.
    #[must_use]
    pub fn range(&self, range: &Range<usize>) -> (Position, Position) {
        (self.position(range.start), self.position(range.end.max(range.start)))
    }

    /// Returns the line and the column of a byte.
    #[must_use]
    pub fn position(&self, at: usize) -> Position {
        let at = at.min(self.text.len());
        let line = self.starts.partition_point(|start| *start <= at);
        let start = line.checked_sub(1).and_then(|line| self.starts.get(line)).copied().unwrap_or_default();
        let counted = Some(self.counted.get()).filter(|(place, _)| (start..=at).contains(place));
        let (from, column) = counted.unwrap_or((start, 1));
        let before = self.text.as_bytes().get(from..at).unwrap_or_default();
        // Every byte of a character but its first has the form 10xxxxxx.
        let column = before.iter().filter(|byte| **byte & 0xc0 != 0x80).count() + column;
        self.counted.set((at, column));
        Position { line, column }
    }

    /// Returns the line in which a byte stands, without its end.
    #[must_use]
    pub fn around(&self, at: usize) -> Range<usize> {
        let next = self.starts.partition_point(|start| *start <= at.min(self.text.len()));
        let start = next.checked_sub(1).and_then(|line| self.starts.get(line)).copied().unwrap_or_default();
        let end = self.starts.get(next).map_or(self.text.len(), |next| next - 1);
        let is_cr = end > start && self.text.as_bytes().get(end - 1) == Some(&b'\r');
        start..if is_cr { end - 1 } else { end }
    }
}

/// Returns the line in which a byte stands, without its end.
#[must_use]
pub fn line_around(text: &str, at: usize) -> Range<usize> {
    Lines::new(text).around(at)
}
