//! Routes that lead to the backend without a decision.

use std::collections::BTreeSet;

use crate::check::code::Code;
use crate::check::finding::Finding;
use crate::source::Node;

use super::scene::Scene;

/// The filter that forwards connections as they are.
const TCP_PROXY: &str = "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy";

/// Methods that carry no post.
pub(super) const SAFE_METHODS: [&str; 3] = ["GET", "HEAD", "OPTIONS"];

pub(super) fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let Some(manager) = scene.manager() else { return };
    for route in all(manager).filter(|route| route.get("route").is_some()) {
        unjudged(scene, route, findings);
        redirected(scene, route, findings);
    }
    disabled(scene, manager, findings);
    forged(scene, manager, findings);
    upgrades(scene, manager, findings);
    around(scene, manager, findings);
}

/// Returns the routes of a connection manager that has them itself.
pub(super) fn all(manager: &Node) -> impl Iterator<Item = &Node> {
    let hosts = manager.path(&["route_config", "virtual_hosts"]).map(Node::elements).unwrap_or_default();
    hosts.iter().flat_map(|host| host.get("routes").map(Node::elements).unwrap_or_default())
}

/// Returns the conditions of a route on a header.
fn conditions<'r>(route: &'r Node, header: &str) -> impl Iterator<Item = &'r Node> {
    let headers = route.path(&["match", "headers"]).map(Node::elements).unwrap_or_default();
    headers.iter().filter(move |one| one.text_of("name").is_some_and(|name| name.eq_ignore_ascii_case(header)))
}

/// Returns whether a route asks for a header.
pub(super) fn matches_header(route: &Node, header: &str) -> bool {
    conditions(route, header).next().is_some()
}

/// Returns whether a route takes only what has this header.
fn requires(route: &Node, header: &str) -> bool {
    { conditions(route, header) }.any(|condition| {
        let is_absent = condition.get("present_match").and_then(Node::truth) == Some(false);
        let may_be_missing = condition.is_true("invert_match") || condition.is_true("treat_missing_header_as_empty");
        !is_absent && !may_be_missing
    })
}

/// Returns the methods that a route takes, if it says so.
fn methods(route: &Node) -> Option<Vec<&str>> {
    let condition = conditions(route, ":method").find(|condition| !condition.is_true("invert_match"))?;
    let matcher = condition.get("string_match").unwrap_or(condition);
    if let Some(exact) = matcher.text_of("exact").or_else(|| condition.text_of("exact_match")) {
        return Some(vec![exact]);
    }
    let regex = matcher.path(&["safe_regex", "regex"]).or_else(|| condition.path(&["safe_regex_match", "regex"]))?;
    let regex = regex.text()?.trim_start_matches('^').trim_end_matches('$');
    let regex = regex.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).unwrap_or(regex);
    Some(regex.trim_start_matches("?:").split('|').collect())
}

fn unjudged(scene: &Scene<'_>, route: &Node, findings: &mut Vec<Finding>) {
    let decision = format!("{}decision", scene.prefix());
    if requires(route, &decision) {
        return;
    }
    let posts = scene.config.map(|config| config.methods.as_slice()).unwrap_or_default();
    let is_safe = |method: &&str| SAFE_METHODS.contains(method) && posts.iter().all(|post| post != method);
    if methods(route).is_some_and(|methods| methods.iter().all(is_safe)) {
        return;
    }
    let message = "this route takes requests that the gate has not judged";
    let remedy = format!("match on the header {decision} (present_match: true), or on :method GET and HEAD");
    findings.push(scene.finding(Code::UnjudgedRoute, route.get("match").unwrap_or(route), message).instead(remedy));
}

fn redirected(scene: &Scene<'_>, route: &Node, findings: &mut Vec<Finding>) {
    let action = route.get("route");
    if let Some(node) = action.and_then(|action| action.get("internal_redirect_policy")) {
        let message = "a post that Envoy redirects internally is answered with 502: it was decrypted already";
        findings.push(scene.finding(Code::InternalRedirect, node, message));
    }
}

/// Headers that routes add come after the gate, so they'd take the place of its own.
fn forged(scene: &Scene<'_>, manager: &Node, findings: &mut Vec<Finding>) {
    let prefix = scene.prefix();
    let config = manager.get("route_config");
    let hosts = config.and_then(|config| config.get("virtual_hosts")).map(Node::elements).unwrap_or_default();
    let weighted = all(manager).filter_map(|route| route.path(&["route", "weighted_clusters", "clusters"]));
    let places = config.into_iter().chain(hosts).chain(all(manager)).chain(weighted.flat_map(Node::elements));
    for name in places.filter_map(|place| place.get("request_headers_to_add")).flat_map(Node::elements) {
        let Some(key) = name.path(&["header", "key"]) else { continue };
        let header = key.text().unwrap_or_default().to_ascii_lowercase();
        if header.starts_with(&prefix) {
            let message = format!("whatever the gate decided, the backend gets this {header}");
            findings.push(scene.value(Code::ForgedByRoute, key, message));
        }
    }
}

/// Requests that ask for an upgrade pass the filters that it has of its own.
fn upgrades(scene: &Scene<'_>, manager: &Node, findings: &mut Vec<Finding>) {
    let upgrades = manager.get("upgrade_configs").map(Node::elements).unwrap_or_default();
    for filters in upgrades.iter().filter_map(|upgrade| upgrade.get("filters")) {
        let holds = |gate: &crate::find::Gate<'_>| gate.lineage.iter().any(|ancestor| std::ptr::eq(*ancestor, filters));
        if !filters.elements().is_empty() && !scene.gates.iter().any(holds) {
            let message = "requests that ask for this upgrade pass these filters, without the gate";
            let finding = scene.finding(Code::WayAround, filters, message);
            findings.push(finding.instead("put the gate into these filters too, or remove the upgrade"));
        }
    }
}

/// The filter switched off: as a whole, for a route, a host or all of them; or left out where it isn't known.
fn disabled(scene: &Scene<'_>, manager: &Node, findings: &mut Vec<Finding>) {
    let Some(entry) = scene.entry() else { return };
    for (name, code, message) in [
        ("disabled", Code::FilterDisabled, "the filter is switched off"),
        ("is_optional", Code::FilterOptional, "an Envoy that doesn't know the filter goes on without it"),
    ] {
        if let Some(node) = entry.get(name).filter(|node| node.truth() == Some(true)) {
            findings.push(scene.value(code, node, message));
        }
    }
    let name = entry.text_of("name").unwrap_or_default();
    let config = manager.get("route_config");
    let hosts = config.and_then(|config| config.get("virtual_hosts")).map(Node::elements).unwrap_or_default();
    for place in config.into_iter().chain(hosts).chain(all(manager)) {
        let Some(own) = place.get("typed_per_filter_config") else { continue };
        let Some((_, own)) = own.members().iter().find(|(key, _)| key == name) else { continue };
        for (flag, code) in [("disabled", Code::FilterDisabled), ("is_optional", Code::FilterOptional)] {
            if let Some(node) = own.get(flag).filter(|node| node.truth() == Some(true)) {
                findings.push(scene.value(code, node, "the filter is switched off here"));
            }
        }
    }
}

/// Other listeners of the same Envoy that lead to the same backend without a gate.
fn around(scene: &Scene<'_>, manager: &Node, findings: &mut Vec<Finding>) {
    let judged: BTreeSet<&str> = all(manager).flat_map(clusters).collect();
    let mut open = vec![&scene.gate.document.root];
    while let Some(node) = open.pop() {
        open.extend(node.children());
        if node.text_of("@type").is_some_and(|kind| kind.ends_with(TCP_PROXY))
            && let Some(cluster) = targets(node).find(|cluster| judged.contains(cluster))
        {
            let message = format!("this listener leads to {cluster} without the gate");
            findings.push(scene.finding(Code::WayAround, node, message));
        }
        if node.get("http_filters").is_none() || std::ptr::eq(node, manager) {
            continue;
        }
        let has_gate = scene.gates.iter().any(|gate| gate.lineage.iter().any(|ancestor| std::ptr::eq(*ancestor, node)));
        let way = { all(node) }.find(|route| clusters(route).any(|cluster| judged.contains(cluster)));
        if let Some(route) = way.filter(|_| !has_gate) {
            let message = "this listener leads to the gate's backend without the gate";
            findings.push(scene.finding(Code::WayAround, route.get("match").unwrap_or(route), message));
        }
    }
}

/// Returns the clusters that a route leads to.
fn clusters(route: &Node) -> impl Iterator<Item = &str> {
    route.get("route").into_iter().flat_map(targets)
}

/// Returns the clusters that a route's action or a TCP proxy leads to.
fn targets(action: &Node) -> impl Iterator<Item = &str> {
    let weighted = action.path(&["weighted_clusters", "clusters"]).map(Node::elements).unwrap_or_default();
    action.text_of("cluster").into_iter().chain(weighted.iter().filter_map(|one| one.text_of("name")))
}
