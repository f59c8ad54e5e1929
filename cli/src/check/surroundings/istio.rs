//! Istio's EnvoyFilter, and the objects that go with it.

use crate::check::code::Code;
use crate::check::finding::Finding;
use crate::find::{Host, Shape};
use crate::source::Node;

use super::connection;
use super::limits;
use super::scene::{Object, Scene, namespace};

/// Methods that no other path may get.
const UNSAFE_METHODS: [&str; 4] = ["POST", "PUT", "PATCH", "DELETE"];
/// A path that stands for all that nobody named.
const OTHER_PATH: &str = "/any/other/path";

pub(super) fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let Some(object) = scene.object().filter(|object| object.text_of("kind") == Some("EnvoyFilter")) else { return };
    if scene.gate.shape != Shape::Filter(Host::Wasm) {
        return;
    }
    let Some(patches) = object.path(&["spec", "configPatches"]) else { return };
    inserted(scene, patches, findings);
    manager(scene, patches, findings);
    buffer(scene, patches, findings);
    policies(scene, object, findings);
}

/// Returns the values that patches of a kind bring.
fn values<'n>(patches: &'n Node, apply_to: &str) -> impl Iterator<Item = &'n Node> {
    let applied = patches.elements().iter().filter(move |patch| patch.text_of("applyTo") == Some(apply_to));
    applied.filter_map(|patch| patch.path(&["patch", "value"]))
}

/// Returns whether the gate is an extension that a filter has to ask for.
fn inserted(scene: &Scene<'_>, patches: &Node, findings: &mut Vec<Finding>) {
    let Some(extension) = values(patches, "EXTENSION_CONFIG").find(|value| holds(scene, value)) else { return };
    let name = extension.text_of("name");
    let is_asked_for = values(patches, "HTTP_FILTER").any(|filter| filter.text_of("name") == name);
    if !is_asked_for {
        let at = extension.get("name").unwrap_or(extension);
        findings.push(scene.value(Code::NeverInserted, at, "no HTTP_FILTER patch inserts this extension"));
    }
}

fn holds(scene: &Scene<'_>, value: &Node) -> bool {
    scene.gate.lineage.iter().any(|node| std::ptr::eq(*node, value))
}

/// Timeouts and streams of the connection manager, which another patch brings.
fn manager(scene: &Scene<'_>, patches: &Node, findings: &mut Vec<Finding>) {
    match values(patches, "NETWORK_FILTER").find_map(|value| value.get("typed_config")) {
        Some(manager) => connection::bounds(scene, manager, "", findings),
        None => {
            let message = "no NETWORK_FILTER patch bounds how long a post may take and how many streams there are";
            findings.push(scene.finding(Code::NoTimeout, patches, message));
        }
    }
}

fn buffer(scene: &Scene<'_>, patches: &Node, findings: &mut Vec<Finding>) {
    let Some(needed) = scene.config.map(|config| config.max_body_bytes as u64) else { return };
    match values(patches, "LISTENER").find(|value| value.get("per_connection_buffer_limit_bytes").is_some()) {
        Some(listener) => findings.extend(limits::buffer(scene, listener, needed)),
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
