//! What all files of a call hold that gates are judged with, collected in one walk.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::PathBuf;

use crate::find::{self, File, Gate, Shape};
use crate::source::{Document, Node};

use super::group::{Member, groups};
use super::part::{Part, nearest};

/// The filter that forwards connections as they are.
const TCP_PROXY: &str = "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy";
/// Resources of Envoy's.
const ROUTES: &str = "envoy.config.route.v3.RouteConfiguration";
const CLUSTER: &str = "envoy.config.cluster.v3.Cluster";

/// What is the same for all gates that have something in common.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Topic {
    /// A connection manager and its routes.
    Manager,
    /// A bootstrap.
    Bootstrap,
    /// Fields that a version of Envoy doesn't know.
    Version,
}

/// What all files of a call hold.
#[derive(Default)]
pub struct Inventory<'f> {
    documents: HashMap<*const Document, Part<'f>>,
    objects: HashMap<&'f str, Vec<Part<'f>>>,
    routes: HashMap<&'f str, Vec<Part<'f>>>,
    clusters: HashMap<(usize, &'f str), Part<'f>>,
    /// Groups with clusters in a file of their own.
    cluster_files: BTreeSet<usize>,
    bootstraps: HashMap<usize, Part<'f>>,
    /// Connection managers.
    pub(super) managers: Vec<Part<'f>>,
    /// Those that ask for a filter, by its name.
    asking: HashMap<&'f str, Vec<Part<'f>>>,
    /// TCP proxies.
    pub(super) tcp_proxies: Vec<Part<'f>>,
    /// The listener around each.
    listeners: HashMap<*const Node, Part<'f>>,
    gated: HashSet<*const Node>,
    /// Groups that have a gate.
    judging: BTreeSet<usize>,
    /// Their files.
    joined: BTreeSet<usize>,
    seen: RefCell<HashSet<(Topic, *const Node)>>,
    used: RefCell<BTreeSet<usize>>,
}

impl<'f> Inventory<'f> {
    /// Collects what there is.
    #[must_use]
    pub fn of(paths: &'f [PathBuf], files: &'f [File]) -> Self {
        let mut members = Vec::new();
        for (file, (path, read)) in paths.iter().zip(files).enumerate() {
            members.extend(read.documents.iter().map(|document| Member { path, file, document }));
        }
        let mut found = Self::default();
        for (member, group) in members.iter().zip(groups(&members)) {
            let document = member.document;
            let part = Part { document, file: member.file, group, root: &document.root };
            found.documents.insert(std::ptr::from_ref(document), part);
            if document.root.get("static_resources").or_else(|| document.root.get("dynamic_resources")).is_some() {
                found.bootstraps.entry(group).or_insert(part);
            }
            found.visit(part, None);
            found.object(part);
        }
        files.iter().flat_map(|file| find::gates(&file.documents)).for_each(|gate| found.gate(&gate));
        found.used.get_mut().clear();
        let joined = found.documents.values().filter(|part| found.judging.contains(&part.group));
        found.joined = joined.map(|part| part.file).collect();
        found
    }

    /// Collects Envoy's resources below a node.
    fn visit(&mut self, part: Part<'f>, around: Option<Part<'f>>) {
        let node = part.root;
        let around = if node.get("filter_chains").is_some() { Some(part) } else { around };
        if let Some(filters) = node.get("http_filters") {
            self.managers.push(part);
            self.listeners.extend(around.map(|listener| (std::ptr::from_ref(node), listener)));
            for entry in filters.elements().iter().filter(|entry| entry.get("config_discovery").is_some()) {
                if let Some(name) = entry.text_of("name") {
                    self.asking.entry(name).or_default().push(part);
                }
            }
        }
        match find::message(node) {
            Some((TCP_PROXY, proxy)) => self.tcp_proxies.push(part.at(proxy)),
            Some((ROUTES, _)) => self.routes.entry(node.text_of("name").unwrap_or_default()).or_default().push(part),
            Some((CLUSTER, _)) => {
                self.cluster_files.insert(part.group);
                self.add_cluster(part);
            }
            _ => {}
        }
        for cluster in node.path(&["static_resources", "clusters"]).map(Node::elements).unwrap_or_default() {
            self.add_cluster(part.at(cluster));
        }
        node.children().for_each(|child| self.visit(part.at(child), around));
    }

    fn add_cluster(&mut self, cluster: Part<'f>) {
        if let Some(name) = cluster.root.text_of("name") {
            self.clusters.entry((cluster.group, name)).or_insert(cluster);
        }
    }

    /// Collects the objects of a document, also those of a `List`.
    fn object(&mut self, part: Part<'f>) {
        let Some(kind) = part.root.text_of("kind") else { return };
        self.objects.entry(kind).or_default().push(part);
        if kind == "List" {
            for item in part.root.get("items").map(Node::elements).unwrap_or_default() {
                self.object(part.at(item));
            }
        }
    }

    /// Remembers which connection managers a gate stands in.
    fn gate(&mut self, gate: &Gate<'f>) {
        let Some(own) = self.own(gate) else { return };
        for manager in self.managers_of(gate) {
            self.gated.insert(std::ptr::from_ref(manager.root));
            self.judging.insert(manager.group);
        }
        self.judging.insert(own.group);
    }

    /// Returns the document in which a gate stands.
    pub(super) fn own(&self, gate: &Gate<'f>) -> Option<Part<'f>> {
        self.documents.get(&std::ptr::from_ref(gate.document)).copied()
    }

    /// Returns the connection managers that a gate stands in, or that ask for it by its name.
    pub(super) fn managers_of(&self, gate: &Gate<'f>) -> Vec<Part<'f>> {
        let Some(own) = self.own(gate).filter(|_| matches!(gate.shape, Shape::Filter(_))) else { return Vec::new() };
        if let Some(manager) = gate.around("http_filters") {
            return vec![own.at(manager)];
        }
        let name = gate.around("typed_config").and_then(|extension| extension.text_of("name"));
        let asking = name.filter(|_| !own.is_kubernetes()).and_then(|name| self.asking.get(name));
        self.use_all(nearest(&own, asking.map(Vec::as_slice).unwrap_or_default()))
    }

    /// Returns the listener around a connection manager.
    pub(super) fn listener(&self, manager: &Node) -> Option<Part<'f>> {
        self.listeners.get(&std::ptr::from_ref(manager)).copied()
    }

    /// Returns whether a gate stands in a connection manager.
    pub(super) fn is_gated(&self, manager: &Node) -> bool {
        self.gated.contains(&std::ptr::from_ref(manager))
    }

    /// Returns whether a gate stands in a group of documents.
    pub(super) fn is_judging(&self, group: usize) -> bool {
        self.judging.contains(&group)
    }

    /// Returns the Kubernetes objects of a kind in all files.
    pub(super) fn objects(&self, kind: &str) -> &[Part<'f>] {
        self.objects.get(kind).map(Vec::as_slice).unwrap_or_default()
    }

    /// Returns the route configurations of a name, as near as there are.
    pub(super) fn routes(&self, own: &Part<'f>, name: &str) -> Vec<Part<'f>> {
        self.use_all(nearest(own, self.routes.get(name).map(Vec::as_slice).unwrap_or_default()))
    }

    /// Returns a cluster of the Envoy that a group of documents configures.
    pub(super) fn cluster(&self, group: usize, name: &str) -> Option<Part<'f>> {
        self.clusters.get(&(group, name)).copied()
    }

    /// Returns the bootstrap of the Envoy that a group of documents configures.
    pub(super) fn bootstrap(&self, group: usize) -> Option<Part<'f>> {
        self.bootstraps.get(&group).copied()
    }

    /// Returns whether a file with clusters belongs to the Envoy that a group of documents configures.
    pub(super) fn has_cluster_file(&self, group: usize) -> bool {
        self.cluster_files.contains(&group)
    }

    /// Returns whether this is asked of a node for the first time: what is the same for several gates is told once.
    pub(super) fn is_first(&self, topic: Topic, node: &Node) -> bool {
        self.seen.borrow_mut().insert((topic, std::ptr::from_ref(node)))
    }

    /// Remembers that parts have been looked at for a gate.
    pub(super) fn use_all(&self, parts: Vec<Part<'f>>) -> Vec<Part<'f>> {
        self.used.borrow_mut().extend(parts.iter().map(|part| part.file));
        parts
    }

    /// Returns whether a file belongs to an Envoy with a gate.
    #[must_use]
    pub fn is_joined(&self, file: usize) -> bool {
        self.joined.contains(&file)
    }

    /// Returns whether something in a file has been looked at for a gate of any file.
    #[must_use]
    pub fn is_used(&self, file: usize) -> bool {
        self.used.borrow().contains(&file) || self.joined.contains(&file)
    }
}
