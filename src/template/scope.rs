//! What macros can see.

use jiff::Timestamp;

use crate::payload::Kyc;
use crate::payload::date::DateOrder;
use crate::scoring::{Claims, Verdict};

/// One judged request, as macros see it.
#[allow(missing_docs)]
pub struct Scope<'s> {
    pub kyc: Kyc<'s>,
    pub claims: &'s Claims<'s>,
    pub verdict: &'s Verdict,
    pub received_at: Timestamp,
    pub date_order: DateOrder,
}
