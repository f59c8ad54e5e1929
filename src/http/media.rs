//! What a request's headers say about its body.

use super::token::is_token;

/// The media type of a body, as far as it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Media {
    /// JSON, or no `content-type`.
    Json,
    /// Text or octet-stream: the types under which ciphertext is sent.
    Opaque,
}

/// Why a body's headers rule it out. The texts name the header; nothing of the client's but content codings, which are
/// tokens, is repeated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MediaError {
    /// A type that is neither JSON, text nor octet-stream, or no type at all.
    #[error("content-type must be JSON, text or application/octet-stream")]
    ContentType,
    /// Several `content-type` headers.
    #[error("content-type must come once")]
    RepeatedContentType,
    /// A content coding other than `identity`.
    #[error("content-encoding must be identity, not {0}")]
    ContentEncoding(String),
    /// A `charset` other than UTF-8 on a body that goes on as it came: the backend would read another text than the
    /// gate.
    #[error("the charset of content-type must be UTF-8")]
    Charset,
}

/// Longest `content-type` that is read; real ones are far shorter.
const LONGEST_CONTENT_TYPE: usize = 255;
/// Longest content coding that is named in an error.
const LONGEST_CODING: usize = 32;

/// The headers that describe a body, collected one by one.
#[derive(Default)]
pub struct BodyHead {
    /// `content-length` in bytes, where the client sent it.
    pub content_length: Option<usize>,
    content_type: Option<ContentType>,
    content_types: usize,
    coding: Option<String>,
}

struct ContentType {
    text: String,
    /// `None` for types that are not supported.
    media: Option<Media>,
}

impl BodyHead {
    /// Starts with no headers.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads a header; returns `false` when it says nothing about the body.
    pub fn note(&mut self, name: &[u8], value: &[u8]) -> bool {
        if name.eq_ignore_ascii_case(b"content-type") {
            self.content_types = self.content_types.saturating_add(1);
            self.content_type = Some(ContentType::parse(value));
        } else if name.eq_ignore_ascii_case(b"content-encoding") {
            self.coding = self.coding.take().or_else(|| foreign_coding(value));
        } else if name.eq_ignore_ascii_case(b"content-length") {
            self.content_length = announced_length(value);
        } else {
            return false;
        }
        true
    }

    /// Returns the bytes of memory that the copies take.
    #[must_use]
    pub fn held(&self) -> usize {
        let content_type = self.content_type.as_ref().map_or(0, |content_type| content_type.text.capacity());
        content_type.saturating_add(self.coding.as_ref().map_or(0, String::capacity))
    }

    /// Returns the media type of the body.
    ///
    /// # Errors
    /// Every [`MediaError`] but [`MediaError::Charset`].
    pub fn media(&self) -> Result<Media, MediaError> {
        if let Some(coding) = &self.coding {
            return Err(MediaError::ContentEncoding(coding.clone()));
        }
        if self.content_types > 1 {
            return Err(MediaError::RepeatedContentType);
        }
        match &self.content_type {
            None => Ok(Media::Json),
            Some(content_type) => content_type.media.ok_or(MediaError::ContentType),
        }
    }

    /// Checks that a backend which believes `content-type` reads the body as UTF-8.
    ///
    /// # Errors
    /// [`MediaError::Charset`]
    pub fn check_charset(&self) -> Result<(), MediaError> {
        let content_type = self.content_type.as_ref();
        let foreign = content_type.is_some_and(|content_type| has_foreign_charset(&content_type.text));
        if foreign { Err(MediaError::Charset) } else { Ok(()) }
    }

    /// Returns the `content-type` of the body as the client sent it, if there is one and it is printable ASCII.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        let text = self.content_type.as_ref().map(|content_type| content_type.text.as_str());
        text.filter(|text| !text.is_empty() && self.content_types == 1)
    }
}

impl ContentType {
    /// Parses a media type (RFC 9110 section 8.3.1). One that isn't printable ASCII is kept as no text.
    fn parse(value: &[u8]) -> Self {
        let printable =
            value.len() <= LONGEST_CONTENT_TYPE && value.iter().all(|byte| matches!(byte, b'\t' | b' '..=b'~'));
        let text = std::str::from_utf8(value).ok().filter(|_| printable).unwrap_or_default().trim().to_owned();
        let essence = text.split(';').next().unwrap_or_default().trim_ascii().to_ascii_lowercase();
        let media = match essence.split_once('/') {
            Some((kind, subtype)) if is_token(kind) && is_token(subtype) => match (kind, subtype) {
                ("application" | "text", "json") => Some(Media::Json),
                (_, subtype) if subtype.ends_with("+json") => Some(Media::Json),
                ("application", "octet-stream") | ("text", _) => Some(Media::Opaque),
                _ => None,
            },
            _ => None,
        };
        Self { text, media }
    }
}

/// Returns whether any `charset` in a content type is another than UTF-8. Backends parse parameters with more or less
/// care, so one inside a quoted string, or in a form of its own (`charset*`), counts as well.
fn has_foreign_charset(content_type: &str) -> bool {
    let text = content_type.to_ascii_lowercase();
    text.split("charset").skip(1).any(|rest| {
        let rest = rest.trim_ascii_start();
        let value = rest.strip_prefix('=').map(|value| value.split(';').next().unwrap_or_default().trim_ascii());
        let value =
            value.map(|value| value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value));
        !matches!(value, Some("utf-8" | "utf8"))
    })
}

/// Returns the first content coding other than `identity`, as it may stand in an error.
fn foreign_coding(value: &[u8]) -> Option<String> {
    let mut codings = value.split(|&byte| byte == b',').map(<[u8]>::trim_ascii);
    let foreign = codings.find(|coding| !coding.is_empty() && !coding.eq_ignore_ascii_case(b"identity"))?;
    let text = std::str::from_utf8(foreign).ok().filter(|text| is_token(text) && text.len() <= LONGEST_CODING);
    Some(text.unwrap_or("an unknown coding").to_owned())
}

/// Parses a `content-length`. One beyond this machine's integers is still a length, and too large.
fn announced_length(value: &[u8]) -> Option<usize> {
    let digits = std::str::from_utf8(value.trim_ascii()).ok()?;
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(usize::MAX))
}
