//! What stands around a configuration and decides whether the gate can do its work: Envoy's filter, listener and
//! routes, the objects of Istio, Envoy Gateway and Kubernetes.

mod bootstrap;
mod capabilities;
mod connection;
mod fields;
mod filter;
mod gateway;
mod http_route;
mod istio;
mod limits;
mod loading;
mod matching;
mod native;
mod near;
mod proxy;
mod routes;
mod scene;
mod traffic;
mod variables;
mod version;
mod workload;

pub use capabilities::{CALLBACKS, HOST_CALLS};
pub use scene::{Objects, Scene};
pub use version::Envoy;

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
        connection::check,
        limits::check,
        routes::check,
        bootstrap::check,
        istio::check,
        gateway::check,
        workload::check,
        version::check,
    ] {
        look(scene, &mut findings);
    }
    findings
}
