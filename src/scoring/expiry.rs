//! Whether a document has expired.

use super::case::Case;
use super::reading::Reading;

/// Returns whether the scanner reports a document as expired, or its date of expiry is before the day of the request.
/// A document is valid to the end of its last day.
pub(super) fn expired(case: &Case<'_>, document: &Reading<'_>) -> bool {
    let has_passed = document.dates.expiry.readable().is_some_and(|expiry| expiry < case.today);
    has_passed || case.evidence.signals.expired.in_errors(document.proof)
}
