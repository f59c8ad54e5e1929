//! What an encryption block is made of, before and after it was validated.

use std::ops::Range;

use super::cipher;
use super::encoding::BodyEncoding;
use super::json_members::JsonMembers;
use super::key::Key;
use super::spec::{CipherMode, CipherSpec, Iv};
use super::unreadable_cause::UnreadableCause;

/// Bytes of GCM's tag.
const TAG: usize = 16;

/// What an [`Envelope`](super::Envelope) is made of.
pub struct EnvelopeParts {
    /// The cipher.
    pub cipher: CipherSpec,
    /// The key in use first, then `previousKeys`.
    pub keys: Vec<Key>,
    /// Where the IV comes from.
    pub iv: Iv,
    /// How the ciphertext is written in the body, where that isn't a JSON object.
    pub body_encoding: BodyEncoding,
    /// Where the ciphertext and what belongs to it stand in the body, where that is a JSON object.
    pub json_members: Option<JsonMembers>,
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
    /// No key at all.
    #[error("needs a key")]
    NoKey,
    /// A key whose size isn't the one in the four-part `cipherSpec`.
    #[error("the key's size differs from the bits that cipherSpec names")]
    KeyBits,
    /// A static IV of another length than the mode's.
    #[error("the IV must have 16 bytes (GCM: 12, unless ivBytes is 16)")]
    IvLength,
    /// An `ivParamSpec` beside a member with the IV.
    #[error("is left out where bodyEncoding names a member with the IV")]
    IvTwice,
    /// A member with the tag, and a mode that has none.
    #[error("only GCM has a tag")]
    TagUnused,
}

impl EnvelopeParts {
    /// Checks that the parts fit one another.
    pub(super) fn check(&self) -> Result<(), EnvelopeError> {
        let mode = self.cipher.mode;
        if self.keys.is_empty() {
            return Err(EnvelopeError::NoKey);
        }
        if self.cipher.key_bits.is_some_and(|bits| self.keys.iter().any(|key| key.bits() != bits)) {
            return Err(EnvelopeError::KeyBits);
        }
        if let Some(members) = &self.json_members {
            if members.has_tag() && mode != CipherMode::Gcm {
                return Err(EnvelopeError::TagUnused);
            }
            if members.has_iv() && self.iv != Iv::Prefix {
                return Err(EnvelopeError::IvTwice);
            }
        }
        if let Iv::Static(iv) = &self.iv {
            if iv.len() != self.cipher.iv_bytes {
                return Err(EnvelopeError::IvLength);
            }
            if mode == CipherMode::Gcm && !self.accept_static_nonce {
                return Err(EnvelopeError::StaticNonce);
            }
        }
        Ok(())
    }

    /// Splits an encrypted body into its IV, the offset at which its text begins, and that text, with the tag of GCM.
    /// `None` when it is too short.
    pub(super) fn split<'a>(&'a self, body: &'a mut [u8]) -> Option<(&'a [u8], usize, &'a mut [u8])> {
        match &self.iv {
            Iv::Prefix => {
                let (iv, text) = body.split_at_mut_checked(self.cipher.iv_bytes)?;
                Some((&*iv, iv.len(), text))
            }
            Iv::Static(iv) => Some((iv, 0, body)),
        }
    }

    /// Tells whether raw bytes may be a plaintext as well as a ciphertext.
    pub(super) fn allows_raw_plaintext(&self) -> bool {
        self.allow_plaintext && self.body_encoding == BodyEncoding::Raw && self.json_members.is_none()
    }

    /// Writes IV, ciphertext and tag as an HTTP body.
    pub(super) fn encode(&self, text: &mut Vec<u8>) -> Vec<u8> {
        match &self.json_members {
            Some(members) => members.encode(text, self.cipher.iv_bytes),
            None => self.body_encoding.encode(text),
        }
    }

    /// Decrypts in place; returns where the plaintext is.
    pub(super) fn decrypt(&self, key: &Key, body: &mut [u8]) -> Result<Range<usize>, UnreadableCause> {
        let mode = self.cipher.mode;
        let (iv, start, text) = self.split(body).ok_or(UnreadableCause::TooShort)?;
        if mode == CipherMode::Gcm && text.len() < TAG {
            return Err(UnreadableCause::TooShort);
        }
        let length = cipher::decrypt(self.cipher, key, iv, text).ok_or(mode.failure())?;
        Ok(start..start + length)
    }
}
