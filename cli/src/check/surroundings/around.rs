//! Other listeners of the same Envoy that lead to the gate's backend without the gate.

use std::collections::{BTreeMap, BTreeSet};

use crate::check::code::Code;
use crate::check::finding::Finding;
use crate::source::Node;

use super::admin;
use super::inventory::Inventory;
use super::part::Part;
use super::routes;

/// Most clusters that an aggregate stands for, all levels together.
const MAX_CLUSTERS: usize = 100;
/// Fields with which a request says itself where it goes.
const CHOSEN: [&str; 3] = ["cluster_header", "cluster_specifier_plugin", "inline_cluster_specifier_plugin"];

/// Where something leads.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Target {
    Cluster(String),
    Address(String, u64),
}

/// Returns what there is to say about all listeners of all files.
#[must_use]
pub fn check(inventory: &Inventory<'_>) -> Vec<Finding> {
    let mut judged: BTreeMap<usize, BTreeSet<Target>> = BTreeMap::new();
    for manager in inventory.managers.iter().filter(|manager| inventory.is_gated(manager.root)) {
        for route in routes::of(inventory, manager).routes {
            let targets = route.root.get("route").into_iter().flat_map(|action| targets(inventory, &route, action));
            judged.entry(manager.group).or_default().extend(targets);
        }
    }
    let mut findings = Vec::new();
    for manager in inventory.managers.iter().filter(|manager| !inventory.is_gated(manager.root)) {
        if let Some(judged) = judged.get(&manager.group).filter(|judged| !judged.is_empty()) {
            listener(inventory, manager, judged, &mut findings);
        }
    }
    for proxy in &inventory.tcp_proxies {
        let Some(judged) = judged.get(&proxy.group) else { continue };
        if targets(inventory, proxy, proxy.root).iter().any(|target| judged.contains(target)) {
            let name = clusters(proxy.root).next().unwrap_or_default();
            let message = format!("this listener leads to {name} without the gate");
            findings.push(proxy.finding(Code::WayAround, proxy.root, message));
        }
    }
    admin::check(inventory, &mut findings);
    findings
}

/// A connection manager without a gate: its first route to the backend is told.
fn listener(inventory: &Inventory<'_>, manager: &Part<'_>, judged: &BTreeSet<Target>, findings: &mut Vec<Finding>) {
    for route in routes::of(inventory, manager).routes {
        let Some(action) = route.root.get("route") else { continue };
        let at = route.root.get("match").unwrap_or(route.root);
        if targets(inventory, &route, action).iter().any(|target| judged.contains(target)) {
            let message = "this listener leads to the gate's backend without the gate";
            findings.push(route.finding(Code::WayAround, at, message));
            return;
        }
        if let Some(node) = CHOSEN.iter().find_map(|name| action.get(name)) {
            let message = "where this leads is up to the request: to the gate's backend, too, without the gate";
            let finding = route.finding(Code::WayAround, node, message);
            findings.push(finding.instead("name the cluster, or put the gate into this listener's filters"));
            return;
        }
    }
}

/// Returns the clusters that a route's action or a TCP proxy leads to, and their addresses.
fn targets(inventory: &Inventory<'_>, place: &Part<'_>, action: &Node) -> Vec<Target> {
    let mut found = Vec::new();
    let mut open: Vec<String> = clusters(action).map(str::to_owned).collect();
    let mut known = BTreeSet::new();
    while let Some(name) = open.pop() {
        if known.len() == MAX_CLUSTERS || !known.insert(name.clone()) {
            continue;
        }
        if let Some(cluster) = inventory.cluster(place.group, &name) {
            found.extend(addresses(cluster.root).map(|(host, port)| Target::Address(host.to_owned(), port)));
            let parts = cluster.root.path(&["cluster_type", "typed_config", "clusters"]);
            let parts = parts.map(Node::elements).unwrap_or_default();
            open.extend(parts.iter().filter_map(Node::text).map(str::to_owned));
        }
        found.push(Target::Cluster(name));
    }
    found
}

/// Returns the clusters that a route's action or a TCP proxy names.
pub(super) fn clusters(action: &Node) -> impl Iterator<Item = &str> {
    let weighted = action.path(&["weighted_clusters", "clusters"]).map(Node::elements).unwrap_or_default();
    action.text_of("cluster").into_iter().chain(weighted.iter().filter_map(|one| one.text_of("name")))
}

/// Returns the addresses of a cluster's endpoints: host and port, this machine under one name.
pub(super) fn addresses(cluster: &Node) -> impl Iterator<Item = (&str, u64)> {
    let localities = cluster.path(&["load_assignment", "endpoints"]).map(Node::elements).unwrap_or_default();
    let endpoints = localities.iter().filter_map(|locality| locality.get("lb_endpoints")).flat_map(Node::elements);
    endpoints.filter_map(|endpoint| {
        let socket = endpoint.path(&["endpoint", "address", "socket_address"])?;
        Some((host(socket.text_of("address")?), socket.get("port_value")?.integer()?))
    })
}

/// What this machine is called.
pub(super) const LOOPBACK: &str = "localhost";

/// Returns a host, this machine under one name: what listens everywhere can be reached there, too.
pub(super) fn host(host: &str) -> &str {
    let is_here = |address: std::net::IpAddr| address.is_loopback() || address.is_unspecified();
    if host.parse().is_ok_and(is_here) { LOOPBACK } else { host }
}
