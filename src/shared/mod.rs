//! What the workers of a process share: a table, turns that one worker at a time has, messages that one of them tells,
//! and outages of which only the beginning and the end are told.

mod announcement;
mod data;
mod lease;
mod outage;

pub use announcement::Announcement;
pub use data::{Expected, SharedData};
pub use lease::Lease;
pub use outage::{Outage, OutageLog};
