//! The backend's answer to a forwarded post: its head, its chunks and its end in, what REL-ID gets instead out.
//!
//! Nothing of the answer goes back before it is complete and read. Whatever is wrong with it becomes a defined error.

use crate::config::Config;
use crate::confirmation::{self, Confirmed, Expectation, ResponseError};
use crate::http::LocalReply;
use crate::payload::Kyc;

use super::decision_headers::header_safe;
use super::local_reply;

/// An answer that is waited for, or being read.
#[derive(Clone)]
pub struct BackendResponse {
    expectation: Expectation,
    requester_id: String,
    status: u16,
    body: Vec<u8>,
}

/// What goes back.
pub struct RewrittenResponse {
    /// How the answer was found.
    pub outcome: ResponseOutcome,
    /// Headers to set, lower-case names.
    pub set: [(&'static str, String); 3],
    /// The body in place of the backend's.
    pub body: Vec<u8>,
}

/// What became of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResponseOutcome {
    /// Read, and made REL-ID's confirmation.
    Confirmed,
    /// The same, with another user id in it than the one that was posted; the posted one went back.
    Flagged,
    /// The same; the other one went back.
    Renamed,
    /// Encrypted as it was.
    Sealed,
    /// Not passed on.
    Refused(ResponseError),
    /// It never came to its end: the backend or the client broke off.
    Lost,
}

impl ResponseOutcome {
    /// All of them but the causes of refusals, for the metrics.
    pub const WORDS: [&str; 6] = ["confirmed", "flagged", "renamed", "sealed", "refused", "lost"];

    /// The word that operators see.
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

/// What describes a body that is no longer there (RFC 9110 section 8, RFC 9530, RFC 9421, RFC 3230, RFC 1864), and
/// announces trailers that are removed.
pub const STALE: &[&str] = &[
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

impl BackendResponse {
    /// Waits for the answer to a post.
    #[must_use]
    pub(super) fn answer_to(kyc: &Kyc<'_>) -> Self {
        let requester_id = header_safe(&kyc.requester_id().as_str().unwrap_or_default());
        Self { expectation: Expectation::of(kyc), requester_id, status: 0, body: Vec::new() }
    }

    /// Looks at the answer's headers.
    ///
    /// # Errors
    /// An answer that needn't be read.
    pub fn head<'h>(
        &mut self,
        config: &Config,
        headers: impl Iterator<Item = (&'h [u8], &'h [u8])>,
    ) -> Result<(), ResponseError> {
        let mut fault = None;
        for (name, value) in headers {
            let found = match name {
                b":status" => {
                    self.status = number(value).unwrap_or(500);
                    (!(200..300).contains(&self.status)).then_some(ResponseError::Status(self.status))
                }
                b"content-encoding" => {
                    (!value.trim_ascii().eq_ignore_ascii_case(b"identity")).then_some(ResponseError::Encoded)
                }
                b"content-length" => number(value)
                    .is_none_or(|length: usize| length > config.max_answer_bytes)
                    .then_some(ResponseError::TooLarge),
                _ => None,
            };
            // A status that is no success says more than the form of what comes with it.
            fault = match (fault, found) {
                (Some(ResponseError::Status(status)), _) => Some(ResponseError::Status(status)),
                (before, found) => found.or(before),
            };
        }
        fault.map_or(Ok(()), Err)
    }

    /// Takes the next chunk of the body in.
    ///
    /// # Errors
    /// [`ResponseError::TooLarge`]
    pub fn take(&mut self, config: &Config, chunk: &[u8]) -> Result<(), ResponseError> {
        if self.body.len().saturating_add(chunk.len()) > config.max_answer_bytes {
            return Err(ResponseError::TooLarge);
        }
        self.body.extend_from_slice(chunk);
        Ok(())
    }

    /// What goes back for the complete answer. `iv_seed` are 16 random bytes, for sealing.
    ///
    /// # Errors
    /// An answer that can't be passed on.
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
        Ok(RewrittenResponse { outcome, set, body })
    }

    /// What REL-ID gets for an answer that can't be passed on.
    #[must_use]
    pub fn refuse(&self, fault: ResponseError) -> LocalReply {
        local_reply::backend_problem(fault, &self.requester_id)
    }
}

fn number<T: std::str::FromStr>(value: &[u8]) -> Option<T> {
    std::str::from_utf8(value).ok()?.parse().ok()
}
