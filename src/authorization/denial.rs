//! Why a caller may not post.

/// Why a caller may not post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denial {
    /// No credentials came.
    Anonymous,
    /// They can't be read, or came more than once.
    Unusable,
    /// Not the password of this user, or no such user.
    BadPassword,
    /// A token that is unknown, expired, not valid yet, or for somebody else.
    InvalidToken,
    /// A token without the scope that posting needs.
    InsufficientScope,
}
