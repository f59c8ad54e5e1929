//! The pods that run Envoy: its environment and its log level.

use crate::check::code::Code;
use crate::check::finding::Finding;
use crate::find::{Host, Shape};
use crate::source::Node;

use super::scene::{Object, Scene, namespace};
use super::variables;

const KINDS: [&str; 4] = ["Deployment", "StatefulSet", "DaemonSet", "Pod"];
/// Levels at which the audit line is written.
const TOLD: [&str; 3] = ["trace", "debug", "info"];
const ISTIO_LEVELS: [&str; 2] = ["sidecar.istio.io/componentLogLevel", "sidecar.istio.io/logLevel"];

pub(super) fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    if !matches!(scene.gate.shape, Shape::Filter(_)) {
        return;
    }
    let object = scene.object();
    let is_istio = object.is_some_and(|object| object.text_of("kind") == Some("EnvoyFilter"));
    for workload in KINDS.iter().flat_map(|kind| scene.objects(kind)) {
        let Some(pod) = Pod::of(workload) else { continue };
        if object.is_some_and(|object| is_istio && pod.is_selected_by(object)) {
            pod.check_istio(scene, findings);
        } else if let Some(container) = pod.envoy_of(scene) {
            pod.check_environment(scene, container, findings);
            pod.check_arguments(scene, container, findings);
        }
    }
}

/// Returns the labels of the pods of a namespace, as far as they are known.
pub(super) fn labels<'f>(scene: &Scene<'f>, namespace: Option<&str>) -> Vec<&'f Node> {
    let workloads = KINDS.iter().flat_map(|kind| scene.objects(kind));
    let here = workloads.filter(|workload| workload.namespace() == namespace);
    here.filter_map(|workload| Pod::of(workload)?.metadata?.get("labels")).collect()
}

/// A pod, or the template of some.
struct Pod<'f> {
    object: Object<'f>,
    metadata: Option<&'f Node>,
    spec: &'f Node,
}

impl<'f> Pod<'f> {
    fn of(object: Object<'f>) -> Option<Self> {
        let pod = object.root.path(&["spec", "template"]).unwrap_or(object.root);
        Some(Self { object, metadata: pod.get("metadata"), spec: pod.get("spec")? })
    }

    fn containers(&self) -> impl Iterator<Item = &'f Node> {
        let spec = self.spec;
        ["containers", "initContainers"]
            .into_iter()
            .flat_map(|name| spec.get(name).map(Node::elements).unwrap_or_default())
    }

    fn is_selected_by(&self, filter: &Node) -> bool {
        let labels = self.metadata.and_then(|metadata| metadata.get("labels")).map(Node::members).unwrap_or_default();
        let wanted = filter.path(&["spec", "workloadSelector", "labels"]).map(Node::members).unwrap_or_default();
        let has =
            |(key, value): &(String, Node)| labels.iter().any(|(name, own)| name == key && own.text() == value.text());
        self.object.namespace() == namespace(filter) && wanted.iter().all(has)
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
        for (at, argument) in arguments.iter().enumerate() {
            let text = argument.text().unwrap_or_default();
            let (name, value) = match text.split_once('=') {
                Some((name, value)) => (name, (*argument, value)),
                None => {
                    let Some(next) = arguments.get(at + 1) else { continue };
                    (text, (*next, next.text().unwrap_or_default()))
                }
            };
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

/// Returns the name of the ConfigMap in which the gate's document stands.
fn config_map_of<'f>(scene: &Scene<'f>) -> Option<&'f str> {
    let at = scene.gate.place(scene.gate.plugin()).start;
    let maps = scene.objects("ConfigMap").into_iter().filter(|map| map.holds(scene.file, at));
    { maps }.find_map(|map| map.root.path(&["metadata", "name"]).and_then(Node::text))
}
