//! From a score to a decision.

use crate::scoring::verdict::Decision;

/// Points at which a proof is accepted or rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Thresholds {
    /// A lower score rejects.
    pub reject_below: u8,
    /// This score and higher ones accept.
    pub accept_above: u8,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { reject_below: 50, accept_above: 80 }
    }
}

impl Thresholds {
    /// Returns what a score of 0 to 100 means: both thresholds belong to the better side.
    #[must_use]
    pub fn decide(self, score: u8) -> Decision {
        if score >= self.accept_above {
            Decision::Accept
        } else if score < self.reject_below {
            Decision::Reject
        } else {
            Decision::Review
        }
    }
}
