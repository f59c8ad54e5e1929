//! Posts that were seen before: a window of bounded size over requester ids and GCM nonces, which all workers share.
//!
//! What is remembered are digests under a secret of the process, and times: nothing that could be looked up in a list
//! of ids or bodies. A body is the same when its plaintext is, so a retry may be encrypted anew.

mod policy;
mod ring;
mod status;
mod window;

pub use policy::{OnReplay, Policy};
pub use status::{ReplayCheck, ReplayStatus};
pub use window::{Post, Window};
