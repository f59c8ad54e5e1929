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
    /// `content-length`, where the client said it.
    pub content_length: Option<usize>,
    /// What the body claims to be.
    pub media: Media,
    /// `:authority`, where it is text.
    pub authority: Option<String>,
    /// The path without its query.
    pub path: String,
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
    let (mut method, mut path, mut authority) = (None, None, None);
    let mut forged = Vec::new();
    for (name, value) in headers.clone() {
        if is_decision_header(name, &config.decision.header_prefix) {
            forged.push(name);
        } else if name == b":method" {
            method = Some(value);
        } else if name == b":path" {
            path = Some(value);
        } else if name == b":authority" {
            authority = Some(value);
        }
    }
    let kyc = kyc_path(config, method.unwrap_or_default(), path.unwrap_or_default()).map(|path| KycHead {
        path: path.to_owned(),
        authority: authority.and_then(|value| std::str::from_utf8(value).ok()).map(str::to_owned),
        ..KycHead::read(config, headers)
    });
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

/// The path of a KYC post, as the configuration has it; `None` for any other request.
fn kyc_path<'c>(config: &'c Config, method: &[u8], path: &[u8]) -> Option<&'c str> {
    let path = path.split(|&byte| byte == b'?' || byte == b'#').next().unwrap_or_default();
    config.methods.iter().find(|wanted| wanted.as_bytes() == method)?;
    config.paths.iter().find(|wanted| wanted.as_bytes() == path).map(String::as_str)
}

impl KycHead {
    fn read<'h>(config: &Config, headers: impl Iterator<Item = (&'h [u8], &'h [u8])>) -> Self {
        let mut head =
            Self { content_length: None, media: Media::Json, authority: None, path: String::new(), claims: Vec::new() };
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
                head.content_length = std::str::from_utf8(value).ok().and_then(|text| text.trim().parse().ok());
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

    /// The first header of a name counts, as everywhere in HTTP where a single value is expected.
    fn note_claim(&mut self, config: &Config, name: &[u8], value: &[u8]) {
        for source in config.evidence.claims.iter().flatten() {
            let ClaimSource::Header(wanted) = source else { continue };
            if name.eq_ignore_ascii_case(wanted.as_bytes()) && self.claim(wanted).is_none() {
                self.claims.push((wanted.clone(), value.to_vec()));
            }
        }
    }
}

impl Media {
    fn worse(self, other: Self) -> Self {
        match (self, other) {
            (Self::Unsupported, _) | (_, Self::Unsupported) => Self::Unsupported,
            (_, other) => other,
        }
    }
}
