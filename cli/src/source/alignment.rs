//! Which byte of a YAML scalar stands for which byte of what it says (YAML 1.2.2, chapters 7 and 8).

use super::node::Style;
use super::text::Anchor;

/// Returns the places where `said` runs on with `raw`, sorted; from one to the next, byte stands for byte.
pub(super) fn align(raw: &str, style: Style, said: &str) -> Vec<Anchor> {
    match style {
        Style::Literal => lines(raw, said),
        Style::Single | Style::Double | Style::JsonText => quoted(raw, style, said),
        Style::Plain | Style::Folded | Style::JsonBare => folded(raw, said),
    }
}

/// Aligns a literal block: its lines without their indentation. The raw text begins in the first line.
fn lines(raw: &str, said: &str) -> Vec<Anchor> {
    let mut anchors = Vec::new();
    let mut raw_lines = with_offsets(raw).skip_while(|(_, line)| line.trim().is_empty());
    let said_lines = with_offsets(said).skip_while(|(_, line)| line.trim().is_empty());
    for (inner, line) in said_lines {
        let Some((outer, raw_line)) = raw_lines.next() else { break };
        let indent = raw_line.len().saturating_sub(line.len());
        anchors.push(Anchor { inner, outer: outer + indent });
    }
    anchors
}

/// Returns lines without their ends, each with its offset.
fn with_offsets(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut offset = 0;
    text.split('\n').map(move |line| {
        let at = offset;
        offset += line.len() + 1;
        (at, line.strip_suffix('\r').unwrap_or(line))
    })
}

/// Aligns a text whose line breaks are folded.
fn folded(raw: &str, said: &str) -> Vec<Anchor> {
    let mut pair = Pair::new(raw, said, 0);
    while let Some(next) = pair.raw_byte() {
        match next {
            b'\n' | b'\r' | b' ' | b'\t' => pair.fold(),
            _ => pair.step(),
        }
    }
    pair.anchors
}

/// Aligns a quoted text: escapes, and line breaks that are folded.
fn quoted(raw: &str, style: Style, said: &str) -> Vec<Anchor> {
    let mut pair = Pair::new(raw, said, 1);
    while let Some(next) = pair.raw_byte() {
        match next {
            b'\n' | b'\r' | b' ' | b'\t' => pair.fold(),
            b'\\' if style != Style::Single => pair.escape(),
            b'\'' if style == Style::Single => pair.replace(2),
            _ => pair.step(),
        }
    }
    pair.anchors
}

struct Pair<'t> {
    raw: &'t [u8],
    said: &'t str,
    inner: usize,
    outer: usize,
    anchors: Vec<Anchor>,
}

impl<'t> Pair<'t> {
    fn new(raw: &'t str, said: &'t str, outer: usize) -> Self {
        Self { raw: raw.as_bytes(), said, inner: 0, outer, anchors: vec![Anchor { inner: 0, outer }] }
    }

    /// Returns the next byte of the raw text as long as something is left of what it says.
    fn raw_byte(&self) -> Option<u8> {
        self.raw.get(self.outer).copied().filter(|_| self.inner < self.said.len())
    }

    fn step(&mut self) {
        self.inner += 1;
        self.outer += 1;
    }

    fn anchor(&mut self) {
        self.anchors.push(Anchor { inner: self.inner, outer: self.outer });
    }

    /// Takes white space: as it is within a line, folded at its end.
    fn fold(&mut self) {
        let space = |byte: &&u8| byte.is_ascii_whitespace();
        let raw = self.raw.get(self.outer..).unwrap_or_default().iter().take_while(space);
        let (mut length, mut breaks) = (0, false);
        for byte in raw {
            length += 1;
            breaks |= *byte == b'\n' || *byte == b'\r';
        }
        let said = self.said.as_bytes().get(self.inner..).unwrap_or_default().iter().take_while(space).count();
        if breaks {
            self.inner += said;
            self.outer += length;
            self.anchor();
        } else {
            self.inner += length.min(said.max(1));
            self.outer += length;
        }
    }

    /// Takes an escape sequence, which stands for one character, or for none before a line break.
    fn escape(&mut self) {
        let digits = match self.raw.get(self.outer + 1) {
            Some(b'\n' | b'\r') => {
                self.outer += 1;
                let space = self.raw.get(self.outer..).unwrap_or_default().iter();
                self.outer += space.take_while(|byte| byte.is_ascii_whitespace()).count();
                self.anchor();
                return;
            }
            Some(b'x') => 2,
            Some(b'u') => 4,
            Some(b'U') => 8,
            _ => 0,
        };
        let is_pair = digits == 4
            && self.character() > 3
            && self.raw.get(self.outer + 6..self.outer + 8).is_some_and(|next| next == b"\\u");
        self.replace(if is_pair { 12 } else { digits + 2 });
    }

    /// Takes one character of what is said for so many bytes of the raw text.
    fn replace(&mut self, raw: usize) {
        self.inner += self.character();
        self.outer += raw;
        self.anchor();
    }

    /// Returns the bytes of the next character that is said.
    fn character(&self) -> usize {
        let next = self.said.get(self.inner..).and_then(|rest| rest.chars().next());
        next.map_or(1, char::len_utf8)
    }
}
