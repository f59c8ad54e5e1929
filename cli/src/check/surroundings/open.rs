//! What gets past the gate in its own listener: routes that need no decision, the filter switched off, headers written
//! over, upgrades.

use crate::check::code::Code;
use crate::check::finding::Finding;
use crate::find::Shape;
use crate::source::Node;

use super::part::Part;
use super::routes::{SAFE_METHODS, methods, requires};
use super::scene::Scene;

/// What runs a filter for some requests only, by the ends of their types.
const WRAPPERS: [&str; 3] =
    ["matching.v3.ExtensionWithMatcher", "composite.v3.Composite", "composite.v3.ExecuteFilterAction"];
/// The only upgrade after which requests stay what the filters have seen.
const WEBSOCKET: &str = "websocket";
/// What the others do.
pub(super) const OPAQUE: &str = "what a client sends after this upgrade reaches the backend unseen";

pub(super) fn check(scene: &Scene<'_>, manager: Part<'_>, findings: &mut Vec<Finding>) {
    for route in scene.routing.routes.iter().filter(|route| route.root.get("route").is_some()) {
        unjudged(scene, route, findings);
        redirected(route, findings);
    }
    for place in &scene.routing.elsewhere {
        let message = "these routes weren't looked at: they aren't in the files";
        findings.push(place.finding(Code::Elsewhere, place.root, message));
    }
    upgrades(scene, manager, findings);
}

fn unjudged(scene: &Scene<'_>, route: &Part<'_>, findings: &mut Vec<Finding>) {
    let decision = format!("{}decision", scene.prefix());
    if requires(route.root, &decision) {
        return;
    }
    let posts = scene.config.map(|config| config.methods.as_slice()).unwrap_or_default();
    let is_safe = |method: &&str| SAFE_METHODS.contains(method) && posts.iter().all(|post| post != method);
    if methods(route.root).is_some_and(|methods| methods.iter().all(is_safe)) {
        return;
    }
    let message = "this route takes requests that the gate has not judged";
    let remedy = format!("match on the header {decision} (present_match: true), or on :method GET and HEAD");
    let at = route.root.get("match").unwrap_or(route.root);
    findings.push(route.finding(Code::UnjudgedRoute, at, message).instead(remedy));
}

fn redirected(route: &Part<'_>, findings: &mut Vec<Finding>) {
    if let Some(node) = route.root.path(&["route", "internal_redirect_policy"]) {
        let message = "a post that Envoy redirects internally is answered with 502: it was decrypted already";
        findings.push(route.finding(Code::InternalRedirect, node, message));
    }
}

/// Requests that ask for an upgrade pass the filters that it has of its own; what comes after it may pass none.
fn upgrades(scene: &Scene<'_>, manager: Part<'_>, findings: &mut Vec<Finding>) {
    let routes = scene.routing.routes.iter().filter_map(|route| Some(route.at(route.root.get("route")?)));
    for place in std::iter::once(manager).chain(routes) {
        for upgrade in place.root.get("upgrade_configs").map(Node::elements).unwrap_or_default() {
            if upgrade.get("enabled").and_then(Node::truth) == Some(false) {
                continue;
            }
            if let Some(filters) = upgrade.get("filters").filter(|filters| !filters.elements().is_empty()) {
                own_filters(scene, place, filters, findings);
            }
            if let Some(kind) = upgrade.get("upgrade_type").filter(|kind| is_opaque(kind)) {
                let finding = place.value(Code::WayAround, kind, OPAQUE);
                findings.push(finding.instead("remove the upgrade, or end it in a listener of its own"));
            }
        }
    }
}

/// Returns whether what follows an upgrade is something else than what the filters have seen.
pub(super) fn is_opaque(kind: &Node) -> bool {
    kind.text().is_some_and(|text| !text.eq_ignore_ascii_case(WEBSOCKET))
}

fn own_filters(scene: &Scene<'_>, place: Part<'_>, filters: &Node, findings: &mut Vec<Finding>) {
    let holds = |gate: &crate::find::Gate<'_>| gate.lineage.iter().any(|ancestor| std::ptr::eq(*ancestor, filters));
    if !scene.gates.iter().any(holds) {
        let message = "requests that ask for this upgrade pass these filters, without the gate";
        let finding = place.finding(Code::WayAround, filters, message);
        findings.push(finding.instead("put the gate into these filters too, or remove the upgrade"));
    }
}

/// The filter switched off: as a whole, for some requests, for a route, a host or all of them; or left out where it
/// isn't known.
pub(super) fn disabled(scene: &Scene<'_>, manager: Part<'_>, findings: &mut Vec<Finding>) {
    let Some(entry) = scene.entry() else { return };
    flags(manager, entry, findings);
    if let Some(discovery) = entry.get("config_discovery") {
        discovered(manager, discovery, findings);
    }
    let name = entry.text_of("name").unwrap_or_default();
    scene.routing.places().for_each(|place| overridden(place, place.root, name, findings));
}

/// A filter in a file of its own, without the listener that asks for it.
pub(super) fn unasked(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let is_resource = scene.own.root.get("resources").is_some();
    if scene.manager.is_none() && is_resource && matches!(scene.gate.shape, Shape::Filter(_)) {
        let extension = scene.gate.around("typed_config").unwrap_or(scene.own.root);
        let at = extension.get("name").unwrap_or(extension);
        let message = "no listener of the files asks for this filter, so neither that nor its routes were looked at";
        findings.push(scene.value(Code::Elsewhere, at, message));
    }
}

/// A filter that another one runs, or that a matcher leaves out, wherever it is configured.
pub(super) fn wrapped(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let is_wrapper =
        |node: &&&Node| WRAPPERS.iter().any(|kind| node.text_of("@type").is_some_and(|own| own.ends_with(kind)));
    if let Some(wrapper) = scene.gate.lineage.iter().find(is_wrapper) {
        let message = "which requests the gate sees is up to a matcher";
        let finding = scene.finding(Code::FilterDisabled, wrapper, message);
        findings.push(finding.instead("put the gate into http_filters as it is"));
    }
}

/// What an entry of `http_filters` says about itself.
pub(super) fn flags(place: Part<'_>, entry: &Node, findings: &mut Vec<Finding>) {
    for (name, code, message) in [
        ("disabled", Code::FilterDisabled, "the filter is switched off"),
        ("is_optional", Code::FilterOptional, "an Envoy that doesn't know the filter goes on without it"),
    ] {
        if let Some(node) = entry.get(name).filter(|node| node.truth() == Some(true)) {
            findings.push(place.value(code, node, message));
        }
    }
}

/// What a route, a host or all of them say about a filter.
pub(super) fn overridden(place: Part<'_>, node: &Node, name: &str, findings: &mut Vec<Finding>) {
    let Some(own) = node.get("typed_per_filter_config") else { return };
    let Some((_, own)) = own.members().iter().find(|(key, _)| key == name) else { return };
    for (flag, code) in [("disabled", Code::FilterDisabled), ("is_optional", Code::FilterOptional)] {
        if let Some(node) = own.get(flag).filter(|node| node.truth() == Some(true)) {
            findings.push(place.value(code, node, "the filter is switched off here"));
        }
    }
}

/// What takes the filter's place until its configuration is there.
pub(super) fn discovered(place: Part<'_>, discovery: &Node, findings: &mut Vec<Finding>) {
    if let Some(node) = discovery.get("default_config") {
        let message = "until the gate's configuration has arrived, this takes its place";
        findings.push(place.finding(Code::FailsOpen, node, message).instead("remove default_config"));
    }
}
