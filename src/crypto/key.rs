//! AES keys: decoded once, wiped on drop, never shown.

/// How a key's text is encoded (`keyEncoding`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum KeyEncoding {
    Base64,
    Hex,
    Utf8,
}

/// An AES key of 16, 24 or 32 bytes.
pub struct Key(zeroize::Zeroizing<Vec<u8>>);

/// Why a text is not a key. Never carries the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// No decoding gives a legal length.
    #[error("must decode to 16, 24 or 32 bytes")]
    Length,
}

impl Key {
    /// Decodes a key; without an encoding, the only one that gives a legal length.
    ///
    /// # Errors
    /// See [`KeyError`].
    pub fn decode(text: &str, encoding: Option<KeyEncoding>) -> Result<Self, KeyError> {
        let _ = (text, encoding);
        todo!()
    }
    /// The size in bits: 128, 192 or 256.
    #[must_use]
    pub fn bits(&self) -> usize {
        self.0.len() * 8
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(redacted)")
    }
}
