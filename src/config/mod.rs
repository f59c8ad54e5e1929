//! The plugin configuration: read, validated whole, then immutable.
//!
//! [`Config::parse`] either gives a configuration in which everything that the gate could be told is sound, or the
//! list of all that is wrong with it, by path and cause. Neither that list nor anything else here shows a value;
//! [`Config`] has no `Debug` on purpose, because keys are behind it. `docs/configuration.md` is the reference.

mod access_token;
mod audit;
mod authority;
mod authorization;
mod decision;
mod encryption;
mod evidence;
mod headers;
mod limits;
mod matching;
mod node;
mod observe;
mod outline;
mod plugin_config;
pub mod problem;
mod profile;
mod profile_selection;
mod profiles;
mod protobuf_struct;
mod replay;
mod request_body;
mod response_body;
mod revision;
mod rules;
mod sds;
mod secrets;
mod settings;
mod settings_api;
mod signature;
mod syntax;
mod token;
mod upstream;
mod variable;

pub use audit::{Audit, AuditUserId};
pub use decision::{Action, DecisionPolicy, ForwardBody, Mode, OnError};
pub use headers::HeaderValue;
pub use observe::Observe;
pub use outline::{MetricNames, Outline};
pub use plugin_config::Config;
pub use problem::{Cause, ConfigWarning, Problem, Problems, Warning};
pub use profile::Profile;
pub use revision::UNDECIDING;
pub use sds::Subscription;
pub use secrets::{SecretName, Secrets};
pub(crate) use token::is_decision_header;
