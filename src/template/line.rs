//! A text with macros in it.

use super::macros::{MacroError, Piece, Pieces};
use super::scope::Scope;

/// A compiled text, for header values.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pieces: Vec<Piece>,
}

impl Line {
    /// Compiles a text.
    ///
    /// # Errors
    /// See [`MacroError`]; the first one found.
    pub fn compile(text: &str) -> Result<Self, MacroError> {
        Ok(Self { pieces: Pieces::of(text).collect::<Result<_, _>>()? })
    }

    /// Whether the text has no macro, so that every request renders it alike.
    #[must_use]
    pub fn is_literal(&self) -> bool {
        self.pieces.iter().all(|piece| matches!(piece, Piece::Literal(_)))
    }

    /// Renders the text as a header value: macros interpolated (missing ones as nothing, values other than strings as
    /// compact JSON), control characters made spaces, white space at the ends removed.
    #[must_use]
    pub fn render(&self, scope: &Scope<'_>) -> String {
        let mut line = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Literal(text) => line.push_str(text),
                Piece::Macro(found) => {
                    line.push_str(&found.resolve(scope).map(|value| value.into_compact()).unwrap_or_default());
                }
            }
        }
        let line: String = line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        line.trim().to_owned()
    }
}
