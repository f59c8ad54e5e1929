//! Services that lead to the backend beside Envoy, which stands in the same pod.

use std::collections::BTreeSet;

use crate::check::code::Code;
use crate::check::finding::Finding;
use crate::source::Node;

use super::around::{self, LOOPBACK};
use super::behind;
use super::part::Part;
use super::scene::Scene;
use super::workload::{self, Pod};

pub(super) fn check(scene: &Scene<'_>, pod: &Pod<'_>, findings: &mut Vec<Finding>) {
    let judged = judged_ports(scene);
    for service in services(scene, pod) {
        for port in service.root.path(&["spec", "ports"]).map(Node::elements).unwrap_or_default() {
            let Some(target) = port.get("targetPort").or_else(|| port.get("port")) else { continue };
            if number(pod, target).is_some_and(|number| judged.contains(&number)) {
                let message = "this port leads to the gate's backend without the gate";
                let finding = service.value(Code::WayAround, target, message);
                findings.push(finding.instead("lead to Envoy's port, or remove the port"));
            }
        }
    }
}

/// Returns the Services that lead to a pod.
pub(super) fn services<'f>(scene: &Scene<'f>, pod: &Pod<'f>) -> Vec<Part<'f>> {
    let labels = pod.labels();
    let is_here = |service: &Part<'_>| {
        let selector = service.root.path(&["spec", "selector"]).filter(|selector| !selector.members().is_empty());
        let is_for = selector.zip(labels).is_some_and(|(selector, labels)| workload::has(labels, selector));
        service.namespace() == pod.object.namespace() && is_for
    };
    scene.objects("Service").into_iter().filter(is_here).collect()
}

/// Returns the ports of the pod to which the gate's routes lead.
fn judged_ports(scene: &Scene<'_>) -> BTreeSet<u64> {
    let addresses = behind::clusters(scene).into_iter().flat_map(|cluster| around::addresses(cluster.root));
    addresses.filter(|(host, _)| *host == LOOPBACK).map(|(_, port)| port).collect()
}

/// Returns the number of a port that a Service names.
fn number(pod: &Pod<'_>, target: &Node) -> Option<u64> {
    let ports = || pod.containers().filter_map(|container| container.get("ports")).flat_map(Node::elements);
    target.integer().or_else(|| {
        let named = ports().find(|port| port.text_of("name") == target.text())?;
        named.get("containerPort")?.integer()
    })
}
