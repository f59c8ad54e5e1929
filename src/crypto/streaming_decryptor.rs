//! Decrypting a body while it arrives.

use std::rc::Rc;

use super::decoder::{Decoder, Malformed, is_space};
use super::decryption::{self, Decryption, GROUP};
use super::padding;
use super::parts::EnvelopeParts;
use super::plaintext::{DecryptedBy, Plaintext};
use super::secret_buf::SecretBuf;
use super::spec::CipherMode;
use super::stack;
use super::unreadable_cause::UnreadableCause;

/// How much of a chunk is decoded before it is decrypted, so that it stays in the processor's cache.
const PIECE: usize = 32 * 1024;

/// How much has to be there for the next step, so that a body that comes byte by byte isn't decrypted group by group.
const STEP: usize = 8 * GROUP;

/// The end of what is there, which may be GCM's tag.
const HELD_BACK: usize = 16;

/// How much has to be there to begin: an IV, a step and what is held back.
const FIRST_STEP: usize = 16 + STEP + HELD_BACK;

/// Decodes and decrypts a body while it arrives, in place.
///
/// Most of what it holds is plaintext that nothing vouches for yet. So there is no way to look at it: bytes come out of
/// [`Self::finish`] alone, as [`Plaintext`] or as the ciphertext that came.
pub(super) struct StreamingDecryptor {
    parts: Rc<EnvelopeParts>,
    decoder: Decoder,
    bytes: SecretBuf,
    progress: Progress,
}

enum Progress {
    /// Not worth beginning yet.
    Short,
    /// The bytes from `start` to `done` are decrypted.
    Running { decryption: Box<dyn Decryption>, start: usize, done: usize },
    /// All is left to the end.
    Deferred,
}

/// What a body turned out to be.
pub(super) enum Decrypted {
    /// By the first key: the only candidate.
    Plaintext(Plaintext),
    /// The ciphertext as it came. The keys but the first `tried` may open it.
    Ciphertext { bytes: SecretBuf, tried: usize },
}

impl StreamingDecryptor {
    /// Starts on a body that is written to `bytes`, which is empty.
    pub(super) fn new(parts: Rc<EnvelopeParts>, bytes: SecretBuf) -> Self {
        let decoder = Decoder::new(parts.body_encoding);
        Self { parts, decoder, bytes, progress: Progress::Short }
    }

    /// Takes the next chunk.
    pub(super) fn push(&mut self, chunk: &[u8]) -> Result<(), Malformed> {
        for piece in chunk.chunks(PIECE) {
            self.decoder.push(piece, &mut self.bytes)?;
            self.advance();
        }
        if matches!(self.progress, Progress::Running { .. }) {
            stack::wipe();
        }
        Ok(())
    }

    /// Decrypts the rest. On an error the buffer is wiped.
    ///
    /// # Errors
    /// There is nothing, it is malformed, or the only candidate fails.
    pub(super) fn finish(self) -> Result<Decrypted, UnreadableCause> {
        let Self { parts, decoder, mut bytes, progress } = self;
        decoder.finish(&mut bytes).map_err(|Malformed| UnreadableCause::Encoding)?;
        if bytes.is_empty() {
            return Err(UnreadableCause::TooShort);
        }
        let Progress::Running { mut decryption, start, done } = progress else {
            return Ok(Decrypted::Ciphertext { bytes, tried: 0 });
        };
        let failure = parts.cipher.mode.failure();
        let text = bytes.get_mut(start..).unwrap_or_default();
        let length = decryption.finish(text, done - start);
        stack::wipe();
        if let Some(length) = length.and_then(|length| padding::remove(parts.cipher, text.get_mut(..length)?)) {
            let by = DecryptedBy { key: 0, tagged: parts.cipher.mode == CipherMode::Gcm };
            return Ok(Decrypted::Plaintext(Plaintext::new(bytes, start..start + length, by)));
        }
        let [key, _, ..] = parts.keys.as_slice() else { return Err(failure) };
        let (iv, _, text) = parts.split(&mut bytes).ok_or(failure)?;
        let decrypted = text.get_mut(..done - start).ok_or(failure)?;
        let undone = decryption::undo_gcm(key, iv, decrypted);
        stack::wipe();
        undone.ok_or(failure)?;
        Ok(Decrypted::Ciphertext { bytes, tried: 1 })
    }

    fn advance(&mut self) {
        if matches!(self.progress, Progress::Short) && self.bytes.len() >= FIRST_STEP {
            self.progress = self.begin().unwrap_or(Progress::Deferred);
        }
        let Progress::Running { decryption, done, .. } = &mut self.progress else { return };
        let ready = self.bytes.len().saturating_sub(*done + HELD_BACK);
        let ready = ready - ready % GROUP;
        if ready >= STEP
            && let Some(next) = self.bytes.get_mut(*done..*done + ready)
        {
            decryption.advance(next);
            *done += ready;
        }
    }

    /// Begins to decrypt. `None` where only the whole body tells what to do with it: where there are several candidates
    /// and no tag, the ciphertext is needed more than once.
    fn begin(&mut self) -> Option<Progress> {
        let tagged = self.parts.cipher.mode == CipherMode::Gcm;
        let sole_key = self.parts.keys.len() == 1;
        let may_be_plain = self.parts.allows_raw_plaintext()
            && self.bytes.iter().find(|byte| !is_space(byte)).is_none_or(|byte| *byte == b'{');
        if may_be_plain || !(tagged || sole_key) {
            return None;
        }
        let (iv, start, text) = self.parts.split(&mut self.bytes)?;
        let decryption = decryption::start(self.parts.cipher.mode, self.parts.keys.first()?, iv, text.len())?;
        Some(Progress::Running { decryption, start, done: start })
    }

    /// Tells whether the body was decoded for these parts.
    pub(super) fn is_for(&self, parts: &Rc<EnvelopeParts>) -> bool {
        Rc::ptr_eq(&self.parts, parts)
    }

    /// Tells whether the body has to be encrypted.
    pub(super) fn refuses_plaintext(&self) -> bool {
        !self.parts.allow_plaintext
    }

    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    pub(super) fn capacity(&self) -> usize {
        self.bytes.capacity()
    }

    pub(super) fn grow_to(&mut self, capacity: usize) {
        self.bytes.grow_to(capacity);
    }

    /// Returns the most bytes that `length` bytes of the body add.
    pub(super) fn bound(&self, length: usize) -> usize {
        self.decoder.bound(length)
    }

    /// Returns the bytes of memory that decrypting takes beside the buffer.
    pub(super) fn state_size(&self) -> usize {
        match &self.progress {
            Progress::Running { decryption, .. } => decryption::size(decryption.as_ref()),
            Progress::Short | Progress::Deferred => 0,
        }
    }
}
