//! Why a KYC post is not scored (docs/errors.md).

use crate::confirmation::ResponseError;
use crate::crypto::UnreadableCause;
use crate::http::MediaError;
use crate::payload::NotV3;
use crate::replay::{ReplayCheck, ReplayStatus};
use crate::words::words;

words! {
    /// An error code: the last part of a problem's `type`, of the metric and of the response-code details.
    pub enum ErrorCode {
        /// Anything wrong before or inside decryption, or not JSON.
        UnreadableBody = "unreadable-body",
        /// JSON, but not a V3 payload.
        InvalidPayload = "invalid-payload",
        /// Larger than `limits.maxBodyBytes`.
        BodyTooLarge = "body-too-large",
        /// A content type or encoding that can't be a KYC post.
        UnsupportedMediaType = "unsupported-media-type",
        /// A watched path, and a method that is neither one of `match.methods` nor safe.
        MethodNotAllowed = "method-not-allowed",
        /// An internal redirect of Envoy's brought a post back that was judged already.
        Redirected = "redirected",
        /// Envoy holds the body back because `allow_on_headers_stop_iteration` is not set.
        HeaderHoldMissing = "header-hold-missing",
        /// The caller may not post.
        Unauthorized = "unauthorized",
        /// The issuer of the caller's token doesn't say whether the caller may post.
        AuthorizationUnavailable = "authorization-unavailable",
        /// There is no token that the post could carry to the backend.
        UpstreamTokenUnavailable = "upstream-token-unavailable",
        /// The settings store has not been reached yet, and there are no other settings.
        SettingsUnavailable = "settings-unavailable",
        /// The secrets that come by SDS haven't come yet, or can't be used.
        SecretsUnavailable = "secrets-unavailable",
        /// The post came before, and is no retry.
        Replayed = "replayed",
        /// The backend did not respond with success.
        BackendError = "backend-error",
        /// The backend's response is no confirmation.
        BadBackendAnswer = "bad-backend-answer",
        /// The backend's response has another user's id.
        UserIdMismatch = "user-id-mismatch",
        /// The posts in flight hold as much memory as `limits.maxInflightBytes` allows.
        Overloaded = "overloaded",
        /// Ended by the client or by Envoy before there was a ruling. Nobody gets it as a response.
        Aborted = "aborted",
        /// A bug, or a host call that failed.
        Internal = "internal",
    }
}

impl ErrorCode {
    /// Returns the HTTP status.
    #[must_use]
    pub const fn status(self) -> u32 {
        self.row().0
    }

    /// Returns the problem's `title`.
    #[must_use]
    pub const fn title(self) -> &'static str {
        self.row().1
    }

    /// Returns what Envoy shows as `%RESPONSE_CODE_DETAILS%`.
    #[must_use]
    pub const fn details(self) -> &'static str {
        self.row().2
    }

    /// Returns status, title and response-code details.
    const fn row(self) -> (u32, &'static str, &'static str) {
        match self {
            Self::UnreadableBody => (400, "The body can't be read", "kyc_gate_unreadable_body"),
            Self::InvalidPayload => (422, "Not a REL-ID V3 KYC payload", "kyc_gate_invalid_payload"),
            Self::BodyTooLarge => (413, "The body is too large", "kyc_gate_body_too_large"),
            Self::UnsupportedMediaType => (415, "The media type is not supported", "kyc_gate_unsupported_media_type"),
            Self::MethodNotAllowed => (405, "The method is not allowed", "kyc_gate_method_not_allowed"),
            Self::Redirected => {
                (502, "The KYC system redirected a post that was judged already", "kyc_gate_redirected")
            }
            Self::HeaderHoldMissing => {
                (503, "The gateway is not set up to hold requests", "kyc_gate_header_hold_missing")
            }
            Self::Unauthorized => (401, "Not authorized", "kyc_gate_unauthorized"),
            Self::AuthorizationUnavailable => {
                (503, "The authorization can't be checked now", "kyc_gate_authorization_unavailable")
            }
            Self::UpstreamTokenUnavailable => {
                (503, "There is no access token for the backend now", "kyc_gate_upstream_token_unavailable")
            }
            Self::SettingsUnavailable => (503, "There are no scoring settings yet", "kyc_gate_settings_unavailable"),
            Self::SecretsUnavailable => (503, "The gate's secrets are not there yet", "kyc_gate_secrets_unavailable"),
            Self::Replayed => (409, "Such a post came before", "kyc_gate_replayed"),
            Self::BackendError => (502, "The KYC system failed", "kyc_gate_backend_error"),
            Self::BadBackendAnswer => (502, "The KYC system's answer can't be used", "kyc_gate_bad_backend_answer"),
            Self::UserIdMismatch => (502, "The KYC system answered for another user", "kyc_gate_user_id_mismatch"),
            Self::Overloaded => (503, "Too many requests are being read", "kyc_gate_overloaded"),
            Self::Aborted => (499, "The request was given up", "kyc_gate_aborted"),
            Self::Internal => (500, "Internal error", "kyc_gate_internal"),
        }
    }

    /// Returns whether `onError: forward` applies. It is about posts that can't be read or judged; who may post and
    /// how, what the backend must get and what came before is not up to it.
    #[must_use]
    pub fn may_be_forwarded(self) -> bool {
        !matches!(
            self,
            Self::Unauthorized
                | Self::AuthorizationUnavailable
                | Self::UpstreamTokenUnavailable
                | Self::SecretsUnavailable
                | Self::MethodNotAllowed
                | Self::Redirected
                | Self::Replayed
        )
    }

    /// Returns the seconds for `retry-after` (RFC 9110 section 10.2.3), where trying again soon makes sense. A post in
    /// flight takes milliseconds, unless its sender is slow.
    #[must_use]
    pub fn retry_after(self) -> Option<u32> {
        let soon = matches!(
            self,
            Self::AuthorizationUnavailable
                | Self::UpstreamTokenUnavailable
                | Self::SecretsUnavailable
                | Self::Overloaded
        );
        soon.then_some(1)
    }
}

impl From<ResponseError> for ErrorCode {
    fn from(error: ResponseError) -> Self {
        match error {
            ResponseError::Status(_) => Self::BackendError,
            ResponseError::OtherUser => Self::UserIdMismatch,
            ResponseError::Overloaded => Self::Overloaded,
            ResponseError::Unsealable => Self::Internal,
            ResponseError::Encoded
            | ResponseError::Empty
            | ResponseError::TooLarge
            | ResponseError::NotJson
            | ResponseError::Result
            | ResponseError::ReferenceNumber
            | ResponseError::UserId => Self::BadBackendAnswer,
        }
    }
}

/// A refused post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The code.
    pub code: ErrorCode,
    /// The problem's `detail`: more about the cause than the code says.
    pub detail: Option<String>,
    /// For operators only, with [`ErrorCode::UnreadableBody`]. The response is the same for every cause.
    pub unreadable: Option<UnreadableCause>,
    /// The post's requester id, header-safe, where it could be read.
    pub requester_id: Option<String>,
    /// How the post relates to earlier ones, where that was looked up.
    pub replay: ReplayCheck,
    /// Headers of the response that go with the code: `www-authenticate`, `allow`, `retry-after`.
    pub headers: Vec<(&'static str, String)>,
}

impl From<ErrorCode> for Refusal {
    fn from(code: ErrorCode) -> Self {
        Self::new(code)
    }
}

impl Refusal {
    /// Creates a refusal that knows nothing about the payload.
    #[must_use]
    pub fn new(code: ErrorCode) -> Self {
        let retry_after = code.retry_after().map(|seconds| ("retry-after", seconds.to_string()));
        Self {
            code,
            detail: None,
            unreadable: None,
            requester_id: None,
            replay: ReplayCheck::default(),
            headers: retry_after.into_iter().collect(),
        }
    }

    /// Refuses a caller that may not post; `challenges` are the values of `www-authenticate`.
    #[must_use]
    pub fn unauthorized(challenges: Vec<String>) -> Self {
        let headers = challenges.into_iter().map(|challenge| ("www-authenticate", challenge)).collect();
        Self { headers, ..Self::new(ErrorCode::Unauthorized) }
    }

    /// Refuses a method that is neither one of `match.methods` nor safe; `allowed` is the value of `allow`.
    #[must_use]
    pub fn method_not_allowed(allowed: String) -> Self {
        Self { headers: vec![("allow", allowed)], ..Self::new(ErrorCode::MethodNotAllowed) }
    }

    /// Refuses a body for what its headers say about it.
    #[must_use]
    pub fn unsupported(cause: &MediaError) -> Self {
        Self { detail: Some(cause.to_string()), ..Self::new(ErrorCode::UnsupportedMediaType) }
    }

    /// Refuses a body that can't be read.
    #[must_use]
    pub fn unreadable(cause: UnreadableCause) -> Self {
        Self { unreadable: Some(cause), ..Self::new(ErrorCode::UnreadableBody) }
    }

    /// Refuses a JSON document that is not a V3 payload.
    #[must_use]
    pub fn not_v3(cause: NotV3) -> Self {
        Self { detail: Some(cause.to_string()), ..Self::new(ErrorCode::InvalidPayload) }
    }

    /// Refuses a post that came before. One whose status is unknown is refused as well.
    #[must_use]
    pub fn replayed(replay: ReplayCheck) -> Self {
        let detail = match replay.status {
            ReplayStatus::Replay => "the same post came before",
            ReplayStatus::Conflict => "another post had the same requester_id",
            ReplayStatus::NonceReuse => "another post was encrypted with the same nonce",
            ReplayStatus::First | ReplayStatus::Repeat | ReplayStatus::Unknown => {
                return Self { replay, ..Self::new(ErrorCode::Internal) };
            }
        };
        Self { replay, detail: Some(detail.to_owned()), ..Self::new(ErrorCode::Replayed) }
    }
}
