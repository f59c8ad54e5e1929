//! Whether a document has expired.

use crate::payload::field::Field;
use crate::payload::{Proof, date};

use super::case::Case;

/// Returns whether the scanner reports a document as expired, or its date of expiry is before the day of the request.
/// A document is valid to the end of its last day.
pub(super) fn expired(case: &Case<'_>, proof: &Proof<'_>) -> bool {
    let expiry = proof.field(Field::DateOfExpiry).and_then(|expiry| date::parse(&expiry, case.evidence.date_order));
    expiry.is_some_and(|expiry| expiry < case.today) || case.evidence.signals.expired.in_errors(proof)
}
