//! Who may post: names and tokens that the configuration knows by their digests, and tokens that their issuer is asked
//! about (RFC 7662). Pure: the call itself is the gate's.
//!
//! Whatever is compared is a digest, all entries are looked at, and in constant time: neither the answer nor the time
//! it takes tells whether a name is known.

mod block;
mod cache;
mod denial;
mod introspection;
mod pending_calls;

pub use block::{Authorization, Judgement};
pub use cache::{Cache, MOST_TOKENS};
pub use denial::Denial;
pub use introspection::{Introspection, TimedVerdict, TokenVerdict};
pub use pending_calls::{Joined, PendingCalls};
