//! REL-ID's confirmation: the answer to a KYC post, and how the backend's own answer becomes one.
//!
//! REL-ID renames an account whose `user_id` in the confirmation differs from the one that it posted. So the user id of
//! the request goes back as the very JSON text that came, and the backend's is only compared with it, unless the
//! configuration says otherwise.

mod error;
mod locators;
mod reading;

pub use error::ResponseError;
pub use locators::{Locators, OnMismatch};
pub use reading::{Confirmation, Confirmed, Expectation, check};
