//! Why a KYC post is not scored (README.md#errors).

use crate::confirmation::ResponseError;
use crate::payload::NotV3;
use crate::replay::{ReplayCheck, ReplayStatus};

/// An error code: the last part of the problem's `type`, of the metric and of the response-code details.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    /// Anything wrong before or inside decryption, or not JSON.
    UnreadableBody,
    /// JSON, but not a V3 payload.
    InvalidPayload,
    /// Larger than `limits.maxBodyBytes`.
    BodyTooLarge,
    /// A content type or encoding that can't be a KYC post.
    UnsupportedMediaType,
    /// Envoy holds the body back since `allow_on_headers_stop_iteration` is not set.
    HeaderHoldMissing,
    /// The caller may not post.
    Unauthorized,
    /// Whether the caller may post can't be told: the issuer of its token doesn't say.
    AuthorizationUnavailable,
    /// There is no token that the post could carry to the backend.
    UpstreamTokenUnavailable,
    /// The settings store has not been reached yet, and there are no other settings.
    SettingsUnavailable,
    /// Seen before, and no retry.
    Replayed,
    /// The backend did not answer with success.
    BackendError,
    /// The backend's answer is no confirmation.
    BadBackendAnswer,
    /// The backend's answer has another user's id.
    UserIdMismatch,
    /// The posts in flight hold as much memory as `limits.maxInflightBytes` allows.
    Overloaded,
    /// Ended by the client or by Envoy before there was a ruling. Nobody gets it as an answer.
    Aborted,
    /// A bug, or a host call that failed.
    Internal,
}

impl ErrorCode {
    /// All of them, for the metrics.
    pub const ALL: [Self; 16] = [
        Self::UnreadableBody,
        Self::InvalidPayload,
        Self::BodyTooLarge,
        Self::UnsupportedMediaType,
        Self::HeaderHoldMissing,
        Self::Unauthorized,
        Self::AuthorizationUnavailable,
        Self::UpstreamTokenUnavailable,
        Self::SettingsUnavailable,
        Self::Replayed,
        Self::BackendError,
        Self::BadBackendAnswer,
        Self::UserIdMismatch,
        Self::Overloaded,
        Self::Aborted,
        Self::Internal,
    ];

    /// The code as operators see it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UnreadableBody => "unreadable-body",
            Self::InvalidPayload => "invalid-payload",
            Self::BodyTooLarge => "body-too-large",
            Self::UnsupportedMediaType => "unsupported-media-type",
            Self::HeaderHoldMissing => "header-hold-missing",
            Self::Unauthorized => "unauthorized",
            Self::AuthorizationUnavailable => "authorization-unavailable",
            Self::UpstreamTokenUnavailable => "upstream-token-unavailable",
            Self::SettingsUnavailable => "settings-unavailable",
            Self::Replayed => "replayed",
            Self::BackendError => "backend-error",
            Self::BadBackendAnswer => "bad-backend-answer",
            Self::UserIdMismatch => "user-id-mismatch",
            Self::Overloaded => "overloaded",
            Self::Aborted => "aborted",
            Self::Internal => "internal",
        }
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(self) -> u32 {
        match self {
            Self::UnreadableBody => 400,
            Self::InvalidPayload => 422,
            Self::BodyTooLarge => 413,
            Self::UnsupportedMediaType => 415,
            Self::HeaderHoldMissing => 503,
            Self::Unauthorized => 401,
            Self::AuthorizationUnavailable => 503,
            Self::UpstreamTokenUnavailable => 503,
            Self::SettingsUnavailable => 503,
            Self::Replayed => 409,
            Self::BackendError | Self::BadBackendAnswer | Self::UserIdMismatch => 502,
            Self::Overloaded => 503,
            Self::Aborted => 499,
            Self::Internal => 500,
        }
    }

    /// The problem's `title`.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::UnreadableBody => "The body can't be read",
            Self::InvalidPayload => "Not a REL-ID V3 KYC payload",
            Self::BodyTooLarge => "The body is too large",
            Self::UnsupportedMediaType => "The media type is not supported",
            Self::HeaderHoldMissing => "The gateway is not set up to hold requests",
            Self::Unauthorized => "Not authorized",
            Self::AuthorizationUnavailable => "The authorization can't be checked now",
            Self::UpstreamTokenUnavailable => "There is no access token for the backend now",
            Self::SettingsUnavailable => "There are no scoring settings yet",
            Self::Replayed => "Such a post came before",
            Self::BackendError => "The KYC system failed",
            Self::BadBackendAnswer => "The KYC system's answer can't be used",
            Self::UserIdMismatch => "The KYC system answered for another user",
            Self::Overloaded => "Too many requests are being read",
            Self::Aborted => "The request was given up",
            Self::Internal => "Internal error",
        }
    }

    /// What Envoy shows as `%RESPONSE_CODE_DETAILS%`.
    #[must_use]
    pub fn details(self) -> &'static str {
        match self {
            Self::UnreadableBody => "kyc_gate_unreadable_body",
            Self::InvalidPayload => "kyc_gate_invalid_payload",
            Self::BodyTooLarge => "kyc_gate_body_too_large",
            Self::UnsupportedMediaType => "kyc_gate_unsupported_media_type",
            Self::HeaderHoldMissing => "kyc_gate_header_hold_missing",
            Self::Unauthorized => "kyc_gate_unauthorized",
            Self::AuthorizationUnavailable => "kyc_gate_authorization_unavailable",
            Self::UpstreamTokenUnavailable => "kyc_gate_upstream_token_unavailable",
            Self::SettingsUnavailable => "kyc_gate_settings_unavailable",
            Self::Replayed => "kyc_gate_replayed",
            Self::BackendError => "kyc_gate_backend_error",
            Self::BadBackendAnswer => "kyc_gate_bad_backend_answer",
            Self::UserIdMismatch => "kyc_gate_user_id_mismatch",
            Self::Overloaded => "kyc_gate_overloaded",
            Self::Aborted => "kyc_gate_aborted",
            Self::Internal => "kyc_gate_internal",
        }
    }
}

impl From<ResponseError> for ErrorCode {
    fn from(fault: ResponseError) -> Self {
        match fault {
            ResponseError::Status(_) => Self::BackendError,
            ResponseError::OtherUser => Self::UserIdMismatch,
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

impl ErrorCode {
    /// Whether `onError: forward` counts for it. It is about posts that can't be read or judged; who may post, what the
    /// backend must get and what came before is not up to it.
    #[must_use]
    pub fn may_be_forwarded(self) -> bool {
        !matches!(
            self,
            Self::Unauthorized | Self::AuthorizationUnavailable | Self::UpstreamTokenUnavailable | Self::Replayed
        )
    }

    /// Seconds for the answer's `retry-after` (RFC 9110 section 10.2.3), where trying again soon makes sense. A post in
    /// flight takes milliseconds, unless its sender is slow.
    #[must_use]
    pub fn retry_after(self) -> Option<u32> {
        matches!(self, Self::AuthorizationUnavailable | Self::UpstreamTokenUnavailable | Self::Overloaded).then_some(1)
    }
}

/// A refused post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Why.
    pub code: ErrorCode,
    /// Which REL-ID field is wrong, for [`ErrorCode::InvalidPayload`].
    pub cause: Option<NotV3>,
    /// The post's requester id, header-safe, where it could be read.
    pub requester_id: Option<String>,
    /// What the post was to those before it, where that was looked up.
    pub replay: ReplayCheck,
    /// Values of `www-authenticate`, for [`ErrorCode::Unauthorized`].
    pub challenges: Vec<String>,
}

impl Refusal {
    /// A refusal that knows nothing of the payload.
    #[must_use]
    pub fn new(code: ErrorCode) -> Self {
        Self { code, cause: None, requester_id: None, replay: ReplayCheck::default(), challenges: Vec::new() }
    }

    /// A caller that may not post, and how it could show that it may.
    #[must_use]
    pub fn unauthorized(challenges: Vec<String>) -> Self {
        Self { challenges, ..Self::new(ErrorCode::Unauthorized) }
    }

    /// A JSON document that is not a V3 payload.
    #[must_use]
    pub fn not_v3(cause: NotV3) -> Self {
        Self { cause: Some(cause), ..Self::new(ErrorCode::InvalidPayload) }
    }

    /// A post that was seen before; one of which that can't be told is refused as well.
    #[must_use]
    pub fn replayed(replay: ReplayCheck) -> Self {
        let code = if replay.status == ReplayStatus::Unknown { ErrorCode::Internal } else { ErrorCode::Replayed };
        Self { replay, ..Self::new(code) }
    }

    /// Says more to the operator than the code does.
    #[must_use]
    pub fn detail(&self) -> Option<String> {
        let replayed = match self.replay.status {
            _ if self.code != ErrorCode::Replayed => None,
            ReplayStatus::Replay => Some("the same post came before"),
            ReplayStatus::Conflict => Some("another post had the same requester_id"),
            ReplayStatus::NonceReuse => Some("another post was encrypted with the same nonce"),
            ReplayStatus::First | ReplayStatus::Repeat | ReplayStatus::Unknown => None,
        };
        replayed.map(str::to_owned).or_else(|| self.cause.map(|cause| cause.to_string()))
    }
}
