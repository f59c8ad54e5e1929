//! The Gateway API's HTTPRoute: rules that lead to a backend without a decision, and routes around the gate.

use std::collections::BTreeSet;

use crate::check::code::Code;
use crate::check::finding::Finding;
use crate::source::Node;

use super::headers;
use super::part::{Part, namespace};
use super::routes::SAFE_METHODS;
use super::scene::Scene;
use super::target::{self, Judged};

/// Routes of requests.
const ROUTES: [&str; 2] = ["HTTPRoute", "GRPCRoute"];
/// Routes of connections and packets.
const CONNECTIONS: [&str; 3] = ["TCPRoute", "TLSRoute", "UDPRoute"];

pub(super) fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let decision = format!("{}decision", scene.prefix());
    let mut known: BTreeSet<&str> = BTreeSet::new();
    let mut others = Vec::new();
    let routes = here(scene, &ROUTES);
    for (route, rule) in routes.iter().flat_map(|route| rules(route).map(move |rule| (route, rule))) {
        match target::judged(scene, route, rule) {
            Judged::Yes => {}
            Judged::Partly => {
                let message = "this route has another Gateway, too, whose requests don't pass the gate";
                let at = route.root.path(&["spec", "parentRefs"]).unwrap_or(rule);
                let finding = route.finding(Code::WayAround, at, message);
                findings.push(finding.instead("name the route in targetRefs of the policy"));
            }
            Judged::Replaced(policy) => {
                let at = policy.root.path(&["metadata", "name"]).unwrap_or(policy.root);
                let message = "for its route this policy takes the place of the gate's";
                let finding = policy.value(Code::FilterDisabled, at, message);
                findings.push(finding.instead("put the gate into this policy too, or merge them by mergeType"));
                continue;
            }
            Judged::No => {
                others.push((*route, rule));
                continue;
            }
        }
        if backends(rule).next().is_some() {
            judged(scene, route, rule, &decision, findings);
        }
        known.extend(backends(rule));
    }
    let all = routes.iter().flat_map(rules).count();
    if all > 0 && others.len() == all {
        unselected(scene, findings);
    }
    // What has no requests has no filters.
    let connections = here(scene, &CONNECTIONS);
    others.extend(connections.iter().flat_map(|route| rules(route).map(|rule| (*route, rule))));
    for (route, rule) in others {
        if let Some(backend) = backends(rule).find(|backend| known.contains(backend)) {
            let message = format!("this route leads to {backend} without the gate");
            let finding = route.finding(Code::WayAround, rule, message);
            findings.push(finding.instead("name the route in targetRefs of the policy too, or remove this rule"));
        }
    }
}

/// A policy that is about none of the routes that are there.
fn unselected(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let Some(spec) = scene.object().and_then(|policy| policy.get("spec")) else { return };
    let at = ["targetRefs", "targetRef", "targetSelectors"].iter().find_map(|name| spec.get(name)).unwrap_or(spec);
    let finding = scene.finding(Code::NotSelected, at, "no route of these files is one that this is for");
    findings.push(finding.instead("write the name of the route, or of its Gateway"));
}

/// A rule whose requests the gate sees.
fn judged(scene: &Scene<'_>, route: &Part<'_>, rule: &Node, decision: &str, findings: &mut Vec<Finding>) {
    if let Some(at) = open_match(scene, rule, decision) {
        let message = "this rule takes requests that the gate has not judged";
        let remedy = format!("match on the header {decision}, or on method: GET and HEAD");
        findings.push(route.finding(Code::UnjudgedRoute, at, message).instead(remedy));
    }
    let backends = rule.get("backendRefs").map(Node::elements).unwrap_or_default();
    for holder in std::iter::once(rule).chain(backends) {
        for filter in holder.get("filters").map(Node::elements).unwrap_or_default() {
            filtered(scene, route, filter, findings);
        }
    }
}

/// A filter of a rule, which comes after the gate.
fn filtered(scene: &Scene<'_>, route: &Part<'_>, filter: &Node, findings: &mut Vec<Finding>) {
    if let Some(mirror) = filter.get("requestMirror") {
        let message = "decrypted posts are sent to another backend, too";
        findings.push(route.finding(Code::DecryptedElsewhere, mirror, message));
    }
    let Some(modifier) = filter.get("requestHeaderModifier") else { return };
    for name in ["set", "add"].iter().filter_map(|list| modifier.get(list)).flat_map(Node::elements) {
        if let Some(name) = name.get("name") {
            headers::written(*route, name, &scene.prefix(), findings);
        }
    }
    for name in modifier.get("remove").map(Node::elements).unwrap_or_default() {
        headers::removed(*route, name, &scene.prefix(), findings);
    }
}

/// Returns whether a rule of some route asks for a header.
pub(super) fn is_matched(scene: &Scene<'_>, header: &str) -> bool {
    here(scene, &ROUTES).iter().flat_map(rules).flat_map(matches).any(|one| requires(one, header))
}

/// Returns the routes of some kinds in the gate's namespace.
fn here<'f>(scene: &Scene<'f>, kinds: &[&str]) -> Vec<Part<'f>> {
    let own = scene.object().and_then(namespace);
    let mut routes: Vec<_> = kinds.iter().flat_map(|kind| scene.objects(kind)).collect();
    routes.retain(|route| route.namespace() == own || route.namespace().is_none() || own.is_none());
    routes
}

fn rules<'f>(route: &Part<'f>) -> impl Iterator<Item = &'f Node> {
    route.root.path(&["spec", "rules"]).map(Node::elements).unwrap_or_default().iter()
}

fn matches(rule: &Node) -> impl Iterator<Item = &Node> {
    rule.get("matches").map(Node::elements).unwrap_or_default().iter()
}

fn backends(rule: &Node) -> impl Iterator<Item = &str> {
    let backends = rule.get("backendRefs").map(Node::elements).unwrap_or_default();
    backends.iter().filter_map(|backend| backend.text_of("name"))
}

fn requires(one: &Node, header: &str) -> bool {
    let headers = one.get("headers").map(Node::elements).unwrap_or_default();
    headers.iter().any(|condition| condition.text_of("name").is_some_and(|name| name.eq_ignore_ascii_case(header)))
}

/// Returns what of a rule takes requests that carry no decision and aren't safe.
fn open_match<'f>(scene: &Scene<'_>, rule: &'f Node, decision: &str) -> Option<&'f Node> {
    let posts = scene.config.map(|config| config.methods.as_slice()).unwrap_or_default();
    let is_safe = |method: &str| SAFE_METHODS.contains(&method) && posts.iter().all(|post| post != method);
    if matches(rule).next().is_none() {
        return Some(rule);
    }
    matches(rule).find(|one| !requires(one, decision) && !one.text_of("method").is_some_and(is_safe))
}
