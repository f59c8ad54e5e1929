//! Where REL-ID's configuration says that a value is in a JSON answer.

use super::document::Value;
use super::pointer::{Pointer, PointerError};

/// Where a value is in a JSON document: `result`, `data.kyc.result` or `/data/kyc/result`.
///
/// REL-ID documents plain names only. A name with a dot in it needs the pointer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Locator(Pointer);

/// Why a text is no locator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LocatorError {
    /// A path with a nameless step, or JSONPath.
    #[error("must be a member's name, a dotted path or a JSON pointer")]
    Path,
    /// Not a JSON pointer.
    #[error(transparent)]
    Pointer(#[from] PointerError),
}

impl Locator {
    /// Parses a locator that isn't empty.
    ///
    /// # Errors
    /// See [`LocatorError`].
    pub fn parse(text: &str) -> Result<Self, LocatorError> {
        if text.starts_with('/') {
            return Ok(Self(Pointer::parse(text)?));
        }
        let names: Vec<_> = text.split('.').collect();
        let is_path = names.iter().all(|name| !name.is_empty()) && !text.contains(['[', ']', '$', '*']);
        if is_path { Ok(Self(Pointer::along(&names))) } else { Err(LocatorError::Path) }
    }

    /// Returns the value that it leads to. `null` is no value.
    #[must_use]
    pub fn find<'d>(&self, root: Value<'d>) -> Option<Value<'d>> {
        root.pointer(&self.0).filter(|value| value.raw() != "null")
    }
}

impl From<Locator> for Pointer {
    fn from(Locator(pointer): Locator) -> Self {
        pointer
    }
}
