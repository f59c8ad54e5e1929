//! Envoy Gateway's objects around a policy.

use crate::check::code::Code;
use crate::check::finding::Finding;
use crate::find::{Host, Shape};
use crate::source::Node;

use super::scene::Scene;
use super::{http_route, open, proxy, traffic};

pub(super) fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let entry = scene.gate.plugin();
    match scene.gate.shape {
        Shape::ExtensionPolicy(host) => {
            policy(scene, entry, host, findings);
            proxy::check(scene, host == Host::Native, findings);
        }
        Shape::Filter(host) if is_patch(scene) => {
            patch(scene, findings);
            proxy::check(scene, host == Host::Native, findings);
        }
        _ => return,
    }
    traffic::check(scene, findings);
    traffic::upgrades(scene, findings);
    http_route::check(scene, findings);
}

fn is_patch(scene: &Scene<'_>) -> bool {
    scene.object().and_then(|object| object.text_of("kind")) == Some("EnvoyPatchPolicy")
}

fn policy(scene: &Scene<'_>, entry: &Node, host: Host, findings: &mut Vec<Finding>) {
    if let Some(node) = entry.get("failOpen").filter(|node| node.truth() == Some(true)) {
        let message = "when the module can't be had or its configuration is wrong, requests pass unjudged";
        findings.push(scene.value(Code::FailsOpen, node, message));
    }
    if host == Host::Native {
        registered(scene, entry, findings);
        return;
    }
    let code = entry.get("code");
    let digest = code.and_then(|code| code.path(&["image", "sha256"]).or_else(|| code.path(&["http", "sha256"])));
    if let Some(code) = code.filter(|_| digest.is_none()) {
        findings.push(scene.finding(Code::NoDigest, code, "any module that is served there is run"));
    }
}

/// A policy can only name modules that an EnvoyProxy has registered.
fn registered(scene: &Scene<'_>, entry: &Node, findings: &mut Vec<Finding>) {
    let proxies = scene.objects("EnvoyProxy");
    let Some(name) = entry.get("name").filter(|_| !proxies.is_empty()) else { return };
    let modules = proxies.iter().filter_map(|proxy| proxy.root.path(&["spec", "dynamicModules"]));
    let is_known = { modules.flat_map(Node::elements) }.any(|module| module.text_of("name") == name.text());
    if !is_known {
        let message = "no EnvoyProxy has a module of this name in spec.dynamicModules";
        findings.push(scene.value(Code::ModuleNotRegistered, name, message));
    }
}

/// A patch has to add the filter.
fn patch(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    if let Some(entry) = scene.gate.around("typed_config") {
        open::flags(scene.own, entry, findings);
    }
    let Some(operation) = scene.gate.around("op") else { return };
    if let Some(op) = operation.get("op").filter(|op| !matches!(op.text(), Some("add" | "replace"))) {
        let message = "this operation doesn't bring the filter into the listener";
        findings.push(scene.value(Code::NeverInserted, op, message).instead("write op: add"));
    }
}
