//! `responseBody`: where the backend's answer carries what.

use crate::payload::Locator;

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
