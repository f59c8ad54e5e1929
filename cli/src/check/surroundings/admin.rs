//! Listeners that lead to Envoy's own administration.

use crate::check::code::Code;
use crate::check::finding::Finding;
use crate::source::Node;

use super::around;
use super::inventory::Inventory;
use super::part::Part;
use super::routes;

/// What others may read of it.
const READABLE: [&str; 5] = ["/ready", "/stats", "/stats/prometheus", "/server_info", "/hot_restart_version"];

/// Returns what there is to say about the listeners of all Envoys with a gate.
pub(super) fn check(inventory: &Inventory<'_>, findings: &mut Vec<Finding>) {
    let leads_there = |place: &Part<'_>, action: &Node| {
        let own = address(inventory, place.group);
        let clusters = around::clusters(action).filter_map(|name| inventory.cluster(place.group, name));
        own.is_some() && { clusters }.any(|one| around::addresses(one.root).any(|one| Some(one) == own))
    };
    for manager in inventory.managers.iter().filter(|manager| inventory.is_judging(manager.group)) {
        for route in routes::of(inventory, manager).routes {
            let path = route.root.path(&["match", "path"]).and_then(Node::text);
            let is_readable = path.is_some_and(|path| READABLE.contains(&path));
            let action = route.root.get("route").filter(|action| !is_readable && leads_there(&route, action));
            if action.is_some() {
                let at = route.root.get("match").unwrap_or(route.root);
                let message = "this route leads to more of Envoy's administration than its state";
                let finding = route.finding(Code::OpenAdmin, at, message);
                findings.push(finding.instead("match path: /ready or /stats/prometheus"));
            }
        }
    }
    for proxy in inventory.tcp_proxies.iter().filter(|proxy| inventory.is_judging(proxy.group)) {
        if leads_there(proxy, proxy.root) {
            let message = "this listener leads to Envoy's administration";
            findings.push(proxy.finding(Code::OpenAdmin, proxy.root, message).instead("remove the listener"));
        }
    }
}

/// Returns the address of the administration.
fn address<'f>(inventory: &Inventory<'f>, group: usize) -> Option<(&'f str, u64)> {
    let socket = inventory.bootstrap(group)?.root.path(&["admin", "address", "socket_address"])?;
    Some((around::host(socket.text_of("address")?), socket.get("port_value")?.integer()?))
}
