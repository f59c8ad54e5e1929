//! `limits`: what a request may cost.

use crate::payload::Limits;

use super::node::Node;

const MIB: usize = 1024 * 1024;
/// Largest `maxBodyBytes`: a 32-bit module holds the body, its plaintext and the rewritten body.
const MOST_BODY_BYTES: usize = 256 * MIB;
/// Largest `maxAnswerBytes`: a confirmation is small, and whatever else is none.
const MOST_ANSWER_BYTES: usize = 16 * MIB;
const MOST_DEPTH: usize = 256;
const MOST_FIELDS: usize = 1_000_000;

/// Bounds on a body, on the document in it, and on the backend's answer.
pub(super) struct Bounds {
    pub(super) max_body_bytes: usize,
    pub(super) max_answer_bytes: usize,
    pub(super) scan: Limits,
}

pub(super) fn read(node: Option<Node<'_>>) -> Bounds {
    let block = node.and_then(|node| node.object(&["maxBodyBytes", "maxAnswerBytes", "maxDepth", "maxFields"]));
    let limit =
        |key, most, default| block.as_ref().and_then(|block| block.optional(key)?.integer(1, most)).unwrap_or(default);
    let scan = Limits::default();
    Bounds {
        max_body_bytes: limit("maxBodyBytes", MOST_BODY_BYTES, 16 * MIB),
        max_answer_bytes: limit("maxAnswerBytes", MOST_ANSWER_BYTES, MIB),
        scan: Limits {
            max_depth: limit("maxDepth", MOST_DEPTH, scan.max_depth),
            max_fields: limit("maxFields", MOST_FIELDS, scan.max_fields),
        },
    }
}
