//! Who else writes the headers that say what the gate decided.

use crate::check::code::Code;
use crate::check::finding::Finding;
use crate::find;
use crate::source::Node;

use super::behind;
use super::part::Part;
use super::scene::Scene;

/// The filter that changes headers, and what a route says to it.
const MUTATION: &str = "envoy.extensions.filters.http.header_mutation.v3.HeaderMutation";

/// Headers that routes and filters behind the gate add or remove come after it, so they'd take the place of its own.
pub(super) fn check(scene: &Scene<'_>, manager: Part<'_>, findings: &mut Vec<Finding>) {
    let prefix = scene.prefix();
    for place in scene.routing.places() {
        routed(place, place.root, &prefix, findings);
        let filters = place.root.get("typed_per_filter_config").map(Node::members).unwrap_or_default();
        filters.iter().for_each(|(_, config)| mutated(place, config, &prefix, findings));
    }
    for filter in behind::filters(scene, manager) {
        if let Some(config) = filter.root.get("typed_config") {
            mutated(filter, config, &prefix, findings);
        }
    }
}

/// What a route, a host or all of them do to headers.
pub(super) fn routed(place: Part<'_>, node: &Node, prefix: &str, findings: &mut Vec<Finding>) {
    for one in node.get("request_headers_to_add").map(Node::elements).unwrap_or_default() {
        if let Some(key) = one.path(&["header", "key"]) {
            written(place, key, prefix, findings);
        }
    }
    for name in node.get("request_headers_to_remove").map(Node::elements).unwrap_or_default() {
        removed(place, name, prefix, findings);
    }
}

/// What `envoy.filters.http.header_mutation` does to headers, as a filter or for a route.
fn mutated(place: Part<'_>, config: &Node, prefix: &str, findings: &mut Vec<Finding>) {
    let Some((kind, config)) = find::message(config) else { return };
    if kind.trim_end_matches("PerRoute") != MUTATION {
        return;
    }
    for mutation in config.path(&["mutations", "request_mutations"]).map(Node::elements).unwrap_or_default() {
        if let Some(key) = mutation.path(&["append", "header", "key"]) {
            written(place, key, prefix, findings);
        }
        if let Some(name) = mutation.get("remove") {
            removed(place, name, prefix, findings);
        }
    }
}

/// Tells of a header of the gate's that something writes.
pub(super) fn written(place: Part<'_>, name: &Node, prefix: &str, findings: &mut Vec<Finding>) {
    if let Some(header) = gates(name, prefix) {
        let message = format!("whatever the gate decided, the backend gets this {header}");
        findings.push(place.value(Code::ForgedByRoute, name, message));
    }
}

/// Tells of a header of the gate's that something removes.
pub(super) fn removed(place: Part<'_>, name: &Node, prefix: &str, findings: &mut Vec<Finding>) {
    if let Some(header) = gates(name, prefix) {
        let message = format!("the backend never gets the gate's {header}");
        findings.push(place.value(Code::ForgedByRoute, name, message).instead("leave the gate's headers as they are"));
    }
}

fn gates(name: &Node, prefix: &str) -> Option<String> {
    let header = name.text()?.to_ascii_lowercase();
    header.starts_with(prefix).then_some(header)
}
