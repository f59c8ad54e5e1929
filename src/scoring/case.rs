//! One KYC post to be judged.

use jiff::civil::Date;

use crate::payload::Kyc;

use super::evidence::{Claims, Evidence};
use super::settings::Settings;

/// A KYC post with everything its scores depend on.
pub struct Case<'c> {
    /// The payload.
    pub kyc: Kyc<'c>,
    /// What the customer claimed.
    pub claims: &'c Claims<'c>,
    /// How facts are drawn from the payload.
    pub evidence: &'c Evidence,
    /// Weights, thresholds and minimum ages.
    pub settings: &'c Settings,
    /// The day of the request, UTC.
    pub today: Date,
    /// `:authority` of the request, where it is text.
    pub authority: Option<&'c str>,
    /// Path of the request, without its query.
    pub path: &'c str,
}
