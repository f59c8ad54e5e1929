//! `signature`: the key that signs what the gate asserts (docs/signature.md).

use crate::crypto::SigningKey;
use crate::signature::Signer;

use super::node::ConfigNode;
use super::problem::Cause;
use super::secrets::Secrets;
use super::variable;

const LONGEST_KEY_ID: usize = 128;

/// Returns `None` when absent, or refused.
pub(super) fn read(node: Option<ConfigNode<'_>>, secrets: &Secrets<'_>) -> Option<Signer> {
    let block = node?.object(&["keyId", "key", "keyEncoding", "algorithm"])?;
    let key_id = block.required("keyId").and_then(|node| node.parsed(key_id));
    let algorithm = block.required("algorithm").and_then(|node| node.word());
    let encoding = match block.optional("keyEncoding") {
        Some(node) => node.word().map(Some),
        None => Some(None),
    };
    let key = block.required("key").and_then(|node| {
        let name = variable::secret(&node, secrets)?;
        let value = variable::value(&name, secrets).map_err(|cause| node.refuse(cause)).ok()?;
        let (encoding, algorithm) = (encoding?, algorithm?);
        variable::decoded(&node, &name, &value, encoding, |text, encoding| {
            SigningKey::decode(text, encoding, algorithm)
        })
    });
    Some(Signer::new(key_id?, key?))
}

/// Returns what can stand in a string of structured fields, and be told from another at a glance.
fn key_id(text: &str) -> Result<String, Cause> {
    let shaped = (1..=LONGEST_KEY_ID).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    if shaped { Ok(text.to_owned()) } else { Err(Cause::KeyId) }
}
