//! What a check found before `onMissing` has its say.

use super::check::Outcome;
use super::code::Code;

/// A check's own answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Finding {
    Pass(Code),
    Fail(Code),
    /// No evidence, and what that means unless `onMissing` says otherwise.
    Missing(Code, Outcome),
}

impl Finding {
    /// Absent evidence that counts against the customer.
    pub(super) fn not_proven(code: Code) -> Self {
        Self::Missing(code, Outcome::Fail)
    }
    /// Absent evidence that counts for nothing.
    pub(super) fn not_evaluated(code: Code) -> Self {
        Self::Missing(code, Outcome::Skip)
    }

    /// Pass or fail.
    pub(super) fn of(passed: bool, pass: Code, fail: Code) -> Self {
        if passed { Self::Pass(pass) } else { Self::Fail(fail) }
    }

    /// Why.
    pub(super) fn code(self) -> Code {
        match self {
            Self::Pass(code) | Self::Fail(code) | Self::Missing(code, _) => code,
        }
    }

    /// How the check ends.
    pub(super) fn outcome(self, on_missing: Option<Outcome>) -> Outcome {
        match self {
            Self::Pass(_) => Outcome::Pass,
            Self::Fail(_) => Outcome::Fail,
            Self::Missing(_, default) => on_missing.unwrap_or(default),
        }
    }
}
