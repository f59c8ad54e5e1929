//! `authorization`: who may post.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::authorization::{Authorization, Introspection};
use crate::http::{Basic, escaped};

use super::node::{ConfigNode, ConfigObject};
use super::problem::Cause;
use super::secrets::Secrets;
use super::settings_api::sha256;
use super::upstream;
use super::variable;

const INTROSPECTION_KEYS: [&str; 5] = ["clientId", "clientSecret", "cacheSeconds", "requiredScope", "requiredAudience"];
const MAX_CACHE_SECONDS: u32 = 3_600;
const DEFAULT_CACHE_SECONDS: u32 = 60;
const DEFAULT_TIMEOUT_MS: u32 = 2_000;

pub(super) fn read(node: Option<ConfigNode<'_>>, secrets: &Secrets<'_>) -> Option<Authorization> {
    let node = node?;
    let block = node.object(&["basic", "bearer", "introspection"])?;
    if ["basic", "bearer", "introspection"].iter().all(|key| block.optional(key).is_none()) {
        node.refuse(Cause::NoAuthorization);
    }
    let basic = entries(&block, "basic", user);
    let bearer = entries(&block, "bearer", token);
    let introspection = match block.optional("introspection") {
        Some(node) => Some(introspection(&node, secrets)?),
        None => None,
    };
    Some(Authorization { basic, bearer, introspection })
}

fn entries<T>(block: &ConfigObject<'_>, key: &str, read: impl FnMut(&ConfigNode<'_>) -> Option<T>) -> Vec<T> {
    let Some(node) = block.optional(key) else { return Vec::new() };
    let entries = node.list().unwrap_or_default();
    if entries.is_empty() && node.value().is_array() {
        node.refuse(Cause::EmptyList);
    }
    entries.iter().filter_map(read).collect()
}

fn user(node: &ConfigNode<'_>) -> Option<Basic> {
    let block = node.object(&["user", "passwordSha256"])?;
    let user = block.required("user").and_then(|node| {
        let user = node.text()?;
        let legal = !user.chars().any(|character| character == ':' || character.is_control());
        if !legal {
            node.refuse(Cause::UserName);
        }
        Some(user)
    });
    let password_sha256 = block.required("passwordSha256").and_then(|node| node.parsed(sha256));
    Some(Basic { user_sha256: Sha256::digest(user?).into(), password_sha256: password_sha256? })
}

fn token(node: &ConfigNode<'_>) -> Option<[u8; 32]> {
    node.object(&["tokenSha256"])?.required("tokenSha256")?.parsed(sha256)
}

fn introspection(node: &ConfigNode<'_>, secrets: &Secrets<'_>) -> Option<Introspection> {
    let block = node.object(&[&upstream::KEYS[..], &INTROSPECTION_KEYS].concat())?;
    let upstream = upstream::read(&block, DEFAULT_TIMEOUT_MS);
    let cache_seconds = upstream::integer(&block, "cacheSeconds", 0, MAX_CACHE_SECONDS, DEFAULT_CACHE_SECONDS);
    let id = block.required("clientId").and_then(|node| node.text());
    let secret = block.required("clientSecret").and_then(|node| {
        let name = variable::secret(&node, secrets)?;
        variable::plain_value(&name, secrets).map_err(|cause| node.refuse(cause)).ok()
    });
    let text = |key| match block.optional(key) {
        Some(node) => node.text().map(|text| Some((text.to_owned(), node))),
        None => Some(None),
    };
    let (scope, audience) = (text("requiredScope"), text("requiredAudience"));
    if let Some(Some((scope, node))) = &scope
        && !is_scope(scope)
    {
        node.refuse(Cause::Scope);
    }
    Some(Introspection {
        upstream: upstream?,
        client: client(id?, &secret?),
        cache_seconds: cache_seconds?,
        required_scope: scope?.map(|(text, _)| text),
        required_audience: audience?.map(|(text, _)| text),
    })
}

/// Name and secret are written as in a form first (RFC 6749 section 2.3.1).
fn client(id: &str, secret: &str) -> Zeroizing<String> {
    let pair = Zeroizing::new([escaped(id).as_str(), ":", &escaped(secret)].concat());
    let encoded = Zeroizing::new(STANDARD.encode(pair.as_bytes()));
    Zeroizing::new(["Basic ", &encoded].concat())
}

fn is_scope(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\')
}
