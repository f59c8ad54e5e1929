//! Whether Envoy can load the gate's filter at all.

use crate::check::code::Code;
use crate::check::finding::Finding;
use crate::check::key_values;
use crate::find::{Host, Shape};
use crate::source::Node;

use super::part::Part;
use super::scene::Scene;

pub(super) fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let plugin = scene.gate.plugin();
    match scene.gate.shape {
        Shape::Filter(Host::Wasm) => {
            code(scene, plugin, findings);
            twice(scene, plugin, findings);
        }
        Shape::Filter(Host::Native) => {
            let module = plugin.get("dynamic_module_config");
            if module.is_none_or(|module| module.get("name").or_else(|| module.get("module")).is_none()) {
                findings.push(scene.finding(Code::NotLoaded, module.unwrap_or(plugin), "no module is named"));
            }
        }
        _ => return,
    }
    if let Some(manager) = scene.manager {
        last(scene, manager, findings);
    }
}

fn code(scene: &Scene<'_>, plugin: &Node, findings: &mut Vec<Finding>) {
    let code = plugin.path(&["vm_config", "code"]);
    if code.is_none_or(|code| code.get("local").or_else(|| code.get("remote")).is_none()) {
        let at = code.or_else(|| plugin.get("vm_config")).unwrap_or(plugin);
        findings.push(scene.finding(Code::NotLoaded, at, "vm_config.code names no module"));
    }
}

/// What may be given once only.
fn twice(scene: &Scene<'_>, plugin: &Node, findings: &mut Vec<Finding>) {
    let older = plugin.get("fail_open").filter(|node| node.truth() == Some(true));
    if let (Some(older), Some(_)) = (older, plugin.get("failure_policy")) {
        let message = "fail_open and failure_policy exclude each other";
        findings.push(scene.finding(Code::NotLoaded, older, message).instead("remove fail_open"));
    }
    let keys = plugin.path(&["vm_config", "environment_variables", "host_env_keys"]).map(Node::elements);
    for key in keys.unwrap_or_default() {
        if key_values(scene.gate).any(|(name, _)| Some(name) == key.text()) {
            let name = key.text().unwrap_or_default();
            let message = format!("{name} stands in host_env_keys and in key_values");
            findings.push(scene.value(Code::NotLoaded, key, message).instead("remove it from key_values"));
        }
    }
}

/// A chain ends with a filter that answers or forwards; the gate does neither.
fn last(scene: &Scene<'_>, manager: Part<'_>, findings: &mut Vec<Finding>) {
    let Some(entries) = manager.root.get("http_filters") else { return };
    let Some(entry) = scene.entry() else { return };
    if entries.elements().last().is_some_and(|last| std::ptr::eq(last, entry)) {
        let message = "the gate is the last filter of the chain";
        let finding = manager.finding(Code::NotLoaded, entry, message);
        findings.push(finding.instead("add envoy.filters.http.router behind it"));
    }
}
