//! AES keys: decoded once, wiped on drop, never shown.

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

use crate::words::words;

const ANY_PADDING: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, ANY_PADDING);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, ANY_PADDING);

words! {
    /// How a key's or an IV's text is encoded (`keyEncoding`).
    pub enum KeyEncoding {
        /// RFC 4648 section 4 or 5, with or without padding.
        Base64 = "base64",
        /// RFC 4648 section 8, any case.
        Hex = "hex",
        /// The bytes of the text itself.
        Utf8 = "utf8",
    }
}

/// Why a text stands for no bytes, or for more than one string of them.
pub(super) enum Undecided {
    /// The text isn't written in the encoding that was named.
    Encoding,
    /// No decoding has a legal length.
    Length,
    /// Several decodings have.
    Ambiguous,
    /// There is white space around a text that stands for its own bytes: part of it or not, nobody can tell.
    WhiteSpace,
}

impl KeyEncoding {
    fn decode(self, text: &str) -> Option<Zeroizing<Vec<u8>>> {
        match self {
            Self::Base64 => decode_base64(&STANDARD, text).or_else(|| decode_base64(&URL_SAFE, text)),
            Self::Hex => {
                let mut bytes = Zeroizing::new(vec![0; text.len() / 2]);
                base16ct::mixed::decode(text, &mut bytes).ok()?;
                Some(bytes)
            }
            Self::Utf8 => Some(Zeroizing::new(text.as_bytes().to_vec())),
        }
    }

    /// Returns the bytes that `text` stands for: in the encoding named, or in the only one that gives a legal length.
    /// White space around base64 and hex, such as the newline at the end of a file, is ignored.
    pub(super) fn resolve(
        text: &str,
        encoding: Option<Self>,
        legal: impl Fn(usize) -> bool,
    ) -> Result<Zeroizing<Vec<u8>>, Undecided> {
        let bare = text.trim();
        if encoding == Some(Self::Utf8) && bare != text {
            return Err(Undecided::WhiteSpace);
        }
        if let Some(encoding) = encoding {
            let bytes = encoding.decode(bare).ok_or(Undecided::Encoding)?;
            return if legal(bytes.len()) { Ok(bytes) } else { Err(Undecided::Length) };
        }
        let decoded = Self::ALL.into_iter().filter_map(|encoding| Some((encoding, encoding.decode(bare)?)));
        let mut fitting = decoded.filter(|(_, bytes)| legal(bytes.len()));
        let Some((encoding, bytes)) = fitting.next() else {
            return Err(if legal(text.len()) { Undecided::WhiteSpace } else { Undecided::Length });
        };
        if fitting.next().is_some() {
            return Err(Undecided::Ambiguous);
        }
        if encoding == Self::Utf8 && bare != text { Err(Undecided::WhiteSpace) } else { Ok(bytes) }
    }
}

/// Decodes into a buffer that is wiped even when the text turns out to be malformed.
fn decode_base64(engine: &GeneralPurpose, text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(base64::decoded_len_estimate(text.len())));
    engine.decode_vec(text, &mut bytes).ok()?;
    Some(bytes)
}

/// An AES key of 16, 24 or 32 bytes.
///
/// There is no way to compare two keys, or to get at the bytes from outside of this module.
pub struct Key(Zeroizing<Vec<u8>>);

/// Why a text is not a key. Never carries the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The text isn't written in the encoding that was named.
    #[error("is not written in its keyEncoding")]
    Encoding,
    /// No decoding gives a legal length.
    #[error("must decode to 16, 24 or 32 bytes")]
    Length,
    /// Several decodings give a legal length.
    #[error("is a key in more than one encoding; set keyEncoding to base64, hex or utf8")]
    Ambiguous,
    /// A key in plain characters with white space around it.
    #[error("has white space around it, which may or may not be part of the key")]
    WhiteSpace,
}

impl From<Undecided> for KeyError {
    fn from(reason: Undecided) -> Self {
        match reason {
            Undecided::Encoding => Self::Encoding,
            Undecided::Length => Self::Length,
            Undecided::Ambiguous => Self::Ambiguous,
            Undecided::WhiteSpace => Self::WhiteSpace,
        }
    }
}

impl Key {
    /// Decodes a key; without an encoding, the only one that gives a legal length.
    ///
    /// # Errors
    /// See [`KeyError`].
    pub fn decode(text: &str, encoding: Option<KeyEncoding>) -> Result<Self, KeyError> {
        Ok(Self(KeyEncoding::resolve(text, encoding, |length| matches!(length, 16 | 24 | 32))?))
    }

    /// Returns the size in bits: 128, 192 or 256.
    #[must_use]
    pub fn bits(&self) -> usize {
        self.0.len() * 8
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(redacted)")
    }
}
