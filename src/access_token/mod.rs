//! The token that forwarded posts carry to the backend: where it comes from, and how the workers share it. Pure: the
//! calls themselves are the gate's.

mod endpoint;
mod source;

pub use endpoint::{Endpoint, Granted, MAX_ANSWER_BYTES};
pub use source::{Fetched, News, Source};
