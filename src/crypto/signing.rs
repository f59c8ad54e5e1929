//! Keys that sign: HMAC-SHA-256 (RFC 2104) and Ed25519 (RFC 8032). Both are deterministic and take no time that
//! depends on the key.

use ed25519_dalek::{SECRET_KEY_LENGTH, Signer as _};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::words::words;

use super::key::{KeyEncoding, Undecided};

words! {
    /// How a key signs, by its name in RFC 9421's registry.
    pub enum SigningAlgorithm {
        /// The backend has the same key.
        HmacSha256 = "hmac-sha256",
        /// The backend has the public key.
        Ed25519 = "ed25519",
    }
}

/// Shortest key of an HMAC: its output's length (RFC 2104 section 3).
const SHORTEST_HMAC_KEY: usize = 32;
const LONGEST_HMAC_KEY: usize = 1024;

/// What stands before the seed in an Ed25519 key as OpenSSL writes it: PKCS #8, version 1 (RFC 8410 section 7).
const PKCS8: [u8; 16] = *b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20";
const PKCS8_LENGTH: usize = PKCS8.len() + SECRET_KEY_LENGTH;

/// A key that signs. Wiped on drop, never shown.
pub struct SigningKey(Kind);

enum Kind {
    Hmac(Hmac<Sha256>),
    Ed25519(Box<ed25519_dalek::SigningKey>),
}

/// Why a text is not a signing key. Never carries the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SigningKeyError {
    /// The text isn't written in the encoding that was named.
    #[error("is not written in its keyEncoding")]
    Encoding,
    /// Too short for an HMAC, or absurdly long.
    #[error("must decode to 32 to 1024 bytes")]
    HmacLength,
    /// Neither a seed nor PKCS #8.
    #[error("must decode to the 32 bytes of an Ed25519 private key, or to its 48 bytes of PKCS #8")]
    Ed25519,
    /// Several decodings give a legal length.
    #[error("is a key in more than one encoding; set keyEncoding to base64, hex or utf8")]
    Ambiguous,
    /// A key in plain characters with white space around it.
    #[error("has white space around it, which may or may not be part of the key")]
    WhiteSpace,
}

impl SigningKey {
    /// Decodes a key; without an encoding, the only one that gives a legal length.
    ///
    /// # Errors
    /// See [`SigningKeyError`].
    pub fn decode(
        text: &str,
        encoding: Option<KeyEncoding>,
        algorithm: SigningAlgorithm,
    ) -> Result<Self, SigningKeyError> {
        let legal = |length: usize| match algorithm {
            SigningAlgorithm::HmacSha256 => (SHORTEST_HMAC_KEY..=LONGEST_HMAC_KEY).contains(&length),
            SigningAlgorithm::Ed25519 => matches!(length, SECRET_KEY_LENGTH | PKCS8_LENGTH),
        };
        let bytes = KeyEncoding::resolve(text, encoding, legal).map_err(|reason| match (reason, algorithm) {
            (Undecided::Encoding, _) => SigningKeyError::Encoding,
            (Undecided::Ambiguous, _) => SigningKeyError::Ambiguous,
            (Undecided::WhiteSpace, _) => SigningKeyError::WhiteSpace,
            (Undecided::Length, SigningAlgorithm::HmacSha256) => SigningKeyError::HmacLength,
            (Undecided::Length, SigningAlgorithm::Ed25519) => SigningKeyError::Ed25519,
        })?;
        match algorithm {
            SigningAlgorithm::HmacSha256 => {
                Hmac::new_from_slice(&bytes).map(|hmac| Self(Kind::Hmac(hmac))).map_err(|_| SigningKeyError::HmacLength)
            }
            SigningAlgorithm::Ed25519 => {
                let seed =
                    if bytes.len() == PKCS8_LENGTH { bytes.strip_prefix(&PKCS8) } else { Some(bytes.as_slice()) };
                let seed = seed.and_then(|seed| seed.first_chunk()).ok_or(SigningKeyError::Ed25519)?;
                let seed = Zeroizing::new(*seed);
                Ok(Self(Kind::Ed25519(Box::new(ed25519_dalek::SigningKey::from_bytes(&seed)))))
            }
        }
    }

    /// Creates a key for HMAC-SHA-256 of the bytes as they are, of any length.
    ///
    /// # Errors
    /// None that is known: RFC 2104 takes every key.
    pub fn hmac_sha256(bytes: &[u8]) -> Result<Self, SigningKeyError> {
        Hmac::new_from_slice(bytes).map(|hmac| Self(Kind::Hmac(hmac))).map_err(|_| SigningKeyError::HmacLength)
    }

    /// Returns the signature: 32 bytes (HMAC) or 64 (Ed25519).
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        match &self.0 {
            Kind::Hmac(hmac) => hmac.clone().chain_update(message).finalize().into_bytes().to_vec(),
            Kind::Ed25519(key) => key.sign(message).to_bytes().to_vec(),
        }
    }
}
