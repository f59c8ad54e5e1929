//! What the gate reads from a request's headers, in one pass and without a copy.

use crate::config::Config;
use crate::scoring::evidence::ClaimSource;

use super::refusal::Code;

/// A request as its headers tell it.
pub struct Arrival<'h> {
    /// Names of the client's own decision headers: to be removed before anything else.
    pub forged: Vec<&'h [u8]>,
    /// What matters of a KYC post; `None` for any other request.
    pub kyc: Option<KycHead>,
}

/// The headers of a KYC post that matter.
pub struct KycHead {
    /// `:authority`; empty when it isn't UTF-8.
    pub authority: String,
    /// One of `match.paths`.
    pub path: String,
    /// `content-length`, where the client said it.
    pub content_length: Option<usize>,
    /// What the body claims to be.
    pub media: Media,
    /// The headers that carry claims: lower-case name, value.
    claims: Vec<(String, Vec<u8>)>,
}

/// What `content-type` and `content-encoding` say of the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Media {
    /// JSON, or not said.
    Json,
    /// Text or octet-stream: how a ciphertext may travel.
    Opaque,
    /// Anything else, several types at once, or an encoding other than identity.
    Unsupported,
}

impl Media {
    /// The refusal for a body that the gate can't read.
    #[must_use]
    pub fn refusal(self) -> Option<Code> {
        (self == Self::Unsupported).then_some(Code::UnsupportedMediaType)
    }

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
}

/// Reads the headers of a request. Names may be in any case.
pub fn read<'h>(config: &Config, headers: impl Iterator<Item = (&'h [u8], &'h [u8])> + Clone) -> Arrival<'h> {
    let (mut method, mut path, mut authority) = (&[][..], &[][..], &[][..]);
    let mut forged = Vec::new();
    for (name, value) in headers.clone() {
        if is_decision_header(name, &config.decision.header_prefix) {
            forged.push(name);
        } else if name == b":method" {
            method = value;
        } else if name == b":path" {
            path = before_query(value);
        } else if name == b":authority" {
            authority = value;
        }
    }
    let kyc = is_kyc_post(config, method, path).then(|| KycHead::read(config, authority, path, headers));
    Arrival { forged, kyc }
}

/// The decision headers among a response's (or the trailers') names, which only the gate may set.
pub fn forged<'h>(config: &Config, headers: impl Iterator<Item = (&'h [u8], &'h [u8])>) -> Vec<&'h [u8]> {
    headers.map(|(name, _)| name).filter(|name| is_decision_header(name, &config.decision.header_prefix)).collect()
}

/// `_` counts as `-`: CGI-like backends (WSGI, Rack, PHP) can't tell them apart.
fn is_decision_header(name: &[u8], prefix: &str) -> bool {
    name.get(..prefix.len()).is_some_and(|start| {
        start.iter().zip(prefix.bytes()).all(|(&byte, wanted)| {
            let folded = if byte == b'_' { b'-' } else { byte.to_ascii_lowercase() };
            folded == wanted
        })
    })
}

fn before_query(path: &[u8]) -> &[u8] {
    path.split(|&byte| byte == b'?' || byte == b'#').next().unwrap_or_default()
}

fn text(value: &[u8]) -> String {
    std::str::from_utf8(value).unwrap_or_default().to_owned()
}

fn is_kyc_post(config: &Config, method: &[u8], path: &[u8]) -> bool {
    config.methods.iter().any(|wanted| wanted.as_bytes() == method)
        && config.paths.iter().any(|wanted| wanted.as_bytes() == path)
}

impl KycHead {
    fn read<'h>(
        config: &Config,
        authority: &[u8],
        path: &[u8],
        headers: impl Iterator<Item = (&'h [u8], &'h [u8])>,
    ) -> Self {
        let (authority, path) = (text(authority), text(path));
        let mut head = Self { authority, path, content_length: None, media: Media::Json, claims: Vec::new() };
        let mut types = 0_usize;
        for (name, value) in headers {
            if name.eq_ignore_ascii_case(b"content-type") {
                types = types.saturating_add(1);
                head.media =
                    head.media.worse(if types > 1 { Media::Unsupported } else { Media::of_content_type(value) });
            } else if name.eq_ignore_ascii_case(b"content-encoding") {
                if !value.trim_ascii().eq_ignore_ascii_case(b"identity") {
                    head.media = Media::Unsupported;
                }
            } else if name.eq_ignore_ascii_case(b"content-length") {
                head.content_length = announced_length(value);
            } else {
                head.note_claim(config, name, value);
            }
        }
        head
    }

    /// The value of a header that carries a claim.
    #[must_use]
    pub fn claim(&self, name: &str) -> Option<&[u8]> {
        self.claims.iter().find(|(noted, _)| noted == name).map(|(_, value)| value.as_slice())
    }

    /// Headers of one name are a list (RFC 9110 section 5.3): of two differing claims neither is to be believed, and as
    /// a list they match no document.
    fn note_claim(&mut self, config: &Config, name: &[u8], value: &[u8]) {
        let claimed = config.evidence.claims.iter().flatten().find_map(|source| match source {
            ClaimSource::Header(wanted) => name.eq_ignore_ascii_case(wanted.as_bytes()).then_some(wanted),
            ClaimSource::Pointer(_) => None,
        });
        let Some(wanted) = claimed else { return };
        match self.claims.iter_mut().find(|(noted, _)| noted == wanted) {
            Some((_, noted)) => {
                noted.extend_from_slice(b", ");
                noted.extend_from_slice(value);
            }
            None => self.claims.push((wanted.clone(), value.to_vec())),
        }
    }
}

/// A length beyond this machine's integers is still a length, and too large.
fn announced_length(value: &[u8]) -> Option<usize> {
    let digits = std::str::from_utf8(value.trim_ascii()).ok()?;
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(usize::MAX))
}

impl Media {
    fn worse(self, other: Self) -> Self {
        match (self, other) {
            (Self::Unsupported, _) | (_, Self::Unsupported) => Self::Unsupported,
            (_, other) => other,
        }
    }
}
