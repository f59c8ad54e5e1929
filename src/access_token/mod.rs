//! The token that forwarded posts carry to the backend: where it comes from, and how the workers share it. Pure: the
//! calls themselves are the gate's.

mod endpoint;
mod token_source;

pub use endpoint::{Endpoint, IssuedToken};
pub use token_source::{FetchReport, TokenSource};
