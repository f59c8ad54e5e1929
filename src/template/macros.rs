//! Parsing `${…}`.

/// Why a macro is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MacroError {
    /// `${` without `}`.
    #[error("a macro is not closed")]
    Unclosed,
}
