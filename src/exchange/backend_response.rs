//! The backend's response to a forwarded post: its headers, chunks and end in, what REL-ID gets instead out.
//!
//! Nothing of the response goes back before it is complete and read. Whatever is wrong with it becomes a defined error.

use crate::config::Config;
use crate::confirmation::{self, Confirmed, Expectation, ResponseError};
use crate::http::{LocalReply, Reservation};
use crate::payload::Kyc;

use super::bounded_body::STREAM_BYTES;
use super::decision_headers::header_safe;
use super::local_reply;
use super::refusal::ErrorCode;

/// A response that is expected, or being read.
pub struct BackendResponse {
    expectation: Expectation,
    requester_id: String,
    status: u16,
    retry_after: Option<String>,
    /// Names of headers that must not go back.
    unwanted: Vec<Vec<u8>>,
    body: Vec<u8>,
    /// The stream's; `None` until the post has been ruled on.
    reservation: Option<Reservation>,
}

/// What goes back to REL-ID.
pub struct RewrittenResponse {
    /// For metrics and the log.
    pub outcome: ResponseOutcome,
    /// Names of the response's headers to remove.
    pub remove: Vec<Vec<u8>>,
    /// Headers to set, lower-case names.
    pub set: [(&'static str, String); 3],
    /// The body in place of the backend's.
    pub body: Vec<u8>,
}

/// What happened to a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResponseOutcome {
    /// Rewritten as REL-ID's confirmation.
    Confirmed,
    /// Rewritten; it had another user id than the posted one, which went back.
    Flagged,
    /// Rewritten with another user id than the posted one.
    Renamed,
    /// Encrypted unchanged.
    Sealed,
    /// Not passed on.
    Refused(ResponseError),
    /// Not complete: the backend or the client broke off.
    Lost,
}

impl ResponseOutcome {
    /// The words of all outcomes, for the metrics.
    pub const WORDS: [&str; 6] = ["confirmed", "flagged", "renamed", "sealed", "refused", "lost"];

    /// Returns the word that operators see.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Flagged => "flagged",
            Self::Renamed => "renamed",
            Self::Sealed => "sealed",
            Self::Refused(_) => "refused",
            Self::Lost => "lost",
        }
    }
}

impl From<Confirmed> for ResponseOutcome {
    fn from(confirmed: Confirmed) -> Self {
        match confirmed {
            Confirmed::AsPosted => Self::Confirmed,
            Confirmed::Flagged => Self::Flagged,
            Confirmed::Renamed => Self::Renamed,
        }
    }
}

/// The headers that describe a body that is no longer there (RFC 9110 section 8, RFC 9530, RFC 9421, RFC 3230, RFC
/// 1864), and announces trailers that are removed.
const STALE: &[&str] = &[
    "accept-ranges",
    "content-digest",
    "content-disposition",
    "content-encoding",
    "content-md5",
    "content-range",
    "digest",
    "etag",
    "last-modified",
    "repr-digest",
    "signature",
    "signature-input",
    "trailer",
    "transfer-encoding",
];

/// The headers of a response that go back beside a confirmation, and those with [`TRACE_PREFIX`]: what else a backend
/// sends, cookies and debugging aids, is for its own network. W3C Trace Context, and Zipkin's B3.
const ALLOWED: [&str; 6] = ["b3", "date", RETRY_AFTER, "traceparent", "tracestate", "x-request-id"];
const TRACE_PREFIX: &str = "x-b3-";
const RETRY_AFTER: &str = "retry-after";
/// Longest `retry-after` that goes back: a date has 29 characters (RFC 9110 section 10.2.3).
const LONGEST_RETRY_AFTER: usize = 32;

impl BackendResponse {
    /// Expects the response to a post.
    #[must_use]
    pub(super) fn to_post(kyc: &Kyc<'_>) -> Self {
        let requester_id = header_safe(&kyc.requester_id().as_str().unwrap_or_default());
        Self {
            expectation: Expectation::of(kyc),
            requester_id,
            status: 0,
            retry_after: None,
            unwanted: Vec::new(),
            body: Vec::new(),
            reservation: None,
        }
    }

    /// Counts what is kept in the reservation of the stream, whose body is no longer there.
    pub(super) fn count_in(&mut self, mut reservation: Reservation) {
        reservation.shrink_to(self.held());
        self.reservation = Some(reservation);
    }

    fn held(&self) -> usize {
        let ids = self.expectation.held().saturating_add(self.requester_id.capacity());
        let names = self.unwanted.iter().map(|name| name.capacity().saturating_add(size_of::<Vec<u8>>()));
        let retry_after = self.retry_after.as_ref().map_or(0, String::capacity);
        let parts = names.chain([STREAM_BYTES, ids, retry_after, self.body.capacity()]);
        parts.fold(0, usize::saturating_add)
    }

    /// Reads the headers.
    ///
    /// # Errors
    /// The cause, where the headers alone rule the response out.
    pub fn head<'h>(
        &mut self,
        config: &Config,
        headers: impl Iterator<Item = (&'h [u8], &'h [u8])>,
    ) -> Result<(), ResponseError> {
        let mut error = None;
        for (name, value) in headers {
            self.note_header(config, name, value);
            let next = match name {
                b":status" => {
                    self.status = number(value).unwrap_or(500);
                    (!(200..300).contains(&self.status)).then_some(ResponseError::Status(self.status))
                }
                b"content-encoding" => {
                    let coding = value.trim_ascii();
                    let is_identity = coding.is_empty() || coding.eq_ignore_ascii_case(b"identity");
                    (!is_identity).then_some(ResponseError::Encoded)
                }
                b"content-length" => number(value)
                    .is_none_or(|length: usize| length > config.max_answer_bytes)
                    .then_some(ResponseError::TooLarge),
                _ => None,
            };
            // An error status says more than the form of the body that comes with it.
            error = match (error, next) {
                (Some(ResponseError::Status(status)), _) => Some(ResponseError::Status(status)),
                (first, next) => next.or(first),
            };
        }
        error.map_or(Ok(()), Err)?;
        self.reserve_held()
    }

    fn reserve_held(&mut self) -> Result<(), ResponseError> {
        let held = self.held();
        let fits = self.reservation.as_mut().is_none_or(|reservation| reservation.resize(held));
        if fits { Ok(()) } else { Err(ResponseError::Overloaded) }
    }

    /// Notes whether a header goes back. The names of the framing and of the media type are set anew anyway.
    fn note_header(&mut self, config: &Config, name: &[u8], value: &[u8]) {
        if name == RETRY_AFTER.as_bytes() {
            let shaped = value.len() <= LONGEST_RETRY_AFTER && value.iter().all(|byte| matches!(byte, b' '..=b'~'));
            self.retry_after = std::str::from_utf8(value).ok().filter(|_| shaped).map(str::to_owned);
        }
        let goes_back = name.starts_with(b":")
            || matches!(name, b"content-type" | b"content-length")
            || match config.locators {
                Some(_) => is_allowed(name),
                None => !STALE.iter().any(|stale| stale.as_bytes() == name),
            };
        if !goes_back && !self.unwanted.iter().any(|noted| noted == name) {
            self.unwanted.push(name.to_vec());
        }
    }

    /// Adds the next chunk of the body.
    ///
    /// # Errors
    /// [`ResponseError::TooLarge`], [`ResponseError::Overloaded`]
    pub fn take(&mut self, config: &Config, chunk: &[u8]) -> Result<(), ResponseError> {
        if self.body.len().saturating_add(chunk.len()) > config.max_answer_bytes {
            return Err(ResponseError::TooLarge);
        }
        let expected = self.held().saturating_add(chunk.len());
        if self.reservation.as_ref().is_some_and(|reservation| !reservation.fits(expected)) {
            return Err(ResponseError::Overloaded);
        }
        self.body.extend_from_slice(chunk);
        self.reserve_held()
    }

    /// Returns the longest chunk that [`BackendResponse::take`] can take now. Of a longer one, a byte more than that is
    /// enough to see it.
    #[must_use]
    pub fn room(&self, config: &Config) -> usize {
        let free = self.reservation.as_ref().map_or(usize::MAX, Reservation::free);
        config.max_answer_bytes.saturating_sub(self.body.len()).min(free)
    }

    /// Returns what goes back for the complete response. `iv_seed` are 16 random bytes, for encryption.
    ///
    /// # Errors
    /// The cause, where the response can't be passed on.
    pub fn finish(&self, config: &Config, iv_seed: [u8; 16]) -> Result<RewrittenResponse, ResponseError> {
        let seal = |plain: &[u8]| match &config.response_encryption {
            Some(envelope) => envelope.seal(plain, iv_seed).ok_or(ResponseError::Unsealable),
            None => Ok(plain.to_vec()),
        };
        let (outcome, status, body) = match &config.locators {
            Some(locators) => {
                let (plain, confirmed) = self.expectation.confirm(locators, &self.body, config.scan_limits)?;
                (confirmed.into(), 200, seal(&plain)?)
            }
            None => {
                confirmation::check(&self.body, config.scan_limits)?;
                (ResponseOutcome::Sealed, self.status, seal(&self.body)?)
            }
        };
        let set = [
            (":status", status.to_string()),
            ("content-type", "application/json".to_owned()),
            ("content-length", body.len().to_string()),
        ];
        Ok(RewrittenResponse { outcome, remove: self.unwanted.clone(), set, body })
    }

    /// Returns what REL-ID gets for a response that can't be passed on.
    #[must_use]
    pub fn refuse(&self, error: ResponseError) -> LocalReply {
        let own = || ErrorCode::from(error).retry_after().map(|seconds| seconds.to_string());
        let reply = local_reply::backend_problem(error, &self.requester_id);
        match self.retry_after.clone().or_else(own) {
            Some(seconds_or_date) => reply.with(RETRY_AFTER, seconds_or_date),
            None => reply,
        }
    }
}

fn is_allowed(name: &[u8]) -> bool {
    ALLOWED.iter().any(|allowed| allowed.as_bytes() == name) || name.starts_with(TRACE_PREFIX.as_bytes())
}

fn number<T: std::str::FromStr>(value: &[u8]) -> Option<T> {
    std::str::from_utf8(value).ok()?.parse().ok()
}
