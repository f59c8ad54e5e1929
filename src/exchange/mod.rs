//! One KYC post as a state machine: headers, body chunks and the end of the body in, one [`Ruling`] out.
//!
//! Guarantees: exactly one ruling for each exchange; no ruling to forward before the whole body was read; the payload
//! is looked at only once it is authentic (GCM) or complete (the other modes). No host calls, clocks or randomness.

mod audit_line;
pub mod backend_response;
pub mod body;
mod bounded_body;
mod context;
pub mod decision_headers;
mod evaluation;
#[allow(clippy::module_inception, reason = "the file is named after its type")]
mod exchange;
pub mod local_reply;
mod policy;
pub mod record;
pub mod redirect;
pub mod refusal;
mod replay_check;
pub mod request_head;
mod ruling;
mod signing;
mod waiting;

pub use body::{Body, BodyChunks};
pub use exchange::Exchange;
pub use ruling::{Command, Forward, Ruling};
pub use waiting::Waiting;
