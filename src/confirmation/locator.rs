//! `responseBody`: where the backend's answer carries what.

use crate::payload::{Pointer, PointerError, Value};

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

    /// The value that it leads to. `null` is no value.
    pub(super) fn find<'d>(&self, root: Value<'d>) -> Option<Value<'d>> {
        root.pointer(&self.0).filter(|value| value.raw() != "null")
    }
}

/// `responseBody.onUserIdMismatch`: what becomes of an answer with another user's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnMismatch {
    /// REL-ID gets an error.
    #[default]
    Block,
    /// The posted user id goes back, and it is counted.
    Flag,
    /// The backend's goes back: REL-ID renames the account.
    Allow,
}

/// The whole block.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Locators {
    pub result: Locator,
    /// `None` where the answer has none: the post's `requester_id` serves.
    pub reference_number: Option<Locator>,
    /// `None` where the answer has none.
    pub user_id: Option<Locator>,
    pub on_mismatch: OnMismatch,
}
