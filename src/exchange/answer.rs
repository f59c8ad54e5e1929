//! The answers that the gate gives itself.

use serde::Serialize;

use crate::crypto::Envelope;
use crate::http::Reply;
use crate::payload::Kyc;
use crate::scoring::{Decision, Verdict};

use super::refusal::Refusal;

/// Problem details (RFC 9457).
#[derive(Serialize)]
struct Problem<'p> {
    r#type: String,
    title: &'p str,
    status: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    requester_id: Option<&'p str>,
}

/// REL-ID's confirmation: `result`, `reference_number`, `user_id`. The ids go back as the very JSON text that came,
/// since a `user_id` that differs makes REL-ID rename the account. `None` when it can't be encrypted.
#[must_use]
pub fn confirmation(kyc: &Kyc<'_>, verdict: &Verdict, seal: Option<&Envelope>, fresh: [u8; 16]) -> Option<Reply> {
    let result = verdict.decision != Decision::Reject;
    let (reference, user) = (kyc.requester_id().raw(), kyc.user_id().raw());
    let plain = format!(r#"{{"result": {result}, "reference_number": {reference}, "user_id": {user}}}"#).into_bytes();
    let body = match seal {
        Some(envelope) => envelope.seal(&plain, fresh)?,
        None => plain,
    };
    Some(Reply::json(200, "kyc_gate_responded", body))
}

/// The answer to a request that the decision denies.
#[must_use]
pub fn denial(requester_id: &str) -> Reply {
    render(
        &Problem {
            r#type: "urn:kyc-gate:rejected".to_owned(),
            title: "The identity verification was not accepted",
            status: 403,
            detail: None,
            requester_id: Some(requester_id),
        },
        "kyc_gate_rejected",
    )
}

/// The answer to a request that can't be scored.
#[must_use]
pub fn problem(refusal: &Refusal) -> Reply {
    let code = refusal.code;
    let reply = render(
        &Problem {
            r#type: format!("urn:kyc-gate:{}", code.as_str()),
            title: code.title(),
            status: code.status(),
            detail: refusal.detail(),
            requester_id: refusal.requester_id.as_deref(),
        },
        code.details(),
    );
    match code.retry_after() {
        Some(seconds) => reply.with("retry-after", seconds),
        None => reply,
    }
}

fn render(problem: &Problem<'_>, details: &'static str) -> Reply {
    Reply::problem(problem.status, details, problem)
}
