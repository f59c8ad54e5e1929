//! What the rooms above share about HTTP: credentials, forms, what headers say about a body, the memory that bodies may
//! hold, and local replies with problem details.

mod call_failure;
mod credentials;
mod form;
mod local_reply;
mod media;
mod memory_budget;
mod problem_details;
mod token;
mod upstream;

pub use call_failure::{CallFailure, MAX_RESPONSE_BYTES};
pub use credentials::{Basic, Bearer, Credentials};
pub use form::{FORM, escaped, form};
pub use local_reply::LocalReply;
pub use media::{BodyHead, Media, MediaError};
pub use memory_budget::{MemoryBudget, Reservation};
pub use problem_details::ProblemDetails;
pub use token::is_token;
pub use upstream::Upstream;
