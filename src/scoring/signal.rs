//! Signals: texts in the scanner's checks and errors that point to one concern, such as tampering.

use std::fmt;

use memchr::memmem::Finder;

/// Substrings that point to one concern, compared without case.
#[derive(Clone, Default)]
pub struct Signal {
    finders: Vec<Finder<'static>>,
    /// The [`letters`] of each.
    letters: Vec<u32>,
    is_ascii: bool,
}

impl Signal {
    /// Creates a signal of these substrings, in which `_` and `-` stand for a space. Without any, it never matches.
    pub fn new(texts: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let texts: Vec<String> = texts.into_iter().map(|text| spaced(text.as_ref().to_lowercase())).collect();
        let is_ascii = texts.iter().all(|text| text.is_ascii());
        let letters = texts.iter().map(|text| letters(text.as_bytes())).collect();
        Self { finders: texts.iter().map(|text| Finder::new(text).into_owned()).collect(), letters, is_ascii }
    }

    /// Returns the substrings as they are looked for.
    pub(crate) fn words(&self) -> impl Iterator<Item = String> {
        self.texts().map(|text| String::from_utf8_lossy(text).into_owned())
    }

    fn texts(&self) -> impl Iterator<Item = &[u8]> {
        self.finders.iter().map(Finder::needle)
    }

    /// Returns whether there is nothing to look for.
    pub(super) fn is_empty(&self) -> bool {
        self.finders.is_empty()
    }

    /// Returns whether all that is looked for is in ASCII.
    pub(super) fn is_ascii(&self) -> bool {
        self.is_ascii
    }

    /// Returns whether a text holds one of the substrings.
    pub(super) fn matches(&self, text: &SearchedText) -> bool {
        let lower = text.lower.as_deref().map(str::as_bytes).filter(|_| !self.is_ascii);
        let searched = lower.unwrap_or(&text.in_ascii);
        let mut finders = self.finders.iter().zip(&self.letters);
        finders.any(|(finder, letters)| letters & !text.letters == 0 && finder.find(searched).is_some())
    }
}

/// A text in small letters, `_` and `-` in it made spaces, as all signals look at it.
///
/// Lower-casing letters beyond ASCII takes some fifty times as long, so that is done only for signals that have any.
#[derive(Default)]
pub(super) struct SearchedText {
    in_ascii: Vec<u8>,
    /// Where that is another text: with all its letters lower-cased.
    lower: Option<String>,
    /// The [`letters`] of both.
    letters: u32,
}

impl SearchedText {
    /// Takes the next text, in the memory of the one before. `are_ascii` says that all signals are.
    pub(super) fn set(&mut self, text: &str, are_ascii: bool) {
        self.in_ascii.clear();
        let small = |byte: u8| if matches!(byte, b'_' | b'-') { b' ' } else { byte.to_ascii_lowercase() };
        self.in_ascii.extend(text.bytes().map(small));
        self.lower = (!are_ascii && !text.is_ascii()).then(|| spaced(text.to_lowercase()));
        self.letters = letters(&self.in_ascii) | letters(self.lower.as_deref().unwrap_or_default().as_bytes());
    }
}

/// Returns which letters a text has, as a bit for each and for what shares its last five bits. A text can't be in
/// another one that lacks some of them, which is told sooner than looked for.
fn letters(text: &[u8]) -> u32 {
    text.iter().fold(0, |letters, byte| letters | 1 << (byte & 31))
}

/// Replaces `_` and `-` by spaces: `CHECK_DIGIT`, `Photo-embedding`.
fn spaced(text: String) -> String {
    if text.contains(['_', '-']) { text.replace(['_', '-'], " ") } else { text }
}

impl PartialEq for Signal {
    fn eq(&self, other: &Self) -> bool {
        self.texts().eq(other.texts())
    }
}

impl Eq for Signal {}

impl fmt::Debug for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.texts().map(String::from_utf8_lossy)).finish()
    }
}
