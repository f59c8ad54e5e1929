//! A text with macros in it.

use super::macros::MacroError;
use super::scope::Scope;

/// A compiled text, for header values.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    source: String,
}

impl Line {
    /// Compiles a text.
    ///
    /// # Errors
    /// See [`MacroError`].
    pub fn compile(text: &str) -> Result<Self, MacroError> {
        Ok(Self { source: text.to_owned() })
    }
    /// Renders the text as a header value: macros interpolated, control characters made spaces.
    #[must_use]
    pub fn render(&self, scope: &Scope<'_>) -> String {
        let _ = (&self.source, scope.received_at);
        todo!()
    }
}
