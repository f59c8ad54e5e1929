//! Envoy's connection manager around the gate: paths, timeouts, streams, forged headers, the access log.

use crate::check::code::Code;
use crate::check::config;
use crate::check::finding::Finding;
use crate::source::Node;

use super::behind;
use super::part::Part;
use super::routes;
use super::scene::Scene;

/// Most streams of a connection that are no finding; Envoy's own default is no bound to speak of.
pub(super) const MAX_STREAMS: u64 = 1_000;
/// Filters that refuse callers, by their packages.
pub(super) const AUTHENTICATION: [&str; 6] = ["api_key_auth", "basic_auth", "ext_authz", "jwt_authn", "oauth2", "rbac"];
/// How long a request may last, without which one that is held lasts for ever.
const TIMEOUTS: [&str; 2] = ["request_headers_timeout", "request_timeout"];

pub(super) fn check(scene: &Scene<'_>, manager: Part<'_>, findings: &mut Vec<Finding>) {
    paths(manager, findings);
    bounds(manager, "", findings);
    idle(scene, findings);
    forged(scene, manager, findings);
    claims(scene, manager, findings);
    access_log(manager, findings);
    late(scene, manager, findings);
}

/// One spelling per path: the gate compares them byte for byte.
fn paths(manager: Part<'_>, findings: &mut Vec<Finding>) {
    for (name, code) in [("normalize_path", Code::PathsNotNormalised), ("merge_slashes", Code::SlashesNotMerged)] {
        match manager.root.get(name) {
            Some(node) if node.truth() == Some(true) => {}
            Some(node) => findings.push(manager.value(code, node, format!("{name} is not true"))),
            None => findings.push(manager.finding(code, manager.root, format!("{name} is missing"))),
        }
    }
    let escaped = manager.root.get("path_with_escaped_slashes_action");
    match (escaped, escaped.and_then(Node::word).as_deref()) {
        (_, Some("REJECT_REQUEST" | "UNESCAPE_AND_REDIRECT" | "UNESCAPE_AND_FORWARD" | "2" | "3" | "4")) => {}
        (Some(node), _) => findings.push(manager.value(Code::EscapedSlashes, node, "%2F is left in paths")),
        (None, _) => {
            let message = "path_with_escaped_slashes_action is missing: %2F is left in paths";
            findings.push(manager.finding(Code::EscapedSlashes, manager.root, message));
        }
    }
}

/// Timeouts and streams. `where_to` says in which object they belong, for a finding without a place of its own.
pub(super) fn bounds(manager: Part<'_>, where_to: &str, findings: &mut Vec<Finding>) {
    for name in TIMEOUTS {
        match manager.root.get(name) {
            Some(node) if node.seconds().is_some_and(|seconds| seconds <= 0.0) => {
                findings.push(manager.value(Code::NoTimeout, node, format!("{name} is switched off")));
            }
            Some(_) => {}
            None => {
                findings.push(manager.finding(Code::NoTimeout, manager.root, format!("{name} is missing{where_to}")))
            }
        }
    }
    // Five minutes unless told otherwise.
    if let Some(node) =
        manager.root.get("stream_idle_timeout").filter(|node| node.seconds().is_some_and(|seconds| seconds <= 0.0))
    {
        findings.push(manager.value(Code::NoTimeout, node, "stream_idle_timeout is switched off"));
    }
    if manager.root.get("codec_type").and_then(Node::word).as_deref() == Some("HTTP1") {
        return;
    }
    match manager.root.path(&["http2_protocol_options", "max_concurrent_streams"]) {
        // What is no number is told as that.
        Some(node) if node.integer().is_none_or(|streams| streams <= MAX_STREAMS) => {}
        Some(node) => {
            let message = format!("a client may hold more than {MAX_STREAMS} streams on one connection");
            findings.push(manager.value(Code::ManyStreams, node, message));
        }
        None => {
            let message = format!("http2_protocol_options.max_concurrent_streams is missing{where_to}");
            findings.push(manager.finding(Code::ManyStreams, manager.root, message));
        }
    }
}

/// A route's own timeout takes the place of the listener's.
fn idle(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    for route in &scene.routing.routes {
        let timeout = route.root.path(&["route", "idle_timeout"]);
        if let Some(node) = timeout.filter(|node| node.seconds().is_some_and(|seconds| seconds <= 0.0)) {
            findings.push(route.value(Code::NoTimeout, node, "idle_timeout is switched off for this route"));
        }
    }
}

/// The first choice of a route comes before any filter, so the client's own decision header must be gone by then.
fn forged(scene: &Scene<'_>, manager: Part<'_>, findings: &mut Vec<Finding>) {
    let decision = format!("{}decision", scene.prefix());
    let asks = |route: &&Part<'_>| routes::matches_header(route.root, &decision);
    let Some(route) = scene.routing.routes.iter().find(asks) else { return };
    if !is_removed(manager.root, &decision) {
        let message = format!("a client's own {decision} has a say in the first choice of a route");
        findings.push(route.finding(Code::ForgedRoute, route.root.get("match").unwrap_or(route.root), message));
    }
}

/// Returns whether a header of the client's is removed before anything looks at it.
fn is_removed(manager: &Node, header: &str) -> bool {
    let extensions = manager.get("early_header_mutation_extensions").map(Node::elements).unwrap_or_default();
    let mutations = extensions.iter().filter_map(|extension| extension.path(&["typed_config", "mutations"]));
    let removed = mutations.flat_map(Node::elements).filter_map(|mutation| mutation.text_of("remove"));
    { removed }.any(|name| name.eq_ignore_ascii_case(header))
}

/// What a customer claims in a header must not be what a client says.
fn claims(scene: &Scene<'_>, manager: Part<'_>, findings: &mut Vec<Finding>) {
    let Some(root) = scene.gate.configuration.root() else { return };
    let Some(claims) = root.path(&["evidence", "claims"]) else { return };
    for (claim, source) in claims.members() {
        let Some(node) = source.get("header") else { continue };
        let header = node.text().unwrap_or_default();
        if !is_removed(manager.root, header) {
            let message = format!("{claim} is whatever a client writes into {header}");
            let at = config::outward(scene.gate, node.at.clone());
            let remedy = format!("remove {header} in early_header_mutation_extensions, and set it from a token");
            findings.push(Finding::new(Code::ForgedClaim, at, message).instead(remedy));
        }
    }
}

/// Without `PLAIN`, Envoy writes what the module set in base64.
fn access_log(manager: Part<'_>, findings: &mut Vec<Finding>) {
    let logs = manager.root.get("access_log").map(not_plain).unwrap_or_default();
    let message = "the access log has this in base64";
    findings.extend(logs.into_iter().map(|node| manager.value(Code::AccessLogNotPlain, node, message)));
}

/// Returns the texts of access logs that take the gate's filter state as it isn't meant.
pub(super) fn not_plain(logs: &Node) -> Vec<&Node> {
    let mut found = Vec::new();
    let mut open = vec![logs];
    while let Some(node) = open.pop() {
        open.extend(node.children());
        let states = node.text().unwrap_or_default().split("%FILTER_STATE(wasm.kyc_").skip(1);
        if { states }.any(|rest| !rest.split(')').next().unwrap_or_default().contains(":PLAIN")) {
            found.push(node);
        }
    }
    found
}

/// Tells of a gate whose connection manager has one already.
pub(super) fn twice(scene: &Scene<'_>, manager: Part<'_>, findings: &mut Vec<Finding>) {
    if let Some(entry) = scene.entry() {
        let message = "a second gate: it takes the first one's decision for a client's forgery";
        findings.push(manager.finding(Code::TwoGates, entry, message));
    }
}

/// Filters that ask who a client is, or whether it may: what the gate answers itself never gets there.
fn late(scene: &Scene<'_>, manager: Part<'_>, findings: &mut Vec<Finding>) {
    for filter in behind::entries(scene, manager) {
        if behind::package(filter).is_some_and(|package| AUTHENTICATION.contains(&package)) {
            let message = "whom this filter would refuse can post to the gate, and gets its answers";
            findings.push(manager.finding(Code::LateAuthentication, filter, message));
        }
    }
}
