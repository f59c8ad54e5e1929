//! JSON pointers (RFC 6901), parsed once.

/// A parsed JSON pointer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pointer {
    tokens: Vec<String>,
}

/// Why a text is not a JSON pointer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PointerError {
    /// A non-empty pointer starts with a slash.
    #[error("a JSON pointer starts with '/'")]
    NoSlash,
    /// `~` is followed by `0` or `1`.
    #[error("'~' in a JSON pointer must be followed by 0 or 1")]
    BadEscape,
}

impl Pointer {
    /// Parses an RFC 6901 pointer; `""` is the whole document.
    ///
    /// # Errors
    /// See [`PointerError`].
    pub fn parse(text: &str) -> Result<Self, PointerError> {
        let _ = text;
        todo!()
    }
    /// The decoded reference tokens.
    #[must_use]
    pub fn tokens(&self) -> &[String] {
        &self.tokens
    }
}
