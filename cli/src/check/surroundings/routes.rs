//! What a connection manager routes by: its own route configuration, or one that it has from elsewhere.

use crate::source::Node;

use super::inventory::Inventory;
use super::part::Part;

/// Methods that carry no post.
pub(super) const SAFE_METHODS: [&str; 3] = ["GET", "HEAD", "OPTIONS"];
/// A route, and a list of some, as the action of a matcher.
const ROUTE: &str = "envoy.config.route.v3.Route";
const ROUTE_LIST: &str = "envoy.config.route.v3.RouteList";

/// What a connection manager routes by.
#[derive(Default)]
pub(super) struct Routing<'f> {
    /// Its route configurations.
    pub(super) configurations: Vec<Part<'f>>,
    /// Their hosts.
    pub(super) hosts: Vec<Part<'f>>,
    /// Their routes, those of matchers included.
    pub(super) routes: Vec<Part<'f>>,
    /// What says that there are others, which aren't in the files.
    pub(super) elsewhere: Vec<Part<'f>>,
}

/// Returns what a connection manager routes by: `route_config`, `rds` or `scoped_routes`.
pub(super) fn of<'f>(inventory: &Inventory<'f>, manager: &Part<'f>) -> Routing<'f> {
    let mut found = Routing::default();
    if let Some(config) = manager.root.get("route_config") {
        found.add(manager.at(config));
    }
    if let Some(rds) = manager.root.get("rds") {
        found.named(inventory, manager.at(rds), rds.text_of("route_config_name"));
    }
    if let Some(scoped) = manager.root.get("scoped_routes") {
        found.elsewhere.extend(scoped.get("scoped_rds").map(|scopes| manager.at(scopes)));
        let scopes = scoped.path(&["scoped_route_configurations_list", "scoped_route_configurations"]);
        for scope in scopes.map(Node::elements).unwrap_or_default() {
            match scope.get("route_configuration") {
                Some(config) => found.add(manager.at(config)),
                None => found.named(inventory, manager.at(scope), scope.text_of("route_configuration_name")),
            }
        }
    }
    found
}

impl<'f> Routing<'f> {
    /// Adds the route configurations of a name.
    fn named(&mut self, inventory: &Inventory<'f>, asking: Part<'f>, name: Option<&str>) {
        let known = inventory.routes(&asking, name.unwrap_or_default());
        if known.is_empty() {
            self.elsewhere.push(asking);
        }
        known.into_iter().for_each(|config| self.add(config));
    }

    fn add(&mut self, config: Part<'f>) {
        self.configurations.push(config);
        self.elsewhere.extend(config.root.get("vhds").map(|hosts| config.at(hosts)));
        for host in config.root.get("virtual_hosts").map(Node::elements).unwrap_or_default() {
            self.hosts.push(config.at(host));
            let routes = host.get("routes").map(Node::elements).unwrap_or_default();
            self.routes.extend(routes.iter().map(|route| config.at(route)));
            if let Some(matcher) = host.get("matcher") {
                self.matched(config.at(matcher));
            }
        }
    }

    /// Adds the routes that are actions of a matcher.
    fn matched(&mut self, part: Part<'f>) {
        match part.root.text_of("@type").and_then(|kind| kind.rsplit('/').next()) {
            Some(ROUTE) => self.routes.push(part),
            Some(ROUTE_LIST) => {
                let routes = part.root.get("routes").map(Node::elements).unwrap_or_default();
                self.routes.extend(routes.iter().map(|route| part.at(route)));
            }
            _ => part.root.children().for_each(|child| self.matched(part.at(child))),
        }
    }

    /// Returns all that may have settings of its own: configurations, hosts, routes and their weighted clusters.
    pub(super) fn places(&self) -> impl Iterator<Item = Part<'f>> {
        let weighted = self.routes.iter().flat_map(|route| {
            let clusters = route.root.path(&["route", "weighted_clusters", "clusters"]);
            clusters.map(Node::elements).unwrap_or_default().iter().map(|cluster| route.at(cluster))
        });
        [&self.configurations, &self.hosts, &self.routes].into_iter().flatten().copied().chain(weighted)
    }
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
pub(super) fn requires(route: &Node, header: &str) -> bool {
    { conditions(route, header) }.any(|condition| {
        let is_absent = condition.get("present_match").and_then(Node::truth) == Some(false);
        let may_be_missing = condition.is_true("invert_match") || condition.is_true("treat_missing_header_as_empty");
        !is_absent && !may_be_missing
    })
}

/// Returns the methods that a route takes, if it says so.
pub(super) fn methods(route: &Node) -> Option<Vec<&str>> {
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
