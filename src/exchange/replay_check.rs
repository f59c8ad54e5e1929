//! Looks a post up among earlier ones.

use jiff::Timestamp;

use crate::config::Config;
use crate::crypto::Plaintext;
use crate::payload::Kyc;
use crate::replay::{Post, ReplayCheck, ReplayStatus, Window};

/// Compares a post with earlier ones and remembers it. Both are one step, so of two equal posts that come at the same
/// time only one is the first.
pub(super) fn check(
    config: &Config,
    window: Option<&Window>,
    kyc: &Kyc<'_>,
    plaintext: &Plaintext,
    received_at: Timestamp,
) -> ReplayCheck {
    if !config.replay.is_on() {
        return ReplayCheck::default();
    }
    let Some(window) = window else { return ReplayCheck { status: ReplayStatus::Unknown, evicted: 0 } };
    let key_id = plaintext.key().and_then(|key| config.request_key_ids.get(key));
    let post = Post {
        requester_id: &kyc.requester_id().as_str().unwrap_or_default(),
        payload: plaintext,
        nonce: plaintext.nonce_and_tag().map(|(nonce, tag)| (key_id.map_or("", |id| id), nonce, tag)),
    };
    window.check(&post, u32::try_from(received_at.as_second()).unwrap_or(u32::MAX))
}
