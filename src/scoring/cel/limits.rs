//! Bounds on what a condition can see of a post.

/// Most items of a list.
pub(super) const MAX_ITEMS: usize = 64;
/// Longest text, in bytes.
pub(super) const MAX_TEXT_BYTES: usize = 1024;
