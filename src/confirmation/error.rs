//! Why a backend's answer is no confirmation.

/// One variant per cause. The texts say what is wanted, never what came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ResponseError {
    /// A status other than 2xx: the backend failed, or Envoy could not reach it.
    #[error("the backend did not answer with success")]
    Status(u16),
    /// A `content-encoding` although `accept-encoding: identity` was asked for.
    #[error("the answer must not be compressed")]
    Encoded,
    /// No body.
    #[error("the answer must have a body")]
    Empty,
    /// Over `limits.maxAnswerBytes`.
    #[error("the answer must not be larger than limits.maxAnswerBytes")]
    TooLarge,
    /// HTML, a text, JSON with duplicate keys and whatever else is not strict JSON.
    #[error("the answer must be strict JSON")]
    NotJson,
    /// Nothing where `resultLocator` points, or no boolean.
    #[error("the result must be true or false")]
    Result,
    /// Neither text nor number where `referenceNumberLocator` points.
    #[error("the reference number must be a string or a number")]
    ReferenceNumber,
    /// Neither text nor number where `userIdLocator` points.
    #[error("the user id must be a string or a number")]
    UserId,
    /// Another user's id.
    #[error("the user id must be the one that was posted")]
    OtherUser,
    /// The answer can't be encrypted.
    #[error("the answer can't be encrypted")]
    Unsealable,
}
