//! Whether what the gate puts back fits into Envoy's buffer.

use crate::check::code::Code;
use crate::check::finding::Finding;
use crate::source::Node;

use super::routes;
use super::scene::Scene;
use super::version::ROUTE_BUFFER;

/// Envoy's own limit, 1 MiB.
pub(super) const DEFAULT_BUFFER: u64 = 1 << 20;

pub(super) fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let Some(manager) = scene.manager() else { return };
    let Some(listener) = scene.gate.around("filter_chains") else { return };
    let Some(needed) = scene.config.map(|config| config.max_body_bytes as u64) else { return };
    let hosts = manager.path(&["route_config", "virtual_hosts"]).map(Node::elements).unwrap_or_default();
    let larger = |node: &Node| node.get("request_body_buffer_limit").and_then(Node::integer) >= Some(needed);
    let routes: Vec<_> = routes::all(manager).collect();
    // Before, the limit of a route was the router's alone, for retries.
    let counts = scene.envoy.is_none_or(|envoy| envoy >= ROUTE_BUFFER);
    if counts && !routes.is_empty() && (hosts.iter().all(larger) || routes.iter().all(|route| larger(route))) {
        return;
    }
    findings.extend(buffer(scene, listener, needed));
}

/// Compares the limit of a listener, or of a patch of one.
pub(super) fn buffer(scene: &Scene<'_>, listener: &Node, needed: u64) -> Option<Finding> {
    let given = listener.get("per_connection_buffer_limit_bytes");
    let limit = given.map_or(Some(DEFAULT_BUFFER), Node::integer)?;
    // With 0, Envoy has no limit.
    if limit >= needed || limit == 0 {
        return None;
    }
    let message = match given {
        Some(_) => format!("limits.maxBodyBytes is {needed}, larger than Envoy's buffer"),
        None => format!("Envoy's buffer is {DEFAULT_BUFFER} bytes unless told otherwise, limits.maxBodyBytes {needed}"),
    };
    let finding = match given {
        Some(node) => scene.value(Code::SmallBuffer, node, message),
        None => scene.finding(Code::SmallBuffer, listener, message),
    };
    Some(
        finding.instead(format!("write per_connection_buffer_limit_bytes: {needed}, or a smaller limits.maxBodyBytes")),
    )
}
