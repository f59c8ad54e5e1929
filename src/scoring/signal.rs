//! Signals: texts in the scanner's checks and errors that point to one concern, such as tampering.

use std::fmt;

use memchr::memmem::Finder;

use crate::payload::v3::Status;
use crate::payload::{Fact, Proof};

/// Substrings that point to one concern, compared without case.
#[derive(Clone, Default)]
pub struct Signal {
    finders: Vec<Finder<'static>>,
    is_ascii: bool,
}

impl Signal {
    /// Creates a signal of these substrings, in which `_` and `-` stand for a space. Without any, it never matches.
    pub fn new(texts: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let texts: Vec<String> = texts.into_iter().map(|text| spaced(text.as_ref().to_lowercase())).collect();
        let is_ascii = texts.iter().all(|text| text.is_ascii());
        Self { finders: texts.iter().map(|text| Finder::new(text).into_owned()).collect(), is_ascii }
    }

    /// Returns the substrings as they are looked for.
    pub(crate) fn words(&self) -> impl Iterator<Item = String> {
        self.texts().map(|text| String::from_utf8_lossy(text).into_owned())
    }

    fn texts(&self) -> impl Iterator<Item = &[u8]> {
        self.finders.iter().map(Finder::needle)
    }

    fn is_empty(&self) -> bool {
        self.finders.is_empty()
    }

    /// Returns whether an entry of `error_list` matches.
    pub(super) fn in_errors(&self, proof: &Proof<'_>) -> bool {
        !self.is_empty() && proof.errors().any(|error| self.matches(&error))
    }

    /// Collects what the scanner reported about this concern, in `check_detail[].element` and `error_list`.
    pub(super) fn search(&self, proof: &Proof<'_>) -> Report {
        if self.is_empty() {
            return Report::default();
        }
        // An error without a text could be the very one that was looked for.
        let unreadable = proof.has_unreadable_error();
        let mut report = Report { failed: self.in_errors(proof), unreadable, ..Report::default() };
        for detail in proof.check_details() {
            match &detail.element {
                Fact::Readable(element) if self.matches(element) => {}
                // It could be the very one that was looked for, unless nothing is wrong with it.
                Fact::Unreadable => {
                    report.unreadable |= detail.failed();
                    continue;
                }
                _ => continue,
            }
            match detail.status {
                Fact::Readable(Status::Ok) => report.passed = true,
                Fact::Readable(Status::NotDone) => report.not_done = true,
                Fact::Readable(_) => report.failed = true,
                Fact::Absent | Fact::Unreadable => report.unreadable = true,
            }
        }
        report
    }

    /// Returns whether a text holds one of the substrings; `_` and `-` in it stand for a space.
    ///
    /// Lower-casing letters beyond ASCII takes some fifty times as long, so that is done only for signals with such
    /// letters.
    fn matches(&self, text: &str) -> bool {
        let text = spaced(if self.is_ascii { text.to_ascii_lowercase() } else { text.to_lowercase() });
        self.finders.iter().any(|finder| finder.find(text.as_bytes()).is_some())
    }
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

/// What the scanner reported about one concern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Report {
    /// A matching check failed, or an error matches.
    pub failed: bool,
    /// A matching check is `OK`.
    pub passed: bool,
    /// A matching check has no status that can be read, a check that failed no name that can, or an error no text.
    pub unreadable: bool,
    /// A matching check was not done.
    pub not_done: bool,
}
