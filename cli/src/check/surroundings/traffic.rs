//! Envoy Gateway's ClientTrafficPolicy: what it makes of the connection manager.

use crate::check::code::Code;
use crate::check::finding::Finding;
use crate::source::Node;

use super::connection::MAX_STREAMS;
use super::http_route;
use super::open::{OPAQUE, is_opaque};
use super::part::Part;
use super::scene::Scene;

/// Envoy Gateway's own buffer of connections.
const DEFAULT_BUFFER: u64 = 32 << 10;

pub(super) fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    for policy in scene.objects("ClientTrafficPolicy") {
        let Some(spec) = policy.root.get("spec") else { continue };
        paths(&policy, spec, findings);
        bounds(&policy, spec, findings);
        buffer(scene, &policy, spec, findings);
        forged(scene, &policy, spec, findings);
    }
}

/// What Envoy Gateway's BackendTrafficPolicy lets pass behind the gate.
pub(super) fn upgrades(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    for policy in scene.objects("BackendTrafficPolicy") {
        for upgrade in policy.root.path(&["spec", "httpUpgrade"]).map(Node::elements).unwrap_or_default() {
            if let Some(kind) = upgrade.get("type").filter(|kind| is_opaque(kind)) {
                findings.push(policy.value(Code::WayAround, kind, OPAQUE).instead("remove the upgrade"));
            }
        }
    }
}

/// Where to point for what isn't there.
fn name<'f>(policy: &Part<'f>) -> &'f Node {
    policy.root.path(&["metadata", "name"]).unwrap_or(policy.root)
}

/// One spelling per path. Envoy Gateway's own settings are sound.
fn paths(policy: &Part<'_>, spec: &Node, findings: &mut Vec<Finding>) {
    if let Some(node) = spec.path(&["path", "disableMergeSlashes"]).filter(|node| node.truth() == Some(true)) {
        let finding = policy.value(Code::SlashesNotMerged, node, "slashes aren't merged");
        findings.push(finding.instead("write disableMergeSlashes: false"));
    }
    let escaped = spec.path(&["path", "escapedSlashesAction"]);
    if let Some(node) = escaped.filter(|node| node.text() == Some("KeepUnchanged")) {
        let finding = policy.value(Code::EscapedSlashes, node, "%2F is left in paths");
        findings.push(finding.instead("write escapedSlashesAction: RejectRequest"));
    }
}

/// How long a post may take, and how many there may be on a connection. Envoy Gateway's own number is sound.
fn bounds(policy: &Part<'_>, spec: &Node, findings: &mut Vec<Finding>) {
    let timeouts = spec.path(&["timeout", "http"]);
    for field in ["requestHeadersReceivedTimeout", "requestReceivedTimeout"] {
        let remedy = format!("write timeout.http.{field}: 10s into the policy's spec");
        match timeouts.and_then(|timeouts| timeouts.get(field)) {
            None => {
                let at = timeouts.unwrap_or_else(|| name(policy));
                findings.push(policy.value(Code::NoTimeout, at, format!("{field} is missing")).instead(remedy));
            }
            Some(node) if node.text().is_some_and(|text| text.trim_end_matches(['s', 'm', 'h']) == "0") => {
                findings.push(policy.value(Code::NoTimeout, node, format!("{field} is switched off")).instead(remedy));
            }
            Some(_) => {}
        }
    }
    let streams = spec.path(&["http2", "maxConcurrentStreams"]);
    if let Some(node) = streams.filter(|node| node.integer().is_some_and(|streams| streams > MAX_STREAMS)) {
        let message = format!("a client may hold more than {MAX_STREAMS} streams on one connection");
        findings.push(policy.value(Code::ManyStreams, node, message).instead("write http2.maxConcurrentStreams: 100"));
    }
}

fn buffer(scene: &Scene<'_>, policy: &Part<'_>, spec: &Node, findings: &mut Vec<Finding>) {
    let Some(needed) = scene.config.map(|config| config.max_body_bytes as u64) else { return };
    let limit = spec.path(&["connection", "bufferLimit"]);
    let bytes = limit.map_or(Some(DEFAULT_BUFFER), |node| quantity(node.text().unwrap_or_default()));
    let finding = match bytes {
        Some(bytes) if bytes >= needed => return,
        Some(_) => {
            let message = format!("limits.maxBodyBytes is {needed}, larger than the buffer of connections");
            policy.value(Code::SmallBuffer, limit.unwrap_or_else(|| name(policy)), message)
        }
        None => policy.value(Code::WrongValue, limit.unwrap_or_else(|| name(policy)), "bufferLimit must be a quantity"),
    };
    let remedy = format!("write spec.connection.bufferLimit: {needed}, or a smaller limits.maxBodyBytes");
    findings.push(finding.instead(remedy));
}

/// The first choice of a route comes before any filter.
fn forged(scene: &Scene<'_>, policy: &Part<'_>, spec: &Node, findings: &mut Vec<Finding>) {
    let decision = format!("{}decision", scene.prefix());
    if !http_route::is_matched(scene, &decision) {
        return;
    }
    let early = spec.path(&["headers", "earlyRequestHeaders"]);
    let removed = early.and_then(|early| early.get("remove")).map(Node::elements).unwrap_or_default();
    let is_removed = { removed.iter().filter_map(Node::text) }.any(|header| header.eq_ignore_ascii_case(&decision));
    if !is_removed {
        let at = early.unwrap_or_else(|| name(policy));
        let message = format!("a client's own {decision} has a say in the first choice of a route");
        let remedy = format!("write headers.earlyRequestHeaders.remove: [{decision}] into the policy's spec");
        findings.push(policy.value(Code::ForgedRoute, at, message).instead(remedy));
    }
}

/// Reads a quantity of bytes as Kubernetes writes it.
fn quantity(text: &str) -> Option<u64> {
    let digits = text.trim_end_matches(|character: char| character.is_ascii_alphabetic());
    let factor = match text.get(digits.len()..)? {
        "" => 1,
        "k" => 1_000,
        "M" => 1_000_000,
        "G" => 1_000_000_000,
        "Ki" => 1 << 10,
        "Mi" => 1 << 20,
        "Gi" => 1 << 30,
        _ => return None,
    };
    digits.parse::<u64>().ok()?.checked_mul(factor)
}
