//! Token introspection (RFC 7662): what is asked, and what the response means.

use std::borrow::Cow;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::http::{CallFailure, FORM, Upstream, form};
use crate::payload::{Document, Kind, Limits, Value};

use super::denial::Denial;

const LIMITS: Limits = Limits { max_depth: 16, max_fields: 4096 };
/// How long a refusal is remembered, at most: a token may become valid a moment after it was first tried.
const REFUSED_SECONDS: u32 = 5;
/// By how much the clocks of issuer and gate may differ for a token that has just become valid.
const CLOCK_SKEW: Duration = Duration::from_secs(30);
const SECOND: u64 = 1_000_000_000;

/// The `authorization.introspection` block.
pub struct Introspection {
    /// Where the issuer's endpoint is.
    pub upstream: Upstream,
    /// The `authorization` header by which the issuer knows the gate.
    pub client: Zeroizing<String>,
    /// How long a response holds, at most.
    pub cache_seconds: u32,
    /// The scope that a token needs.
    pub required_scope: Option<String>,
    /// The audience that a token needs.
    pub required_audience: Option<String>,
}

/// Whether the bearer of a token may post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenVerdict {
    /// Yes.
    Admitted,
    /// No.
    Refused(Denial),
}

/// A verdict and how long it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimedVerdict {
    /// Whether the bearer may post.
    pub verdict: TokenVerdict,
    /// Until when that holds, in nanoseconds since the Unix epoch.
    pub until: u64,
}

impl Introspection {
    /// Returns the headers of a call.
    #[must_use]
    pub fn headers(&self) -> Vec<(&str, &str)> {
        let mut headers = self.upstream.pseudo_headers("POST");
        headers.extend([
            ("content-type", FORM),
            ("accept", "application/json"),
            ("authorization", self.client.as_str()),
        ]);
        headers
    }

    /// Returns the body of a call that asks about a token.
    #[must_use]
    pub fn body(token: &str) -> Zeroizing<String> {
        form([("token", token), ("token_type_hint", "access_token")])
    }

    /// Returns what a response says about the token. `status` is `None` when there was no response; `now` is in
    /// nanoseconds since the Unix epoch.
    ///
    /// # Errors
    /// Why it says nothing that could be relied on.
    pub fn read(&self, status: Option<u16>, body: &[u8], now: u64) -> Result<TimedVerdict, CallFailure> {
        let body = CallFailure::check(status, body)?;
        let document = Document::scan(body, LIMITS).map_err(|_| CallFailure::NotJson)?;
        let token = document.root();
        let until = |seconds: u32| now.saturating_add(u64::from(seconds).saturating_mul(SECOND));
        let refused = |reason| TimedVerdict {
            verdict: TokenVerdict::Refused(reason),
            until: until(self.cache_seconds.min(REFUSED_SECONDS)),
        };
        if !token.get("active").and_then(Value::as_bool).ok_or(CallFailure::NoToken)? {
            return Ok(refused(Denial::InvalidToken));
        }
        let expires = instant(token.get("exp")).ok_or(CallFailure::Lifetime)?.unwrap_or(Duration::MAX);
        let begins = instant(token.get("nbf")).ok_or(CallFailure::Lifetime)?.unwrap_or(Duration::ZERO);
        let today = Duration::from_nanos(now);
        if expires <= today || begins > today.saturating_add(CLOCK_SKEW) || !self.is_for_us(token) {
            return Ok(refused(Denial::InvalidToken));
        }
        if !self.has_scope(token) {
            return Ok(refused(Denial::InsufficientScope));
        }
        let expires = u64::try_from(expires.as_nanos()).unwrap_or(u64::MAX);
        Ok(TimedVerdict { verdict: TokenVerdict::Admitted, until: until(self.cache_seconds).min(expires) })
    }

    /// `aud` is a text or an array of texts (RFC 7519 section 4.1.3).
    fn is_for_us(&self, token: Value<'_>) -> bool {
        let Some(required) = &self.required_audience else { return true };
        let is_required = |audience: Option<Cow<'_, str>>| audience.is_some_and(|audience| audience == *required);
        token
            .get("aud")
            .is_some_and(|aud| is_required(aud.as_str()) || aud.elements().any(|element| is_required(element.as_str())))
    }

    /// `scope` is a list with spaces in between (RFC 8693 section 4.2), or an array of such texts.
    fn has_scope(&self, token: Value<'_>) -> bool {
        let Some(required) = &self.required_scope else { return true };
        let lists = |scopes: Option<Cow<'_, str>>| {
            scopes.is_some_and(|scopes| scopes.split(' ').any(|scope| scope == required))
        };
        token
            .get("scope")
            .is_some_and(|scope| lists(scope.as_str()) || scope.elements().any(|element| lists(element.as_str())))
    }
}

/// Reads a `NumericDate` (RFC 7519 section 2), as a number or as text: `Some(None)` when there is none or it is `null`,
/// `None` when it is no time.
fn instant(value: Option<Value<'_>>) -> Option<Option<Duration>> {
    let Some(value) = value.filter(|value| value.kind() != Kind::Null) else { return Some(None) };
    Duration::try_from_secs_f64(value.number_or_text()?).ok().map(Some)
}
