//! The token service: what is sent to it, and what its responses mean (RFC 6749 section 4.4).

use std::time::Duration;

use zeroize::Zeroizing;

use crate::http::{CallFailure, FORM, Upstream, form};
use crate::payload::{Document, Kind, Limits, Pointer, Value};

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
    /// Where a response has the token.
    pub token: Pointer,
    /// Where it has the token's lifetime, in seconds.
    pub expires_in: Pointer,
    /// The lifetime, in seconds, of a token whose response tells none.
    pub lifetime_seconds: u32,
}

/// A token and how long it lives.
pub struct IssuedToken {
    /// Visible ASCII: fit for a header.
    pub token: Zeroizing<String>,
    /// Counted from when it was asked for.
    pub lifetime: Duration,
}

impl Endpoint {
    /// Returns the headers of a call.
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

    /// Returns the body of a call, if it has one.
    #[must_use]
    pub fn call_body(&self) -> Option<Zeroizing<String>> {
        let fields = self.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        (self.method == "POST").then(|| form(fields))
    }

    /// Returns the token that a response grants. `status` is `None` when there was no response.
    ///
    /// # Errors
    /// Why it grants none that can be used.
    pub fn read(&self, status: Option<u16>, body: &[u8]) -> Result<IssuedToken, CallFailure> {
        let body = CallFailure::check(status, body)?;
        let document = Document::scan(body, LIMITS).map_err(|_| CallFailure::NotJson)?;
        let response = document.root();
        let token = response.pointer(&self.token).and_then(Value::as_str).filter(|token| !token.is_empty());
        let token = Zeroizing::new(token.ok_or(CallFailure::NoToken)?.into_owned());
        if !is_bearer(response) {
            return Err(CallFailure::TokenType);
        }
        let lifetime = match response.pointer(&self.expires_in).filter(|told| told.kind() != Kind::Null) {
            Some(told) => seconds(told).filter(|lifetime| !lifetime.is_zero()).ok_or(CallFailure::Lifetime)?,
            None => Duration::from_secs(self.lifetime_seconds.into()),
        };
        if !is_legal(&token) {
            return Err(CallFailure::UnsafeToken);
        }
        Ok(IssuedToken { token, lifetime: lifetime.min(MAX_LIFETIME) })
    }
}

fn is_legal(token: &str) -> bool {
    (1..=MAX_TOKEN_BYTES).contains(&token.len()) && token.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Tells whether the token is a bearer token, as which one counts that has no type or an empty one. A token of a type
/// that one doesn't understand must not be used (RFC 6749 section 7.1). Apigee writes `BearerToken`.
fn is_bearer(response: Value<'_>) -> bool {
    let Some(told) = response.get("token_type").filter(|told| told.kind() != Kind::Null) else { return true };
    told.as_str().is_some_and(|told| {
        let told = told.trim();
        ["", "bearer", "bearertoken"].iter().any(|known| told.eq_ignore_ascii_case(known))
    })
}

/// Reads a lifetime: a number, or one in quotes, as some services have it.
fn seconds(value: Value<'_>) -> Option<Duration> {
    Duration::try_from_secs_f64(value.number_or_text()?).ok()
}
