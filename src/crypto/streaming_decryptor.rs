//! A sealed body on its way in.

use std::rc::Rc;

use super::decoder::{Decoder, Malformed, is_space};
use super::decryption::{self, Decryption, GROUP};
use super::envelope::{EnvelopeParts, Opening, Plaintext};
use super::secret_buf::SecretBuf;
use super::spec::CipherMode;

/// How much of a chunk is decoded before it is decrypted, so that it stays in the processor's cache.
const PIECE: usize = 32 * 1024;

/// What has to be there for the next step, so that a body that comes byte by byte isn't decrypted group by group.
const BITE: usize = 8 * GROUP;

/// The end of what is there, which may be GCM's tag.
const HELD_BACK: usize = 16;

/// An IV, a step and what is held back.
const ENOUGH: usize = 16 + BITE + HELD_BACK;

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
    Resting,
}

/// What a body turned out to be.
pub(super) enum Opened {
    /// By the first key: the only candidate.
    Plaintext(Plaintext),
    /// The ciphertext as it came. The keys but the first `tried` may open it.
    Ciphertext { bytes: SecretBuf, tried: usize },
}

impl StreamingDecryptor {
    /// Takes a body that is written to `bytes`, which is empty.
    pub(super) fn new(parts: Rc<EnvelopeParts>, bytes: SecretBuf) -> Self {
        let decoder = Decoder::new(parts.body_encoding);
        Self { parts, decoder, bytes, progress: Progress::Short }
    }

    pub(super) fn push(&mut self, chunk: &[u8]) -> Result<(), Malformed> {
        for piece in chunk.chunks(PIECE) {
            self.decoder.push(piece, &mut self.bytes)?;
            self.advance();
        }
        Ok(())
    }

    /// Decrypts the rest. `None` when there is nothing, when it is malformed, or when the only candidate fails; then
    /// the buffer is wiped.
    pub(super) fn finish(self) -> Option<Opened> {
        let Self { parts, decoder, mut bytes, progress } = self;
        decoder.finish(&mut bytes).ok()?;
        if bytes.is_empty() {
            return None;
        }
        let Progress::Running { decryption, start, done } = progress else {
            return Some(Opened::Ciphertext { bytes, tried: 0 });
        };
        if let Some(length) = decryption.finish(bytes.get_mut(start..)?, done - start) {
            let opening = Opening { key: 0, tagged: parts.cipher.mode == CipherMode::Gcm };
            return Some(Opened::Plaintext(Plaintext::new(bytes, start..start + length, opening)));
        }
        let [key, _, ..] = parts.keys.as_slice() else { return None };
        let (iv, _, text) = parts.split(&mut bytes)?;
        decryption::undo_gcm(key, iv, text.get_mut(..done - start)?)?;
        Some(Opened::Ciphertext { bytes, tried: 1 })
    }

    fn advance(&mut self) {
        if matches!(self.progress, Progress::Short) && self.bytes.len() >= ENOUGH {
            self.progress = self.begin().unwrap_or(Progress::Resting);
        }
        let Progress::Running { decryption, done, .. } = &mut self.progress else { return };
        let ready = self.bytes.len().saturating_sub(*done + HELD_BACK);
        let ready = ready - ready % GROUP;
        if ready >= BITE
            && let Some(next) = self.bytes.get_mut(*done..*done + ready)
        {
            decryption.advance(next);
            *done += ready;
        }
    }

    /// `None` where only the whole body tells what to do with it: where there are several candidates and no tag, the
    /// ciphertext is needed more than once.
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

    /// Whether the body was taken in for these parts.
    pub(super) fn is_for(&self, parts: &Rc<EnvelopeParts>) -> bool {
        Rc::ptr_eq(&self.parts, parts)
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

    /// The most bytes that `length` bytes of the body add.
    pub(super) fn bound(&self, length: usize) -> usize {
        self.decoder.bound(length)
    }

    /// Bytes of memory that decrypting takes beside the buffer.
    pub(super) fn state_size(&self) -> usize {
        match &self.progress {
            Progress::Running { decryption, .. } => decryption::size(decryption.as_ref()),
            Progress::Short | Progress::Resting => 0,
        }
    }
}
