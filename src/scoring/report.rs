//! What the scanner reported about the concerns that signals point to.

use crate::payload::v3::Status;
use crate::payload::{Fact, Proof};

use super::evidence::Signals;
use super::signal::SearchedText;

/// What the scanner reported about each concern, in `check_detail[].element` and `error_list`: every text of a document
/// is looked at once, for all signals.
#[derive(Default)]
pub(super) struct Reports {
    pub photocopy: Report,
    pub tampered: Report,
    pub published_online: Report,
    pub mrz: Report,
    /// Whether an entry of `error_list` matches; checks aren't looked at.
    pub expired: bool,
}

impl Reports {
    /// Collects what a document's scanner reported.
    pub(super) fn of(proof: &Proof<'_>, signals: &Signals) -> Self {
        let mut reports = Self::default();
        let mut concerns = [
            (&signals.photocopy, &mut reports.photocopy),
            (&signals.tampered, &mut reports.tampered),
            (&signals.published_online, &mut reports.published_online),
            (&signals.mrz, &mut reports.mrz),
        ];
        let are_ascii = signals.expired.is_ascii() && concerns.iter().all(|(signal, _)| signal.is_ascii());
        // An error without a text could be the very one that was looked for.
        let has_unreadable_error = proof.has_unreadable_error();
        for (signal, report) in &mut concerns {
            report.unreadable = has_unreadable_error && !signal.is_empty();
        }
        let mut text = SearchedText::default();
        for error in proof.errors() {
            text.set(&error, are_ascii);
            reports.expired |= signals.expired.matches(&text);
            for (signal, report) in &mut concerns {
                report.failed |= signal.matches(&text);
            }
        }
        for detail in proof.check_details() {
            let is_known = detail.element.as_ref().readable().map(|element| text.set(element, are_ascii)).is_some();
            for (signal, report) in &mut concerns {
                if is_known && signal.matches(&text) {
                    report.note(detail.status);
                }
                // It could be the very one that was looked for, unless nothing is wrong with it.
                report.unreadable |= !is_known && !signal.is_empty() && detail.failed();
            }
        }
        reports
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

impl Report {
    /// Notes how a check of this concern ended.
    fn note(&mut self, status: Fact<Status>) {
        match status {
            Fact::Readable(Status::Ok) => self.passed = true,
            Fact::Readable(Status::NotDone) => self.not_done = true,
            Fact::Readable(_) => self.failed = true,
            Fact::Absent | Fact::Unreadable => self.unreadable = true,
        }
    }
}
