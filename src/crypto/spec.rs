//! `cipherSpec` and `ivParamSpec`.

use std::str::FromStr;

use super::key::{KeyEncoding, Undecided};
use super::unreadable_cause::UnreadableCause;

/// An AES mode of operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CipherMode {
    /// Galois/counter mode, NIST SP 800-38D, with a nonce of 12 or 16 bytes and a tag of 16. The only one with
    /// integrity.
    Gcm,
    /// Cipher block chaining, NIST SP 800-38A.
    Cbc,
    /// Cipher feedback with segments of 128 bits, NIST SP 800-38A.
    Cfb128,
    /// Cipher feedback with segments of 8 bits, NIST SP 800-38A.
    Cfb8,
    /// Counter mode, NIST SP 800-38A, counting in all 128 bits as Java does.
    Ctr,
}

impl CipherMode {
    /// Returns what it means when a text can't be decrypted: only a tag tells whether it is authentic.
    pub(super) fn failure(self) -> UnreadableCause {
        match self {
            Self::Gcm => UnreadableCause::Authentication,
            Self::Cbc | Self::Cfb128 | Self::Cfb8 | Self::Ctr => UnreadableCause::PaddingOrJson,
        }
    }

    /// Returns the bytes of the IV, unless `ivBytes` says otherwise: 12 for GCM, else 16.
    fn default_iv_bytes(self) -> usize {
        match self {
            Self::Gcm => 12,
            Self::Cbc | Self::Cfb128 | Self::Cfb8 | Self::Ctr => 16,
        }
    }
}

/// What fills a text up before it is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Padding {
    /// Nothing (`NoPadding`); CBC then needs texts that the sender filled up with spaces or NULs.
    None,
    /// RFC 5652 section 6.3, to whole blocks of 16 bytes (`PKCS5Padding`, `PKCS7Padding`).
    Block,
    /// The same to segments of one byte, which is always one byte of 1: CFB8 as .NET has it (`blockSizeBytes` 1).
    Byte,
}

/// A parsed `cipherSpec`: a Java transformation (`AES/CBC/PKCS5Padding`, `AES_256/GCM/NoPadding`) or the REL-ID SDK's
/// spelling with the bits of the key (`AES/256/CBC/PKCS7Padding`), in any case; and what `blockSizeBytes` and `ivBytes`
/// add to it.
///
/// ```
/// use kyc_gate::crypto::{CipherMode, CipherSpec, Padding};
///
/// let spec: CipherSpec = "aes_256/gcm/nopadding".parse()?;
/// assert_eq!((spec.mode, spec.padding, spec.iv_bytes, spec.key_bits), (CipherMode::Gcm, Padding::None, 12,
/// Some(256))); assert_eq!(spec.with_iv_bytes(16).map(|spec| spec.iv_bytes), Some(16));
/// # Ok::<(), kyc_gate::crypto::CipherSpecError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CipherSpec {
    /// The mode.
    pub mode: CipherMode,
    /// The padding.
    pub padding: Padding,
    /// Bytes of the IV.
    pub iv_bytes: usize,
    /// Key bits, where the spelling names them.
    pub key_bits: Option<usize>,
}

impl CipherSpec {
    /// Sets `blockSizeBytes`: 16, or with CFB8 also 1, to which it then pads. `None` for another size.
    #[must_use]
    pub fn with_block_size(self, bytes: usize) -> Option<Self> {
        match (bytes, self.mode, self.padding) {
            (16, _, _) | (1, CipherMode::Cfb8, Padding::None) => Some(self),
            (1, CipherMode::Cfb8, _) => Some(Self { padding: Padding::Byte, ..self }),
            _ => None,
        }
    }

    /// Sets `ivBytes`: with GCM 12 or 16, else 16. `None` for another size.
    #[must_use]
    pub fn with_iv_bytes(self, bytes: usize) -> Option<Self> {
        let fits = bytes == 16 || bytes == self.mode.default_iv_bytes();
        fits.then_some(Self { iv_bytes: bytes, ..self })
    }
}

/// Why a `cipherSpec` is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CipherSpecError {
    /// Not `AES/MODE/PADDING`, `AES_BITS/MODE/PADDING` nor `AES/BITS/MODE/PADDING`.
    #[error("must be AES/MODE/PADDING, AES_BITS/MODE/PADDING or AES/BITS/MODE/PADDING")]
    Shape,
    /// Something behind a colon.
    #[error("a \":digest\" suffix is not supported: how it would turn the key into another is not documented")]
    Digest,
    /// Another cipher than AES.
    #[error("the only algorithm is AES")]
    Algorithm,
    /// What stands for the bits is not a key size.
    #[error("the key bits must be 128, 192 or 256")]
    KeyBits,
    /// ECB.
    #[error("ECB is refused: it encrypts equal blocks to equal blocks and so shows the payload's pattern")]
    Ecb,
    /// Another mode.
    #[error("the mode must be GCM, CBC, CFB, CFB128, CFB8 or CTR")]
    CipherMode,
    /// A padding nobody uses with AES.
    #[error("the padding must be NoPadding, PKCS5Padding or PKCS7Padding")]
    Padding,
    /// A padding with a mode that takes any length.
    #[error("GCM and CTR take NoPadding only: they encrypt texts of any length as they are")]
    PaddingUnused,
}

impl FromStr for CipherSpec {
    type Err = CipherSpecError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.contains(':') {
            return Err(CipherSpecError::Digest);
        }
        let spec = text.to_ascii_uppercase();
        let parts: Vec<&str> = spec.split('/').collect();
        let (algorithm, bits, mode, padding) = match parts.as_slice() {
            // Only the spelling with three parts can have the bits behind the algorithm.
            [algorithm, mode, padding] => match algorithm.split_once('_') {
                Some((algorithm, bits)) => (algorithm, Some(bits), *mode, *padding),
                None => (*algorithm, None, *mode, *padding),
            },
            [algorithm, bits, mode, padding] => (*algorithm, Some(*bits), *mode, *padding),
            _ => return Err(CipherSpecError::Shape),
        };
        if algorithm != "AES" {
            return Err(CipherSpecError::Algorithm);
        }
        let key_bits = bits.map(parse_bits).transpose()?;
        let mode = parse_mode(mode)?;
        let padding = parse_padding(mode, padding)?;
        Ok(Self { mode, padding, iv_bytes: mode.default_iv_bytes(), key_bits })
    }
}

fn parse_bits(bits: &str) -> Result<usize, CipherSpecError> {
    match bits {
        "128" => Ok(128),
        "192" => Ok(192),
        "256" => Ok(256),
        _ => Err(CipherSpecError::KeyBits),
    }
}

fn parse_mode(mode: &str) -> Result<CipherMode, CipherSpecError> {
    match mode {
        "GCM" => Ok(CipherMode::Gcm),
        "CBC" => Ok(CipherMode::Cbc),
        "CFB" | "CFB128" => Ok(CipherMode::Cfb128),
        "CFB8" => Ok(CipherMode::Cfb8),
        "CTR" => Ok(CipherMode::Ctr),
        "ECB" => Err(CipherSpecError::Ecb),
        _ => Err(CipherSpecError::CipherMode),
    }
}

fn parse_padding(mode: CipherMode, padding: &str) -> Result<Padding, CipherSpecError> {
    match (padding, mode) {
        ("NOPADDING", _) => Ok(Padding::None),
        ("PKCS5PADDING" | "PKCS7PADDING", CipherMode::Cbc | CipherMode::Cfb128 | CipherMode::Cfb8) => {
            Ok(Padding::Block)
        }
        ("PKCS5PADDING" | "PKCS7PADDING", CipherMode::Gcm | CipherMode::Ctr) => Err(CipherSpecError::PaddingUnused),
        _ => Err(CipherSpecError::Padding),
    }
}

/// Where the IV comes from (`ivParamSpec`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Iv {
    /// It stands before the ciphertext.
    Prefix,
    /// It is always this one.
    Static(Vec<u8>),
}

/// Why an `ivParamSpec` is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IvError {
    /// The text isn't written in the encoding that was named.
    #[error("is neither the word prefix nor written in its keyEncoding")]
    Encoding,
    /// No decoding gives the length that the mode wants.
    #[error("must be the word prefix, or an IV of 16 bytes (GCM: 12, unless ivBytes is 16)")]
    Length,
    /// Several decodings give it.
    #[error("is an IV in more than one encoding; set keyEncoding to base64, hex or utf8")]
    Ambiguous,
    /// An IV in plain characters with white space around it.
    #[error("has white space around it, which may or may not be part of the IV")]
    WhiteSpace,
}

impl From<Undecided> for IvError {
    fn from(reason: Undecided) -> Self {
        match reason {
            Undecided::Encoding => Self::Encoding,
            Undecided::Length => Self::Length,
            Undecided::Ambiguous => Self::Ambiguous,
            Undecided::WhiteSpace => Self::WhiteSpace,
        }
    }
}

impl Iv {
    /// Reads the word `prefix` or an encoded IV of the cipher's length; without an encoding, the only decoding of that
    /// length.
    ///
    /// # Errors
    /// See [`IvError`].
    pub fn decode(text: &str, encoding: Option<KeyEncoding>, cipher: CipherSpec) -> Result<Self, IvError> {
        if text.eq_ignore_ascii_case("prefix") {
            return Ok(Self::Prefix);
        }
        let iv = KeyEncoding::resolve(text, encoding, |length| length == cipher.iv_bytes)?;
        Ok(Self::Static(iv.to_vec()))
    }
}
