//! `cipherSpec` and `ivParamSpec`.

use std::str::FromStr;

use super::key::KeyEncoding;

/// An AES mode of operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Mode {
    Gcm,
    Cbc,
    Cfb128,
    Cfb8,
    Ctr,
}

/// A parsed `cipherSpec`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CipherSpec {
    /// The mode.
    pub mode: Mode,
    /// Key bits, where the four-part spelling names them.
    pub key_bits: Option<usize>,
}

/// Why a `cipherSpec` is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CipherSpecError {
    /// Not `AES/MODE/PADDING` nor `AES/BITS/MODE/PADDING`.
    #[error("must be AES/MODE/PADDING or AES/BITS/MODE/PADDING")]
    Shape,
}

impl FromStr for CipherSpec {
    type Err = CipherSpecError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let _ = text;
        todo!()
    }
}

/// Where the IV comes from (`ivParamSpec`).
#[derive(Clone, PartialEq, Eq)]
pub enum Iv {
    /// It stands before the ciphertext.
    Prefix,
    /// It is always this one.
    Static(Vec<u8>),
}

/// Why an `ivParamSpec` is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IvError {
    /// No decoding gives the length that the mode wants.
    #[error("must be the word prefix, or an IV of 16 bytes (GCM: 12)")]
    Length,
}

impl Iv {
    /// Reads the word `prefix` or an encoded IV of the mode's length (GCM 12 bytes, else 16).
    ///
    /// # Errors
    /// See [`IvError`].
    pub fn decode(text: &str, encoding: Option<KeyEncoding>, mode: Mode) -> Result<Self, IvError> {
        let _ = (text, encoding, mode);
        todo!()
    }
}
