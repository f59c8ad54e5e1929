//! What gives decrypted posts, or what was drawn from them, to somebody else than the backend.

use crate::check::code::Code;
use crate::check::finding::Finding;
use crate::find;
use crate::source::Node;

use super::behind;
use super::part::Part;
use super::personal;
use super::scene::Scene;

/// Filters that hand what passes them to somebody else, by their packages.
const COPYING: [(&str, &str); 2] =
    [("tap", "to whoever may see what it taps"), ("ext_proc", "to the service that it asks")];
const TAP_SOCKET: &str = "envoy.extensions.transport_sockets.tap.v3.Tap";

pub(super) fn check(scene: &Scene<'_>, manager: Part<'_>, findings: &mut Vec<Finding>) {
    for place in scene.routing.places() {
        mirrored(place, place.root, findings);
        if let Some(action) = place.root.get("route") {
            mirrored(place, action, findings);
        }
    }
    for filter in behind::filters(scene, manager) {
        let package = behind::package(filter.root);
        if let Some((_, whom)) = COPYING.iter().find(|(known, _)| package == Some(known)) {
            let message = format!("this filter gives decrypted posts {whom}");
            let finding = filter.finding(Code::DecryptedElsewhere, filter.root, message);
            findings.push(finding.instead("remove it, or put it before the gate"));
        }
    }
    for cluster in behind::clusters(scene) {
        let socket = cluster.root.path(&["transport_socket", "typed_config"]);
        if let Some(socket) = socket.filter(|socket| find::message(socket).is_some_and(|(kind, _)| kind == TAP_SOCKET))
        {
            let message = "what is sent to the backend is given to whoever may see what this taps";
            findings.push(cluster.finding(Code::DecryptedElsewhere, socket, message).instead("remove the tap"));
        }
    }
    personal::check(scene, manager, findings);
    replies(manager, findings);
}

/// Routes, hosts and all of them may send each request to a second cluster as well.
pub(super) fn mirrored(place: Part<'_>, node: &Node, findings: &mut Vec<Finding>) {
    if let Some(policies) = node.get("request_mirror_policies").filter(|policies| !policies.elements().is_empty()) {
        let message = "decrypted posts are sent to another cluster, too";
        findings.push(place.finding(Code::DecryptedElsewhere, policies, message));
    }
}

/// Whatever the gate answers itself is a local reply.
fn replies(manager: Part<'_>, findings: &mut Vec<Finding>) {
    let Some(config) = manager.root.get("local_reply_config") else { return };
    let rewritten = |one: &Node| {
        let format = one.get("body_format_override").or_else(|| one.get("body_format"));
        let keeps = format.is_none_or(keeps_body);
        one.get("status_code").or_else(|| one.get("body")).is_some() || !keeps
    };
    let mappers = config.get("mappers").map(Node::elements).unwrap_or_default();
    for node in mappers.iter().chain(std::iter::once(config)).filter(|one| rewritten(one)) {
        let message = "REL-ID gets this in place of the gate's answer";
        findings.push(manager.finding(Code::RewrittenReplies, node, message));
    }
}

/// Returns whether a format is the body as it was.
fn keeps_body(format: &Node) -> bool {
    let text = format.path(&["text_format_source", "inline_string"]).or_else(|| format.get("text_format"));
    text.and_then(Node::text) == Some("%LOCAL_REPLY_BODY%")
}
