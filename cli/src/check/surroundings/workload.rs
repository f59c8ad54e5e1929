//! The pods that run Envoy: its environment and its log level.

use crate::check::code::Code;
use crate::check::finding::Finding;
use crate::find::{Host, Shape};
use crate::source::Node;

use super::part::{Part, namespace};
use super::scene::Scene;
use super::{service, sidecar, variables};

const KINDS: [&str; 4] = ["Deployment", "StatefulSet", "DaemonSet", "Pod"];
/// Levels at which the audit line is written.
const TOLD: [&str; 3] = ["trace", "debug", "info"];
/// Levels at which Envoy logs the headers of each request.
pub(super) const DETAILED: [&str; 2] = ["trace", "debug"];
/// What of Envoy logs them.
const LOGS_HEADERS: [&str; 3] = ["http", "http2", "router"];
/// What such a level shows.
pub(super) const SHOWN: &str =
    "at this level Envoy logs the headers of each request, tokens and what the gate adds included";
const ISTIO_LEVELS: [&str; 2] = ["sidecar.istio.io/componentLogLevel", "sidecar.istio.io/logLevel"];

pub(super) fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let object = scene.object();
    let selector: &[&str] = match scene.gate.shape {
        Shape::Filter(_) => &["spec", "workloadSelector", "labels"],
        Shape::WasmPlugin | Shape::TrafficExtension => &["spec", "selector", "matchLabels"],
        _ => return,
    };
    let kind = object.and_then(|object| object.text_of("kind"));
    let is_istio = matches!(kind, Some("EnvoyFilter" | "WasmPlugin" | "TrafficExtension"));
    for workload in KINDS.iter().flat_map(|kind| scene.objects(kind)) {
        let Some(pod) = Pod::of(workload) else { continue };
        if object.is_some_and(|object| is_istio && pod.is_selected_by(object, selector)) {
            pod.check_istio(scene, findings);
            sidecar::check(scene, &pod, findings);
        } else if let Some(container) = pod.envoy_of(scene) {
            pod.check_environment(scene, container, findings);
            pod.check_arguments(scene, container, findings);
            service::check(scene, &pod, findings);
        }
    }
}

/// Returns the labels of the pods of a namespace, as far as they are known.
pub(super) fn labels<'f>(scene: &Scene<'f>, namespace: Option<&str>) -> Vec<&'f Node> {
    let workloads = KINDS.iter().flat_map(|kind| scene.objects(kind));
    let here = workloads.filter(|workload| reaches(namespace, workload.namespace()));
    here.filter_map(|workload| Pod::of(workload)?.labels()).collect()
}

/// Where Istio takes objects for all namespaces from, unless told otherwise.
const ROOT: &str = "istio-system";

/// Returns whether an object of Istio's in one namespace is about pods in another.
fn reaches(object: Option<&str>, pod: Option<&str>) -> bool {
    object == pod || object == Some(ROOT)
}

/// Returns whether labels include others.
pub(super) fn has(own: &Node, wanted: &Node) -> bool {
    let is_there = |(key, value): &(String, Node)| {
        own.members().iter().any(|(name, label)| name == key && label.text() == value.text())
    };
    wanted.members().iter().all(is_there)
}

/// Returns what there is to say about a filter that sees only some of a workload's ports: nothing, if it has no others.
pub(super) fn other_ports(scene: &Scene<'_>, at: Part<'_>, labels: Option<&Node>, ports: &[u64]) -> Option<Finding> {
    let own = scene.object().and_then(namespace);
    let pods = KINDS.iter().flat_map(|kind| scene.objects(kind)).filter(|pod| reaches(own, pod.namespace()));
    let selected = pods
        .filter_map(Pod::of)
        .filter(|pod| labels.is_none_or(|labels| pod.labels().is_some_and(|own| has(own, labels))));
    let known: Vec<u64> = selected.flat_map(|pod| pod.ports().filter_map(Node::integer).collect::<Vec<_>>()).collect();
    if !known.is_empty() && known.iter().all(|port| ports.contains(port)) {
        return None;
    }
    let message = "requests to other ports of the workload pass without the gate";
    let finding = at.value(Code::WayAround, at.root, message);
    Some(finding.instead("remove it, so that the filter is there for all ports"))
}

/// A pod, or the template of some.
pub(super) struct Pod<'f> {
    pub(super) object: Part<'f>,
    pub(super) metadata: Option<&'f Node>,
    pub(super) spec: &'f Node,
}

impl<'f> Pod<'f> {
    fn of(object: Part<'f>) -> Option<Self> {
        let pod = object.root.path(&["spec", "template"]).unwrap_or(object.root);
        Some(Self { object, metadata: pod.get("metadata"), spec: pod.get("spec")? })
    }

    /// Returns the ports that containers say they listen on.
    pub(super) fn ports(&self) -> impl Iterator<Item = &'f Node> {
        let ports = self.containers().filter_map(|container| container.get("ports")).flat_map(Node::elements);
        ports.filter_map(|port| port.get("containerPort"))
    }

    pub(super) fn containers(&self) -> impl Iterator<Item = &'f Node> {
        let spec = self.spec;
        ["containers", "initContainers"]
            .into_iter()
            .flat_map(|name| spec.get(name).map(Node::elements).unwrap_or_default())
    }

    fn is_selected_by(&self, filter: &Node, selector: &[&str]) -> bool {
        let is_wanted = filter.path(selector).is_none_or(|wanted| self.labels().is_some_and(|own| has(own, wanted)));
        reaches(namespace(filter), self.object.namespace()) && is_wanted
    }

    /// Returns the pod's labels.
    pub(super) fn labels(&self) -> Option<&'f Node> {
        self.metadata?.get("labels")
    }

    fn check_istio(&self, scene: &Scene<'_>, findings: &mut Vec<Finding>) {
        let annotations = self.metadata.and_then(|metadata| metadata.get("annotations"));
        let own = annotations.map(Node::members).unwrap_or_default();
        let level = own.iter().find(|(name, _)| ISTIO_LEVELS.contains(&name.as_str()) && tells(&name_level(name, own)));
        if level.is_none() && scene.gate.is_wasm() {
            let given = own.iter().find(|(name, _)| name == ISTIO_LEVELS[0]).map(|(_, node)| node);
            let message = "Istio's own log level for Wasm is warning: the audit line gets lost";
            let at = given.or(annotations).or(self.metadata).unwrap_or(self.spec);
            let finding = self.object.finding(Code::AuditLineLost, at, message);
            findings.push(finding.instead("annotate the pod with sidecar.istio.io/componentLogLevel: wasm:info"));
        }
        let detailed = { own.iter() }
            .find(|(name, node)| ISTIO_LEVELS.contains(&name.as_str()) && node.text().is_some_and(logs_headers));
        findings.extend(detailed.map(|(_, node)| self.object.value(Code::DetailedLog, node, SHOWN)));
        if let Some(proxy) = self.containers().find(|container| container.text_of("name") == Some("istio-proxy")) {
            self.check_environment(scene, proxy, findings);
        }
    }

    /// Returns the container that runs Envoy with the ConfigMap that the gate stands in.
    fn envoy_of(&self, scene: &Scene<'_>) -> Option<&'f Node> {
        let map = config_map_of(scene)?;
        let volumes = self.spec.get("volumes").map(Node::elements).unwrap_or_default();
        let volume =
            volumes.iter().find(|volume| volume.path(&["configMap", "name"]).and_then(Node::text) == Some(map))?;
        let mounts = |container: &&Node| {
            let mounts = container.get("volumeMounts").map(Node::elements).unwrap_or_default();
            mounts.iter().any(|mount| mount.text_of("name") == volume.text_of("name"))
        };
        self.containers().find(mounts)
    }

    fn check_environment(&self, scene: &Scene<'_>, container: &Node, findings: &mut Vec<Finding>) {
        // What comes from there isn't in these files.
        if container.get("envFrom").is_some() {
            return;
        }
        variables::in_container(scene, &self.object, container, findings);
    }

    fn check_arguments(&self, scene: &Scene<'_>, container: &Node, findings: &mut Vec<Finding>) {
        let lists = ["command", "args"].into_iter().filter_map(|name| container.get(name));
        let arguments: Vec<&Node> = lists.flat_map(Node::elements).collect();
        let mut lost = None;
        let component = if scene.gate.shape == Shape::Filter(Host::Wasm) { "wasm" } else { "dynamic_modules" };
        let mut detailed: Option<&Node> = None;
        for (at, argument) in arguments.iter().enumerate() {
            let text = argument.text().unwrap_or_default();
            let (name, value) = match text.split_once('=') {
                Some((name, value)) => (name, (*argument, value)),
                None => {
                    let Some(next) = arguments.get(at + 1) else { continue };
                    (text, (*next, next.text().unwrap_or_default()))
                }
            };
            if shows_headers(name, value.1) {
                detailed = detailed.or(Some(value.0));
            }
            match name {
                "--log-level" | "-l" if !TOLD.contains(&value.1) && lost.is_none() => lost = Some(value.0),
                "--component-log-level" => {
                    let own = value.1.split(',').filter_map(|pair| pair.split_once(':'));
                    if let Some((_, level)) = { own }.find(|(name, _)| *name == component) {
                        lost = if TOLD.contains(&level) { None } else { Some(value.0) };
                    }
                }
                _ => {}
            }
        }
        findings.extend(detailed.map(|node| self.object.value(Code::DetailedLog, node, SHOWN)));
        if let Some(node) = lost {
            findings.push(self.object.value(Code::AuditLineLost, node, "the audit line is at info and gets lost"));
        }
    }
}

fn name_level(name: &str, annotations: &[(String, Node)]) -> String {
    let node = annotations.iter().find(|(key, _)| key == name).map(|(_, node)| node);
    node.and_then(Node::text).unwrap_or_default().to_owned()
}

/// Returns whether an annotation's level lets the audit line through: `info`, or `wasm:info` among others.
fn tells(level: &str) -> bool {
    let own = level.split(',').find_map(|pair| pair.trim().strip_prefix("wasm:"));
    TOLD.contains(&own.unwrap_or(level).trim())
}

/// Returns whether an argument of Envoy's has it log the headers of each request.
fn shows_headers(name: &str, level: &str) -> bool {
    match name {
        "--log-level" | "-l" => DETAILED.contains(&level),
        "--component-log-level" => logs_headers(level),
        _ => false,
    }
}

/// Returns whether a level has Envoy log the headers of each request: `debug`, or `http:debug` among others.
fn logs_headers(levels: &str) -> bool {
    levels.split(',').any(|pair| match pair.trim().split_once(':') {
        Some((component, level)) => LOGS_HEADERS.contains(&component.trim()) && DETAILED.contains(&level.trim()),
        None => DETAILED.contains(&pair.trim()),
    })
}

/// Returns the name of the ConfigMap in which the gate's document stands.
fn config_map_of<'f>(scene: &Scene<'f>) -> Option<&'f str> {
    let at = scene.gate.place(scene.gate.plugin()).start;
    let maps = scene.objects("ConfigMap").into_iter().filter(|map| map.holds(scene.own.file, at));
    { maps }.find_map(|map| map.root.path(&["metadata", "name"]).and_then(Node::text))
}
