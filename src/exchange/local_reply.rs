//! The answers that the gate gives itself.

use serde::Serialize;

use crate::confirmation::{Confirmation, ResponseError};
use crate::crypto::Envelope;
use crate::http::LocalReply;
use crate::payload::Kyc;
use crate::scoring::{Decision, Verdict};

use super::refusal::{ErrorCode, Refusal};

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

/// REL-ID's confirmation of a decision. `None` when it can't be encrypted.
#[must_use]
pub fn confirmation(
    kyc: &Kyc<'_>,
    verdict: &Verdict,
    seal: Option<&Envelope>,
    iv_seed: [u8; 16],
) -> Option<LocalReply> {
    let plain = Confirmation {
        result: verdict.decision != Decision::Reject,
        reference_number: kyc.requester_id().raw().into(),
        user_id: kyc.user_id().raw().into(),
    }
    .to_json();
    let body = match seal {
        Some(envelope) => envelope.seal(&plain, iv_seed)?,
        None => plain,
    };
    Some(LocalReply::json(200, "kyc_gate_responded", body))
}

/// The answer to a request that the decision denies.
#[must_use]
pub fn denial(requester_id: &str) -> LocalReply {
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
pub fn problem(refusal: &Refusal) -> LocalReply {
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
    let challenges = refusal.challenges.iter().map(|challenge| ("www-authenticate", challenge.clone()));
    let retry = code.retry_after().map(|seconds| ("retry-after", seconds.to_string()));
    challenges.chain(retry).fold(reply, |reply, (name, value)| reply.with(name, value))
}

/// The answer to a post that went on, in place of a backend's answer that can't go back. A backend that is overloaded,
/// away or too slow is told as such; all else is a bad gateway's (RFC 9110 section 15.6.3).
#[must_use]
pub fn backend_problem(fault: ResponseError, requester_id: &str) -> LocalReply {
    let code = ErrorCode::from(fault);
    let status = match fault {
        ResponseError::Status(status @ (429 | 503 | 504)) => status.into(),
        _ => code.status(),
    };
    let problem = Problem {
        r#type: format!("urn:kyc-gate:{}", code.as_str()),
        title: code.title(),
        status,
        detail: Some(fault.to_string()),
        requester_id: Some(requester_id),
    };
    LocalReply::problem(status, code.details(), &problem)
}

fn render(problem: &Problem<'_>, details: &'static str) -> LocalReply {
    LocalReply::problem(problem.status, details, problem)
}
