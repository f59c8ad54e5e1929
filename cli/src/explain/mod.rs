//! The decision on one post, told to people and to programs.

mod account;
mod build;
pub mod mask;
mod near;
pub mod text;

pub use account::{Account, Check, ErrorAccount, Forwarded, Payload, Piece, Proof, Replied, Rule, Source};
pub use build::account;
pub use near::{Near, Outcomes, Way, near};
