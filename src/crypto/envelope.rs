//! One validated encryption block (`requestEncryption` or `responseDecryption`) and what it does to a body.

use super::encoding::BodyEncoding;
use super::intake::Intake;
use super::key::Key;
use super::spec::{CipherSpec, Iv};

/// What an [`Envelope`] is made of.
pub struct EnvelopeParts {
    /// The cipher.
    pub cipher: CipherSpec,
    /// The key in use first, then `previousKeys`.
    pub keys: Vec<Key>,
    /// Where the IV comes from.
    pub iv: Iv,
    /// How the ciphertext is written in the body.
    pub body_encoding: BodyEncoding,
    /// Whether a plaintext body is taken as well.
    pub allow_plaintext: bool,
    /// Whether GCM may run with a static nonce.
    pub accept_static_nonce: bool,
}

/// Why an encryption block is refused. One variant per cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// GCM with a static nonce and no `acceptStaticNonce`.
    #[error(
        "GCM takes only \"prefix\": a repeated nonce breaks it; set acceptStaticNonce if the sender leaves no choice"
    )]
    StaticNonce,
}

/// A validated encryption block.
pub struct Envelope {
    parts: EnvelopeParts,
}

/// A body in the clear: out of a verified tag (GCM), a checked padding (CBC), or a body that came unencrypted.
/// Wiped on drop.
pub struct Plaintext(zeroize::Zeroizing<Vec<u8>>);

impl std::ops::Deref for Plaintext {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl Envelope {
    /// Puts the parts together.
    ///
    /// # Errors
    /// See [`EnvelopeError`].
    pub fn new(parts: EnvelopeParts) -> Result<Self, EnvelopeError> {
        Ok(Self { parts })
    }

    /// The plaintexts this body may stand for, one per key that opens it, in the order of the keys. The modes without
    /// a tag can't tell a wrong key, so the caller takes the first candidate that is a JSON document. Empty when
    /// nothing opens it; why is nobody's business.
    pub fn open(&self, body: Intake) -> impl Iterator<Item = Plaintext> {
        let _ = (&self.parts.keys, body);
        std::iter::empty()
    }

    /// Encrypts an answer with the first key. `fresh` are 16 random bytes, of which the IV is made when it is
    /// `prefix` (GCM takes the first 12). The result is the encoded HTTP body. `None` for a message too long for GCM.
    pub fn seal(&self, plaintext: &[u8], fresh: [u8; 16]) -> Option<Vec<u8>> {
        let _ = (plaintext, fresh);
        todo!()
    }
}

impl Intake {
    /// A body that came unencrypted and is configured to.
    #[must_use]
    pub fn into_plaintext(self) -> Plaintext {
        todo!()
    }
}
