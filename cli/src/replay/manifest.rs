//! What a result is about, so that it can be had again: the same input and policies give the same bytes.

use serde_json::{Value, json};

use super::policy::Policy;
use super::result::{Outcomes, file_name};

/// Returns the manifest.
#[must_use]
pub fn document(outcomes: &Outcomes) -> Value {
    let replayed = &outcomes.replayed;
    json!({
        "program": "kyc-gate",
        "version": env!("CARGO_PKG_VERSION"),
        "command": outcomes.command,
        "input": {
            "kind": if outcomes.is_audit { "audit" } else { "posts" },
            "files": replayed.files.len(),
            "first": replayed.files.first(),
            "sha256": replayed.digest,
        },
        "inForce": policy(&outcomes.policies.old),
        "proposed": policy(&outcomes.policies.new),
    })
}

fn policy(policy: &Policy) -> Value {
    json!({
        "file": file_name(&policy.path),
        "configRevision": policy.config_revision,
        "settingsRevision": policy.settings_revision,
    })
}
