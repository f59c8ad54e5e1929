//! Signals: texts in the scanner's own checks and errors that tell a concern.

use std::fmt;

use memchr::memmem::Finder;

use crate::payload::Proof;

/// Texts that tell one concern, whatever their case: substrings, ready to be looked for.
#[derive(Clone, Default)]
pub struct Signal {
    finders: Vec<Finder<'static>>,
    is_ascii: bool,
}

impl Signal {
    /// A signal of these texts; of none, it is never found.
    pub fn new(texts: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let texts: Vec<String> = texts.into_iter().map(|text| text.as_ref().to_lowercase()).collect();
        let is_ascii = texts.iter().all(|text| text.is_ascii());
        Self { finders: texts.iter().map(|text| Finder::new(text).into_owned()).collect(), is_ascii }
    }

    fn texts(&self) -> impl Iterator<Item = &[u8]> {
        self.finders.iter().map(Finder::needle)
    }

    fn is_empty(&self) -> bool {
        self.finders.is_empty()
    }

    /// Looks in `error_list` alone.
    pub(super) fn in_errors(&self, proof: &Proof<'_>) -> bool {
        !self.is_empty() && proof.errors().any(|error| self.finds(&error))
    }

    /// Lower-casing letters beyond ASCII takes some fifty times as long, so it is done for signals that have such
    /// letters.
    fn finds(&self, text: &str) -> bool {
        let text = if self.is_ascii { text.to_ascii_lowercase() } else { text.to_lowercase() };
        self.finders.iter().any(|finder| finder.find(text.as_bytes()).is_some())
    }
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

/// What the scanner said about a concern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Sighting {
    /// A matching check failed, or an error matches.
    pub failed: bool,
    /// A matching check is `OK`.
    pub passed: bool,
    /// A matching check was not done.
    pub undone: bool,
}

/// Looks for the signal in `check_detail[].element` and `error_list`.
pub(super) fn look(proof: &Proof<'_>, signal: &Signal) -> Sighting {
    let mut sighting = Sighting { failed: signal.in_errors(proof), ..Sighting::default() };
    if signal.is_empty() {
        return sighting;
    }
    for detail in proof.check_details() {
        if !signal.finds(&detail.element) {
            continue;
        }
        sighting.passed |= is(&detail.status, "OK");
        sighting.undone |= is(&detail.status, "NOT DONE");
        sighting.failed |= failed(&detail.status);
    }
    sighting
}

/// Whether a check that the scanner made went wrong.
pub(super) fn failed(status: &str) -> bool {
    !is(status, "OK") && !is(status, "NOT DONE")
}

fn is(status: &str, word: &str) -> bool {
    status.trim().eq_ignore_ascii_case(word)
}
