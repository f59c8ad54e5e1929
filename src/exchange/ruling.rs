//! The result of an exchange: what to do with the held request.

use crate::http::LocalReply;

use super::backend_response::BackendResponse;
use super::body::Body;
use super::record::Record;

/// What to do with the held request, and what to report to the operator about it.
pub struct Ruling {
    /// The command.
    pub command: Command,
    /// Facts for metrics, filter state and the audit line.
    pub record: Record,
}

/// What to do with the held request.
pub enum Command {
    /// Let it go on.
    Forward(Forward),
    /// Respond to it.
    LocalReply(LocalReply),
}

/// How the request goes on.
pub struct Forward {
    /// Headers to set, lower-case names.
    pub set: Vec<(String, String)>,
    /// Headers of the request to remove, since they describe a body that is no longer there.
    pub remove: Vec<&'static str>,
    /// The body it goes on with.
    pub body: Body,
    /// Reads the backend's response; `None` lets that pass unchanged.
    pub response: Option<BackendResponse>,
}

impl Forward {
    /// Forwards the body unchanged, and lets the response pass.
    pub(super) fn as_received(set: Vec<(String, String)>) -> Self {
        Self { set, remove: Vec::new(), body: Body::Original, response: None }
    }
}
