//! What stands around a configuration and decides whether the gate can do its work: Envoy's filter, listener and
//! routes, the objects of Istio, Envoy Gateway and Kubernetes.

mod admin;
mod around;
mod behind;
mod bootstrap;
mod capabilities;
mod connection;
mod extension;
mod fields;
mod filter;
mod gateway;
mod group;
mod headers;
mod http_route;
mod inventory;
mod istio;
mod leaks;
mod limits;
mod loading;
mod matching;
mod native;
mod near;
mod open;
mod part;
mod patches;
mod personal;
mod proxy;
mod routes;
mod scene;
mod service;
mod sidecar;
mod target;
mod traffic;
mod variables;
mod version;
mod workload;

pub use around::check as check_all;
pub use capabilities::{CALLBACKS, HOST_CALLS};
pub use inventory::Inventory;
pub use scene::Scene;
pub use version::Envoy;

use inventory::Topic;

use super::finding::Finding;

/// Returns what there is to say about what stands around a gate.
#[must_use]
pub fn check(scene: &Scene<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for look in [
        matching::check,
        fields::check,
        loading::check,
        filter::check,
        native::check,
        capabilities::check,
        variables::check,
        open::wrapped,
        open::unasked,
        bootstrap::check,
        istio::check,
        extension::check,
        gateway::check,
        workload::check,
        version::check,
    ] {
        look(scene, &mut findings);
    }
    let Some(manager) = scene.manager else { return findings };
    open::disabled(scene, manager, &mut findings);
    if !scene.inventory.is_first(Topic::Manager, manager.root) {
        connection::twice(scene, manager, &mut findings);
        return findings;
    }
    for look in [fields::listener, connection::check, limits::check, open::check, headers::check, leaks::check] {
        look(scene, manager, &mut findings);
    }
    findings
}
