//! Judging one KYC post.

use jiff::civil::Date;

use crate::payload::Kyc;

use super::evidence::{Claims, Evidence};
use super::rule::Rule;
use super::settings::Settings;
use super::verdict::Verdict;

/// All that a verdict depends on.
#[allow(missing_docs)]
pub struct Case<'c> {
    pub kyc: Kyc<'c>,
    pub claims: &'c Claims<'c>,
    pub evidence: &'c Evidence,
    pub settings: &'c Settings,
    pub rules: &'c [Rule],
    /// The day of the request, UTC.
    pub today: Date,
}

/// Scores the case and applies the rules.
#[must_use]
pub fn judge(case: &Case<'_>) -> Verdict {
    let _ = case.today;
    todo!()
}
