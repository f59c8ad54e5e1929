//! Problem details (RFC 9457).

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

/// The body of an error response, `application/problem+json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProblemDetails {
    r#type: String,
    title: &'static str,
    status: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    #[serde(flatten)]
    extensions: BTreeMap<&'static str, Value>,
}

impl ProblemDetails {
    /// Creates a problem whose `type` is `urn:kyc-gate:<code>`.
    #[must_use]
    pub fn new(code: &str, status: u32, title: &'static str) -> Self {
        Self { r#type: format!("urn:kyc-gate:{code}"), title, status, detail: None, extensions: BTreeMap::new() }
    }

    /// Adds `detail`, where there is one: what is wrong in this case. Never the data that caused it.
    #[must_use]
    pub fn with_detail(self, detail: Option<String>) -> Self {
        Self { detail, ..self }
    }

    /// Adds an extension member (RFC 9457 section 3.2).
    #[must_use]
    pub fn with(mut self, member: &'static str, value: impl Into<Value>) -> Self {
        self.extensions.insert(member, value.into());
        self
    }

    /// Returns the HTTP status.
    #[must_use]
    pub fn status(&self) -> u32 {
        self.status
    }
}
