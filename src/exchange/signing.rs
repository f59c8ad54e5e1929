//! Signing a request that goes on.

use jiff::Timestamp;

use crate::config::Config;
use crate::signature::{BodyDigest, FIELDS, Message};

use super::request_head::RequestHead;
use super::{Body, Forward};

/// A client's own, where the gate has none to put in their place.
const UNSIGNED: [&str; 2] = ["signature", "signature-input"];

/// Signs the decision headers and the body, where the configuration says so. `as_it_came` is the digest of the
/// original body; a request that goes on before its body was complete stays unsigned.
pub(super) fn sign(
    config: &Config,
    head: &RequestHead,
    received_at: Timestamp,
    as_it_came: Option<BodyDigest>,
    forward: &mut Forward,
) {
    let Some(signer) = &config.signer else { return };
    let digest = match &forward.body {
        Body::AsItCame => as_it_came.map(BodyDigest::finish),
        Body::Replace(pieces) => Some(BodyDigest::of(pieces.iter())),
    };
    let Some(digest) = digest else {
        let own = head.body_metadata.iter().filter(|name| UNSIGNED.contains(name));
        forward.remove.extend(own);
        return;
    };
    let [content_digest, signature_input, signature] = FIELDS;
    let asserted = forward.set.iter().filter(|(name, _)| name.starts_with(&config.decision.header_prefix));
    let asserted = asserted.map(|(name, value)| (name.as_str(), value.as_str()));
    let message = Message {
        method: &head.method,
        path: &head.path,
        fields: [(content_digest, digest.as_str())].into_iter().chain(asserted).collect(),
    };
    let (input, signed) = signer.sign(&message, received_at.as_second());
    let fields = [(content_digest, digest), (signature_input, input), (signature, signed)];
    forward.set.extend(fields.map(|(name, value)| (name.to_owned(), value)));
}
