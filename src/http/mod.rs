//! What every conversation over HTTP needs: who speaks, what a body claims to be, what may be held of bodies, and an
//! answer of the gate's own.

mod credentials;
mod form;
mod inflight;
mod media;
mod reply;

pub use credentials::{Basic, Bearer, Credentials};
pub use form::{FORM, escaped, form};
pub use inflight::{Holding, Inflight};
pub use media::{BodyHead, Media};
pub use reply::Reply;
