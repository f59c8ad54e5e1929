//! Taking a body in as it arrives, chunk by chunk.

use std::rc::Rc;

use super::decoder::is_space;
use super::encoding::BodyEncoding;
use super::envelope::{Envelope, EnvelopeParts};
use super::secret_buf::SecretBuf;
use super::streaming_decryptor::StreamingDecryptor;

/// What an announced length is trusted for before anything has come: announcing costs a client nothing, and thousands
/// may do it at once.
const TRUSTED: usize = 256 * 1024;

/// A body on its way in: decoded and decrypted chunk by chunk in one buffer, whatever the chunk boundaries. What is in
/// it comes out when it is complete, by [`Envelope::open`].
pub struct BodyDecoder {
    received: usize,
    announced: usize,
    form: Form,
}

enum Form {
    /// Taken as it is.
    Plain(SecretBuf),
    /// Nothing but white space so far: may become [`Form::Plain`] or [`Form::Sealed`].
    Undecided(SecretBuf, Rc<EnvelopeParts>),
    Sealed(StreamingDecryptor),
    Malformed,
}

/// A whole body.
pub(super) enum Collected {
    Plain(SecretBuf),
    Sealed(StreamingDecryptor),
}

impl BodyDecoder {
    /// A body that is not encrypted.
    #[must_use]
    pub fn plain() -> Self {
        Self::new(Form::Plain(SecretBuf::default()))
    }

    /// A body sealed in `envelope`, which is the only one that opens it.
    #[must_use]
    pub fn sealed(envelope: &Envelope) -> Self {
        let parts = Rc::clone(envelope.parts());
        // No text of an encoding begins with a brace, so there the first byte tells a plaintext. Raw bytes may: there
        // it is for `Envelope::open` to find out.
        if parts.allow_plaintext && parts.body_encoding != BodyEncoding::Raw {
            Self::new(Form::Undecided(SecretBuf::default(), parts))
        } else {
            Self::new(Form::Sealed(StreamingDecryptor::new(parts, SecretBuf::default())))
        }
    }

    fn new(form: Form) -> Self {
        Self { received: 0, announced: 0, form }
    }

    /// Makes room for a body of `announced` bytes on the wire (its `content-length`), so that the buffer is moved
    /// seldom and never gets larger than needed. A wrong number does no harm.
    pub fn reserve(&mut self, announced: usize) {
        self.announced = announced;
        let room = self.bound(announced).min(TRUSTED);
        self.grow_to(room);
    }

    /// Takes the next chunk. Malformed input is remembered and told by `Envelope::open`.
    pub fn push(&mut self, chunk: &[u8]) {
        self.received = self.received.saturating_add(chunk.len());
        self.decide(chunk);
        self.make_room(chunk.len());
        match &mut self.form {
            Form::Plain(bytes) | Form::Undecided(bytes, _) => bytes.extend_from_slice(chunk),
            Form::Sealed(sealed) => {
                if sealed.push(chunk).is_err() {
                    self.form = Form::Malformed;
                }
            }
            Form::Malformed => {}
        }
    }

    /// Bytes taken in so far, as they came over the wire.
    #[must_use]
    pub fn received(&self) -> usize {
        self.received
    }

    /// Bytes of memory that this body takes now: its buffer, and what decrypting it needs beside that.
    #[must_use]
    pub fn held(&self) -> usize {
        let (_, capacity) = self.room();
        match &self.form {
            Form::Sealed(sealed) => capacity + sealed.state_size(),
            Form::Plain(_) | Form::Undecided(..) | Form::Malformed => capacity,
        }
    }

    /// The body at its end. `None` if there is none or it was malformed.
    pub(super) fn finish(self) -> Option<Collected> {
        match self.form {
            Form::Plain(bytes) if !bytes.is_empty() => Some(Collected::Plain(bytes)),
            Form::Sealed(sealed) => Some(Collected::Sealed(sealed)),
            Form::Plain(_) | Form::Undecided(..) | Form::Malformed => None,
        }
    }

    fn decide(&mut self, chunk: &[u8]) {
        let Form::Undecided(spaces, parts) = &mut self.form else { return };
        let Some(first) = chunk.iter().find(|byte| !is_space(byte)) else { return };
        let mut bytes = std::mem::take(spaces);
        self.form = if *first == b'{' {
            Form::Plain(bytes)
        } else {
            bytes.clear();
            Form::Sealed(StreamingDecryptor::new(Rc::clone(parts), bytes))
        };
    }

    fn make_room(&mut self, more: usize) {
        let (length, capacity) = self.room();
        let needed = length.saturating_add(self.bound(more));
        if needed > capacity {
            let expected = self.bound(self.announced);
            // The old buffer and the new one are there at the same time, while the body is copied.
            self.grow_to(if needed <= expected {
                needed.saturating_mul(2).min(expected)
            } else {
                needed.saturating_add(needed / 2)
            });
        }
    }

    /// The length and the capacity of the buffer.
    fn room(&self) -> (usize, usize) {
        match &self.form {
            Form::Plain(bytes) | Form::Undecided(bytes, _) => (bytes.len(), bytes.capacity()),
            Form::Sealed(sealed) => (sealed.len(), sealed.capacity()),
            Form::Malformed => (0, 0),
        }
    }

    fn grow_to(&mut self, capacity: usize) {
        match &mut self.form {
            Form::Plain(bytes) | Form::Undecided(bytes, _) => bytes.grow_to(capacity),
            Form::Sealed(sealed) => sealed.grow_to(capacity),
            Form::Malformed => {}
        }
    }

    fn bound(&self, length: usize) -> usize {
        match &self.form {
            Form::Plain(_) | Form::Undecided(..) => length,
            Form::Sealed(sealed) => sealed.bound(length),
            Form::Malformed => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::streaming_decryptor::Opened;
    use crate::crypto::{EnvelopeParts, Iv, Key, KeyEncoding};

    /// With more than one key and no tag: nothing is decrypted before the end.
    fn two_keys(body_encoding: BodyEncoding) -> BodyDecoder {
        let key = || Key::decode(&"ab".repeat(16), Some(KeyEncoding::Hex)).unwrap();
        let parts = EnvelopeParts {
            cipher: "AES/CBC/PKCS5Padding".parse().unwrap(),
            keys: vec![key(), key()],
            iv: Iv::Prefix,
            body_encoding,
            allow_plaintext: false,
            accept_static_nonce: false,
        };
        BodyDecoder::sealed(&Envelope::new(parts).unwrap())
    }

    #[test]
    fn the_buffer_is_as_large_as_announced() {
        let encodings = [
            BodyEncoding::Base64,
            BodyEncoding::Base64Url,
            BodyEncoding::Hex,
            BodyEncoding::Raw,
            BodyEncoding::JsonString,
        ];
        for size in [7, 1000, 65_536, 1_000_000] {
            for encoding in encodings {
                let mut intake = two_keys(encoding);
                let body =
                    [b"\"".repeat((encoding == BodyEncoding::JsonString).into()), b"A".repeat(1_000_002)].concat();
                intake.reserve(body.len());
                body.chunks(size).for_each(|chunk| intake.push(chunk));
                assert_eq!(intake.held(), intake.bound(body.len()), "{encoding:?} by {size}");
                if encoding == BodyEncoding::JsonString {
                    intake.push(b"\"");
                }
                let Some(Collected::Sealed(sealed)) = intake.finish() else { panic!("{encoding:?}") };
                let Some(Opened::Ciphertext { bytes, tried: 0 }) = sealed.finish() else { panic!("{encoding:?}") };
                assert!(bytes.len() >= 500_001 && bytes.capacity() < bytes.len() + 16, "{encoding:?} by {size}");
            }
        }
    }

    #[test]
    fn an_announcement_costs_little() {
        let mut intake = BodyDecoder::plain();
        intake.reserve(usize::MAX);
        assert_eq!(intake.held(), TRUSTED);
        intake.push(&[b'x'; TRUSTED + 1]);
        assert_eq!(intake.held(), 2 * (TRUSTED + 1));
    }

    #[test]
    fn growing_takes_two_and_a_half_times_the_body_at_most() {
        let mut intake = BodyDecoder::plain();
        for pushed in 1..20_000 {
            let before = intake.held();
            intake.push(b"x");
            let peak = if intake.held() == before { before } else { before + intake.held() };
            assert!(peak <= pushed * 5 / 2, "{peak} for {pushed}");
        }
    }

    #[test]
    fn malformed_input_is_not_kept() {
        let mut intake = two_keys(BodyEncoding::Hex);
        intake.push(b"0123456789x");
        intake.push(b"0123456789");
        assert_eq!((intake.held(), intake.received()), (0, 21));
        assert!(intake.finish().is_none());
    }
}
