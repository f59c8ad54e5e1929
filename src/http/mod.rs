//! What every conversation over HTTP needs: what a body claims to be, what may be held of bodies, and an answer of the
//! gate's own.

mod inflight;
mod media;
mod reply;

pub use inflight::{Holding, Inflight};
pub use media::{BodyHead, Media};
pub use reply::Reply;
