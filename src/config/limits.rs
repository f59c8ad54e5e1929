//! `limits`: what a request may cost.

use crate::payload::Limits;

use super::node::ConfigNode;

const MIB: usize = 1024 * 1024;
/// Largest `maxBodyBytes`: a 32-bit module holds the body, its plaintext and the rewritten body.
const MOST_BODY_BYTES: usize = 256 * MIB;
/// Largest `maxAnswerBytes`: a confirmation is small, and whatever else is none.
const MOST_ANSWER_BYTES: usize = 16 * MIB;
/// Largest `maxInflightBytes`. Envoy gives a VM 1 GiB; the post that is being ruled on, its plaintext, rewritten body
/// and what Envoy hands over need the other half.
const MOST_INFLIGHT_BYTES: usize = 512 * MIB;
/// Sixteen posts of the largest default size at once, and hundreds of the usual ones.
const INFLIGHT_BYTES: usize = 256 * MIB;
/// A buffer without an announced length grows by doubling, so the largest body may take twice its size.
const INFLIGHT_PER_BODY: usize = 2;
const MOST_DEPTH: usize = 256;
const MOST_FIELDS: usize = 1_000_000;

/// Bounds on a body, on the document in it, and on the backend's answer.
pub(super) struct Bounds {
    pub(super) max_body_bytes: usize,
    pub(super) max_answer_bytes: usize,
    pub(super) max_inflight_bytes: usize,
    pub(super) scan: Limits,
}

pub(super) fn read(node: Option<ConfigNode<'_>>) -> Bounds {
    let block = node
        .and_then(|node| node.object(&["maxBodyBytes", "maxAnswerBytes", "maxInflightBytes", "maxDepth", "maxFields"]));
    let limit = |key, least, most, default| {
        block.as_ref().and_then(|block| block.optional(key)?.integer(least, most)).unwrap_or(default)
    };
    let scan = Limits::default();
    let max_body_bytes = limit("maxBodyBytes", 1, MOST_BODY_BYTES, 16 * MIB);
    let least_inflight = max_body_bytes.saturating_mul(INFLIGHT_PER_BODY);
    Bounds {
        max_body_bytes,
        max_inflight_bytes: limit(
            "maxInflightBytes",
            least_inflight,
            MOST_INFLIGHT_BYTES,
            INFLIGHT_BYTES.max(least_inflight),
        ),
        max_answer_bytes: limit("maxAnswerBytes", 1, MOST_ANSWER_BYTES, MIB),
        scan: Limits {
            max_depth: limit("maxDepth", 1, MOST_DEPTH, scan.max_depth),
            max_fields: limit("maxFields", 1, MOST_FIELDS, scan.max_fields),
        },
    }
}
