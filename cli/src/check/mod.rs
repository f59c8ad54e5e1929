//! What there is to say about a file that configures the gate.

mod cause;
mod code;
mod config;
mod duplicate;
mod finding;
mod locate;
mod other;
mod placeholder;
mod report;
mod secrets;
mod surroundings;

pub use code::{Code, Severity};
pub use finding::Finding;
pub use placeholder::placeholders;
pub use report::{FileReport, Options, check, check_all};
pub use secrets::{Secrets, key_values};
pub use surroundings::{CALLBACKS, Envoy, HOST_CALLS};
