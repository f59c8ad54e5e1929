//! How a ciphertext travels in the HTTP body (`bodyEncoding`).

/// How the ciphertext is written in the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BodyEncoding {
    /// RFC 4648 section 4.
    #[default]
    Base64,
    /// RFC 4648 section 5, padding optional.
    Base64Url,
    /// RFC 4648 section 8, any case.
    Hex,
    /// The bytes as they are.
    Raw,
    /// A base64 text in JSON quotes.
    JsonString,
}
