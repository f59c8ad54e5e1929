//! The token service: what is sent to it, and what its answers mean (RFC 6749 section 4.4).

use std::time::Duration;

use zeroize::Zeroizing;

use crate::http::{FORM, Upstream, form};
use crate::payload::{Document, Limits, Pointer, Value};

/// Largest answer that is looked at.
pub const MAX_RESPONSE_BYTES: usize = 64 * 1024;
const LIMITS: Limits = Limits { max_depth: 16, max_fields: 4096 };
/// Longest token: what a header may hold for many a server.
const MAX_TOKEN_BYTES: usize = 8 * 1024;
/// Longest lifetime that is believed.
const MAX_LIFETIME: Duration = Duration::from_secs(366 * 24 * 3600);

/// The `accessTokenEndpoint` block. No `Debug`: there are secrets in it.
pub struct Endpoint {
    /// Where the calls go.
    pub upstream: Upstream,
    /// `GET` or `POST`.
    pub method: &'static str,
    /// Headers of the calls: lower-case name, value.
    pub headers: Vec<(String, Zeroizing<String>)>,
    /// Fields of the form that a `POST` carries.
    pub parameters: Vec<(String, Zeroizing<String>)>,
    /// Where an answer has the token.
    pub token: Pointer,
    /// Where it has the token's lifetime, in seconds.
    pub expires_in: Pointer,
    /// The lifetime of a token whose answer tells none.
    pub lifetime_seconds: u32,
}

/// A token and how long it lives.
pub struct Granted {
    /// Visible ASCII: fit for a header.
    pub token: Zeroizing<String>,
    /// From when it was asked for.
    pub lifetime: Duration,
}

impl Endpoint {
    /// The headers of a call.
    #[must_use]
    pub fn call_headers(&self) -> Vec<(&str, &str)> {
        let given = |wanted: &str| self.headers.iter().any(|(name, _)| name == wanted);
        let mut headers = self.upstream.pseudo_headers(self.method);
        if self.method == "POST" && !given("content-type") {
            headers.push(("content-type", FORM));
        }
        if !given("accept") {
            headers.push(("accept", "application/json"));
        }
        headers.extend(self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        headers
    }

    /// The body of a call, if it has one.
    #[must_use]
    pub fn call_body(&self) -> Option<Zeroizing<String>> {
        let fields = self.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        (self.method == "POST").then(|| form(fields))
    }

    /// The token that an answer grants, if it grants one that can be used. `status` is `None` when there was no answer.
    #[must_use]
    pub fn read(&self, status: Option<u16>, body: &[u8]) -> Option<Granted> {
        if status != Some(200) || body.len() > MAX_RESPONSE_BYTES {
            return None;
        }
        let document = Document::scan(body, LIMITS).ok()?;
        let answer = document.root();
        let token = Zeroizing::new(answer.pointer(&self.token)?.as_str()?.into_owned());
        let lifetime = match answer.pointer(&self.expires_in) {
            Some(told) => seconds(told)?,
            None => Duration::from_secs(self.lifetime_seconds.into()),
        };
        let usable = is_legal(&token) && is_bearer(answer) && !lifetime.is_zero();
        usable.then(|| Granted { token, lifetime: lifetime.min(MAX_LIFETIME) })
    }
}

fn is_legal(token: &str) -> bool {
    (1..=MAX_TOKEN_BYTES).contains(&token.len()) && token.bytes().all(|byte| byte.is_ascii_graphic())
}

/// A token of a type that one doesn't understand must not be used (RFC 6749 section 7.1).
fn is_bearer(answer: Value<'_>) -> bool {
    answer.get("token_type").is_none_or(|told| told.as_str().is_some_and(|told| told.eq_ignore_ascii_case("bearer")))
}

/// A number, or digits in quotes, as some services have it.
fn seconds(value: Value<'_>) -> Option<Duration> {
    let number = value.as_f64().or_else(|| {
        let text = value.as_str()?;
        text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
    });
    Duration::try_from_secs_f64(number?).ok()
}
