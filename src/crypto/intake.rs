//! Taking a body in as it arrives, chunk by chunk.

use super::decoder::{Decoder, is_space};
use super::encoding::BodyEncoding;
use super::envelope::Envelope;
use super::wiped::Wiped;

/// What an announced length is trusted for before anything has come: announcing costs a client nothing, and thousands
/// may do it at once.
const TRUSTED: usize = 256 * 1024;

/// A body on its way in: decoded chunk by chunk into one buffer, whatever the chunk boundaries.
pub struct Intake {
    received: usize,
    announced: usize,
    bytes: Wiped,
    form: Form,
}

enum Form {
    /// Taken as it is.
    Plain,
    /// Nothing but white space so far: may become [`Form::Plain`] or [`Form::Sealed`].
    Undecided(BodyEncoding),
    Sealed(Decoder),
    Malformed,
}

/// A whole body, decoded but not decrypted.
pub(super) enum Collected {
    Plain(Wiped),
    Sealed(Wiped),
}

impl Intake {
    /// A body that is not encrypted.
    #[must_use]
    pub fn plain() -> Self {
        Self::new(Form::Plain)
    }

    /// A body sealed in `envelope`.
    #[must_use]
    pub fn sealed(envelope: &Envelope) -> Self {
        let encoding = envelope.body_encoding();
        // No text of an encoding begins with a brace, so there the first byte tells a plaintext. Raw bytes may: there
        // it is for `Envelope::open` to find out.
        if envelope.allows_plaintext() && encoding != BodyEncoding::Raw {
            Self::new(Form::Undecided(encoding))
        } else {
            Self::new(Form::Sealed(Decoder::new(encoding)))
        }
    }

    fn new(form: Form) -> Self {
        Self { received: 0, announced: 0, bytes: Wiped::default(), form }
    }

    /// Makes room for a body of `announced` bytes on the wire (its `content-length`), so that the buffer is moved
    /// seldom and never gets larger than needed. A wrong number does no harm.
    pub fn reserve(&mut self, announced: usize) {
        self.announced = announced;
        let room = self.bound(announced).min(TRUSTED);
        self.bytes.grow_to(room);
    }

    /// Takes the next chunk. Malformed input is remembered and told by `Envelope::open`.
    pub fn push(&mut self, chunk: &[u8]) {
        self.received = self.received.saturating_add(chunk.len());
        self.decide(chunk);
        self.make_room(chunk.len());
        match &mut self.form {
            Form::Plain | Form::Undecided(_) => self.bytes.extend_from_slice(chunk),
            Form::Sealed(decoder) => {
                if decoder.push(chunk, &mut self.bytes).is_err() {
                    self.form = Form::Malformed;
                    self.bytes = Wiped::default();
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

    /// Bytes of memory that the body takes, room for what is to come included.
    #[must_use]
    pub fn held(&self) -> usize {
        self.bytes.capacity()
    }

    /// The body at its end. `None` if there is none or it was malformed.
    pub(super) fn finish(self) -> Option<Collected> {
        let Self { mut bytes, form, .. } = self;
        let collected = match form {
            Form::Plain => Collected::Plain(bytes),
            Form::Sealed(decoder) => {
                decoder.finish(&mut bytes).ok()?;
                Collected::Sealed(bytes)
            }
            Form::Undecided(_) | Form::Malformed => return None,
        };
        let (Collected::Plain(bytes) | Collected::Sealed(bytes)) = &collected;
        if bytes.is_empty() { None } else { Some(collected) }
    }

    fn decide(&mut self, chunk: &[u8]) {
        let Form::Undecided(encoding) = self.form else { return };
        let Some(first) = chunk.iter().find(|byte| !is_space(byte)) else { return };
        self.form = if *first == b'{' {
            Form::Plain
        } else {
            self.bytes.clear();
            Form::Sealed(Decoder::new(encoding))
        };
    }

    fn make_room(&mut self, more: usize) {
        let needed = self.bytes.len().saturating_add(self.bound(more));
        if needed > self.bytes.capacity() {
            let expected = self.bound(self.announced);
            // The old buffer and the new one are there at the same time, while the body is copied.
            self.bytes.grow_to(if needed <= expected {
                needed.saturating_mul(2).min(expected)
            } else {
                needed.saturating_add(needed / 2)
            });
        }
    }

    fn bound(&self, length: usize) -> usize {
        match &self.form {
            Form::Plain | Form::Undecided(_) => length,
            Form::Sealed(decoder) => decoder.bound(length),
            Form::Malformed => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
                let mut intake = Intake::new(Form::Sealed(Decoder::new(encoding)));
                let body =
                    [b"\"".repeat((encoding == BodyEncoding::JsonString).into()), b"A".repeat(1_000_002)].concat();
                intake.reserve(body.len());
                body.chunks(size).for_each(|chunk| intake.push(chunk));
                assert_eq!(intake.bytes.capacity(), intake.bound(body.len()), "{encoding:?} by {size}");
                if let Form::Sealed(Decoder::Quoted(_)) = intake.form {
                    intake.push(b"\"");
                }
                let Some(Collected::Sealed(bytes)) = intake.finish() else { panic!("{encoding:?}") };
                assert!(bytes.len() >= 500_001 && bytes.capacity() < bytes.len() + 16, "{encoding:?} by {size}");
            }
        }
    }

    #[test]
    fn an_announcement_costs_little() {
        let mut intake = Intake::plain();
        intake.reserve(usize::MAX);
        assert_eq!(intake.bytes.capacity(), TRUSTED);
        intake.push(&[b'x'; TRUSTED + 1]);
        assert_eq!(intake.bytes.capacity(), 2 * (TRUSTED + 1));
    }

    #[test]
    fn malformed_input_is_not_kept() {
        let mut intake = Intake::new(Form::Sealed(Decoder::new(BodyEncoding::Hex)));
        intake.push(b"0123456789x");
        intake.push(b"0123456789");
        assert_eq!((intake.bytes.capacity(), intake.received()), (0, 21));
        assert!(intake.finish().is_none());
    }
}
