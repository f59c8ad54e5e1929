//! Whether a document has expired.

use super::case::Case;
use super::reading::Reading;

/// Returns whether the scanner reports a document as expired, or its date of expiry is before the day of the request.
/// A document is valid to the end of its last day.
pub(super) fn expired(case: &Case<'_>, document: &Reading<'_>) -> bool {
    known_expired(case, document) == Some(true)
}

/// Returns whether a document has expired; `None` where neither a date of expiry nor the scanner tells.
pub(super) fn known_expired(case: &Case<'_>, document: &Reading<'_>) -> Option<bool> {
    let has_passed = document.dates.expiry.readable().map(|expiry| expiry < case.today);
    if document.reports.expired { Some(true) } else { has_passed }
}
