//! What the gate needs of its host, chosen by target and feature: one set of functions and types over which all logic
//! is written.
//!
//! Each function makes the host calls that its name says and no other. What fails is a [`HostError`], which names the
//! call and its status.

mod error;
#[cfg(feature = "native")]
mod native;
mod retention;
mod severity;
#[cfg(target_os = "wasi")]
mod wasm;

pub use error::{HostError, HostResult};
#[cfg(feature = "native")]
pub use native::*;
pub use retention::Retention;
pub use severity::Severity;
#[cfg(target_os = "wasi")]
pub use wasm::*;
