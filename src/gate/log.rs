//! What the gate writes to Envoy's log: the audit line, configuration problems, and fixed texts. Nothing else can be
//! logged, so nothing of a payload is.

use crate::config::{ConfigWarning, Problems};
use crate::exchange::backend_response::ResponseOutcome;
use crate::exchange::record::Record;
use crate::http::CallFailure;
use crate::shared::Outage;

use super::host::{self, HostError, Severity};

/// Fixed messages.
#[derive(Debug, Clone, Copy)]
pub enum Notice {
    /// `allow_on_headers_stop_iteration` is missing.
    #[cfg(target_os = "wasi")]
    HeaderHoldMissing,
    /// A request came to a plugin without a configuration.
    Unconfigured,
    /// Envoy doesn't give the backend's responses to the gate.
    ResponseUnread,
}

/// Services that the gate itself calls.
#[derive(Debug, Clone, Copy)]
pub enum Service {
    /// `settingsApi.store`. Outages are logged once.
    SettingsStore,
    /// `authorization.introspection`. Outages are logged once.
    Introspection,
    /// `accessTokenEndpoint`. Outages are logged once.
    AccessToken,
}

impl Notice {
    fn text(self) -> &'static str {
        match self {
            #[cfg(target_os = "wasi")]
            Self::HeaderHoldMissing => {
                "kyc-gate: Envoy does not deliver request bodies to a filter that holds the headers. Set \
                 allow_on_headers_stop_iteration: true in this filter's PluginConfig (Envoy 1.35 or newer). Until \
                 then KYC posts are answered with 503."
            }
            Self::Unconfigured => "kyc-gate: a request came to a plugin without a configuration",
            Self::ResponseUnread => {
                "kyc-gate: Envoy did not let the gate read an answer of the backend's. Allow proxy_on_response_headers, \
                 proxy_on_response_body and proxy_on_response_trailers in this filter's capability_restriction_config."
            }
        }
    }
}

impl Service {
    fn began(self) -> &'static str {
        match self {
            Self::SettingsStore => {
                "kyc-gate: the settings store gives no settings. Those in force stay; while there are none, KYC posts \
                 are refused as settings-unavailable."
            }
            Self::Introspection => {
                "kyc-gate: authorization.introspection gives no usable answer. Posts with tokens that are not known \
                 yet are refused as authorization-unavailable."
            }
            Self::AccessToken => {
                "kyc-gate: accessTokenEndpoint gives no usable token. The last one stays in use while it is valid; \
                 after that, posts that need one are refused as upstream-token-unavailable."
            }
        }
    }

    fn ended(self) -> &'static str {
        match self {
            Self::SettingsStore => "kyc-gate: the settings store gives settings again",
            Self::Introspection => "kyc-gate: authorization.introspection answers again",
            Self::AccessToken => "kyc-gate: accessTokenEndpoint gives tokens again",
        }
    }
}

/// Logs a fixed message.
pub fn notice(notice: Notice) {
    host::log(Severity::Error, notice.text());
}

/// Logs that a service fails, and why, or that it works again.
pub fn outage(service: Service, outage: Outage<CallFailure>) {
    match outage {
        Outage::Began(cause) => host::log(Severity::Error, &format!("{} Cause: {cause}.", service.began())),
        Outage::Ended => host::log(Severity::Info, service.ended()),
    }
}

/// Logs a host call that failed while a request was handled.
pub fn host_call_failed(error: HostError) {
    host::log(Severity::Error, &format!("kyc-gate: a host call failed while a request was handled: {error}"));
}

/// Logs a host call that failed while the plugin was configured.
pub fn not_configured(error: HostError) {
    host::log(Severity::Critical, &format!("kyc-gate: the plugin can't be configured: {error}"));
}

/// Logs that other settings are in force; a revision is a digest.
pub fn settings_replaced(revision: &str) {
    host::log(Severity::Info, &format!("kyc-gate: settings {revision} are in force"));
}

/// Logs a response of the backend's that was not what it should be; the texts of errors are fixed.
pub fn responded(outcome: ResponseOutcome) {
    match outcome {
        ResponseOutcome::Confirmed | ResponseOutcome::Sealed | ResponseOutcome::Lost => {}
        ResponseOutcome::Flagged => {
            host::log(Severity::Warn, "kyc-gate: the backend answered with another user id, which was dropped")
        }
        ResponseOutcome::Renamed => {
            host::log(Severity::Warn, "kyc-gate: the backend answered with another user id, which went back")
        }
        ResponseOutcome::Refused(error) => {
            host::log(Severity::Error, &format!("kyc-gate: the backend's answer was refused: {error}"))
        }
    }
}

/// Logs all that is wrong with a configuration.
pub fn refused_configuration(problems: &Problems) {
    host::log(Severity::Critical, &format!("kyc-gate: configuration refused. {problems}"));
}

/// Logs that secrets of SDS can't be used; what is wrong is told by path and name, never by value.
#[cfg(feature = "native")]
pub fn refused_secrets(problems: &Problems, others_in_force: bool) {
    let then = if others_in_force {
        "Those before stay in force"
    } else {
        "Until they can, requests are refused as secrets-unavailable"
    };
    host::log(Severity::Error, &format!("kyc-gate: the secrets of SDS can't be used. {then}. {problems}"));
}

/// Logs that secrets of SDS are used from now on, by their names.
#[cfg(feature = "native")]
pub fn secrets_in_force<'n>(names: impl Iterator<Item = &'n str>) {
    let names: Vec<_> = names.collect();
    host::log(Severity::Info, &format!("kyc-gate: new values of SDS are in force: {}", names.join(", ")));
}

/// Logs what is probably not meant in a configuration, by path and never with the value.
pub fn config_warnings(warnings: &[ConfigWarning]) {
    warnings.iter().for_each(|warning| host::log(Severity::Warn, &format!("kyc-gate: configuration: {warning}")));
}

/// Logs the audit line of a KYC post.
pub fn audit(record: &Record, microseconds: u64) {
    host::log(Severity::Info, &record.audit_line(microseconds));
}

/// Has panics, which are bugs, logged with their place, never their message, which may hold data.
pub fn install_panic_hook() {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map_or_else(String::new, |at| format!(" at {}:{}", at.file(), at.line()));
        host::log(Severity::Critical, &format!("kyc-gate: internal error{place}"));
    }));
}
