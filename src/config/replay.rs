//! `replay`: what becomes of a post that was seen before.

use crate::replay::{OnReplay, Policy};

use super::node::ConfigNode;
use super::problem::{Cause, Warning};

const KEYS: [&str; 4] = [ACTION, "windowSeconds", RETRY_SECONDS, "maxEntries"];
const ACTION: &str = "action";
const RETRY_SECONDS: &str = "retrySeconds";
/// A week.
const LONGEST_WINDOW: usize = 604_800;
const FEWEST_ENTRIES: usize = 1_024;
const MOST_ENTRIES: usize = 1 << 20;

pub(super) fn read(node: Option<ConfigNode<'_>>) -> Policy {
    let default = Policy::default();
    let Some(block) = node.and_then(|node| node.object(&KEYS)) else { return default };
    let integer = |key, least, most| block.optional(key).and_then(|node| node.integer(least, most));
    let seconds = |key, least| integer(key, least, LONGEST_WINDOW).and_then(|value| u32::try_from(value).ok());
    let policy = Policy {
        action: block.optional(ACTION).and_then(|node| node.word()).unwrap_or(default.action),
        window_seconds: seconds("windowSeconds", 1).unwrap_or(default.window_seconds),
        retry_seconds: seconds(RETRY_SECONDS, 0).unwrap_or(default.retry_seconds),
        max_entries: integer("maxEntries", FEWEST_ENTRIES, MOST_ENTRIES).unwrap_or(default.max_entries),
    };
    let others = || KEYS.iter().any(|key| *key != ACTION && block.optional(key).is_some());
    match block.optional(ACTION) {
        None if others() => block.missing(ACTION, Cause::NoReplayAction),
        Some(node) if node.value() == OnReplay::Off.as_str() && others() => node.warn(Warning::ReplayOff),
        _ => {}
    }
    if policy.retry_seconds > policy.window_seconds {
        block.refuse_at(RETRY_SECONDS, Cause::LongRetry);
    }
    policy
}
