//! `GET` and `PUT /kyc-settings`: the settings in force, shown and replaced while requests go on.
//!
//! Guarantees: whoever reads gets one whole document that was validated, never parts of two; of several updates with
//! the same `If-Match` at most one succeeds; with a store, an update is in force only once the store took it. No host
//! calls and no clock: what all workers share comes through [`SharedData`], the time as an argument.
//!
//! The way of a call: [`Head`] → [`Request`] → [`Registry`] → a reply, or a call to the [`Store`] and then a reply.

mod head;
mod lease;
mod precondition;
mod registry;
mod request;
pub mod response;
mod shared_settings;
mod store;

pub use crate::shared::{Expected, SharedData};
pub use head::Head;
pub use precondition::Precondition;
pub use registry::{Next, Outage, Polled, Registry};
pub use request::{MAX_BODY_BYTES, Request, Step, Update};
pub use store::Store;

/// The `settingsApi` block.
pub struct SettingsApi {
    /// Exact path, query ignored.
    pub path: String,
    /// SHA-256 of the bearer token.
    pub bearer_sha256: [u8; 32],
    /// The settings service behind the gate, if there is one.
    pub store: Option<Store>,
}
