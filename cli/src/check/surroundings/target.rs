//! Which routes of the Gateway API a policy of Envoy Gateway's is about.

use crate::find::Shape;
use crate::source::Node;

use super::part::Part;
use super::scene::Scene;

/// Whether a rule's requests pass the gate.
pub(super) enum Judged<'f> {
    /// All of them.
    Yes,
    /// Those that come by one of several Gateways.
    Partly,
    /// None: this other policy takes the place of the gate's.
    Replaced(Part<'f>),
    /// None.
    No,
}

/// Returns whether the gate's policy is about a rule of a route: by the route's name or labels, or by those of its
/// Gateway. A policy for the route itself takes the place of one for its Gateway.
pub(super) fn judged<'f>(scene: &Scene<'f>, route: &Part<'f>, rule: &Node) -> Judged<'f> {
    let Some(spec) = scene.object().and_then(|policy| policy.get("spec")) else { return Judged::No };
    if is_about_route(spec, route, rule) {
        return Judged::Yes;
    }
    let parents = route.root.path(&["spec", "parentRefs"]).map(Node::elements).unwrap_or_default();
    let judging = parents.iter().filter(|parent| is_about_gateway(scene, spec, parent)).count();
    if judging == 0 {
        return Judged::No;
    }
    let is_other = |policy: &Part<'_>| !scene.gate.lineage.iter().any(|node| policy.is(node));
    let takes_its_place = |policy: &Part<'_>| {
        let other = policy.root.get("spec");
        // Merged, both count.
        other.is_some_and(|other| other.get("mergeType").is_none() && is_about_route(other, route, rule))
    };
    // What a patch has put into the listener stays there.
    let can_be_replaced = matches!(scene.gate.shape, Shape::ExtensionPolicy(_));
    let policies = scene.objects("EnvoyExtensionPolicy").into_iter().filter(|_| can_be_replaced);
    let mut others = policies.filter(is_other).filter(|policy| policy.namespace() == route.namespace());
    match others.find(takes_its_place) {
        Some(policy) => Judged::Replaced(policy),
        None if judging < parents.len() => Judged::Partly,
        None => Judged::Yes,
    }
}

/// Returns what a policy is about.
fn targets(spec: &Node) -> impl Iterator<Item = &Node> {
    spec.get("targetRefs").map(Node::elements).unwrap_or_default().iter().chain(spec.get("targetRef"))
}

fn selectors(spec: &Node) -> &[Node] {
    spec.get("targetSelectors").map(Node::elements).unwrap_or_default()
}

fn is_about_route(spec: &Node, route: &Part<'_>, rule: &Node) -> bool {
    let (kind, name) = (route.root.text_of("kind"), route.root.path(&["metadata", "name"]).and_then(Node::text));
    let is_it = |target: &Node| {
        let section = target.get("sectionName").and_then(Node::text);
        target.text_of("kind") == kind
            && target.text_of("name") == name
            && section.is_none_or(|section| rule.text_of("name") == Some(section))
    };
    targets(spec).any(is_it)
        || selectors(spec).iter().any(|one| one.text_of("kind") == kind && selects(one, Some(route.root)))
}

fn is_about_gateway(scene: &Scene<'_>, spec: &Node, parent: &Node) -> bool {
    let gateways = scene.objects("Gateway");
    let name = parent.text_of("name");
    let is_it = |target: &Node| {
        let section = target.text_of("sectionName");
        target.text_of("kind") == Some("Gateway")
            && target.text_of("name") == name
            && section.is_none_or(|section| parent.text_of("sectionName") == Some(section))
    };
    let is_named = |gateway: &&Part<'_>| gateway.root.path(&["metadata", "name"]).and_then(Node::text) == name;
    let gateway = gateways.iter().find(is_named).map(|gateway| gateway.root);
    targets(spec).any(is_it)
        || selectors(spec).iter().any(|one| one.text_of("kind") == Some("Gateway") && selects(one, gateway))
}

/// Returns whether a selector takes an object; one that isn't in the files may have the labels.
fn selects(selector: &Node, object: Option<&Node>) -> bool {
    let Some(object) = object else { return true };
    let own = object.path(&["metadata", "labels"]).map(Node::members).unwrap_or_default();
    let value = |name: &str| own.iter().find(|(key, _)| key == name).and_then(|(_, node)| node.text());
    let wanted = selector.get("matchLabels").map(Node::members).unwrap_or_default();
    let expressions = selector.get("matchExpressions").map(Node::elements).unwrap_or_default();
    wanted.iter().all(|(name, node)| value(name).is_some() && value(name) == node.text())
        && expressions.iter().all(|one| {
            let own = one.text_of("key").and_then(value);
            let listed =
                || one.get("values").map(Node::elements).unwrap_or_default().iter().any(|text| text.text() == own);
            match one.text_of("operator") {
                Some("In") => own.is_some() && listed(),
                Some("NotIn") => own.is_none() || !listed(),
                Some("Exists") => own.is_some(),
                Some("DoesNotExist") => own.is_none(),
                _ => false,
            }
        })
}
