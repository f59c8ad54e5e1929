//! Documents of the project's own that are given where a configuration is meant.

use crate::find::{Gate, Shape};

use super::code::Code;
use super::config;
use super::finding::Finding;
use kyc_gate::config::Config;

/// A kind of document: one of its keys, what it is, and where it belongs.
const KINDS: [(&str, &str, &str); 7] = [
    ("identityProof", "settings", SETTINGS),
    ("addressProof", "settings", SETTINGS),
    ("kyc_info", "a payload", "explain and render take it: kyc-gate explain PAYLOAD --config CONFIG"),
    ("request_info", "a payload", "explain and render take it: kyc-gate explain PAYLOAD --config CONFIG"),
    ("overall_document_status", "an audit line", "replay takes it: kyc-gate replay --audit LOG"),
    ("cases", "cases", "test takes them: kyc-gate test FILE"),
    ("$id", "a JSON Schema", "name a configuration, which editors can hold against it"),
];
const SETTINGS: &str =
    "write them as kycSettings: {\"kycSettings\": …}; kyc-gate settings diff and replay --settings take them alone";

/// Returns what a document is that stands by itself and has no key of a configuration.
pub(super) fn check(gate: &Gate<'_>) -> Option<Finding> {
    let root = gate.configuration.root().filter(|_| gate.shape == Shape::Bare)?;
    if root.members().iter().any(|(key, _)| Config::KEYS.contains(&key.as_str()) && key != "$schema") {
        return None;
    }
    let kind = KINDS.iter().find_map(|kind| Some((kind, root.members().iter().find(|(key, _)| key == kind.0)?)));
    let ((_, what, remedy), (_, node)) = kind?;
    let at = config::outward(gate, node.mark());
    Some(
        Finding::new(Code::OtherDocument, at, format!("these are not the gate's keys, but those of {what}"))
            .instead(*remedy),
    )
}
