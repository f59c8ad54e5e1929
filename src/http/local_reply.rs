//! An answer that the gate gives itself.

use serde::Serialize;

/// A local answer.
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
    /// A JSON document.
    #[must_use]
    pub fn json(status: u32, details: &'static str, body: Vec<u8>) -> Self {
        Self { status, content_type: "application/json", headers: Vec::new(), body, details }
    }

    /// Problem details (RFC 9457).
    #[must_use]
    pub fn problem(status: u32, details: &'static str, problem: &impl Serialize) -> Self {
        let body = serde_json::to_vec(problem).unwrap_or_default();
        Self { status, content_type: "application/problem+json", headers: Vec::new(), body, details }
    }

    /// The same with one more header.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }
}
