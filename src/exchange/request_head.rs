//! What the gate reads from a request's headers.

use crate::config::{Config, is_decision_header};
use crate::http::{BodyHead, Credentials};
use crate::scoring::evidence::{Claim, ClaimSource};

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
}

/// The headers of a KYC post that the gate uses.
pub struct RequestHead {
    /// `:method`, in the client's case.
    pub method: String,
    /// `:authority`; empty when it isn't UTF-8.
    pub authority: String,
    /// One of `match.paths`.
    pub path: String,
    /// What the headers say about the body.
    pub body: BodyHead,
    /// The headers that describe the body as it came: wrong once the body is replaced.
    pub body_metadata: Vec<&'static str>,
    /// The credentials, where the configuration has an `authorization` block.
    pub credentials: Credentials,
    /// The headers that carry claims: lower-case name, value.
    claims: Vec<(String, Vec<u8>)>,
}

/// Classifies a request by its headers, whose names may be in any case.
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
    let kyc = is_watched(config, method, path).then(|| RequestHead::read(config, [method, authority, path], headers));
    let settings = config.settings_api.as_ref().is_some_and(|api| api.path.as_bytes() == path);
    Arrival { forged, kyc, settings }
}

/// Returns the names of decision headers among response headers or trailers: only the gate may set those.
pub fn forged<'h>(config: &Config, headers: impl Iterator<Item = (&'h [u8], &'h [u8])>) -> Vec<&'h [u8]> {
    headers.map(|(name, _)| name).filter(|name| is_decision_header(name, &config.decision.header_prefix)).collect()
}

fn before_query(path: &[u8]) -> &[u8] {
    path.split(|&byte| byte == b'?' || byte == b'#').next().unwrap_or_default()
}

fn text(value: &[u8]) -> String {
    std::str::from_utf8(value).unwrap_or_default().to_owned()
}

fn is_watched(config: &Config, method: &[u8], path: &[u8]) -> bool {
    let is_safe = SAFE_METHODS.iter().any(|safe| safe.as_bytes().eq_ignore_ascii_case(method));
    config.paths.iter().any(|watched| watched.as_bytes() == path) && (is_matched(config, method) || !is_safe)
}

/// Whether a method is one of `match.methods`. Many backends compare methods without case, so the gate does.
fn is_matched(config: &Config, method: &[u8]) -> bool {
    config.methods.iter().any(|matched| matched.as_bytes().eq_ignore_ascii_case(method))
}

/// Returns the value of `allow` (RFC 9110 section 10.2.1) on a watched path.
pub(super) fn allowed_methods(config: &Config) -> String {
    let safe = SAFE_METHODS.into_iter().filter(|safe| !is_matched(config, safe.as_bytes()));
    config.methods.iter().map(String::as_str).chain(safe).collect::<Vec<_>>().join(", ")
}

impl RequestHead {
    fn read<'h>(config: &Config, pseudo: [&[u8]; 3], headers: impl Iterator<Item = (&'h [u8], &'h [u8])>) -> Self {
        let [method, authority, path] = pseudo.map(text);
        let mut head = Self {
            method,
            authority,
            path,
            body: BodyHead::new(),
            body_metadata: Vec::new(),
            credentials: Credentials::Absent,
            claims: Vec::new(),
        };
        for (name, value) in headers {
            head.body_metadata.extend(BODY_METADATA.iter().find(|known| name.eq_ignore_ascii_case(known.as_bytes())));
            if config.authorization.is_some() && name.eq_ignore_ascii_case(b"authorization") {
                head.credentials.note(value);
            }
            if !head.body.note(name, value) {
                head.note_claim(config, name, value);
            }
        }
        head
    }

    /// Whether the method is one of `match.methods`.
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
        let parts = texts.into_iter().chain(claims).chain([slots, metadata, self.credentials.held()]);
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
        // A byte more than can match, so that a longer claim still doesn't.
        let room = most.saturating_add(1).saturating_sub(noted.len());
        noted.extend(separator.iter().chain(value).take(room));
    }
}
