//! Envoy's local reply: a response that the gate sends itself.

use super::problem_details::ProblemDetails;

/// A local reply.
pub struct LocalReply {
    /// HTTP status.
    pub status: u32,
    /// Media type of the body.
    pub content_type: &'static str,
    /// Other headers: lower-case name, value.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// Shown by Envoy as `%RESPONSE_CODE_DETAILS%`.
    pub details: &'static str,
}

impl LocalReply {
    /// Creates a reply with a JSON document.
    #[must_use]
    pub fn json(status: u32, details: &'static str, body: Vec<u8>) -> Self {
        Self { status, content_type: "application/json", headers: Vec::new(), body, details }
    }

    /// Creates a reply with problem details, which give the status as well.
    #[must_use]
    pub fn problem(problem: &ProblemDetails, details: &'static str) -> Self {
        let body = serde_json::to_vec(problem).unwrap_or_default();
        Self { content_type: "application/problem+json", ..Self::json(problem.status(), details, body) }
    }

    /// Adds a header.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }
}
