//! What a result is about, so that it can be had again: the same input and policies give the same bytes.

use serde_json::Value;

use super::policy::Policy;
use super::result::Outcomes;
use crate::manifest::{Manifest, Revisions};

/// Returns the manifest of a replay.
#[must_use]
pub fn of(outcomes: &Outcomes) -> Manifest {
    Manifest {
        version: crate::args::VERSION.to_owned(),
        command: outcomes.command.clone(),
        input_sha256: outcomes.replayed.digest.clone(),
        baseline: revisions(&outcomes.policies.old),
        proposed: revisions(&outcomes.policies.new),
    }
}

/// Returns the manifest as JSON.
#[must_use]
pub fn document(outcomes: &Outcomes) -> Value {
    serde_json::to_value(of(outcomes)).unwrap_or_default()
}

fn revisions(policy: &Policy) -> Revisions {
    Revisions { settings: policy.settings_revision.clone(), config: policy.config_revision.clone() }
}
