//! Dates as scanners write them: in full or partly known, and whether they can be true.

mod age;
mod partial;
mod plausibility;
mod source;
mod writing;

pub use age::age;
pub use partial::PartialDate;
pub use plausibility::{is_plausible_birth, is_plausible_expiry, is_plausible_issue};
pub use source::DateKind;
pub use writing::{DateOrder, parse};
