//! What gives decrypted posts, or what was drawn from them, to somebody else than the backend.

use crate::check::code::Code;
use crate::check::finding::Finding;
use crate::source::Node;

use super::part::Part;
use super::scene::Scene;

/// Filters that hand what passes them to somebody else, by their packages.
const COPYING: [(&str, &str); 2] =
    [("tap", "to whoever may see what it taps"), ("ext_proc", "to the service that it asks")];

pub(super) fn check(scene: &Scene<'_>, manager: Part<'_>, findings: &mut Vec<Finding>) {
    for place in scene.routing.places() {
        mirrored(place, place.root, findings);
        if let Some(action) = place.root.get("route") {
            mirrored(place, action, findings);
        }
    }
    let Some(entry) = scene.entry() else { return };
    let entries = manager.root.get("http_filters").map(Node::elements).unwrap_or_default();
    for filter in entries.iter().skip_while(|one| !std::ptr::eq(*one, entry)).skip(1) {
        let kind = filter.path(&["typed_config", "@type"]).and_then(Node::text).unwrap_or_default();
        let package = kind.split("envoy.extensions.filters.http.").nth(1).and_then(|rest| rest.split('.').next());
        if let Some((_, whom)) = COPYING.iter().find(|(known, _)| package == Some(known)) {
            let message = format!("this filter gives decrypted posts {whom}");
            let finding = manager.finding(Code::DecryptedElsewhere, filter, message);
            findings.push(finding.instead("remove it, or put it before the gate"));
        }
    }
}

/// Routes, hosts and all of them may send each request to a second cluster as well.
pub(super) fn mirrored(place: Part<'_>, node: &Node, findings: &mut Vec<Finding>) {
    if let Some(policies) = node.get("request_mirror_policies").filter(|policies| !policies.elements().is_empty()) {
        let message = "decrypted posts are sent to another cluster, too";
        findings.push(place.finding(Code::DecryptedElsewhere, policies, message));
    }
}
