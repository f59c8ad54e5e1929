//! What a request's headers say about its body.

/// What `content-type` and `content-encoding` say about a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Media {
    /// JSON, or no `content-type`.
    Json,
    /// Text or octet-stream: the types under which ciphertext is sent.
    Opaque,
    /// Anything else, several types at once, or an encoding other than identity.
    Unsupported,
}

impl Media {
    /// Whether the body needs no new content type once it is JSON.
    #[must_use]
    pub fn is_json(self) -> bool {
        self == Self::Json
    }

    fn of_content_type(value: &[u8]) -> Self {
        let essence = value.split(|&byte| byte == b';').next().unwrap_or_default().trim_ascii().to_ascii_lowercase();
        match essence.as_slice() {
            b"application/json" | b"text/json" => Self::Json,
            b"application/octet-stream" => Self::Opaque,
            other if other.starts_with(b"application/") && other.ends_with(b"+json") => Self::Json,
            other if other.starts_with(b"text/") => Self::Opaque,
            _ => Self::Unsupported,
        }
    }

    fn worse(self, other: Self) -> Self {
        match (self, other) {
            (Self::Unsupported, _) | (_, Self::Unsupported) => Self::Unsupported,
            (_, other) => other,
        }
    }
}

/// The headers that describe a body, collected one by one.
pub struct BodyHead {
    /// The media type, as far as it matters.
    pub media: Media,
    /// `content-length` in bytes, where the client sent it.
    pub content_length: Option<usize>,
    types: usize,
}

impl BodyHead {
    /// Starts with no headers.
    #[must_use]
    pub fn new() -> Self {
        Self { media: Media::Json, content_length: None, types: 0 }
    }

    /// Reads a header; returns `false` when it says nothing about the body.
    pub fn note(&mut self, name: &[u8], value: &[u8]) -> bool {
        if name.eq_ignore_ascii_case(b"content-type") {
            self.types = self.types.saturating_add(1);
            let told = if self.types > 1 { Media::Unsupported } else { Media::of_content_type(value) };
            self.media = self.media.worse(told);
        } else if name.eq_ignore_ascii_case(b"content-encoding") {
            if !value.trim_ascii().eq_ignore_ascii_case(b"identity") {
                self.media = Media::Unsupported;
            }
        } else if name.eq_ignore_ascii_case(b"content-length") {
            self.content_length = announced_length(value);
        } else {
            return false;
        }
        true
    }
}

impl Default for BodyHead {
    fn default() -> Self {
        Self::new()
    }
}

/// Parses a `content-length`. One beyond this machine's integers is still a length, and too large.
fn announced_length(value: &[u8]) -> Option<usize> {
    let digits = std::str::from_utf8(value.trim_ascii()).ok()?;
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(usize::MAX))
}
