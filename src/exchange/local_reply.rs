//! The local replies to a KYC post: confirmations and problem details.

use crate::confirmation::{Confirmation, ResponseError};
use crate::crypto::Envelope;
use crate::http::{LocalReply, ProblemDetails};
use crate::payload::Kyc;
use crate::scoring::{Decision, Verdict};

use super::refusal::{ErrorCode, Refusal};

/// The extension member that names the post.
const REQUESTER_ID: &str = "requester_id";

/// Returns REL-ID's confirmation of a decision, encrypted if `seal` is given; `None` when it can't be encrypted.
/// `iv_seed` are 16 random bytes.
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

/// Returns the reply to a request that the decision denies.
#[must_use]
pub fn denial(requester_id: &str) -> LocalReply {
    let problem = ProblemDetails::new("rejected", 403, "The identity verification was not accepted");
    LocalReply::problem(&problem.with(REQUESTER_ID, requester_id), "kyc_gate_rejected")
}

/// Returns the reply to a request that can't be scored.
#[must_use]
pub fn problem(refusal: &Refusal) -> LocalReply {
    let code = refusal.code;
    let mut problem = problem_details(code, code.status()).with_detail(refusal.detail.clone());
    if let Some(id) = &refusal.requester_id {
        problem = problem.with(REQUESTER_ID, id.as_str());
    }
    let reply = LocalReply::problem(&problem, code.details());
    refusal.headers.iter().fold(reply, |reply, (name, value)| reply.with(*name, value.as_str()))
}

/// Returns the reply to a forwarded post whose backend's response can't go back. A backend that is overloaded, away or
/// too slow is reported as such; all else is a bad gateway (RFC 9110 section 15.6.3).
#[must_use]
pub fn backend_problem(error: ResponseError, requester_id: &str) -> LocalReply {
    let code = ErrorCode::from(error);
    let status = match error {
        ResponseError::Status(status @ (429 | 503 | 504)) => status.into(),
        _ => code.status(),
    };
    let problem = problem_details(code, status).with_detail(Some(error.to_string()));
    LocalReply::problem(&problem.with(REQUESTER_ID, requester_id), code.details())
}

fn problem_details(code: ErrorCode, status: u32) -> ProblemDetails {
    ProblemDetails::new(code.as_str(), status, code.title())
}
