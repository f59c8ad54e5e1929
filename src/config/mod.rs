//! The plugin configuration: read, validated whole, then immutable.

pub mod problem;

use crate::crypto::Envelope;
use crate::payload::Limits;
use crate::scoring::{Evidence, Rule, Settings};
use crate::template::{Line, Template};

pub use problem::{Cause, Problem, Problems};

/// A validated configuration.
#[allow(missing_docs)]
pub struct Config {
    /// `match.methods`.
    pub methods: Vec<String>,
    /// `match.paths`: exact, query ignored.
    pub paths: Vec<String>,
    /// `requestEncryption`, when enabled.
    pub request_encryption: Option<Envelope>,
    /// `responseDecryption`, when enabled.
    pub response_encryption: Option<Envelope>,
    /// `requestBody`; `None` sends the decrypted payload as it came.
    pub request_body: Option<Template>,
    /// `headers[]`: lower-case name, value.
    pub headers: Vec<(String, Line)>,
    pub settings: Settings,
    pub evidence: Evidence,
    pub rules: Vec<Rule>,
    pub decision: DecisionPolicy,
    /// `limits.maxBodyBytes`.
    pub max_body_bytes: usize,
    /// `limits.maxDepth`, `limits.maxFields`.
    pub scan_limits: Limits,
    /// `audit.userId`.
    pub audit_user_id: AuditUserId,
}

/// `decision.mode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[allow(missing_docs)]
pub enum Mode {
    #[default]
    Enforce,
    Shadow,
}

/// What to do with a judged request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Action {
    Forward,
    Respond,
    Deny,
}

impl Action {
    /// All of them, for the metrics.
    pub const ALL: [Self; 3] = [Self::Forward, Self::Respond, Self::Deny];

    /// The word in the configuration.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Forward => "forward",
            Self::Respond => "respond",
            Self::Deny => "deny",
        }
    }
}

/// `decision.onError`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[allow(missing_docs)]
pub enum OnError {
    #[default]
    Deny,
    Forward,
}

/// `decision.forwardBody`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[allow(missing_docs)]
pub enum ForwardBody {
    #[default]
    Rewritten,
    Original,
}

/// The `decision` block.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct DecisionPolicy {
    pub mode: Mode,
    pub on_accept: Action,
    pub on_review: Action,
    pub on_reject: Action,
    pub on_error: OnError,
    pub forward_body: ForwardBody,
    /// Lower case, ends in `-`.
    pub header_prefix: String,
}

/// `audit.userId`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[allow(missing_docs)]
pub enum AuditUserId {
    #[default]
    Plain,
    Sha256,
    Omit,
}

impl Config {
    /// Reads and validates a configuration. `environment` looks up a variable of the VM.
    ///
    /// # Errors
    /// All problems at once.
    pub fn parse(bytes: &[u8], environment: &dyn Fn(&str) -> Option<String>) -> Result<Self, Problems> {
        let _ = (bytes, environment);
        todo!()
    }
}
