//! Istio's EnvoyFilter, and the objects that go with it.

use crate::check::code::Code;
use crate::check::finding::Finding;
use crate::find::{Host, Shape};
use crate::source::Node;

use super::connection;
use super::fields::{LISTENER, MANAGER};
use super::limits;
use super::scene::{Object, Scene, namespace};
use super::workload;

/// Methods that no other path may get.
const UNSAFE_METHODS: [&str; 4] = ["POST", "PUT", "PATCH", "DELETE"];
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
    inserted(scene, patches, findings);
    selected(scene, object, findings);
    manager(scene, patches, findings);
    buffer(scene, patches, findings);
    policies(scene, object, findings);
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
fn inserted(scene: &Scene<'_>, patches: &Node, findings: &mut Vec<Finding>) {
    let Some(own) = patches.elements().iter().find(|patch| holds(scene, patch)) else { return };
    if own.text_of("applyTo") == Some("HTTP_FILTER") {
        place(scene, own, findings);
        return;
    }
    let Some(extension) = values(patches, "EXTENSION_CONFIG").find(|value| holds(scene, value)) else { return };
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
        return;
    };
    place(scene, filter, findings);
    let context = |patch: &Node| patch.path(&["match", "context"]).and_then(Node::text).unwrap_or("ANY").to_owned();
    if context(own) != "ANY" && context(own) != context(filter) {
        let at = filter.path(&["match", "context"]).unwrap_or(filter);
        let message = format!("the extension is for {} only", context(own));
        findings.push(scene.value(Code::NeverInserted, at, message).instead("write one context in both patches"));
    }
    if let Some(discovery) = filter.path(&["patch", "value", "config_discovery"]) {
        discovered(scene, discovery, findings);
    }
}

fn operation(patch: &Node) -> Option<&Node> {
    patch.path(&["patch", "operation"])
}

/// Where a filter is put: before the router, of what the workload gets.
fn place(scene: &Scene<'_>, patch: &Node, findings: &mut Vec<Finding>) {
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

/// How a filter waits for the extension.
fn discovered(scene: &Scene<'_>, discovery: &Node, findings: &mut Vec<Finding>) {
    if let Some(node) = discovery.get("default_config") {
        let message = "until the gate's configuration has arrived, this takes its place";
        findings.push(scene.finding(Code::FailsOpen, node, message).instead("remove default_config"));
    }
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
fn selected(scene: &Scene<'_>, object: &Node, findings: &mut Vec<Finding>) {
    let Some(labels) = object.path(&["spec", "workloadSelector", "labels"]) else { return };
    let here = workload::labels(scene, namespace(object));
    let has = |own: &&Node| {
        labels
            .members()
            .iter()
            .all(|(name, value)| own.members().iter().any(|(key, label)| key == name && label.text() == value.text()))
    };
    if !here.is_empty() && !here.iter().any(has) {
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
            MANAGER.check(scene, manager, findings);
            connection::bounds(scene, manager, "", findings);
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
            LISTENER.check(scene, listener, findings);
            findings.extend(limits::buffer(scene, listener, needed));
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
fn policies(scene: &Scene<'_>, object: &Node, findings: &mut Vec<Finding>) {
    let is_here = |policy: &Object<'_>| policy.namespace() == namespace(object) || policy.namespace().is_none();
    let policies: Vec<_> = scene.objects("AuthorizationPolicy").into_iter().filter(is_here).collect();
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
