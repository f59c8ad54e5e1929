//! `GET` and `PUT /kyc-settings`: the settings in force, shown and replaced while requests go on.
//!
//! Guarantees: whoever reads gets one whole document that was validated, never parts of two; of several updates with
//! the same `If-Match` at most one succeeds; with a store, an update is in force only once the store took it. No host
//! calls and no clock: what all workers share comes through [`SharedData`](crate::shared::SharedData), the time as an
//! argument.
//!
//! The way of a call: [`Head`] → [`Request`] → [`Registry`] → a local reply, or a call to the [`Store`] and then a
//! local reply.

mod block;
mod document;
mod head;
mod precondition;
mod registry;
mod request;
pub mod response;
mod shared_settings;
mod store;

pub use block::SettingsApi;
pub use head::Head;
pub use precondition::Precondition;
pub use registry::{PollReport, Registry, UpdateStart};
pub use request::{Request, RequestStart, Update};
pub use store::Store;
