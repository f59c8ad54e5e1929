//! What every conversation over HTTP needs: who speaks, what a body claims to be, what may be held of bodies, and an
//! answer of the gate's own.

mod credentials;
mod form;
mod local_reply;
mod media;
mod memory_budget;
mod upstream;

pub use credentials::{Basic, Bearer, Credentials};
pub use form::{FORM, escaped, form};
pub use local_reply::LocalReply;
pub use media::{BodyHead, Media};
pub use memory_budget::{MemoryBudget, Reservation};
pub use upstream::Upstream;
