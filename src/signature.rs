//! HTTP message signatures (RFC 9421) over what the gate asserts: the decision headers and others that it sets, the
//! request line, and the digest of the body (RFC 9530).
//!
//! A backend that verifies one knows that the gate decided and that nothing was changed behind it. Both algorithms are
//! deterministic, so signing needs no randomness.

use std::fmt::{self, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::crypto::SigningKey;

/// The label of the gate's signature in `signature-input` and `signature`.
pub const LABEL: &str = "kyc";

/// The header fields that carry a signature.
pub const FIELDS: [&str; 3] = ["content-digest", "signature-input", "signature"];

/// Signs requests with one key, the `signature` block of the configuration.
///
/// ```
/// use kyc_gate::crypto::{KeyEncoding, SigningAlgorithm, SigningKey};
/// use kyc_gate::signature::{BodyDigest, Message, Signer};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let secret = "0123456789abcdef0123456789abcdef";
/// let key = SigningKey::decode(secret, Some(KeyEncoding::Utf8), SigningAlgorithm::HmacSha256)?;
/// let digest = BodyDigest::of([&b"{}"[..]]);
/// let message = Message {
///     method: "POST",
///     authority: "kyc.bank.example",
///     path: "/kyc",
///     query: "?",
///     fields: vec![("content-digest", &digest)],
/// };
///
/// let (input, signature) = Signer::new("gate-2026".to_owned(), key).sign(&message, 1_795_867_200);
/// assert_eq!(input, concat!(
///     r#"kyc=("@method" "@authority" "@path" "@query" "content-digest")"#,
///     r#";created=1795867200;keyid="gate-2026""#,
/// ));
/// assert!(signature.starts_with("kyc=:"));
/// # Ok(())
/// # }
/// ```
pub struct Signer {
    key_id: String,
    key: SigningKey,
}

impl Signer {
    /// Creates a signer. `key_id` is printable ASCII; the configuration checks that.
    #[must_use]
    pub fn new(key_id: String, key: SigningKey) -> Self {
        Self { key_id, key }
    }

    /// Returns the values of `signature-input` and `signature`. `created` is in seconds since the Unix epoch.
    #[must_use]
    pub fn sign(&self, message: &Message<'_>, created: i64) -> (String, String) {
        let parameters = message.parameters(created, &self.key_id);
        let signature = self.key.sign(message.base(&parameters).as_bytes());
        (format!("{LABEL}={parameters}"), format!("{LABEL}=:{}:", STANDARD.encode(signature)))
    }
}

/// The covered components of a request, in the order in which they are signed: the derived ones as they stand here,
/// then the fields.
pub struct Message<'m> {
    /// `@method`.
    pub method: &'m str,
    /// `@authority`: the host in lower case, without the scheme's default port (RFC 9421 section 2.2.3).
    pub authority: &'m str,
    /// `@path`: the path without the query, as it stands in the request (RFC 9421 section 2.2.6).
    pub path: &'m str,
    /// `@query`: the query with its question mark, which stands alone where there is no query (RFC 9421 section 2.2.7).
    pub query: &'m str,
    /// Lower-case names and values of header fields, each name once.
    pub fields: Vec<(&'m str, &'m str)>,
}

impl Message<'_> {
    fn components(&self) -> impl Iterator<Item = (&str, &str)> {
        let derived =
            [("@method", self.method), ("@authority", self.authority), ("@path", self.path), ("@query", self.query)];
        derived.into_iter().chain(self.fields.iter().copied())
    }

    /// Returns `@signature-params`, which is the value of the label in `signature-input` as well: the covered
    /// components as an inner list with parameters (RFC 9651 section 4.1.1.1).
    #[must_use]
    pub fn parameters(&self, created: i64, key_id: &str) -> String {
        let mut text = String::from("(");
        for (at, (name, _)) in self.components().enumerate() {
            text.push_str(if at == 0 { "" } else { " " });
            push(&mut text, format_args!("{}", QuotedString(name)));
        }
        push(&mut text, format_args!(");created={created};keyid={}", QuotedString(key_id)));
        text
    }

    /// Returns the signature base (RFC 9421 section 2.5). Field values lose white space around them, as section 2.1
    /// demands.
    #[must_use]
    pub fn base(&self, parameters: &str) -> String {
        let mut text = String::new();
        for (name, value) in self.components() {
            push(&mut text, format_args!("{}: {}\n", QuotedString(name), value.trim_ascii()));
        }
        push(&mut text, format_args!("\"@signature-params\": {parameters}"));
        text
    }
}

/// Writing to a `String` can't fail.
fn push(text: &mut String, what: fmt::Arguments<'_>) {
    let _ = text.write_fmt(what);
}

/// A string of structured fields (RFC 9651 section 4.1.6). It can hold printable ASCII only; the configuration admits
/// nothing else.
struct QuotedString<'q>(&'q str);

impl fmt::Display for QuotedString<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for character in self.0.chars() {
            if matches!(character, '"' | '\\') {
                f.write_char('\\')?;
            }
            f.write_char(character)?;
        }
        f.write_char('"')
    }
}

/// The `content-digest` of a body (RFC 9530), computed while the body arrives.
#[derive(Clone, Default)]
pub struct BodyDigest(Sha256);

impl BodyDigest {
    /// Adds the next chunk of the body.
    pub fn update(&mut self, chunk: &[u8]) {
        self.0.update(chunk);
    }

    /// Returns the value of `content-digest`: a dictionary with the member `sha-256`.
    #[must_use]
    pub fn finish(self) -> String {
        format!("sha-256=:{}:", STANDARD.encode(self.0.finalize()))
    }

    /// Returns the value for a complete body, given in chunks.
    #[must_use]
    pub fn of<'c>(chunks: impl IntoIterator<Item = &'c [u8]>) -> String {
        let mut digest = Self::default();
        chunks.into_iter().for_each(|chunk| digest.update(chunk));
        digest.finish()
    }
}
