//! V3 payloads of invented people.

mod draft;
mod kind;
mod payload;
mod person;
mod zone;

pub use kind::{Kind, make};
