//! One validated encryption block (`requestEncryption` or `responseDecryption`) and what it does to a body.

use std::rc::Rc;

use super::body_decoder::{BodyDecoder, CompleteBody};
use super::candidates::Candidates;
use super::cipher;
use super::parts::{EnvelopeError, EnvelopeParts};
use super::plaintext::Plaintext;
use super::secret_buf::SecretBuf;
use super::spec::Iv;
use super::streaming_decryptor::Decrypted;
use super::unreadable_cause::UnreadableCause;

/// A validated encryption block.
pub struct Envelope {
    parts: Rc<EnvelopeParts>,
}

impl Envelope {
    /// Puts the parts together.
    ///
    /// # Errors
    /// See [`EnvelopeError`].
    pub fn new(parts: EnvelopeParts) -> Result<Self, EnvelopeError> {
        parts.check()?;
        Ok(Self { parts: Rc::new(parts) })
    }

    /// Starts on a body sealed in this envelope, which is the only one that opens it.
    #[must_use]
    pub fn decoder(&self) -> BodyDecoder {
        BodyDecoder::encrypted(Rc::clone(&self.parts))
    }

    /// Returns the plaintexts that this body may stand for, one per key, in the order of the keys; each is decrypted
    /// when asked for. With GCM there is at most one, the one whose tag verified. The other modes can't tell a wrong
    /// key or a changed body, so the caller takes the first candidate that is a JSON document and must not use any
    /// other for anything. Empty when nothing opens it; [`Candidates::cause`] then tells the operator why.
    ///
    /// Where a plaintext body is allowed, it is the last candidate. A body that was decoded for another envelope has no
    /// candidates.
    pub fn open(&self, body: BodyDecoder) -> Candidates<'_> {
        let parts = &*self.parts;
        let in_the_clear = body.is_in_the_clear();
        let candidates = match body.finish() {
            Ok(CompleteBody::Plain(bytes)) => Candidates::plain(parts, bytes),
            Ok(CompleteBody::Encrypted(body)) if body.is_for(&self.parts) => match body.finish() {
                Ok(Decrypted::Plaintext(plaintext)) => Candidates::decrypted(parts, plaintext),
                Ok(Decrypted::Ciphertext { bytes, tried }) => Candidates::encrypted(parts, bytes, tried),
                Err(cause) => Candidates::none(parts, cause),
            },
            Ok(CompleteBody::Ciphertext(bytes, parts)) if Rc::ptr_eq(&parts, &self.parts) => {
                Candidates::encrypted(&self.parts, bytes, 0)
            }
            Ok(CompleteBody::Encrypted(_) | CompleteBody::Ciphertext(..)) => {
                Candidates::none(parts, UnreadableCause::Encoding)
            }
            Err(cause) => Candidates::none(parts, cause),
        };
        if in_the_clear { candidates.in_the_clear() } else { candidates }
    }

    /// Reads a body: returns what `parse` makes of the first candidate that it accepts.
    ///
    /// # Errors
    /// Why there is none: of all keys, the cause of the one that got furthest. `parse` gives
    /// [`Plaintext::unreadable_cause`] for what it refuses.
    pub fn read<T>(
        &self,
        body: BodyDecoder,
        mut parse: impl FnMut(Plaintext) -> Result<T, UnreadableCause>,
    ) -> Result<T, UnreadableCause> {
        let mut candidates = self.open(body);
        while let Some(plaintext) = candidates.next() {
            match parse(plaintext) {
                Ok(read) => return Ok(read),
                Err(cause) => candidates.note(cause),
            }
        }
        Err(candidates.cause())
    }

    /// Encrypts a response with the first key. `iv_seed` are 16 random bytes, of which the IV is made when it is
    /// `prefix` (GCM takes the first 12). Returns the encoded HTTP body; `None` for a message too long for GCM.
    #[must_use]
    pub fn seal(&self, plaintext: &[u8], iv_seed: [u8; 16]) -> Option<Vec<u8>> {
        let cipher = self.parts.cipher;
        let (iv, prefix) = match &self.parts.iv {
            Iv::Prefix => iv_seed.split_at_checked(cipher.iv_bytes).map(|(iv, _)| (iv, iv))?,
            Iv::Static(iv) => (iv.as_slice(), Default::default()),
        };
        let size = prefix.len().saturating_add(plaintext.len()).saturating_add(cipher::MAX_GROWTH);
        let mut text = SecretBuf::with_capacity(size);
        text.extend_from_slice(prefix);
        text.extend_from_slice(plaintext);
        cipher::encrypt(cipher, self.parts.keys.first()?, iv, &mut text, prefix.len())?;
        Some(self.parts.encode(&mut text))
    }
}
