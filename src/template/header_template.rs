//! A text with macros in it.

use super::error::MacroError;
use super::macros::{MacroPart, MacroParts};
use super::scope::Scope;

/// A compiled text, for header values.
#[derive(Debug, Clone, PartialEq)]
pub struct HeaderTemplate {
    pieces: Vec<MacroPart>,
}

impl HeaderTemplate {
    /// Compiles a text.
    ///
    /// # Errors
    /// See [`MacroError`]; the first one found.
    pub fn compile(text: &str) -> Result<Self, MacroError> {
        Ok(Self { pieces: MacroParts::of(text).collect::<Result<_, _>>()? })
    }

    /// Whether the text has no macro, so that every request renders it alike.
    #[must_use]
    pub fn is_literal(&self) -> bool {
        self.pieces.iter().all(|piece| matches!(piece, MacroPart::Literal(_)))
    }

    /// Renders the text as a header value: macros interpolated (missing ones as nothing, values other than strings as
    /// compact JSON), control characters made spaces, white space at the ends removed.
    #[must_use]
    pub fn render(&self, scope: &Scope<'_>) -> String {
        let mut line = String::new();
        for piece in &self.pieces {
            match piece {
                MacroPart::Literal(text) => line.push_str(text),
                MacroPart::Macro(found) => {
                    line.push_str(&found.resolve(scope).map(|value| value.into_compact()).unwrap_or_default());
                }
            }
        }
        let line: String = line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        line.trim().to_owned()
    }
}
