//! What a check found before `onMissing` has its say.

use super::check::Outcome;

/// A check's own answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Finding {
    Pass,
    Fail,
    /// No evidence, and what that means unless `onMissing` says otherwise.
    Missing(Outcome),
}

impl Finding {
    /// Absent evidence that counts against the customer.
    pub(super) const NOT_PROVEN: Self = Self::Missing(Outcome::Fail);
    /// Absent evidence that counts for nothing.
    pub(super) const NOT_EVALUATED: Self = Self::Missing(Outcome::Skip);

    /// Pass or fail.
    pub(super) fn of(passed: bool) -> Self {
        if passed { Self::Pass } else { Self::Fail }
    }

    /// How the check ends.
    pub(super) fn outcome(self, on_missing: Option<Outcome>) -> Outcome {
        match self {
            Self::Pass => Outcome::Pass,
            Self::Fail => Outcome::Fail,
            Self::Missing(default) => on_missing.unwrap_or(default),
        }
    }
}
