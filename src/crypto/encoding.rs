//! How a ciphertext travels in the HTTP body (`bodyEncoding`).

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use crate::words::words;

words! {
    /// How the ciphertext is written in the body.
    ///
    /// When reading, the texts may contain white space (line breaks of MIME, a newline at the end), and base64 may
    /// leave its padding out; nothing but white space may follow the padding, and the unused bits of the last digit
    /// must be zero.
    #[derive(Default)]
    pub enum BodyEncoding {
        /// RFC 4648 section 4; written with padding.
        #[default]
        Base64 = "base64",
        /// RFC 4648 section 5; written without padding.
        Base64Url = "base64url",
        /// RFC 4648 section 8, any case; written in lower case.
        Hex = "hex",
        /// The bytes as they are.
        Raw = "raw",
        /// A base64 text in JSON quotes. JSON escapes are understood, which PHP (`\/`), Gson (`\u003d`) and .NET
        /// (`\u002B`) write; none are written.
        JsonString = "jsonString",
    }
}

impl BodyEncoding {
    /// Writes a ciphertext as an HTTP body.
    pub(super) fn encode(self, ciphertext: &mut Vec<u8>) -> Vec<u8> {
        match self {
            Self::Base64 => STANDARD.encode(ciphertext).into_bytes(),
            Self::Base64Url => URL_SAFE_NO_PAD.encode(ciphertext).into_bytes(),
            Self::Hex => base16ct::lower::encode_string(ciphertext).into_bytes(),
            Self::Raw => std::mem::take(ciphertext),
            Self::JsonString => {
                let mut quoted =
                    String::with_capacity(ciphertext.len().div_ceil(3).saturating_mul(4).saturating_add(2));
                quoted.push('"');
                STANDARD.encode_string(ciphertext, &mut quoted);
                quoted.push('"');
                quoted.into_bytes()
            }
        }
    }
}
