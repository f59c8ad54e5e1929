//! What the blocks of the gate's own calls have in common: `cluster`, `authority`, `path` and `timeoutMs` of
//! `settingsApi.store`, `authorization.introspection` and `accessTokenEndpoint`.

use crate::http::Upstream;

use super::matching;
use super::node::ConfigObject;
use super::problem::Cause;

/// Longest `timeoutMs`.
const MAX_TIMEOUT_MS: u32 = 60_000;

/// The keys that [`read`] reads.
pub(super) const KEYS: [&str; 4] = ["cluster", "path", "authority", "timeoutMs"];

/// Reads `cluster`, `path`, `authority` (the cluster's name unless given) and `timeoutMs`. `None` when any is refused.
pub(super) fn read(block: &ConfigObject<'_>, default_timeout_ms: u32) -> Option<Upstream> {
    let cluster = cluster(block);
    let path = block.required("path").and_then(|node| node.parsed(matching::path));
    let authority = match block.optional("authority") {
        Some(node) => node.parsed(authority),
        None => cluster.clone(),
    };
    let timeout_ms = timeout_ms(block, default_timeout_ms);
    Some(Upstream { cluster: cluster?, authority: authority?, path: path?, timeout_ms: timeout_ms? })
}

/// Reads `cluster`.
pub(super) fn cluster(block: &ConfigObject<'_>) -> Option<String> {
    block.required("cluster").and_then(|node| node.text()).map(str::to_owned)
}

/// Reads `timeoutMs`.
pub(super) fn timeout_ms(block: &ConfigObject<'_>, default: u32) -> Option<u32> {
    integer(block, "timeoutMs", 1, MAX_TIMEOUT_MS, default)
}

/// Reads an integer that may be absent; `None` when it is refused.
pub(super) fn integer(block: &ConfigObject<'_>, key: &str, least: u32, most: u32, default: u32) -> Option<u32> {
    let size = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    match block.optional(key) {
        Some(node) => node.integer(size(least), size(most)).and_then(|value| u32::try_from(value).ok()),
        None => Some(default),
    }
}

/// Parses the `:authority` of a call: a host, with or without a port.
pub(super) fn authority(text: &str) -> Result<String, Cause> {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte);
    if !text.is_empty() && text.bytes().all(legal) { Ok(text.to_owned()) } else { Err(Cause::CallAuthority) }
}
