//! The filters behind the gate, through which decrypted posts go.

use crate::find;
use crate::source::Node;

use super::around;
use super::part::Part;
use super::scene::Scene;

const PACKAGES: &str = "envoy.extensions.filters.http.";
const ROUTER: &str = "envoy.extensions.filters.http.router.v3.Router";

/// Returns the entries of `http_filters` behind the gate's.
pub(super) fn entries<'f>(scene: &Scene<'f>, manager: Part<'f>) -> impl Iterator<Item = &'f Node> {
    let entry = scene.entry();
    let all = manager.root.get("http_filters").map(Node::elements).unwrap_or_default();
    all.iter().skip_while(move |one| entry.is_none_or(|entry| !std::ptr::eq(*one, entry))).skip(1)
}

/// Returns all filters behind the gate: those entries, those of the router, and those of the clusters that routes name.
pub(super) fn filters<'f>(scene: &Scene<'f>, manager: Part<'f>) -> Vec<Part<'f>> {
    let mut found: Vec<Part<'f>> = entries(scene, manager).map(|filter| manager.at(filter)).collect();
    let routers = entries(scene, manager).filter_map(|filter| find::message(filter.get("typed_config")?));
    for (_, router) in routers.filter(|(kind, _)| *kind == ROUTER) {
        let upstream = router.get("upstream_http_filters").map(Node::elements).unwrap_or_default();
        found.extend(upstream.iter().map(|filter| manager.at(filter)));
    }
    for cluster in clusters(scene) {
        let options = cluster.root.get("typed_extension_protocol_options").map(Node::members).unwrap_or_default();
        let filters = options.iter().filter_map(|(_, options)| options.get("http_filters")).flat_map(Node::elements);
        found.extend(filters.map(|filter| cluster.at(filter)));
    }
    found
}

/// Returns the clusters to which the gate's routes lead.
pub(super) fn clusters<'f>(scene: &Scene<'f>) -> Vec<Part<'f>> {
    let actions = scene.routing.routes.iter().filter_map(|route| Some((route.group, route.root.get("route")?)));
    let mut names: Vec<_> =
        actions.flat_map(|(group, action)| around::clusters(action).map(move |name| (group, name))).collect();
    names.sort_unstable();
    names.dedup();
    names.into_iter().filter_map(|(group, name)| scene.inventory.cluster(group, name)).collect()
}

/// Returns the package of a filter, such as `ext_authz`.
pub(super) fn package(filter: &Node) -> Option<&str> {
    let (kind, _) = find::message(filter.get("typed_config")?)?;
    kind.strip_prefix(PACKAGES)?.split('.').next()
}
