//! `headers[]`: headers to set on the upstream request.

use crate::template::Line;

use super::node::Node;
use super::problem::Cause;
use super::token::header_name;

/// Headers of the connection (RFC 9110 section 7.6.1), of the message's framing and of its signature: not for `headers`
/// to set.
const RESERVED: [&str; 14] = [
    "connection",
    "content-digest",
    "content-length",
    "host",
    "http2-settings",
    "keep-alive",
    "proxy-authenticate",
    "proxy-connection",
    "signature",
    "signature-input",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// REL-ID's mark for a token fetched from `accessTokenEndpoint`.
const ACCESS_TOKEN: &str = "__ACCESS_TOKEN_PLACEHOLDER__";

pub(super) fn read(node: Option<Node<'_>>, decision_prefix: &str) -> Vec<(String, Line)> {
    let mut names = Vec::new();
    let mut headers = Vec::new();
    for entry in node.and_then(|node| node.list()).unwrap_or_default() {
        let Some(header) = entry.object(&["headerName", "headerValue"]) else { continue };
        let name = header.required("headerName").and_then(|node| {
            let name = node.parsed(|text| settable(text, decision_prefix))?;
            if names.contains(&name) {
                node.refuse(Cause::DuplicateHeader);
            }
            names.push(name.clone());
            Some(name)
        });
        let value = header.required("headerValue").and_then(|node| node.parsed(value));
        headers.extend(name.zip(value));
    }
    headers
}

fn settable(text: &str, decision_prefix: &str) -> Result<String, Cause> {
    let name = header_name(text, decision_prefix)?;
    if RESERVED.contains(&name.as_str()) { Err(Cause::ReservedHeader) } else { Ok(name) }
}

fn value(text: &str) -> Result<Line, Cause> {
    if text.contains(ACCESS_TOKEN) {
        return Err(Cause::AccessToken);
    }
    Ok(Line::compile(text)?)
}
