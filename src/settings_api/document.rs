//! A settings document as JSON text, from a caller or from the store.

use serde_json::Value;

use crate::http::CallFailure;
use crate::payload::{Document, Limits};
use crate::scoring::Settings;

/// Largest document, in bytes: several times one with an age limit for every state of every country.
pub(super) const MAX_BYTES: usize = 256 * 1024;
/// The size bounds the members already.
const LIMITS: Limits = Limits { max_depth: 16, max_fields: MAX_BYTES };

/// Parses strict JSON. The scan comes first: `serde_json` would let a duplicate key win silently.
///
/// # Errors
/// What is wrong, in words that never show the text.
pub(super) fn parse(text: &[u8]) -> Result<Value, String> {
    Document::scan(text, LIMITS).map_err(|error| error.to_string())?;
    serde_json::from_slice(text).map_err(|_| "holds a number or a string that can't be represented".to_owned())
}

/// Returns the settings that a document gives.
///
/// # Errors
/// [`CallFailure::NotJson`] or [`CallFailure::InvalidSettings`].
pub(super) fn settings(text: &[u8]) -> Result<Settings, CallFailure> {
    let document = parse(text).map_err(|_| CallFailure::NotJson)?;
    Settings::from_json(&document).map_err(|_| CallFailure::InvalidSettings)
}
