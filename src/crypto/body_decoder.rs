//! Decoding a body as it arrives, chunk by chunk.

use std::rc::Rc;

use super::decoder::is_space;
use super::encoding::BodyEncoding;
use super::parts::EnvelopeParts;
use super::plaintext::Plaintext;
use super::secret_buf::SecretBuf;
use super::streaming_decryptor::StreamingDecryptor;
use super::unreadable_cause::UnreadableCause;

/// A body on its way in: decoded and decrypted chunk by chunk in one buffer, whatever the chunk boundaries. What is in
/// it comes out when it is complete, by [`Envelope::open`](super::Envelope::open).
pub struct BodyDecoder {
    received: usize,
    announced: usize,
    outline: Outline,
    form: Form,
}

enum Form {
    /// Taken as it is.
    Plain(SecretBuf),
    /// Nothing but white space so far: may become [`Form::Plain`] or [`Form::Encrypted`].
    Undecided(SecretBuf, Rc<EnvelopeParts>),
    Encrypted(StreamingDecryptor),
    /// A JSON object with the ciphertext in it, taken as it is: its members may come in any order.
    Json(SecretBuf, Rc<EnvelopeParts>),
    Malformed,
}

/// A whole body.
pub(super) enum CompleteBody {
    Plain(SecretBuf),
    Encrypted(StreamingDecryptor),
    /// Decoded, for an envelope of these parts.
    Ciphertext(SecretBuf, Rc<EnvelopeParts>),
}

/// The bytes by which a JSON object is known: the first two and the last that are no white space.
#[derive(Default)]
struct Outline {
    start: [Option<u8>; 2],
    end: Option<u8>,
}

impl Outline {
    fn note(&mut self, chunk: &[u8]) {
        let mut significant = chunk.iter().filter(|byte| !is_space(byte)).copied();
        self.start.iter_mut().filter(|byte| byte.is_none()).for_each(|byte| *byte = significant.next());
        self.end = chunk.iter().rfind(|byte| !is_space(byte)).copied().or(self.end);
    }

    /// Tells whether this may be a JSON object. Of random bytes, one in 2^23 may.
    fn is_object(&self) -> bool {
        matches!((self.start, self.end), ([Some(b'{'), Some(b'"' | b'}')], Some(b'}')))
    }
}

impl BodyDecoder {
    /// Starts on a body that is not encrypted.
    #[must_use]
    pub fn plain() -> Self {
        Self::new(Form::Plain(SecretBuf::default()))
    }

    /// Starts on a body sealed with these parts.
    pub(super) fn encrypted(parts: Rc<EnvelopeParts>) -> Self {
        if parts.json_members.is_some() {
            return Self::new(Form::Json(SecretBuf::default(), parts));
        }
        // No text of an encoding begins with a brace, so there the first byte tells a plaintext. Raw bytes may: there
        // it is for `Candidates` to find out.
        if parts.allow_plaintext && parts.body_encoding != BodyEncoding::Raw {
            Self::new(Form::Undecided(SecretBuf::default(), parts))
        } else {
            Self::new(Form::Encrypted(StreamingDecryptor::new(parts, SecretBuf::default())))
        }
    }

    fn new(form: Form) -> Self {
        Self { received: 0, announced: 0, outline: Outline::default(), form }
    }

    /// Notes how many bytes are announced on the wire (the `content-length`), so that the buffer, which doubles as the
    /// body comes, never gets larger than needed. Nothing is reserved: announcing costs a client nothing, and thousands
    /// may do it at once. A wrong number does no harm.
    pub fn announce(&mut self, announced: usize) {
        self.announced = announced;
    }

    /// Takes the next chunk. Malformed input is remembered and told at the end.
    pub fn push(&mut self, chunk: &[u8]) {
        self.received = self.received.saturating_add(chunk.len());
        self.outline.note(chunk);
        self.decide(chunk);
        self.make_room(chunk.len());
        match &mut self.form {
            Form::Plain(bytes) | Form::Undecided(bytes, _) | Form::Json(bytes, _) => bytes.extend_from_slice(chunk),
            Form::Encrypted(decryptor) => {
                if decryptor.push(chunk).is_err() {
                    self.form = Form::Malformed;
                }
            }
            Form::Malformed => {}
        }
    }

    /// Returns the bytes taken so far, as they came over the wire.
    #[must_use]
    pub fn received(&self) -> usize {
        self.received
    }

    /// Returns the bytes of memory that this body takes now: its buffer, and what decrypting it needs beside that.
    #[must_use]
    pub fn held(&self) -> usize {
        let (_, capacity) = self.room();
        match &self.form {
            Form::Encrypted(decryptor) => capacity + decryptor.state_size(),
            Form::Plain(_) | Form::Undecided(..) | Form::Json(..) | Form::Malformed => capacity,
        }
    }

    /// Tells whether a body that must be encrypted is a JSON object in the clear, as far as its first bytes and its
    /// last one show.
    pub(super) fn is_in_the_clear(&self) -> bool {
        match &self.form {
            Form::Encrypted(decryptor) => decryptor.refuses_plaintext() && self.outline.is_object(),
            Form::Malformed => matches!(self.outline.start, [Some(b'{'), _]),
            Form::Plain(_) | Form::Undecided(..) | Form::Json(..) => false,
        }
    }

    /// Ends the body.
    pub(super) fn finish(self) -> Result<CompleteBody, UnreadableCause> {
        match self.form {
            Form::Plain(bytes) if bytes.is_empty() => Err(UnreadableCause::Json),
            Form::Plain(bytes) => Ok(CompleteBody::Plain(bytes)),
            Form::Encrypted(decryptor) => Ok(CompleteBody::Encrypted(decryptor)),
            Form::Json(bytes, parts) => finish_json(bytes, parts),
            Form::Undecided(..) => Err(UnreadableCause::TooShort),
            Form::Malformed => Err(UnreadableCause::Encoding),
        }
    }

    /// Returns a body that came unencrypted and is configured to; empty for one that wasn't.
    #[must_use]
    pub fn into_plaintext(self) -> Plaintext {
        match self.finish() {
            Ok(CompleteBody::Plain(bytes)) => bytes.into(),
            Ok(CompleteBody::Encrypted(_) | CompleteBody::Ciphertext(..)) | Err(_) => SecretBuf::default().into(),
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
            Form::Encrypted(StreamingDecryptor::new(Rc::clone(parts), bytes))
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

    /// Returns the length and the capacity of the buffer.
    fn room(&self) -> (usize, usize) {
        match &self.form {
            Form::Plain(bytes) | Form::Undecided(bytes, _) | Form::Json(bytes, _) => (bytes.len(), bytes.capacity()),
            Form::Encrypted(decryptor) => (decryptor.len(), decryptor.capacity()),
            Form::Malformed => (0, 0),
        }
    }

    fn grow_to(&mut self, capacity: usize) {
        match &mut self.form {
            Form::Plain(bytes) | Form::Undecided(bytes, _) | Form::Json(bytes, _) => bytes.grow_to(capacity),
            Form::Encrypted(decryptor) => decryptor.grow_to(capacity),
            Form::Malformed => {}
        }
    }

    fn bound(&self, length: usize) -> usize {
        match &self.form {
            Form::Plain(_) | Form::Undecided(..) | Form::Json(..) => length,
            Form::Encrypted(decryptor) => decryptor.bound(length),
            Form::Malformed => 0,
        }
    }
}

/// Decodes a JSON object. One that has none of the members is a plaintext.
fn finish_json(text: SecretBuf, parts: Rc<EnvelopeParts>) -> Result<CompleteBody, UnreadableCause> {
    let Some(members) = &parts.json_members else { return Err(UnreadableCause::Encoding) };
    match members.decode(&text, parts.cipher.iv_bytes) {
        Ok(bytes) if bytes.is_empty() => Err(UnreadableCause::TooShort),
        Ok(bytes) => Ok(CompleteBody::Ciphertext(bytes, parts)),
        Err(_) if members.are_absent_from(&text) && parts.allow_plaintext => Ok(CompleteBody::Plain(text)),
        Err(_) if members.are_absent_from(&text) => Err(UnreadableCause::Plaintext),
        Err(cause) => Err(cause),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::streaming_decryptor::Decrypted;
    use crate::crypto::{EnvelopeParts, Iv, Key, KeyEncoding};

    /// With more than one key and no tag: nothing is decrypted before the end.
    fn two_keys(body_encoding: BodyEncoding) -> BodyDecoder {
        let key = || Key::decode(&"ab".repeat(16), Some(KeyEncoding::Hex)).unwrap();
        let parts = EnvelopeParts {
            cipher: "AES/CBC/PKCS5Padding".parse().unwrap(),
            keys: vec![key(), key()],
            iv: Iv::Prefix,
            body_encoding,
            json_members: None,
            allow_plaintext: false,
            accept_static_nonce: false,
        };
        BodyDecoder::encrypted(Rc::new(parts))
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
                let mut decoder = two_keys(encoding);
                let body =
                    [b"\"".repeat((encoding == BodyEncoding::JsonString).into()), b"A".repeat(1_000_002)].concat();
                decoder.announce(body.len());
                body.chunks(size).for_each(|chunk| decoder.push(chunk));
                assert_eq!(decoder.held(), decoder.bound(body.len()), "{encoding:?} by {size}");
                if encoding == BodyEncoding::JsonString {
                    decoder.push(b"\"");
                }
                let Ok(CompleteBody::Encrypted(body)) = decoder.finish() else { panic!("{encoding:?}") };
                let Ok(Decrypted::Ciphertext { bytes, tried: 0 }) = body.finish() else { panic!("{encoding:?}") };
                assert!(bytes.len() >= 500_001 && bytes.capacity() < bytes.len() + 16, "{encoding:?} by {size}");
            }
        }
    }

    #[test]
    fn an_announcement_costs_nothing() {
        let mut decoder = BodyDecoder::plain();
        decoder.announce(usize::MAX);
        assert_eq!(decoder.held(), 0);
        decoder.push(&[b'x'; 1000]);
        assert_eq!(decoder.held(), 2000);
    }

    #[test]
    fn growing_takes_two_and_a_half_times_the_body_at_most() {
        let mut decoder = BodyDecoder::plain();
        for pushed in 1..20_000 {
            let before = decoder.held();
            decoder.push(b"x");
            let peak = if decoder.held() == before { before } else { before + decoder.held() };
            assert!(peak <= pushed * 5 / 2, "{peak} for {pushed}");
        }
    }

    #[test]
    fn malformed_input_is_not_kept() {
        let mut decoder = two_keys(BodyEncoding::Hex);
        decoder.push(b"0123456789x");
        decoder.push(b"0123456789");
        assert_eq!((decoder.held(), decoder.received()), (0, 21));
        assert!(matches!(decoder.finish(), Err(UnreadableCause::Encoding)));
    }
}
