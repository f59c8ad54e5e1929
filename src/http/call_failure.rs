//! Why a call of the gate's own failed.

use crate::words::words;

/// Largest body of a response that is read, in bytes.
pub const MAX_RESPONSE_BYTES: usize = 256 * 1024;

/// With these bodies Envoy itself responds, with 503 to a call that it can't deliver, and with 504 when it takes too
/// long.
const UNREACHABLE: [&[u8]; 2] = [b"upstream connect error", b"no healthy upstream"];
const TIMEOUT: &[u8] = b"upstream request timeout";

words! {
    /// Why a call of the gate's own to another service failed, for the operator.
    pub enum CallFailure {
        /// The service can't be reached, or hung up.
        Unreachable = "unreachable",
        /// There was no response in time.
        Timeout = "timeout",
        /// The response has another status than 200.
        Status = "status",
        /// The response's body is larger than [`MAX_RESPONSE_BYTES`].
        TooLarge = "too-large",
        /// The response's body is not strict JSON (RFC 8259).
        NotJson = "not-json",
        /// The response has no token where it should be, or says nothing about the token that was asked about.
        NoToken = "no-token",
        /// The token is of a type that the gate doesn't understand (RFC 6749 section 7.1).
        TokenType = "token-type",
        /// A lifetime or a time is none that can be read, or the token lives for no time at all.
        Lifetime = "lifetime",
        /// The token is too long for a header, or holds something else than visible ASCII.
        UnsafeToken = "unsafe-token",
        /// What the settings store gave is no valid settings document.
        InvalidSettings = "invalid-settings",
    }
}

impl CallFailure {
    /// Returns the body of a response with status 200 that isn't too large. `status` is `None` when there was no
    /// response.
    ///
    /// # Errors
    /// [`CallFailure::Unreachable`], [`CallFailure::Timeout`], [`CallFailure::Status`] or [`CallFailure::TooLarge`].
    pub fn check(status: Option<u16>, body: &[u8]) -> Result<&[u8], Self> {
        match status {
            None => Err(Self::Unreachable),
            Some(200) if body.len() > MAX_RESPONSE_BYTES => Err(Self::TooLarge),
            Some(200) => Ok(body),
            Some(503) if UNREACHABLE.iter().any(|text| body.starts_with(text)) => Err(Self::Unreachable),
            Some(504) if body.starts_with(TIMEOUT) => Err(Self::Timeout),
            Some(_) => Err(Self::Status),
        }
    }
}
