//! What a check found before `onMissing` has its say.

use super::check::CheckOutcome;
use super::code::CheckCode;

/// A check's own answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Finding {
    Pass(CheckCode),
    Fail(CheckCode),
    /// No evidence, and what that means unless `onMissing` says otherwise.
    Missing(CheckCode, CheckOutcome),
}

impl Finding {
    /// Absent evidence that counts against the customer.
    pub(super) fn not_proven(code: CheckCode) -> Self {
        Self::Missing(code, CheckOutcome::Fail)
    }
    /// Absent evidence that counts for nothing.
    pub(super) fn not_evaluated(code: CheckCode) -> Self {
        Self::Missing(code, CheckOutcome::Skip)
    }

    /// Pass or fail.
    pub(super) fn of(passed: bool, pass: CheckCode, fail: CheckCode) -> Self {
        if passed { Self::Pass(pass) } else { Self::Fail(fail) }
    }

    /// Why.
    pub(super) fn code(self) -> CheckCode {
        match self {
            Self::Pass(code) | Self::Fail(code) | Self::Missing(code, _) => code,
        }
    }

    /// How the check ends.
    pub(super) fn outcome(self, on_missing: Option<CheckOutcome>) -> CheckOutcome {
        match self {
            Self::Pass(_) => CheckOutcome::Pass,
            Self::Fail(_) => CheckOutcome::Fail,
            Self::Missing(_, default) => on_missing.unwrap_or(default),
        }
    }
}
