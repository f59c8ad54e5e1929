//! `capability_restriction_config` against what this module imports and exports.

use crate::check::code::Code;
use crate::check::finding::Finding;
use crate::find::{Host, Shape};
use crate::source::Node;

use super::near;
use super::scene::Scene;

const RESTRICTION: &str = "capability_restriction_config";

/// The host calls that the module makes.
pub const HOST_CALLS: [&str; 23] = [
    "proxy_call_foreign_function",
    "proxy_continue_stream",
    "proxy_define_metric",
    "proxy_get_buffer_bytes",
    "proxy_get_current_time_nanoseconds",
    "proxy_get_header_map_pairs",
    "proxy_get_property",
    "proxy_get_shared_data",
    "proxy_http_call",
    "proxy_increment_metric",
    "proxy_log",
    "proxy_record_metric",
    "proxy_remove_header_map_value",
    "proxy_replace_header_map_value",
    "proxy_send_local_response",
    "proxy_set_buffer_bytes",
    "proxy_set_effective_context",
    "proxy_set_property",
    "proxy_set_shared_data",
    "proxy_set_tick_period_milliseconds",
    "environ_get",
    "environ_sizes_get",
    "random_get",
];

/// The callbacks that the module waits for.
pub const CALLBACKS: [&str; 11] = [
    "proxy_on_context_create",
    "proxy_on_configure",
    "proxy_on_tick",
    "proxy_on_request_headers",
    "proxy_on_request_body",
    "proxy_on_request_trailers",
    "proxy_on_response_body",
    "proxy_on_response_headers",
    "proxy_on_response_trailers",
    "proxy_on_http_call_response",
    "proxy_on_delete",
];

pub(super) fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    if scene.gate.shape != Shape::Filter(Host::Wasm) {
        return;
    }
    let plugin = scene.gate.plugin();
    if near::is_misspelt(plugin, RESTRICTION) {
        return;
    }
    let Some(block) = plugin.get(RESTRICTION) else {
        let message = "the module may make every host call";
        findings.push(scene.finding(Code::NoCapabilities, plugin, message));
        return;
    };
    let allowed = block.get("allowed_capabilities").map(Node::members).unwrap_or_default();
    if allowed.is_empty() {
        // Envoy takes an empty list for none.
        findings.push(scene.finding(Code::NoCapabilities, block, "an empty list restricts nothing"));
        return;
    }
    let needed = || HOST_CALLS.iter().chain(&CALLBACKS);
    let mut missing: Vec<&str> =
        needed().copied().filter(|name| allowed.iter().all(|(allowed, _)| allowed != name)).collect();
    for (name, node) in allowed.iter().filter(|(name, _)| needed().all(|needed| needed != name)) {
        let meant = missing.iter().position(|missing| near::is_near(missing, name)).map(|at| missing.remove(at));
        findings.push(match meant {
            Some(meant) => {
                let finding = scene.finding(Code::MisspeltCapability, node, format!("no capability is called {name}"));
                finding.instead(format!("write {meant}"))
            }
            None => scene.finding(Code::ExcessCapability, node, format!("the gate doesn't need {name}")),
        });
    }
    for name in missing {
        let node = block.get("allowed_capabilities").unwrap_or(block);
        let effect = if CALLBACKS.contains(&name) { "never makes this callback" } else { "denies this call" };
        let finding = scene.finding(Code::MissingCapability, node, format!("{name} is missing: Envoy {effect}"));
        findings.push(finding.instead(format!("add {name}: {{}}")));
    }
}
