//! Whether what the gate puts back fits into Envoy's buffer.

use crate::check::code::Code;
use crate::check::finding::Finding;
use crate::source::Node;

use super::part::Part;
use super::scene::Scene;
use super::version::ROUTE_BUFFER;

/// Envoy's own limit, 1 MiB.
pub(super) const DEFAULT_BUFFER: u64 = 1 << 20;

pub(super) fn check(scene: &Scene<'_>, manager: Part<'_>, findings: &mut Vec<Finding>) {
    let Some(listener) = scene.inventory.listener(manager.root) else { return };
    let Some(needed) = scene.config.map(|config| config.max_body_bytes as u64) else { return };
    let larger = |part: &Part<'_>| part.root.get("request_body_buffer_limit").and_then(Node::integer) >= Some(needed);
    let (hosts, routes) = (&scene.routing.hosts, &scene.routing.routes);
    // Before, the limit of a route was the router's alone, for retries.
    let counts = scene.envoy.is_none_or(|envoy| envoy >= ROUTE_BUFFER);
    if counts && !routes.is_empty() && (hosts.iter().all(larger) || routes.iter().all(larger)) {
        return;
    }
    findings.extend(buffer(listener, needed));
}

/// Compares the limit of a listener, or of a patch of one.
pub(super) fn buffer(listener: Part<'_>, needed: u64) -> Option<Finding> {
    let given = listener.root.get("per_connection_buffer_limit_bytes");
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
        Some(node) => listener.value(Code::SmallBuffer, node, message),
        None => listener.finding(Code::SmallBuffer, listener.root, message),
    };
    Some(
        finding.instead(format!("write per_connection_buffer_limit_bytes: {needed}, or a smaller limits.maxBodyBytes")),
    )
}
