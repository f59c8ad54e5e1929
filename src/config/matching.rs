//! `match`: which requests are KYC posts.

use crate::http::is_token;

use super::node::{ConfigNode, ConfigObject};
use super::problem::Cause;

/// Methods and exact paths; the query doesn't count.
pub(super) struct RequestMatch {
    pub(super) methods: Vec<String>,
    pub(super) paths: Vec<String>,
}

pub(super) fn read(node: Option<ConfigNode<'_>>) -> RequestMatch {
    let block = node.and_then(|node| node.object(&["methods", "paths"]));
    let entries = |key, check, default: &str| {
        block.as_ref().and_then(|block| list(block, key, check)).unwrap_or_else(|| vec![default.to_owned()])
    };
    RequestMatch { methods: entries("methods", method, "POST"), paths: entries("paths", path, "/kyc") }
}

type Check = fn(&str) -> Result<String, Cause>;

fn list(block: &ConfigObject<'_>, key: &str, check: Check) -> Option<Vec<String>> {
    let node = block.optional(key)?;
    let entries = node.list()?;
    if entries.is_empty() {
        node.refuse(Cause::EmptyList);
    }
    Some(entries.iter().filter_map(|entry| entry.parsed(check)).collect())
}

/// Reads a method and returns it in upper case. Methods are case-sensitive (RFC 9110 section 9.1), but many backends
/// are not.
fn method(text: &str) -> Result<String, Cause> {
    if is_token(text) { Ok(text.to_ascii_uppercase()) } else { Err(Cause::Method) }
}

/// Reads a path as requests have it, less the query.
pub(super) fn path(text: &str) -> Result<String, Cause> {
    let legal = |byte: u8| byte.is_ascii_graphic() && byte != b'?' && byte != b'#';
    if text.starts_with('/') && text.bytes().all(legal) { Ok(text.to_owned()) } else { Err(Cause::Path) }
}
