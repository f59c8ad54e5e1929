//! What every conversation over HTTP needs: what a body claims to be, and an answer of the gate's own.

mod media;
mod reply;

pub use media::{BodyHead, Media};
pub use reply::Reply;
