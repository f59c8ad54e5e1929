//! Envoy's filter for native modules.

use crate::check::code::Code;
use crate::check::finding::Finding;
use crate::check::{config, placeholder};
use crate::find::{Host, Shape};
use crate::source::Node;

use super::scene::Scene;

pub(super) fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    if scene.gate.shape != Shape::Filter(Host::Native) {
        return;
    }
    secrets(scene, findings);
    if let Some(node) = scene.gate.plugin().get("terminal_filter").filter(|node| node.truth() == Some(true)) {
        let finding =
            scene.value(Code::NotLoaded, node, "the gate is no terminal filter: it forwards what it has judged");
        findings.push(finding.instead("remove terminal_filter"));
    }
    let Some(module) = scene.gate.plugin().get("dynamic_module_config") else { return };
    let Some(remote) = module.path(&["module", "remote"]) else { return };
    if !module.is_true("nack_on_cache_miss") {
        let message = "until the module has been fetched, Envoy runs without the filter";
        findings.push(scene.finding(Code::RemoteWithoutNack, remote, message));
    }
    if remote.text_of("sha256").unwrap_or_default().is_empty() {
        findings.push(scene.finding(Code::NoDigest, remote, "any module that is served there is run"));
    }
}

/// Whether each secret of SDS has a source, or is one of the bootstrap's.
fn secrets(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let Some(resources) = scene.gate.document.root.get("static_resources") else { return };
    let Some(root) = scene.gate.configuration.root() else { return };
    let sources = root.get("sds").map(Node::members).unwrap_or_default();
    let secrets = resources.get("secrets").map(Node::elements).unwrap_or_default();
    for (name, node) in placeholder::sds_secrets(&root) {
        let has_source = sources.iter().any(|(source, _)| source == name || source == "*");
        if !has_source && !secrets.iter().any(|secret| secret.text_of("name") == Some(name)) {
            let message = format!("neither sds nor the bootstrap has the secret {name:?}");
            findings.push(Finding::new(Code::NoSecretSource, config::outward(scene.gate, node.at.clone()), message));
        }
    }
}
