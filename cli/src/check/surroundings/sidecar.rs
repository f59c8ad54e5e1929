//! Whether Istio's sidecar, and the gate in it, gets what a pod is sent.

use crate::check::code::Code;
use crate::check::finding::Finding;
use crate::source::Node;

use super::scene::Scene;
use super::service;
use super::workload::Pod;

const INJECT: &str = "sidecar.istio.io/inject";
const EXCLUDED: &str = "traffic.sidecar.istio.io/excludeInboundPorts";
const INCLUDED: &str = "traffic.sidecar.istio.io/includeInboundPorts";
const MODE: &str = "istio.io/dataplane-mode";

/// Protocols of ports that Istio forwards as connections, by `appProtocol` or by how the port's name begins.
const CONNECTIONS: [&str; 7] = ["tcp", "tls", "https", "udp", "mongo", "mysql", "redis"];

pub(super) fn check(scene: &Scene<'_>, pod: &Pod<'_>, findings: &mut Vec<Finding>) {
    injected(pod, findings);
    for service in service::services(scene, pod) {
        for port in service.root.path(&["spec", "ports"]).map(Node::elements).unwrap_or_default() {
            let Some(node) = port.get("appProtocol").or_else(|| port.get("name")) else { continue };
            let protocol = node.text().and_then(|text| text.split('-').next()).unwrap_or_default();
            if CONNECTIONS.iter().any(|known| protocol.eq_ignore_ascii_case(known)) {
                let message = "Istio forwards connections to this port as they are, without the gate";
                findings.push(service.value(Code::WayAround, node, message).instead("write appProtocol: http"));
            }
        }
    }
}

/// Whether there is a sidecar, and for which ports.
fn injected(pod: &Pod<'_>, findings: &mut Vec<Finding>) {
    let lists = ["labels", "annotations"].into_iter().filter_map(|name| pod.metadata?.get(name));
    for (name, node) in lists.flat_map(Node::members) {
        let text = node.text().unwrap_or_default();
        let (message, remedy) = match name.as_str() {
            INJECT if node.truth() == Some(false) => ("the pod gets no sidecar, and with it no gate", "write \"true\""),
            MODE if text == "ambient" => {
                ("a pod of the ambient mesh has no sidecar, and with it no gate", "write none")
            }
            EXCLUDED if !text.trim().is_empty() => {
                ("what comes to these ports passes the sidecar by, without the gate", "remove it")
            }
            INCLUDED if text.trim() != "*" => {
                ("what comes to other ports passes the sidecar by, without the gate", "write \"*\"")
            }
            _ => continue,
        };
        findings.push(pod.object.value(Code::WayAround, node, message).instead(remedy));
    }
    if let Some(node) = pod.spec.get("hostNetwork").filter(|node| node.truth() == Some(true)) {
        let message = "a pod in its host's network gets no sidecar, and with it no gate";
        findings.push(pod.object.value(Code::WayAround, node, message).instead("remove hostNetwork"));
    }
}
