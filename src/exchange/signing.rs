//! Signs a request that is forwarded.

use jiff::Timestamp;

use crate::config::{Config, Profile};
use crate::signature::{BodyDigest, FIELDS, Message};

use super::body::Body;
use super::request_head::RequestHead;
use super::ruling::Forward;

const CONTENT_TYPE: &str = "content-type";

/// The client's own signature, which must not stay on a request that the gate doesn't sign.
const UNSIGNED: [&str; 2] = ["signature", "signature-input"];

/// Signs the request line, the body and the headers that the gate asserts, where the configuration says so. `original`
/// is the digest of the original body; a request that goes on before its body was complete stays unsigned.
pub(super) fn sign(
    config: &Config,
    profile: Option<&Profile>,
    head: &RequestHead,
    received_at: Timestamp,
    original: Option<BodyDigest>,
    forward: &mut Forward,
) {
    let (Some(signer), Some(target)) = (&config.signer, &head.signed) else { return };
    let digest = match &forward.body {
        Body::Original => original.map(BodyDigest::finish),
        Body::Replace(chunks) => Some(BodyDigest::of(chunks.iter())),
    };
    let Some(digest) = digest else {
        let own = head.body_metadata.iter().filter(|name| UNSIGNED.contains(name));
        forward.remove.extend(own);
        return;
    };
    let [content_digest, signature_input, signature] = FIELDS;
    let mut fields = Vec::with_capacity(forward.set.len());
    fields.extend(content_type(head, forward).map(|value| (CONTENT_TYPE, value)));
    fields.push((content_digest, digest.as_str()));
    fields.extend(asserted_headers(config, profile, forward));
    let message =
        Message { method: &head.method, authority: &target.authority, path: &head.path, query: &target.query, fields };
    let (input, signed) = signer.sign(&message, received_at.as_second());
    let fields = [(content_digest, digest), (signature_input, input), (signature, signed)];
    forward.set.extend(fields.map(|(name, value)| (name.to_owned(), value)));
}

/// Returns the `content-type` with which the body goes on, if it has one.
fn content_type<'f>(head: &'f RequestHead, forward: &'f Forward) -> Option<&'f str> {
    let set = forward.set.iter().rfind(|(name, _)| name == CONTENT_TYPE);
    set.map(|(_, value)| value.as_str()).or_else(|| head.body.content_type())
}

/// Returns the decision headers and those of `headers[]`, each once, with the value that the backend gets: the last.
fn asserted_headers<'f>(
    config: &'f Config,
    profile: Option<&'f Profile>,
    forward: &'f Forward,
) -> impl Iterator<Item = (&'f str, &'f str)> {
    let is_configured =
        move |name: &str| profile.is_some_and(|profile| profile.headers.iter().any(|(header, _)| header == name));
    forward.set.iter().enumerate().filter_map(move |(at, (name, value))| {
        let asserted = name.starts_with(&config.decision.header_prefix) || is_configured(name);
        let later = forward.set.iter().skip(at.saturating_add(1));
        let is_last = asserted && name != CONTENT_TYPE && !later.into_iter().any(|(other, _)| other == name);
        is_last.then_some((name.as_str(), value.as_str()))
    })
}
