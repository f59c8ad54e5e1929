//! What the gate asserts, signed: HTTP message signatures (RFC 9421) over the decision headers, the method, the path
//! and the digest of the body (RFC 9530).
//!
//! The backend can then tell that the gate spoke, and that nothing was changed behind it. Both algorithms are
//! deterministic: no randomness is needed.

mod base;
mod digest;
mod signer;

pub use base::Message;
pub use digest::BodyDigest;
pub use signer::{LABEL, Signer};

/// The headers that a signature consists of.
pub const FIELDS: [&str; 3] = ["content-digest", "signature-input", "signature"];
