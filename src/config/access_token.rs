//! `accessTokenEndpoint`: REL-ID's block, and what a gateway needs besides.

use zeroize::Zeroizing;

use crate::access_token::Endpoint;
use crate::http::Upstream;
use crate::payload::{Locator, Pointer};

use super::headers::{HeaderContext, settable};
use super::node::{ConfigNode, ConfigObject};
use super::problem::Cause;
use super::secrets::Secrets;
use super::upstream::{self, authority};
use super::variable;

const KEYS: [&str; 8] =
    ["cluster", "url", "method", "headers", "postParameters", "responseBody", "lifetimeSeconds", "timeoutMs"];
const METHODS: [(&str, &str); 2] = [("POST", "POST"), ("GET", "GET")];
const MAX_LIFETIME_SECONDS: u32 = 86_400;
const DEFAULT_LIFETIME_SECONDS: u32 = 300;
const DEFAULT_TIMEOUT_MS: u32 = 5_000;

type Named = (String, Zeroizing<String>);

pub(super) fn read(node: &ConfigNode<'_>, context: &HeaderContext<'_>, secrets: &Secrets<'_>) -> Option<Endpoint> {
    let block = node.object(&KEYS)?;
    if !context.takes_token() {
        node.refuse(Cause::UnusedAccessToken);
    }
    let cluster = upstream::cluster(&block);
    let url = block.required("url").and_then(|node| node.parsed(url));
    let method = match block.optional("method") {
        Some(node) => node.one_of(&METHODS),
        None => Some("POST"),
    };
    let lifetime_seconds =
        upstream::integer(&block, "lifetimeSeconds", 1, MAX_LIFETIME_SECONDS, DEFAULT_LIFETIME_SECONDS);
    let timeout_ms = upstream::timeout_ms(&block, DEFAULT_TIMEOUT_MS);
    let headers =
        named(&block, "headers", secrets, |node| node.parsed(|text| settable(text, context.decision_prefix())));
    let parameters = named(&block, "postParameters", secrets, |node| node.text().map(str::to_owned));
    if method == Some("GET") && !parameters.is_empty() {
        block.refuse_at("postParameters", Cause::PostOnly);
    }
    let (token, expires_in) = response_body(block.optional("responseBody"))?;
    let (authority, path) = url?;
    Some(Endpoint {
        upstream: Upstream { cluster: cluster?, authority, path, timeout_ms: timeout_ms? },
        method: method?,
        headers,
        parameters,
        token,
        expires_in,
        lifetime_seconds: lifetime_seconds?,
    })
}

/// Returns authority, and path with query.
fn url(text: &str) -> Result<(String, String), Cause> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).ok_or(Cause::Url)?;
    let (host, path) = match rest.find(['/', '?']).and_then(|at| rest.split_at_checked(at)) {
        Some((host, path)) if path.starts_with('/') => (host, path),
        _ => return Err(Cause::Url),
    };
    let legal = path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#');
    let authority = authority(host).map_err(|_| Cause::Url)?;
    if !legal {
        return Err(Cause::Url);
    }
    let query = path.split_once('?').map_or("", |(_, query)| query);
    let mut names = query.split('&').map(|field| field.split_once('=').map_or(field, |(name, _)| name));
    if names.any(variable::is_secret) { Err(Cause::LiteralSecret) } else { Ok((authority, path.to_owned())) }
}

/// Reads a list of `{name, value}`, as REL-ID has them in this block.
fn named(
    block: &ConfigObject<'_>,
    key: &str,
    secrets: &Secrets<'_>,
    name: impl Fn(&ConfigNode<'_>) -> Option<String>,
) -> Vec<Named> {
    let entries = block.optional(key).and_then(|node| node.list()).unwrap_or_default();
    let read = |entry: &ConfigNode<'_>| {
        let object = entry.object(&["name", "value"])?;
        let name = object.required("name").and_then(|node| name(&node));
        let value = object.required("value").and_then(|node| value(&node, name.as_deref(), secrets));
        name.zip(value)
    };
    entries.iter().filter_map(read).collect()
}

fn value(node: &ConfigNode<'_>, name: Option<&str>, secrets: &Secrets<'_>) -> Option<Zeroizing<String>> {
    let text = node.string()?;
    let value = variable::header_value(text, name, secrets).and_then(|secret| match secret {
        None if !variable::is_printable(text) => Err(Cause::HeaderText),
        None => Ok(Zeroizing::new(text.to_owned())),
        Some(secret) => Ok(secret),
    });
    value.map_err(|cause| node.refuse(cause)).ok()
}

/// Returns where an answer has the token and its lifetime: RFC 6749's names unless told otherwise.
fn response_body(node: Option<ConfigNode<'_>>) -> Option<(Pointer, Pointer)> {
    let block = match node {
        Some(node) => Some(node.object(&["accessTokenLocator", "expiresInLocator"])?),
        None => None,
    };
    let pointer = |key, default| match block.as_ref().and_then(|block| block.optional(key)) {
        Some(node) => node.parsed(|text| Locator::parse(text).map(Pointer::from)),
        None => Some(Pointer::along(&[default])),
    };
    let (token, expires_in) =
        (pointer("accessTokenLocator", "access_token"), pointer("expiresInLocator", "expires_in"));
    token.zip(expires_in)
}
