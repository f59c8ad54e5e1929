//! The responses of the settings API.

use serde::Serialize;

use crate::http::{LocalReply, MediaError, ProblemDetails};
use crate::scoring::{Settings, SettingsProblem};

/// Why a call is refused, where there is nothing more to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestError {
    /// A body over 256 KiB.
    BodyTooLarge,
    /// The settings are not those of `If-Match`.
    PreconditionFailed,
    /// Another update is on its way to the store.
    Busy,
    /// Nothing loaded from the store yet.
    SettingsUnavailable,
    /// The store can't be reached, or not now.
    StoreUnavailable,
    /// The store answered, but didn't take the settings.
    StoreRefused,
    /// The requests in flight hold as much memory as `limits.maxInflightBytes` allows.
    Overloaded,
    /// Envoy holds the body back since `allow_on_headers_stop_iteration` is not set.
    HeaderHoldMissing,
}

/// One of the `invalidFields` in which Rebilly lists what is wrong with a document.
#[derive(Serialize)]
struct InvalidField<'p> {
    field: &'p str,
    message: &'p str,
}

/// Returns a response with the settings in force. `durable`: whether they outlive the process.
#[must_use]
pub fn settings(settings: &Settings, header_prefix: &str, durable: bool) -> LocalReply {
    let revision = settings.revision();
    LocalReply::json(200, "kyc_gate_settings", settings.document().as_bytes().to_vec())
        .with("etag", format!("\"{revision}\""))
        .with(format!("{header_prefix}settings-revision"), revision)
        .with(format!("{header_prefix}settings-durability"), if durable { "store" } else { "process" })
}

/// Returns the response to a caller without the right token.
#[must_use]
pub fn unauthorized(had_credentials: bool) -> LocalReply {
    let error = if had_credentials { ", error=\"invalid_token\"" } else { "" };
    problem("unauthorized", 401, "Not authorized", "kyc_gate_settings_unauthorized", None)
        .with("www-authenticate", format!("Bearer realm=\"kyc-settings\"{error}"))
}

/// Returns the response to any other method.
#[must_use]
pub fn method_not_allowed() -> LocalReply {
    problem("method-not-allowed", 405, "The method is not allowed", "kyc_gate_settings_method", None)
        .with("allow", "GET, HEAD, PUT")
}

/// Returns the reply to a body that isn't JSON by its headers; `detail` names the one that rules it out.
#[must_use]
pub fn unsupported_media_type(cause: Option<MediaError>) -> LocalReply {
    let detail = match cause {
        None | Some(MediaError::ContentType) => "content-type must be JSON".to_owned(),
        Some(other) => other.to_string(),
    };
    problem(
        "unsupported-media-type",
        415,
        "The media type is not supported",
        "kyc_gate_settings_unsupported_media_type",
        Some(detail),
    )
}

/// Returns the response to a body that is not strict JSON. The detail is the scanner's, which never shows the body.
#[must_use]
pub fn not_json(detail: String) -> LocalReply {
    problem("unreadable-body", 400, "The body can't be read", "kyc_gate_settings_unreadable_body", Some(detail))
}

/// Returns the response to a document that is not a settings document.
#[must_use]
pub fn invalid_settings(problems: &[SettingsProblem]) -> LocalReply {
    let fields = problems.iter().map(|problem| InvalidField { field: &problem.field, message: &problem.message });
    let problem = ProblemDetails::new("invalid-settings", 422, "Validation error")
        .with("invalidFields", serde_json::json!(fields.collect::<Vec<_>>()));
    LocalReply::problem(&problem, "kyc_gate_settings_invalid")
}

/// Returns the response to a call that can't be carried out.
#[must_use]
pub fn error(error: RequestError) -> LocalReply {
    let (code, status, title, details) = match error {
        RequestError::BodyTooLarge => {
            ("body-too-large", 413, "The body is too large", "kyc_gate_settings_body_too_large")
        }
        RequestError::PreconditionFailed => {
            ("precondition-failed", 412, "The settings have changed meanwhile", "kyc_gate_settings_precondition_failed")
        }
        RequestError::Busy => ("settings-busy", 409, "Another update is being stored", "kyc_gate_settings_busy"),
        RequestError::SettingsUnavailable => {
            ("settings-unavailable", 503, "There are no scoring settings yet", "kyc_gate_settings_unavailable")
        }
        RequestError::StoreUnavailable => (
            "settings-store-unavailable",
            503,
            "The settings store can't be reached",
            "kyc_gate_settings_store_unavailable",
        ),
        RequestError::StoreRefused => (
            "settings-store-refused",
            502,
            "The settings store refused the settings",
            "kyc_gate_settings_store_refused",
        ),
        RequestError::Overloaded => {
            ("overloaded", 503, "Too many requests are being read", "kyc_gate_settings_overloaded")
        }
        RequestError::HeaderHoldMissing => {
            ("header-hold-missing", 503, "The gateway is not set up to hold requests", "kyc_gate_header_hold_missing")
        }
    };
    let reply = problem(code, status, title, details, None);
    if error == RequestError::Overloaded { reply.with("retry-after", "1") } else { reply }
}

fn problem(code: &str, status: u32, title: &'static str, details: &'static str, detail: Option<String>) -> LocalReply {
    LocalReply::problem(&ProblemDetails::new(code, status, title).with_detail(detail), details)
}
