//! Signs a request that is forwarded.

use jiff::Timestamp;

use crate::config::Config;
use crate::signature::{BodyDigest, FIELDS, Message};

use super::body::Body;
use super::request_head::RequestHead;
use super::ruling::Forward;

/// The client's own signature, which must not stay on a request that the gate doesn't sign.
const UNSIGNED: [&str; 2] = ["signature", "signature-input"];

/// Signs the decision headers and the body, where the configuration says so. `original` is the digest of the
/// original body; a request that goes on before its body was complete stays unsigned.
pub(super) fn sign(
    config: &Config,
    head: &RequestHead,
    received_at: Timestamp,
    original: Option<BodyDigest>,
    forward: &mut Forward,
) {
    let Some(signer) = &config.signer else { return };
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
    let decision_headers = forward.set.iter().filter(|(name, _)| name.starts_with(&config.decision.header_prefix));
    let decision_headers = decision_headers.map(|(name, value)| (name.as_str(), value.as_str()));
    let message = Message {
        method: &head.method,
        path: &head.path,
        fields: [(content_digest, digest.as_str())].into_iter().chain(decision_headers).collect(),
    };
    let (input, signed) = signer.sign(&message, received_at.as_second());
    let fields = [(content_digest, digest), (signature_input, input), (signature, signed)];
    forward.set.extend(fields.map(|(name, value)| (name.to_owned(), value)));
}
