//! Signals: texts in the scanner's own checks and errors that tell a concern.

use memchr::memmem::Finder;

use crate::payload::Proof;

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

/// Looks for the signals, lower-case substrings, in `check_detail[].element` and `error_list`.
pub(super) fn look(proof: &Proof<'_>, signals: &[String]) -> Sighting {
    let search = Search::new(signals);
    let mut sighting = Sighting { failed: search.in_errors(proof), ..Sighting::default() };
    if signals.is_empty() {
        return sighting;
    }
    for detail in proof.check_details() {
        if !search.finds(&detail.element) {
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

/// Looks for the signals in `error_list` alone.
pub(super) fn in_errors(proof: &Proof<'_>, signals: &[String]) -> bool {
    Search::new(signals).in_errors(proof)
}

/// Signals, ready to be looked for in many texts.
struct Search<'s> {
    signals: Vec<Finder<'s>>,
    is_ascii: bool,
}

impl<'s> Search<'s> {
    fn new(signals: &'s [String]) -> Self {
        let is_ascii = signals.iter().all(|signal| signal.is_ascii());
        Self { signals: signals.iter().map(|signal| Finder::new(signal.as_str())).collect(), is_ascii }
    }

    fn in_errors(&self, proof: &Proof<'_>) -> bool {
        !self.signals.is_empty() && proof.errors().iter().any(|error| self.finds(error))
    }

    /// Lower-casing letters beyond ASCII takes some fifty times as long, so it is done for signals that have such
    /// letters.
    fn finds(&self, text: &str) -> bool {
        let text = if self.is_ascii { text.to_ascii_lowercase() } else { text.to_lowercase() };
        self.signals.iter().any(|signal| signal.find(text.as_bytes()).is_some())
    }
}
