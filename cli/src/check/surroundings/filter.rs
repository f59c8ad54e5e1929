//! Envoy's Wasm filter: whether it lets the gate hold a request, and what happens when the module fails.

use crate::check::code::Code;
use crate::check::finding::Finding;
use crate::find::{Host, Shape};
use crate::source::Node;

use super::near;
use super::scene::Scene;

const HOLD: &str = "allow_on_headers_stop_iteration";

pub(super) fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let plugin = scene.gate.plugin();
    match scene.gate.shape {
        Shape::Filter(Host::Wasm) => {
            hold(scene, plugin, findings);
            failure(scene, plugin, findings);
            vm(scene, plugin, findings);
        }
        Shape::ExtensionPolicy(Host::Wasm) => {
            let at = plugin.get("name").unwrap_or(plugin);
            let message = "Envoy Gateway can't let a Wasm extension hold headers back";
            findings.push(scene.finding(Code::NoHoldField, at, message));
        }
        // Istio's objects have fields of their own.
        Shape::ExtensionPolicy(Host::Native)
        | Shape::Filter(Host::Native)
        | Shape::WasmPlugin
        | Shape::TrafficExtension
        | Shape::Bare => {}
    }
}

fn hold(scene: &Scene<'_>, plugin: &Node, findings: &mut Vec<Finding>) {
    match plugin.get(HOLD) {
        Some(node) if node.truth() == Some(true) => {}
        Some(node) => findings.push(scene.value(Code::NoHold, node, format!("{HOLD} is not true"))),
        None if near::is_misspelt(plugin, HOLD) => {}
        None => findings.push(scene.finding(Code::NoHold, plugin, format!("{HOLD} is missing"))),
    }
}

/// `PluginConfig.failure_policy`, by name or by number, and the older `fail_open`.
fn failure(scene: &Scene<'_>, plugin: &Node, findings: &mut Vec<Finding>) {
    let is_older = plugin.get("failure_policy").is_none();
    if let Some(node) = plugin.get("fail_open").filter(|node| is_older && node.truth() == Some(true)) {
        findings.push(scene.value(Code::FailsOpen, node, "requests pass unjudged when the module fails"));
        return;
    }
    let policy = plugin.get("failure_policy");
    let node = policy.unwrap_or(plugin);
    match policy.and_then(Node::word).as_deref() {
        Some("FAIL_RELOAD" | "1") => {}
        Some("FAIL_OPEN" | "3") => {
            findings.push(scene.value(Code::FailsOpen, node, "requests pass unjudged when the module fails"));
        }
        None | Some("UNSPECIFIED" | "0" | "FAIL_CLOSED" | "2") => {
            let message = "once the module has failed, every post is refused until Envoy starts anew";
            findings.push(scene.finding(Code::NoReload, node, message));
        }
        Some(_) => {
            let finding = scene.value(Code::WrongValue, node, "failure_policy has no such word");
            findings.push(finding.instead("write failure_policy: FAIL_RELOAD"));
        }
    }
}

fn vm(scene: &Scene<'_>, plugin: &Node, findings: &mut Vec<Finding>) {
    let Some(vm) = plugin.get("vm_config") else { return };
    if let Some(node) = vm.get("runtime").filter(|node| !node.text().is_some_and(|text| text.ends_with(".v8"))) {
        findings.push(scene.value(Code::Runtime, node, "the module is made for and tested with V8"));
    }
    match vm.get("vm_id") {
        Some(node) if !node.text().unwrap_or_default().is_empty() => {}
        Some(node) => findings.push(scene.finding(Code::NoVmId, node, "vm_id is empty")),
        None => findings.push(scene.finding(Code::NoVmId, vm, "vm_id is missing")),
    }
    let Some(remote) = vm.path(&["code", "remote"]) else { return };
    if remote.text_of("sha256").unwrap_or_default().is_empty() {
        findings.push(scene.finding(Code::NoDigest, remote, "any module that is served there is run"));
    }
}
