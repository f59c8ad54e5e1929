//! What the gate reads from a request's headers.

use crate::config::{Config, is_decision_header};
use crate::http::{BodyHead, Credentials};
use crate::scoring::evidence::{Claim, ClaimSource};

use super::decision_headers::header_safe;
use super::redirect::ORIGINAL_URL;

/// Headers that describe the body as it came, its digests and signatures included (RFC 9110 section 8, RFC 9530, RFC
/// 9421, RFC 3230, RFC 1864, RFC 2045).
const BODY_METADATA: &[&str] = &[
    "content-digest",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-location",
    "content-md5",
    "content-transfer-encoding",
    "digest",
    "etag",
    "repr-digest",
    "signature",
    "signature-input",
];

/// Returns which of these headers or trailers describe the body as it came.
pub fn body_metadata<'h>(headers: impl Iterator<Item = (&'h [u8], &'h [u8])>) -> Vec<&'static str> {
    headers.filter_map(|(name, _)| described_by(name)).collect()
}

fn described_by(name: &[u8]) -> Option<&'static str> {
    BODY_METADATA.iter().copied().find(|known| name.eq_ignore_ascii_case(known.as_bytes()))
}

/// Methods that pass on a watched path although they are none of `match.methods`: they are safe (RFC 9110 section
/// 9.2.1), so they can't bring a KYC post.
const SAFE_METHODS: [&str; 3] = ["GET", "HEAD", "OPTIONS"];

/// A request, classified by its headers.
pub struct Arrival<'h> {
    /// Names of the client's own decision headers, to be removed before anything else.
    pub forged: Vec<&'h [u8]>,
    /// The head of a request for one of `match.paths` whose method is not safe, or one of `match.methods`; `None` for
    /// any other request.
    pub kyc: Option<RequestHead>,
    /// Whether it is for the settings API.
    pub settings: bool,
    /// Whether it may be one that Envoy redirected internally. Any client can make it look so.
    pub may_be_redirected: bool,
}

/// The headers of a KYC post that the gate uses.
pub struct RequestHead {
    /// `:method`, in the client's case.
    pub method: String,
    /// `:authority`; empty when it isn't UTF-8.
    pub authority: String,
    /// One of `match.paths`.
    pub path: String,
    /// Where the configuration has a `signature`.
    pub(super) signed: Option<SignedTarget>,
    /// `x-request-id`, header-safe.
    pub request_id: Option<String>,
    /// What the headers say about the body.
    pub body: BodyHead,
    /// The headers that describe the body as it came: wrong once the body is replaced.
    pub body_metadata: Vec<&'static str>,
    /// The credentials, where the configuration has an `authorization` block.
    pub credentials: Credentials,
    /// The headers that carry claims: lower-case name, value.
    claims: Vec<(String, Vec<u8>)>,
}

/// What of a request's target is signed beside the path.
pub(super) struct SignedTarget {
    /// `@authority` (RFC 9421 section 2.2.3).
    pub(super) authority: String,
    /// `@query` (RFC 9421 section 2.2.7).
    pub(super) query: String,
}

/// Classifies a request by its headers, whose names may be in any case.
pub fn read<'h>(config: &Config, headers: impl Iterator<Item = (&'h [u8], &'h [u8])> + Clone) -> Arrival<'h> {
    let mut line = RequestLine::default();
    let (mut forged, mut may_be_redirected) = (Vec::new(), false);
    for (name, value) in headers.clone() {
        if is_decision_header(name, &config.decision.header_prefix) {
            forged.push(name);
        } else {
            may_be_redirected |= name == ORIGINAL_URL;
            line.note(name, value);
        }
    }
    let (method, path) = (line.method, line.path());
    let kyc = is_watched(config, method, path).then(|| RequestHead::read(config, &line, headers));
    let settings = config.settings_api.as_ref().is_some_and(|api| api.path.as_bytes() == path);
    Arrival { forged, kyc, settings, may_be_redirected }
}

/// Returns the names of decision headers among response headers or trailers: only the gate may set those.
pub fn forged<'h>(config: &Config, headers: impl Iterator<Item = (&'h [u8], &'h [u8])>) -> Vec<&'h [u8]> {
    headers.map(|(name, _)| name).filter(|name| is_decision_header(name, &config.decision.header_prefix)).collect()
}

/// The pseudo header fields of a request (RFC 9113 section 8.3.1), which Envoy makes for HTTP/1.1 as well.
#[derive(Default)]
struct RequestLine<'h> {
    method: &'h [u8],
    scheme: &'h [u8],
    authority: &'h [u8],
    /// The path with the query.
    target: &'h [u8],
}

impl<'h> RequestLine<'h> {
    fn note(&mut self, name: &[u8], value: &'h [u8]) {
        match name {
            b":method" => self.method = value,
            b":scheme" => self.scheme = value,
            b":authority" => self.authority = value,
            b":path" => self.target = value,
            _ => {}
        }
    }

    /// Returns the path without the query.
    fn path(&self) -> &'h [u8] {
        self.target.split(|&byte| byte == b'?' || byte == b'#').next().unwrap_or_default()
    }

    /// Returns the query with its question mark; a question mark alone where there is no query (RFC 9421 section
    /// 2.2.7).
    fn query(&self) -> &'h [u8] {
        let before_fragment = self.target.split(|&byte| byte == b'#').next().unwrap_or_default();
        let query = before_fragment.iter().position(|&byte| byte == b'?').and_then(|at| before_fragment.get(at..));
        query.unwrap_or(b"?")
    }

    /// Returns the authority in lower case, without the scheme's default port (RFC 9421 section 2.2.3).
    fn normalized_authority(&self) -> String {
        let default_port = if self.scheme == b"https" { ":443" } else { ":80" };
        let authority = text(self.authority).to_ascii_lowercase();
        authority.strip_suffix(default_port).map(str::to_owned).unwrap_or(authority)
    }
}

fn text(value: &[u8]) -> String {
    std::str::from_utf8(value).unwrap_or_default().to_owned()
}

fn is_watched(config: &Config, method: &[u8], path: &[u8]) -> bool {
    let is_safe = SAFE_METHODS.iter().any(|safe| safe.as_bytes().eq_ignore_ascii_case(method));
    config.paths.iter().any(|watched| watched.as_bytes() == path) && (is_matched(config, method) || !is_safe)
}

/// Returns whether a method is one of `match.methods`. Many backends compare methods without case, so the gate does.
fn is_matched(config: &Config, method: &[u8]) -> bool {
    config.methods.iter().any(|matched| matched.as_bytes().eq_ignore_ascii_case(method))
}

/// Returns the value of `allow` (RFC 9110 section 10.2.1) on a watched path.
pub(super) fn allowed_methods(config: &Config) -> String {
    let safe = SAFE_METHODS.into_iter().filter(|safe| !is_matched(config, safe.as_bytes()));
    config.methods.iter().map(String::as_str).chain(safe).collect::<Vec<_>>().join(", ")
}

impl RequestHead {
    fn read<'h>(config: &Config, line: &RequestLine<'_>, headers: impl Iterator<Item = (&'h [u8], &'h [u8])>) -> Self {
        let signed = config
            .signer
            .as_ref()
            .map(|_| SignedTarget { authority: line.normalized_authority(), query: text(line.query()) });
        let mut head = Self {
            method: text(line.method),
            authority: text(line.authority),
            path: text(line.path()),
            signed,
            request_id: None,
            body: BodyHead::new(),
            body_metadata: Vec::new(),
            credentials: Credentials::Absent,
            claims: Vec::new(),
        };
        for (name, value) in headers {
            head.body_metadata.extend(described_by(name));
            if config.authorization.is_some() && name.eq_ignore_ascii_case(b"authorization") {
                head.credentials.note(value);
            }
            if name.eq_ignore_ascii_case(b"x-request-id") {
                head.request_id = Some(header_safe(&String::from_utf8_lossy(value)));
            }
            if !head.body.note(name, value) {
                head.note_claim(config, name, value);
            }
        }
        head
    }

    /// Returns whether the method is one of `match.methods`.
    pub(super) fn is_allowed_method(&self, config: &Config) -> bool {
        is_matched(config, self.method.as_bytes())
    }

    /// Returns the bytes of memory that the copies take.
    #[must_use]
    pub fn held(&self) -> usize {
        let texts = [&self.method, &self.authority, &self.path].map(String::capacity);
        let claims = self.claims.iter().map(|(name, value)| name.capacity().saturating_add(value.capacity()));
        let slots = self.claims.capacity().saturating_mul(size_of::<(String, Vec<u8>)>());
        let metadata = self.body_metadata.capacity().saturating_mul(size_of::<&str>());
        let signed = self
            .signed
            .as_ref()
            .map_or(0, |signed| signed.authority.capacity().saturating_add(signed.query.capacity()));
        let request_id = self.request_id.as_ref().map_or(0, String::capacity);
        let others = [slots, metadata, signed, request_id, self.body.held(), self.credentials.held()];
        let parts = texts.into_iter().chain(claims).chain(others);
        parts.fold(0, usize::saturating_add)
    }

    /// Returns the value of a header that carries a claim, cut behind what can match.
    #[must_use]
    pub fn claim(&self, name: &str) -> Option<&[u8]> {
        self.claims.iter().find(|(noted, _)| noted == name).map(|(_, value)| value.as_slice())
    }

    /// Collects a claim. Headers of one name are a list (RFC 9110 section 5.3): of two differing claims neither is
    /// trusted, and as a list they match no document.
    fn note_claim(&mut self, config: &Config, name: &[u8], value: &[u8]) {
        let sources = Claim::ALL.into_iter().zip(&config.evidence.claims);
        let claimed = sources.filter_map(|(claim, source)| match source {
            Some(ClaimSource::Header(wanted)) if name.eq_ignore_ascii_case(wanted.as_bytes()) => Some((claim, wanted)),
            _ => None,
        });
        let Some((most, wanted)) = claimed.map(|(claim, wanted)| (claim.max_bytes(), wanted)).max() else { return };
        let known = self.claims.iter().position(|(noted, _)| noted == wanted);
        if known.is_none() {
            self.claims.push((wanted.clone(), Vec::new()));
        }
        let at = known.unwrap_or(self.claims.len().saturating_sub(1));
        let Some((_, noted)) = self.claims.get_mut(at) else { return };
        let separator: &[u8] = if known.is_some() { b", " } else { b"" };
        // A byte more than can match, so that a longer claim still doesn't: were that byte a space, it would be
        // trimmed.
        let room = most.saturating_add(1).saturating_sub(noted.len());
        let is_cut = separator.len().saturating_add(value.len()) > room;
        noted.extend(separator.iter().chain(value).take(room));
        if let Some(last) = noted.last_mut().filter(|_| is_cut) {
            *last = b'?';
        }
    }
}
