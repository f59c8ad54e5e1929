//! What EnvoyFilters do to the gate's filter and to the routes behind it.

use crate::check::code::Code;
use crate::check::finding::Finding;
use crate::source::Node;

use super::part::Part;
use super::scene::Scene;
use super::{headers, leaks, open};

/// Looks at the patches of all EnvoyFilters of the gate's namespace, since one may take away what another one brings.
pub(super) fn check(scene: &Scene<'_>, name: &str, findings: &mut Vec<Finding>) {
    let own = scene.object().and_then(super::part::namespace);
    let objects = scene.inventory.objects("EnvoyFilter").iter();
    for object in objects.filter(|object| object.namespace() == own || object.namespace().is_none()) {
        let patches = object.root.path(&["spec", "configPatches"]).map(Node::elements).unwrap_or_default();
        let is_own = object.file == scene.own.file;
        for patch in patches {
            filter(*object, patch, name, findings);
            if let Some(value) = patch.path(&["patch", "value"]) {
                below(scene, object.at(value), name, is_own, findings);
            }
        }
    }
}

/// A patch of the gate's entry in the listener.
fn filter(object: Part<'_>, patch: &Node, name: &str, findings: &mut Vec<Finding>) {
    if patch.text_of("applyTo") != Some("HTTP_FILTER") {
        return;
    }
    let selected = patch.path(&["match", "listener", "filterChain", "filter", "subFilter", "name"]);
    let operation = patch.path(&["patch", "operation"]);
    if let Some(node) = operation.filter(|node| node.text() == Some("REMOVE"))
        && selected.and_then(Node::text) == Some(name)
    {
        findings.push(
            object.value(Code::FilterDisabled, node, "this patch takes the gate away").instead("remove the patch"),
        );
    }
    let Some(value) = patch.path(&["patch", "value"]) else { return };
    if value.text_of("name").or(selected.and_then(Node::text)) == Some(name) {
        open::flags(object, value, findings);
    }
}

/// What a patch brings for routes, wherever in its value.
fn below(scene: &Scene<'_>, part: Part<'_>, name: &str, is_own: bool, findings: &mut Vec<Finding>) {
    open::overridden(part, part.root, name, findings);
    // Others of one directory may be alternatives; what names the gate is about it.
    if is_own {
        headers::routed(part, part.root, &scene.prefix(), findings);
        leaks::mirrored(part, part.root, findings);
    }
    part.root.children().for_each(|child| below(scene, part.at(child), name, is_own, findings));
}
