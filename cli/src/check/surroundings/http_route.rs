//! The Gateway API's HTTPRoute: rules that lead to a backend without a decision, and routes around the gate.

use std::collections::BTreeSet;

use crate::check::code::Code;
use crate::check::finding::Finding;
use crate::source::Node;

use super::routes::SAFE_METHODS;
use super::scene::{Object, Scene, namespace};

pub(super) fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let routes = here(scene);
    let (judged, others): (Vec<_>, Vec<_>) = routes.iter().partition(|route| is_judged(scene, route));
    let decision = format!("{}decision", scene.prefix());
    for route in &judged {
        for rule in rules(route).filter(|rule| backends(rule).next().is_some()) {
            if let Some(at) = open_match(scene, rule, &decision) {
                let message = "this rule takes requests that the gate has not judged";
                let remedy = format!("match on the header {decision}, or on method: GET and HEAD");
                findings.push(route.finding(Code::UnjudgedRoute, at, message).instead(remedy));
            }
        }
    }
    let known: BTreeSet<&str> = judged.iter().flat_map(|route| rules(route)).flat_map(backends).collect();
    for route in others {
        for rule in rules(&route) {
            if let Some(backend) = backends(rule).find(|backend| known.contains(backend)) {
                let message = format!("this route leads to {backend} without the gate");
                let finding = route.finding(Code::WayAround, rule, message);
                findings.push(finding.instead("name the route in targetRefs of the policy too, or remove this rule"));
            }
        }
    }
}

/// Returns whether a rule of some route asks for a header.
pub(super) fn is_matched(scene: &Scene<'_>, header: &str) -> bool {
    here(scene).iter().flat_map(rules).flat_map(matches).any(|one| requires(one, header))
}

/// Returns the routes of the gate's namespace.
fn here<'f>(scene: &Scene<'f>) -> Vec<Object<'f>> {
    let own = scene.object().and_then(namespace);
    let mut routes = scene.objects("HTTPRoute");
    routes.retain(|route| route.namespace() == own || route.namespace().is_none() || own.is_none());
    routes
}

/// Returns whether the policy is about a route: by its name, or by that of its Gateway.
fn is_judged(scene: &Scene<'_>, route: &Object<'_>) -> bool {
    let Some(spec) = scene.object().and_then(|policy| policy.get("spec")) else { return false };
    let several = spec.get("targetRefs").map(Node::elements).unwrap_or_default();
    let name = route.root.path(&["metadata", "name"]).and_then(Node::text);
    let parents = || route.root.path(&["spec", "parentRefs"]).map(Node::elements).unwrap_or_default().iter();
    let selected = spec.get("targetSelectors").is_some();
    let mut targets = several.iter().chain(spec.get("targetRef"));
    // Labels may select any of them.
    selected
        || targets.any(|target| match target.text_of("kind") {
            Some("HTTPRoute") => target.text_of("name") == name,
            Some("Gateway") => parents().any(|parent| parent.text_of("name") == target.text_of("name")),
            _ => false,
        })
}

fn rules<'f>(route: &Object<'f>) -> impl Iterator<Item = &'f Node> {
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
