//! Signals: texts in the scanner's own checks and errors that tell a concern.

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
    let mut sighting = Sighting { failed: in_errors(proof, signals), ..Sighting::default() };
    if signals.is_empty() {
        return sighting;
    }
    for detail in proof.check_details() {
        if !matches(&detail.element, signals) {
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
    !signals.is_empty() && proof.errors().iter().any(|error| matches(error, signals))
}

/// Lower-casing letters beyond ASCII takes some fifty times as long, so it is done for signals that have such letters.
fn matches(text: &str, signals: &[String]) -> bool {
    let is_ascii = signals.iter().all(|signal| signal.is_ascii());
    let text = if is_ascii { text.to_ascii_lowercase() } else { text.to_lowercase() };
    signals.iter().any(|signal| text.contains(signal.as_str()))
}
