//! What a check concludes from the payload, before `onMissing` applies.

use super::check::CheckOutcome;
use super::code::CheckCode;

/// A check's own conclusion, with the reason for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Assessment {
    Pass(CheckCode),
    Fail(CheckCode),
    /// Something is there that can't be read: the check fails, and `onMissing` doesn't apply.
    Unreadable(CheckCode),
    /// No evidence, and how the check ends unless `onMissing` says otherwise.
    Missing(CheckCode, CheckOutcome),
}

impl Assessment {
    /// Returns that evidence is absent and that the check fails by default.
    pub(super) fn not_proven(code: CheckCode) -> Self {
        Self::Missing(code, CheckOutcome::Fail)
    }

    /// Returns that evidence is absent and that the check is skipped by default.
    pub(super) fn not_evaluated(code: CheckCode) -> Self {
        Self::Missing(code, CheckOutcome::Skip)
    }

    /// Returns pass or fail, with the code that belongs to it.
    pub(super) fn of(passed: bool, pass: CheckCode, fail: CheckCode) -> Self {
        if passed { Self::Pass(pass) } else { Self::Fail(fail) }
    }

    /// Returns the reason code.
    pub(super) fn code(self) -> CheckCode {
        match self {
            Self::Pass(code) | Self::Fail(code) | Self::Unreadable(code) | Self::Missing(code, _) => code,
        }
    }

    /// Returns how the check ends; `on_missing` is what the configuration says of this check, if anything.
    pub(super) fn outcome(self, on_missing: Option<CheckOutcome>) -> CheckOutcome {
        match self {
            Self::Pass(_) => CheckOutcome::Pass,
            Self::Fail(_) | Self::Unreadable(_) => CheckOutcome::Fail,
            Self::Missing(_, default) => on_missing.unwrap_or(default),
        }
    }
}
