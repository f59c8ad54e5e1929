//! A machine readable zone as a whole.

use std::ops::Range;

use super::character::value;
use super::layout::{self, Layout};

/// A machine readable zone: its lines, joined. No `Debug`, it is all identity data.
pub struct Zone {
    layout: &'static Layout,
    text: Vec<u8>,
}

impl Zone {
    /// Reads the `MRZ strings` field: lines parted by `^`, `|`, white space or nothing; `None` when their size is
    /// none of the known ones, or a character isn't one of a machine readable zone.
    #[must_use]
    pub fn read(mrz: &str) -> Option<Self> {
        let parts = |c: char| c == '^' || c == '|' || c.is_ascii_whitespace();
        let lines = || mrz.split(parts).filter(|line| !line.is_empty());
        let length = lines().take(layout::MOST_LINES + 1).map(str::len).sum::<usize>();
        if length > layout::MOST_CHARACTERS {
            return None;
        }
        let mut text = Vec::with_capacity(length);
        let count = lines().take(layout::MOST_LINES + 1).map(|line| text.extend_from_slice(line.as_bytes())).count();
        text.make_ascii_uppercase();
        if !text.iter().all(|c| value(*c).is_some()) {
            return None;
        }
        let layout = Layout::of(&text)?;
        let are_whole = lines().map(str::len).eq(layout.lines.iter().copied());
        (are_whole || count == 1).then_some(Self { layout, text })
    }

    pub(super) fn layout(&self) -> &'static Layout {
        self.layout
    }

    pub(super) fn part(&self, range: &Range<usize>) -> &[u8] {
        self.text.get(range.clone()).unwrap_or_default()
    }

    pub(super) fn character(&self, at: usize) -> Option<u8> {
        self.text.get(at).copied()
    }
}
