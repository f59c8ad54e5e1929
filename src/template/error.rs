//! Why a macro is refused.

use crate::payload::PointerError;
use crate::words::probably;

/// Why a macro is refused. Carries no text of the configuration, but the known word that is nearest to one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MacroError {
    /// `${` without `}`.
    #[error("a macro is not closed")]
    Unclosed,
    /// `${` inside a macro.
    #[error("a macro can't stand inside another, or is not closed before the next")]
    Nested,
    /// No such macro.
    #[error("unknown macro{}", probably(*.0))]
    UnknownName(Option<&'static str>),
    /// `${field:}`.
    #[error("a field macro needs a display name")]
    EmptyField,
    /// `${claim:…}` with a name that is not a key of `evidence.claims`.
    #[error("unknown claim{}", probably(*.0))]
    UnknownClaim(Option<&'static str>),
    /// `${/…}` is not a JSON pointer.
    #[error(transparent)]
    Pointer(#[from] PointerError),
    /// No such filter.
    #[error("unknown filter{}", probably(*.0))]
    UnknownFilter(Option<&'static str>),
    /// `date(…)` is not closed, or its format asks for more than a date has.
    #[error("a date filter needs a format of date directives, like date(%d/%m/%Y)")]
    DateFormat,
    /// The format of `date(…)` has no directive, or letters as Java's formats have them.
    #[error("a date format has directives of strftime, like %d/%m/%Y for Java's dd/MM/yyyy")]
    JavaDateFormat,
    /// `:-` for the second time.
    #[error("a macro has one default at most")]
    SecondDefault,
}
