//! One validated encryption block (`requestEncryption` or `responseDecryption`) and what it does to a body.

use std::ops::Range;
use std::rc::Rc;
use std::slice;

use super::body_decoder::{BodyDecoder, Collected};
use super::cipher;
use super::decoder::is_space;
use super::encoding::BodyEncoding;
use super::key::Key;
use super::secret_buf::SecretBuf;
use super::spec::{CipherMode, CipherSpec, Iv};
use super::streaming_decryptor::Opened;

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
    /// No key at all.
    #[error("needs a key")]
    NoKey,
    /// A key whose size isn't the one in the four-part `cipherSpec`.
    #[error("the key's size differs from the bits that cipherSpec names")]
    KeyBits,
    /// A static IV of another length than the mode's.
    #[error("the IV must have 16 bytes (GCM: 12)")]
    IvLength,
}

/// A validated encryption block.
pub struct Envelope {
    parts: Rc<EnvelopeParts>,
}

/// A body in the clear: out of a verified tag (GCM), out of a mode that can't tell (CBC, CFB, CFB8, CTR), or one that
/// came unencrypted. SecretBuf on drop.
pub struct Plaintext {
    bytes: SecretBuf,
    /// Where in the bytes the plaintext is: cutting an IV off the front of megabytes would mean to move them.
    range: Range<usize>,
    opened: Option<Opening>,
}

/// How a plaintext came out of its envelope.
#[derive(Clone, Copy)]
pub(super) struct Opening {
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
    pub(super) fn new(bytes: SecretBuf, range: Range<usize>, opened: Opening) -> Self {
        Self { bytes, range, opened: Some(opened) }
    }

    /// Which of the envelope's keys opened it, in their order; `None` when it came unencrypted.
    #[must_use]
    pub fn key(&self) -> Option<usize> {
        self.opened.map(|opened| opened.key)
    }

    /// Nonce and tag of a GCM body that brought its nonce along.
    #[must_use]
    pub fn nonce_and_tag(&self) -> Option<(&[u8], &[u8])> {
        let nonce = self.bytes.get(..self.range.start).filter(|nonce| !nonce.is_empty())?;
        let tag = self.bytes.get(self.range.end..)?;
        self.opened.filter(|opened| opened.tagged).map(|_| (nonce, tag))
    }
}

impl From<SecretBuf> for Plaintext {
    fn from(bytes: SecretBuf) -> Self {
        Self { range: 0..bytes.len(), bytes, opened: None }
    }
}

impl EnvelopeParts {
    /// An encrypted body's IV, where its text begins, and that text, with the tag of GCM. `None` when it is too short.
    pub(super) fn split<'a>(&'a self, body: &'a mut [u8]) -> Option<(&'a [u8], usize, &'a mut [u8])> {
        match &self.iv {
            Iv::Prefix => {
                let (iv, text) = body.split_at_mut_checked(self.cipher.mode.iv_len())?;
                Some((&*iv, iv.len(), text))
            }
            Iv::Static(iv) => Some((iv, 0, body)),
        }
    }

    /// Whether raw bytes may be a plaintext as well as a ciphertext.
    pub(super) fn allows_raw_plaintext(&self) -> bool {
        self.allow_plaintext && self.body_encoding == BodyEncoding::Raw
    }

    /// Decrypts in place and tells where the plaintext is.
    fn decrypt(&self, key: &Key, body: &mut [u8]) -> Option<Range<usize>> {
        let (iv, start, text) = self.split(body)?;
        let length = cipher::decrypt(self.cipher.mode, key, iv, text)?;
        Some(start..start + length)
    }
}

impl Envelope {
    /// Puts the parts together.
    ///
    /// # Errors
    /// See [`EnvelopeError`].
    pub fn new(parts: EnvelopeParts) -> Result<Self, EnvelopeError> {
        let mode = parts.cipher.mode;
        if parts.keys.is_empty() {
            return Err(EnvelopeError::NoKey);
        }
        if parts.cipher.key_bits.is_some_and(|bits| parts.keys.iter().any(|key| key.bits() != bits)) {
            return Err(EnvelopeError::KeyBits);
        }
        if let Iv::Static(iv) = &parts.iv {
            if iv.len() != mode.iv_len() {
                return Err(EnvelopeError::IvLength);
            }
            if mode == CipherMode::Gcm && !parts.accept_static_nonce {
                return Err(EnvelopeError::StaticNonce);
            }
        }
        Ok(Self { parts: Rc::new(parts) })
    }

    /// The plaintexts this body may stand for, one per key, in the order of the keys; decrypted when asked for. With
    /// GCM there is at most one, the one whose tag verified. The other modes can't tell a wrong key or a changed body,
    /// so the caller takes the first candidate that is a JSON document and must not use any other for anything. Empty
    /// when nothing opens it; why is nobody's business.
    ///
    /// Where a plaintext body is allowed, it is the last candidate. A body that was taken in for another envelope has
    /// no candidates.
    pub fn open(&self, body: BodyDecoder) -> impl Iterator<Item = Plaintext> {
        let parts = &*self.parts;
        let none = Candidates { parts, opened: None, keys: Default::default(), body: None, or_plain: false };
        match body.finish() {
            Some(Collected::Plain(bytes)) => Candidates { body: Some(bytes), or_plain: true, ..none },
            Some(Collected::Sealed(sealed)) if sealed.is_for(&self.parts) => match sealed.finish() {
                Some(Opened::Plaintext(plaintext)) => Candidates { opened: Some(plaintext), ..none },
                Some(Opened::Ciphertext { bytes, tried }) => {
                    let keys = parts.keys.get(tried..).unwrap_or_default().iter();
                    let or_plain = self.may_be_plain(&bytes);
                    Candidates { keys, body: Some(bytes), or_plain, ..none }
                }
                None => none,
            },
            Some(Collected::Sealed(_)) | None => none,
        }
    }

    /// Encrypts an answer with the first key. `iv_seed` are 16 random bytes, of which the IV is made when it is
    /// `prefix` (GCM takes the first 12). The result is the encoded HTTP body. `None` for a message too long for GCM.
    #[must_use]
    pub fn seal(&self, plaintext: &[u8], iv_seed: [u8; 16]) -> Option<Vec<u8>> {
        let mode = self.parts.cipher.mode;
        let (iv, prefix) = match &self.parts.iv {
            Iv::Prefix => iv_seed.split_at_checked(mode.iv_len()).map(|(iv, _)| (iv, iv))?,
            Iv::Static(iv) => (iv.as_slice(), Default::default()),
        };
        let size = prefix.len().saturating_add(plaintext.len()).saturating_add(cipher::MAX_GROWTH);
        let mut text = SecretBuf::with_capacity(size);
        text.extend_from_slice(prefix);
        text.extend_from_slice(plaintext);
        cipher::encrypt(mode, self.parts.keys.first()?, iv, &mut text, prefix.len())?;
        Some(self.parts.body_encoding.encode(&mut text))
    }

    /// Whether raw bytes that can't be opened are worth a try as a JSON document.
    fn may_be_plain(&self, bytes: &[u8]) -> bool {
        self.parts.allows_raw_plaintext() && bytes.iter().find(|byte| !is_space(byte)) == Some(&b'{')
    }

    pub(super) fn parts(&self) -> &Rc<EnvelopeParts> {
        &self.parts
    }
}

/// What [`Envelope::open`] gives.
struct Candidates<'a> {
    parts: &'a EnvelopeParts,
    /// What was decrypted while it arrived; then there is nothing else.
    opened: Option<Plaintext>,
    keys: slice::Iter<'a, Key>,
    body: Option<SecretBuf>,
    /// Whether the body itself is a candidate after the keys.
    or_plain: bool,
}

impl Iterator for Candidates<'_> {
    type Item = Plaintext;

    fn next(&mut self) -> Option<Plaintext> {
        if let Some(plaintext) = self.opened.take() {
            return Some(plaintext);
        }
        // A wrong tag leaves the bytes as they were, a right one leaves no question; so GCM never needs a copy.
        let tagged = self.parts.cipher.mode == CipherMode::Gcm;
        while let Some(key) = self.keys.next() {
            let at = self.parts.keys.len().saturating_sub(self.keys.len()).saturating_sub(1);
            let last = self.keys.len() == 0 && !self.or_plain;
            let mut bytes = if tagged || last { self.body.take()? } else { self.body.clone()? };
            if let Some(range) = self.parts.decrypt(key, &mut bytes) {
                return Some(Plaintext::new(bytes, range, Opening { key: at, tagged }));
            }
            if tagged {
                self.body = Some(bytes);
            }
        }
        self.body.take().filter(|_| self.or_plain).map(Plaintext::from)
    }
}

impl BodyDecoder {
    /// A body that came unencrypted and is configured to; empty for one that wasn't.
    #[must_use]
    pub fn into_plaintext(self) -> Plaintext {
        match self.finish() {
            Some(Collected::Plain(bytes)) => bytes.into(),
            Some(Collected::Sealed(_)) | None => SecretBuf::default().into(),
        }
    }
}
