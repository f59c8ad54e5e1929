//! What comes out of a body.

use std::ops::Range;

use super::secret_buf::SecretBuf;
use super::unreadable_cause::UnreadableCause;

/// A body in the clear: out of a verified tag (GCM), out of a mode that can't tell (CBC, CFB, CFB8, CTR), or one that
/// came unencrypted. Wiped on drop.
pub struct Plaintext {
    bytes: SecretBuf,
    /// Where in the bytes the plaintext is: cutting an IV off the front of megabytes would mean to move them.
    range: Range<usize>,
    /// `None` when it came unencrypted.
    decrypted_by: Option<DecryptedBy>,
}

/// How a plaintext was decrypted.
#[derive(Clone, Copy)]
pub(super) struct DecryptedBy {
    /// The position of the key among the envelope's.
    pub(super) key: usize,
    /// Whether there was a tag, which then follows the plaintext.
    pub(super) tagged: bool,
}

impl std::ops::Deref for Plaintext {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        self.bytes.get(self.range.clone()).unwrap_or_default()
    }
}

impl Plaintext {
    pub(super) fn new(bytes: SecretBuf, range: Range<usize>, decrypted_by: DecryptedBy) -> Self {
        Self { bytes, range, decrypted_by: Some(decrypted_by) }
    }

    /// Returns the position of the key that opened it among the envelope's (`key`, then `previousKeys`); `None` when it
    /// came unencrypted.
    #[must_use]
    pub fn key(&self) -> Option<usize> {
        self.decrypted_by.map(|by| by.key)
    }

    /// Returns nonce and tag of a GCM body that brought its nonce along.
    #[must_use]
    pub fn nonce_and_tag(&self) -> Option<(&[u8], &[u8])> {
        let nonce = self.bytes.get(..self.range.start).filter(|nonce| !nonce.is_empty())?;
        let tag = self.bytes.get(self.range.end..)?;
        self.decrypted_by.filter(|by| by.tagged).map(|_| (nonce, tag))
    }

    /// Returns why a plaintext that a JSON parser refused is unreadable: [`UnreadableCause::PaddingOrJson`] where
    /// nothing vouches for it, else [`UnreadableCause::Utf8`] or [`UnreadableCause::Json`].
    #[must_use]
    pub fn unreadable_cause(&self) -> UnreadableCause {
        if self.decrypted_by.is_some_and(|by| !by.tagged) {
            UnreadableCause::PaddingOrJson
        } else if std::str::from_utf8(self).is_err() {
            UnreadableCause::Utf8
        } else {
            UnreadableCause::Json
        }
    }
}

impl From<SecretBuf> for Plaintext {
    fn from(bytes: SecretBuf) -> Self {
        Self { range: 0..bytes.len(), bytes, decrypted_by: None }
    }
}
