//! Istio's EnvoyFilter, and the objects that go with it.

use crate::check::code::Code;
use crate::check::finding::Finding;
use crate::find::{Host, Shape};
use crate::source::Node;

use super::connection::{self, AUTHENTICATION};
use super::fields::{LISTENER, MANAGER};
use super::limits;
use super::open;
use super::part::{Part, namespace};
use super::patches;
use super::scene::Scene;
use super::workload;

/// Methods that no other path may get; the last stands for all that nobody named.
const UNSAFE_METHODS: [&str; 5] = ["POST", "PUT", "PATCH", "DELETE", "any other method"];
/// What has Istio only log what a policy would do.
const DRY_RUN: &str = "istio.io/dry-run";
/// What selects some of the connections that a port gets.
const CHAINS: [&str; 5] = ["name", "sni", "transportProtocol", "applicationProtocols", "destinationPort"];
const APPLY_TO: [&str; 11] = [
    "LISTENER",
    "FILTER_CHAIN",
    "NETWORK_FILTER",
    "HTTP_FILTER",
    "ROUTE_CONFIGURATION",
    "VIRTUAL_HOST",
    "HTTP_ROUTE",
    "CLUSTER",
    "EXTENSION_CONFIG",
    "BOOTSTRAP",
    "LISTENER_FILTER",
];
const OPERATIONS: [&str; 7] = ["MERGE", "ADD", "REMOVE", "INSERT_BEFORE", "INSERT_AFTER", "INSERT_FIRST", "REPLACE"];
const CONTEXTS: [&str; 5] = ["ANY", "SIDECAR_INBOUND", "SIDECAR_OUTBOUND", "GATEWAY", "WAYPOINT"];
/// A path that stands for all that nobody named.
const OTHER_PATH: &str = "/any/other/path";

pub(super) fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let Some(object) = scene.object().filter(|object| object.text_of("kind") == Some("EnvoyFilter")) else { return };
    if scene.gate.shape != Shape::Filter(Host::Wasm) {
        return;
    }
    let Some(patches) = object.path(&["spec", "configPatches"]) else { return };
    patches.elements().iter().for_each(|patch| words(scene, patch, findings));
    let labels = object.path(&["spec", "workloadSelector", "labels"]);
    let filter = inserted(scene, patches, labels, findings);
    if let Some(name) = filter.and_then(|filter| filter.text_of("name")) {
        patches::check(scene, name, findings);
    }
    if let Some(labels) = labels {
        selected(scene, object, labels, findings);
    }
    manager(scene, patches, findings);
    buffer(scene, patches, findings);
    policies(scene, object, labels, findings);
}

/// Returns the values that patches of a kind bring.
fn values<'n>(patches: &'n Node, apply_to: &str) -> impl Iterator<Item = &'n Node> {
    let applied = patches.elements().iter().filter(move |patch| patch.text_of("applyTo") == Some(apply_to));
    applied.filter_map(|patch| patch.path(&["patch", "value"]))
}

/// Words that Istio knows, and nothing else.
fn words(scene: &Scene<'_>, patch: &Node, findings: &mut Vec<Finding>) {
    let places = [
        (patch.get("applyTo"), &APPLY_TO[..]),
        (patch.path(&["patch", "operation"]), &OPERATIONS[..]),
        (patch.path(&["match", "context"]), &CONTEXTS[..]),
    ];
    for (node, known) in places {
        if let Some(node) = node.filter(|node| !known.iter().any(|word| node.text() == Some(word))) {
            let finding = scene.value(Code::WrongValue, node, "Istio knows no such word");
            findings.push(finding.instead(format!("write one of {}", known.join(", "))));
        }
    }
}

/// Whether the gate's filter gets into the listener, where it stands by itself or as an extension that a filter has to
/// ask for.
///
/// Returns the filter's entry.
fn inserted<'n>(
    scene: &Scene<'_>,
    patches: &'n Node,
    labels: Option<&Node>,
    findings: &mut Vec<Finding>,
) -> Option<&'n Node> {
    let own = patches.elements().iter().find(|patch| holds(scene, patch))?;
    if own.text_of("applyTo") == Some("HTTP_FILTER") {
        place(scene, own, labels, findings);
        return own.path(&["patch", "value"]);
    }
    let extension = values(patches, "EXTENSION_CONFIG").find(|value| holds(scene, value))?;
    if let Some(operation) = operation(own).filter(|operation| operation.text() != Some("ADD")) {
        let finding = scene.value(Code::NeverInserted, operation, "an extension is only there when it is added");
        findings.push(finding.instead("write operation: ADD"));
    }
    let name = extension.text_of("name");
    let asks = |patch: &&Node| {
        let value = patch.path(&["patch", "value"]);
        patch.text_of("applyTo") == Some("HTTP_FILTER") && value.and_then(|value| value.text_of("name")) == name
    };
    let Some(filter) = patches.elements().iter().find(asks) else {
        let at = extension.get("name").unwrap_or(extension);
        findings.push(scene.value(Code::NeverInserted, at, "no HTTP_FILTER patch inserts this extension"));
        return None;
    };
    place(scene, filter, labels, findings);
    let context = |patch: &Node| patch.path(&["match", "context"]).and_then(Node::text).unwrap_or("ANY").to_owned();
    if context(own) != "ANY" && context(own) != context(filter) {
        let at = filter.path(&["match", "context"]).unwrap_or(filter);
        let message = format!("the extension is for {} only", context(own));
        findings.push(scene.value(Code::NeverInserted, at, message).instead("write one context in both patches"));
    }
    let entry = filter.path(&["patch", "value"]);
    if let Some(discovery) = entry.and_then(|entry| entry.get("config_discovery")) {
        discovered(scene, discovery, findings);
    }
    entry
}

fn operation(patch: &Node) -> Option<&Node> {
    patch.path(&["patch", "operation"])
}

/// Where a filter is put: before the router, of what the workload gets.
fn place(scene: &Scene<'_>, patch: &Node, labels: Option<&Node>, findings: &mut Vec<Finding>) {
    if let Some(port) = patch.path(&["match", "listener", "portNumber"]) {
        let numbers: Vec<u64> = port.integer().into_iter().collect();
        findings.extend(workload::other_ports(scene, scene.own.at(port), labels, &numbers));
    }
    if let Some(node) = patch.path(&["match", "proxy"]) {
        let message = "proxies that this doesn't select run without the gate";
        findings.push(scene.finding(Code::WayAround, node, message).instead("remove it, so that all proxies are"));
    }
    early(scene, patch, findings);
    let chain = patch.path(&["match", "listener", "filterChain"]);
    if let Some(node) = CHAINS.iter().find_map(|name| chain?.get(name)) {
        let message = "connections that this doesn't select pass without the gate";
        findings.push(scene.finding(Code::WayAround, node, message).instead("remove it, so that all connections are"));
    }
    let of = ["match", "listener", "filterChain", "filter", "subFilter", "name"];
    let is_router = patch.path(&of).and_then(Node::text).is_none_or(|name| name == "envoy.filters.http.router");
    if let Some(node) = operation(patch) {
        let is_before = match node.text() {
            Some("INSERT_BEFORE" | "INSERT_FIRST" | "REPLACE") => true,
            Some("INSERT_AFTER") => !is_router,
            // Told as an unknown word.
            Some(other) if !OPERATIONS.contains(&other) => true,
            _ => false,
        };
        if !is_before {
            let finding = scene.value(Code::NeverInserted, node, "this puts no filter before the router");
            findings.push(finding.instead("write operation: INSERT_BEFORE, with the router as subFilter"));
        }
    }
    if let Some(node) = patch.path(&["match", "context"]).filter(|node| node.text() == Some("SIDECAR_OUTBOUND")) {
        let message = "the filter sees what the workload sends, not what it gets";
        findings.push(scene.value(Code::NeverInserted, node, message).instead("write context: SIDECAR_INBOUND"));
    }
}

/// What stands before Istio's authentication and authorization.
fn early(scene: &Scene<'_>, patch: &Node, findings: &mut Vec<Finding>) {
    let Some(node) = operation(patch) else { return };
    let of = patch.path(&["match", "listener", "filterChain", "filter", "subFilter", "name"]).and_then(Node::text);
    let is_authentication =
        of.is_none_or(|name| name.ends_with("authn") || AUTHENTICATION.iter().any(|package| name.ends_with(package)));
    let is_early = match node.text() {
        Some("INSERT_FIRST") => true,
        Some("INSERT_BEFORE") => is_authentication,
        _ => false,
    };
    if is_early {
        let message = "authentication and authorization come behind the gate: whom they would refuse gets its answers";
        let finding = scene.value(Code::LateAuthentication, node, message);
        findings.push(finding.instead("write operation: INSERT_BEFORE, with the router as subFilter"));
    }
}

/// How a filter waits for the extension.
fn discovered(scene: &Scene<'_>, discovery: &Node, findings: &mut Vec<Finding>) {
    open::discovered(scene.own, discovery, findings);
    let Some(kinds) = discovery.get("type_urls") else { return };
    if !kinds
        .elements()
        .iter()
        .filter_map(Node::text)
        .any(|kind| kind.ends_with("envoy.extensions.filters.http.wasm.v3.Wasm"))
    {
        let finding = scene.finding(Code::NeverInserted, kinds, "the filter takes no Wasm extension");
        findings.push(finding.instead("write type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm"));
    }
}

/// Whether a workload of the gate's own file has the labels that it is meant for.
pub(super) fn selected(scene: &Scene<'_>, object: &Node, labels: &Node, findings: &mut Vec<Finding>) {
    let here = workload::labels(scene, namespace(object));
    if !here.is_empty() && !here.iter().any(|own| workload::has(own, labels)) {
        findings.push(scene.finding(Code::NotSelected, labels, "no workload of this file has these labels"));
    }
}

fn holds(scene: &Scene<'_>, value: &Node) -> bool {
    scene.gate.lineage.iter().any(|node| std::ptr::eq(*node, value))
}

/// Timeouts and streams of the connection manager, which another patch brings.
fn manager(scene: &Scene<'_>, patches: &Node, findings: &mut Vec<Finding>) {
    match values(patches, "NETWORK_FILTER").find_map(|value| value.get("typed_config")) {
        Some(manager) => {
            MANAGER.check(scene.own.at(manager), findings);
            connection::bounds(scene.own.at(manager), "", findings);
        }
        None => {
            let message = "no NETWORK_FILTER patch bounds how long a post may take and how many streams there are";
            findings.push(scene.finding(Code::NoTimeout, patches, message));
        }
    }
}

fn buffer(scene: &Scene<'_>, patches: &Node, findings: &mut Vec<Finding>) {
    let Some(needed) = scene.config.map(|config| config.max_body_bytes as u64) else { return };
    match values(patches, "LISTENER").find(|value| value.get("per_connection_buffer_limit_bytes").is_some()) {
        Some(listener) => {
            LISTENER.check(scene.own.at(listener), findings);
            findings.extend(limits::buffer(scene.own.at(listener), needed));
        }
        None if needed > limits::DEFAULT_BUFFER => {
            let message = format!(
                "Envoy's buffer is {} bytes unless told otherwise, limits.maxBodyBytes {needed}",
                limits::DEFAULT_BUFFER
            );
            findings.push(
                scene
                    .finding(Code::SmallBuffer, patches, message)
                    .instead(format!("add a LISTENER patch with per_connection_buffer_limit_bytes: {needed}")),
            );
        }
        None => {}
    }
}

/// AuthorizationPolicies: posts to other paths end there, those to the gate's don't.
pub(super) fn policies(scene: &Scene<'_>, object: &Node, labels: Option<&Node>, findings: &mut Vec<Finding>) {
    let is_here = |policy: &Part<'_>| policy.namespace() == namespace(object) || policy.namespace().is_none();
    let is_for = |policy: &Part<'_>| is_enforced(policy.root) && is_for(scene, policy.root, object, labels);
    let policies: Vec<_> = scene.objects("AuthorizationPolicy").into_iter().filter(is_here).filter(is_for).collect();
    let denying: Vec<_> = policies
        .iter()
        .filter(|policy| policy.root.path(&["spec", "action"]).and_then(Node::text) == Some("DENY"))
        .collect();
    let Some(first) = denying.first() else {
        let at = object.path(&["metadata", "name"]).unwrap_or(object);
        let message = "no AuthorizationPolicy denies posts to paths that the gate doesn't watch";
        findings.push(scene.finding(Code::NoPolicy, at, message));
        return;
    };
    let denies = |method: &str, path: &str| denying.iter().any(|policy| denied(policy.root, method, path));
    let at = first.root.path(&["spec", "rules"]).unwrap_or(first.root);
    let passing: Vec<&str> = UNSAFE_METHODS.into_iter().filter(|method| !denies(method, OTHER_PATH)).collect();
    if !passing.is_empty() {
        let message = format!("{} to paths that the gate doesn't watch passes unjudged", passing.join(", "));
        findings.push(first.finding(Code::OpenPolicy, at, message));
        return;
    }
    let Some(config) = scene.config else { return };
    let (watched, methods) = (&config.paths, &config.methods);
    for path in named_paths(first.root).filter(|path| !is_watched(path, watched, scene)) {
        if !denies("POST", path.text().unwrap_or_default()) {
            let message = "posts to this path pass unjudged: it isn't one of match.paths";
            findings.push(first.value(Code::OpenPolicy, path, message));
        }
    }
    for path in watched.iter().filter(|path| methods.iter().any(|method| denies(method, path))) {
        findings.push(first.finding(Code::DeniedPosts, at, format!("KYC posts to {path} never reach the gate")));
    }
}

/// Returns whether Istio does what a policy says, rather than only log it.
fn is_enforced(policy: &Node) -> bool {
    let annotations = policy.path(&["metadata", "annotations"]).map(Node::members).unwrap_or_default();
    !annotations.iter().any(|(name, node)| name == DRY_RUN && node.text() == Some("true"))
}

/// Returns whether a policy is for the workload that the gate is for: it selects the pods that are known, or asks for
/// no label that the gate's object doesn't ask for.
fn is_for(scene: &Scene<'_>, policy: &Node, object: &Node, labels: Option<&Node>) -> bool {
    let Some(selected) = policy.path(&["spec", "selector", "matchLabels"]) else { return true };
    let pods = workload::labels(scene, namespace(object));
    if pods.is_empty() {
        return labels.is_some_and(|labels| workload::has(labels, selected));
    }
    // That the gate selects none of them is told by itself.
    let mut gated = pods.into_iter().filter(|own| labels.is_none_or(|labels| workload::has(own, labels)));
    gated.all(|own| workload::has(own, selected))
}

/// Returns the paths that rules leave out.
fn named_paths(policy: &Node) -> impl Iterator<Item = &Node> {
    operations(policy).filter_map(|operation| operation.get("notPaths")).flat_map(Node::elements)
}

/// Returns whether the gate looks at posts to a path: KYC posts and calls of the settings API.
fn is_watched(path: &Node, watched: &[String], scene: &Scene<'_>) -> bool {
    let path = path.text().unwrap_or_default();
    let api = scene.config.and_then(|config| config.settings_api.as_ref());
    watched.iter().any(|one| one == path) || api.is_some_and(|api| api.path == path)
}

fn operations(policy: &Node) -> impl Iterator<Item = &Node> {
    let rules = policy.path(&["spec", "rules"]).map(Node::elements).unwrap_or_default();
    let to = rules.iter().filter_map(|rule| rule.get("to")).flat_map(Node::elements);
    to.filter_map(|to| to.get("operation"))
}

/// Returns whether a policy denies a request, as far as methods and paths tell. A rule with other conditions might not.
fn denied(policy: &Node, method: &str, path: &str) -> bool {
    let rules = policy.path(&["spec", "rules"]).map(Node::elements).unwrap_or_default();
    let unconditional = rules.iter().filter(|rule| rule.get("from").is_none() && rule.get("when").is_none());
    let to = unconditional.filter_map(|rule| rule.get("to")).flat_map(Node::elements);
    { to.filter_map(|to| to.get("operation")) }.any(|operation| {
        let list = |name: &str| operation.get(name).map(Node::elements);
        let has = |list: &[Node], text: &str| list.iter().filter_map(Node::text).any(|pattern| matches(pattern, text));
        let only = ["methods", "notMethods", "paths", "notPaths"];
        operation.members().iter().all(|(name, _)| only.contains(&name.as_str()))
            && list("methods").is_none_or(|methods| has(methods, method))
            && list("notMethods").is_none_or(|methods| !has(methods, method))
            && list("paths").is_none_or(|paths| has(paths, path))
            && list("notPaths").is_none_or(|paths| !has(paths, path))
    })
}

/// Istio's patterns: exact, `prefix*`, `*suffix`, `*`.
fn matches(pattern: &str, text: &str) -> bool {
    match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
        (Some(suffix), _) => text.ends_with(suffix),
        (_, Some(prefix)) => text.starts_with(prefix),
        _ => pattern == text,
    }
}
