//! Envoy Gateway's objects around a policy.

use crate::check::code::Code;
use crate::check::finding::Finding;
use crate::find::{Host, Shape};
use crate::source::Node;

use super::scene::Scene;

pub(super) fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let Shape::ExtensionPolicy(host) = scene.gate.shape else { return };
    let entry = scene.gate.plugin();
    if let Some(node) = entry.get("failOpen").filter(|node| node.truth() == Some(true)) {
        let message = "when the module can't be had or its configuration is wrong, requests pass unjudged";
        findings.push(scene.value(Code::FailsOpen, node, message));
    }
    if host == Host::Native {
        registered(scene, entry, findings);
    } else {
        let code = entry.get("code");
        let digest = code.and_then(|code| code.path(&["image", "sha256"]).or_else(|| code.path(&["http", "sha256"])));
        if let Some(code) = code.filter(|_| digest.is_none()) {
            findings.push(scene.finding(Code::NoDigest, code, "any module that is served there is run"));
        }
    }
    log_level(scene, findings);
    buffer(scene, findings);
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

/// Envoy Gateway's own level is warn, at which the audit line is lost.
fn log_level(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    for proxy in scene.objects("EnvoyProxy") {
        let level = proxy.root.path(&["spec", "logging", "level", "default"]);
        match level.and_then(Node::text) {
            Some("trace" | "debug" | "info") => {}
            Some(_) => findings.extend(
                level.map(|node| proxy.value(Code::AuditLineLost, node, "the audit line is at info and gets lost")),
            ),
            None => {
                let at = proxy.root.path(&["metadata", "name"]).unwrap_or(proxy.root);
                let message = "Envoy Gateway's own log level is warn: the audit line gets lost";
                let finding = proxy.value(Code::AuditLineLost, at, message);
                findings.push(finding.instead("write logging.level.default: info into the EnvoyProxy's spec"));
            }
        }
    }
}

/// The buffer of connections, 32 KiB unless told otherwise.
fn buffer(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let Some(needed) = scene.config.map(|config| config.max_body_bytes as u64) else { return };
    for policy in scene.objects("ClientTrafficPolicy") {
        let limit = policy.root.path(&["spec", "connection", "bufferLimit"]);
        let bytes = limit.map_or(Some(32 << 10), |node| quantity(node.text().unwrap_or_default()));
        if bytes.is_none_or(|bytes| bytes >= needed) {
            continue;
        }
        let at = limit.or_else(|| policy.root.path(&["metadata", "name"])).unwrap_or(policy.root);
        let message = format!("limits.maxBodyBytes is {needed}, larger than the buffer of connections");
        findings.push(
            policy
                .value(Code::SmallBuffer, at, message)
                .instead(format!("write spec.connection.bufferLimit: {needed}, or a smaller limits.maxBodyBytes")),
        );
    }
}

/// Reads a quantity of bytes as Kubernetes writes it.
fn quantity(text: &str) -> Option<u64> {
    let digits = text.trim_end_matches(|character: char| character.is_ascii_alphabetic());
    let factor = match text.get(digits.len()..)? {
        "" => 1,
        "k" => 1_000,
        "M" => 1_000_000,
        "G" => 1_000_000_000,
        "Ki" => 1 << 10,
        "Mi" => 1 << 20,
        "Gi" => 1 << 30,
        _ => return None,
    };
    digits.parse::<u64>().ok()?.checked_mul(factor)
}
