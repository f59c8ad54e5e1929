//! Istio's WasmPlugin and TrafficExtension: why they can't carry the gate, and what of them would let posts past it.

use crate::check::code::Code;
use crate::check::finding::Finding;
use crate::find::Shape;
use crate::source::Node;

use super::scene::Scene;
use super::{istio, workload};

const FAIL_STRATEGIES: [&str; 3] = ["FAIL_CLOSE", "FAIL_OPEN", "FAIL_RELOAD"];
const PHASES: [&str; 5] = ["UNSPECIFIED", "UNSPECIFIED_PHASE", "AUTHN", "AUTHZ", "STATS"];
const MODES: [&str; 4] = ["UNDEFINED", "CLIENT", "SERVER", "CLIENT_AND_SERVER"];

pub(super) fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let kind = match scene.gate.shape {
        Shape::WasmPlugin => "WasmPlugin",
        Shape::TrafficExtension => "TrafficExtension",
        _ => return,
    };
    let Some(object) = scene.object() else { return };
    let Some(spec) = object.get("spec") else { return };
    let plugin = scene.gate.plugin();
    let at = object.get("kind").unwrap_or(plugin);
    findings.push(scene.value(Code::NoHoldField, at, format!("a {kind} can't let the gate hold headers back")));
    shape(scene, spec, findings);
    failure(scene, plugin, findings);
    module(scene, plugin, findings);
    place(scene, spec, findings);
    traffic(scene, spec, findings);
    let labels = spec.path(&["selector", "matchLabels"]);
    if let Some(labels) = labels {
        istio::selected(scene, object, labels, findings);
    }
    let has_policy = !scene.objects("AuthorizationPolicy").is_empty();
    if has_policy {
        istio::policies(scene, object, labels, findings);
    }
}

/// What the API server refuses.
fn shape(scene: &Scene<'_>, spec: &Node, findings: &mut Vec<Finding>) {
    let is_traffic = scene.gate.shape == Shape::TrafficExtension;
    let mut refused = |node: &Node, message: &str, remedy: &'static str| {
        findings.push(scene.finding(Code::NotLoaded, node, message).instead(remedy));
    };
    match (spec.get("wasm"), spec.get("lua")) {
        (None, None) if is_traffic => {
            refused(
                spec,
                "a TrafficExtension has its module in spec.wasm",
                "move url, pluginConfig and the like into wasm",
            );
        }
        (Some(_), Some(lua)) if is_traffic => refused(lua, "wasm and lua exclude each other", "remove lua"),
        _ => {}
    }
    if let (Some(_), Some(targets)) = (spec.get("selector"), spec.get("targetRefs")) {
        refused(targets, "selector and targetRefs exclude each other", "remove one of the two");
    }
}

/// What Istio does when the module fails: by itself, it lets nothing through.
fn failure(scene: &Scene<'_>, plugin: &Node, findings: &mut Vec<Finding>) {
    let Some(node) = plugin.get("failStrategy") else { return };
    match node.text() {
        Some("FAIL_OPEN") => {
            let finding = scene.value(Code::FailsOpen, node, "requests pass unjudged when the module fails");
            findings.push(finding.instead("write failStrategy: FAIL_RELOAD"));
        }
        _ => word(scene, node, &FAIL_STRATEGIES, findings),
    }
}

fn word(scene: &Scene<'_>, node: &Node, known: &[&str], findings: &mut Vec<Finding>) {
    if !known.iter().any(|word| node.text() == Some(word)) {
        let finding = scene.value(Code::WrongValue, node, "Istio knows no such word");
        findings.push(finding.instead(format!("write one of {}", known.join(", "))));
    }
}

fn module(scene: &Scene<'_>, plugin: &Node, findings: &mut Vec<Finding>) {
    let url = plugin.get("url").filter(|url| url.text().is_some_and(|url| !url.starts_with("file:")));
    // An image may be named by its digest.
    let has_digest = |url: &Node| url.text().is_some_and(|url| url.contains("@sha256:"));
    if let Some(url) = url.filter(|url| !has_digest(url) && plugin.text_of("sha256").unwrap_or_default().is_empty()) {
        findings.push(scene.value(Code::NoDigest, url, "any module that is served there is run"));
    }
    if let Some(node) = plugin.get("type").filter(|node| node.text() == Some("NETWORK")) {
        let message = "a filter of connections sees no requests";
        findings.push(scene.value(Code::NeverInserted, node, message).instead("write type: HTTP"));
    }
}

/// Where in the chain Istio puts it: without a phase, at the end.
fn place(scene: &Scene<'_>, spec: &Node, findings: &mut Vec<Finding>) {
    let Some(node) = spec.get("phase") else { return };
    let filters = match node.text() {
        Some("AUTHN") => "authentication and authorization come",
        Some("AUTHZ") => "authorization comes",
        _ => return word(scene, node, &PHASES, findings),
    };
    let message = format!("{filters} behind the gate: whom they would refuse gets its answers");
    findings.push(scene.value(Code::LateAuthentication, node, message).instead("remove phase, or write phase: STATS"));
}

/// Which of a workload's traffic passes the filter.
fn traffic(scene: &Scene<'_>, spec: &Node, findings: &mut Vec<Finding>) {
    let selectors = spec.get("match").map(Node::elements).unwrap_or_default();
    if selectors.is_empty() {
        return;
    }
    for mode in selectors.iter().filter_map(|selector| selector.get("mode")) {
        word(scene, mode, &MODES, findings);
    }
    // To a gateway, its clients' requests are what it sends.
    let is_gateway = is_gateway(spec);
    let takes = |selector: &&Node| match selector.text_of("mode") {
        Some("CLIENT") => is_gateway,
        Some("SERVER") => !is_gateway || spec.get("targetRefs").is_some(),
        _ => true,
    };
    let taking: Vec<&Node> = selectors.iter().filter(takes).collect();
    if let Some(mode) = selectors.first().and_then(|selector| selector.get("mode")).filter(|_| taking.is_empty()) {
        let message = "the filter sees what the workload sends, not what it gets";
        let message = if is_gateway { "a gateway has no traffic of this mode" } else { message };
        findings.push(scene.value(Code::NeverInserted, mode, message).instead("write mode: CLIENT_AND_SERVER"));
        return;
    }
    let ports: Vec<&[Node]> =
        taking.iter().map(|selector| selector.get("ports").map(Node::elements).unwrap_or_default()).collect();
    // Without ports, a selector takes all.
    if ports.iter().any(|ports| ports.is_empty()) {
        return;
    }
    let numbers: Vec<u64> = ports.into_iter().flatten().filter_map(|port| port.get("number")?.integer()).collect();
    if let Some(node) = taking.first().and_then(|selector| selector.get("ports")) {
        let labels = spec.path(&["selector", "matchLabels"]);
        findings.extend(workload::other_ports(scene, scene.own.at(node), labels, &numbers));
    }
}

/// Returns whether an object is for gateways, as far as it says so.
fn is_gateway(spec: &Node) -> bool {
    let labels = spec.path(&["selector", "matchLabels"]).map(Node::members).unwrap_or_default();
    let says = |text: &str| text.contains("gateway");
    spec.get("targetRefs").is_some() || labels.iter().any(|(name, value)| says(name) || value.text().is_some_and(says))
}
