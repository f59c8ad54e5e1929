//! A text with macros in it.

use super::error::MacroError;
use super::macros::{MacroPart, MacroParts};
use super::scope::Scope;

/// Longest header value that is rendered: backends refuse longer ones, and all headers together must fit Envoy's limit.
const MAX_VALUE_BYTES: usize = 4096;

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

    /// Returns whether the text has no macro, so that every request renders it alike.
    #[must_use]
    pub fn is_literal(&self) -> bool {
        self.pieces.iter().all(|piece| matches!(piece, MacroPart::Literal(_)))
    }

    /// Renders the text as a header value: macros interpolated (missing ones as nothing, values other than strings as
    /// compact JSON), control characters made spaces, white space at the ends removed, cut at 4,096 bytes.
    #[must_use]
    pub fn render(&self, scope: &Scope<'_>) -> String {
        let mut value = String::new();
        for piece in &self.pieces {
            let whole = match piece {
                MacroPart::Literal(text) => push(&mut value, text),
                MacroPart::Macro(found) => {
                    push(&mut value, &found.resolve(scope).map(|value| value.into_compact()).unwrap_or_default())
                }
            };
            if !whole {
                break;
            }
        }
        value.truncate(value.trim_end().len());
        value
    }
}

/// Appends a text to a header value. Returns whether all of it had room.
fn push(value: &mut String, text: &str) -> bool {
    let text =
        if value.is_empty() { text.trim_start_matches(|c: char| c.is_control() || c.is_whitespace()) } else { text };
    if value.len().saturating_add(text.len()) <= MAX_VALUE_BYTES && !text.contains(char::is_control) {
        value.push_str(text);
        return true;
    }
    for character in text.chars().map(|character| if character.is_control() { ' ' } else { character }) {
        if value.len().saturating_add(character.len_utf8()) > MAX_VALUE_BYTES {
            return false;
        }
        value.push(character);
    }
    true
}
