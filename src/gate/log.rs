//! What the gate writes to Envoy's log: the audit line, configuration problems, and fixed texts. Nothing else can be
//! logged, so nothing of a payload is.

use crate::config::Problems;
use crate::exchange::backend_response::ResponseOutcome;
use crate::exchange::record::Record;

use super::host::{self, Level};

/// Fixed messages.
#[derive(Debug, Clone, Copy)]
pub enum Notice {
    /// `allow_on_headers_stop_iteration` is missing.
    HeaderHoldMissing,
    /// The plugin configuration can't be read from the host.
    NoConfiguration,
    /// A metric can't be defined.
    NoMetrics,
    /// There is no randomness for the secret of the replay window.
    NoRandomness,
    /// A host call failed in the middle of a request.
    HostCallFailed,
    /// Envoy doesn't give the backend's answers to the gate.
    AnswerUnread,
    /// The settings store gives no settings. Once for each outage.
    StoreLost,
    /// The settings store gives settings again.
    StoreBack,
    /// The issuer of tokens doesn't answer. Once for each outage and worker.
    IntrospectionLost,
    /// The issuer of tokens answers again.
    IntrospectionBack,
    /// There is no new access token for the backend. Once for each outage.
    AccessTokenLost,
    /// There is one again.
    AccessTokenBack,
}

impl Notice {
    fn level(self) -> Level {
        let good = matches!(self, Self::StoreBack | Self::IntrospectionBack | Self::AccessTokenBack);
        if good { Level::Info } else { Level::Error }
    }

    fn text(self) -> &'static str {
        match self {
            Self::HeaderHoldMissing => {
                "kyc-gate: Envoy does not deliver request bodies to a filter that holds the headers. Set \
                 allow_on_headers_stop_iteration: true in this filter's PluginConfig (Envoy 1.35 or newer). Until \
                 then KYC posts are answered with 503."
            }
            Self::NoConfiguration => "kyc-gate: the plugin configuration can't be read from the host",
            Self::NoRandomness => "kyc-gate: Envoy gives no random bytes",
            Self::NoMetrics => "kyc-gate: Envoy refuses to define a metric",
            Self::HostCallFailed => "kyc-gate: a host call failed while a request was handled",
            Self::AnswerUnread => {
                "kyc-gate: Envoy did not let the gate read an answer of the backend's. Allow proxy_on_response_headers, \
                 proxy_on_response_body and proxy_on_response_trailers in this filter's capability_restriction_config."
            }
            Self::StoreLost => {
                "kyc-gate: the settings store gives no settings. Those in force stay; while there are none, KYC posts \
                 are refused as settings-unavailable."
            }
            Self::StoreBack => "kyc-gate: the settings store gives settings again",
            Self::IntrospectionLost => {
                "kyc-gate: authorization.introspection gives no usable answer. Posts with tokens that are not known \
                 yet are refused as authorization-unavailable."
            }
            Self::IntrospectionBack => "kyc-gate: authorization.introspection answers again",
            Self::AccessTokenLost => {
                "kyc-gate: accessTokenEndpoint gives no usable token. The last one stays in use while it is valid; \
                 after that, posts that need one are refused as upstream-token-unavailable."
            }
            Self::AccessTokenBack => "kyc-gate: accessTokenEndpoint gives tokens again",
        }
    }
}

/// Logs a fixed message.
pub fn notice(notice: Notice) {
    host::log(notice.level(), notice.text());
}

/// Logs that other settings are in force; a revision is a digest.
pub fn settings_replaced(revision: &str) {
    host::log(Level::Info, &format!("kyc-gate: settings {revision} are in force"));
}

/// Logs an answer of the backend's that was not what it should be; the texts of faults are fixed.
pub fn answered(outcome: ResponseOutcome) {
    match outcome {
        ResponseOutcome::Confirmed | ResponseOutcome::Sealed | ResponseOutcome::Lost => {}
        ResponseOutcome::Flagged => {
            host::log(Level::Warn, "kyc-gate: the backend answered with another user id, which was dropped")
        }
        ResponseOutcome::Renamed => {
            host::log(Level::Warn, "kyc-gate: the backend answered with another user id, which went back")
        }
        ResponseOutcome::Refused(fault) => {
            host::log(Level::Error, &format!("kyc-gate: the backend's answer was refused: {fault}"))
        }
    }
}

/// Logs all that is wrong with a configuration.
pub fn refused_configuration(problems: &Problems) {
    host::log(Level::Critical, &format!("kyc-gate: configuration refused. {problems}"));
}

/// Logs the audit line of a KYC post.
pub fn audit(record: &Record, microseconds: u64) {
    host::log(Level::Info, &record.audit_line(microseconds));
}

/// A panic is a bug: tell where, never what, since the message may hold data.
pub fn install_panic_hook() {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map_or_else(String::new, |at| format!(" at {}:{}", at.file(), at.line()));
        host::log(Level::Critical, &format!("kyc-gate: internal error{place}"));
    }));
}
