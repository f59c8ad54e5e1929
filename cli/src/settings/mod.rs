//! The settings of a running gate: asked for, compared and replaced.

mod api;
mod difference;
mod source;

pub use api::{Api, Durability, InForce, Put};
pub use difference::{Change, between};
pub use source::{CONFIGURATION_GIVEN, Source, is_configuration, parse};
