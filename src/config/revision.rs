//! The revision of all that decides: one word for the settings, the evidence, the rules, the decisions and the
//! profiles.

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// The blocks that decide beside `kycSettings`, as they are written: none of them holds a secret.
const BLOCKS: [&str; 5] = ["decision", "evidence", "profiles", "rules", "shippedRules"];
/// What a profile sends upstream, which decides nothing.
const UPSTREAM: [&str; 2] = ["headers", "requestBody"];
/// Digits of a revision.
const DIGITS: usize = 16;

/// What a configuration adds to its revision; the settings in force add the rest, since they can be replaced.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ConfigRevision {
    blocks: String,
}

impl ConfigRevision {
    /// Reads the blocks of a configuration.
    pub(super) fn of(root: &Value) -> Self {
        let block = |name: &str| root.get(name).map(|block| (name.to_owned(), deciding(block)));
        let blocks: Map<String, Value> = BLOCKS.into_iter().filter_map(block).collect();
        Self { blocks: serde_json_canonicalizer::to_string(&blocks).unwrap_or_default() }
    }

    /// Returns the revision with the settings in force: the first 16 hex digits of the SHA-256 of the blocks in
    /// canonical JSON (RFC 8785), followed by the revision of the settings.
    #[must_use]
    pub fn with_settings(&self, settings_revision: &str) -> String {
        let digest = Sha256::new().chain_update(&self.blocks).chain_update(settings_revision).finalize();
        let mut hex = base16ct::lower::encode_string(&digest);
        hex.truncate(DIGITS);
        hex
    }
}

/// Returns a block without what its profiles send upstream.
fn deciding(block: &Value) -> Value {
    let mut block = block.clone();
    let profiles = block.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut);
    profiles.for_each(|profile| profile.retain(|name, _| !UPSTREAM.contains(&name.as_str())));
    block
}
