//! A gate with all that is known around it.

use std::collections::HashMap;
use std::ops::Range;

use kyc_gate::config::Config;

use crate::check::code::Code;
use crate::check::finding::Finding;
use crate::find::{File, Gate, Host, Shape};
use crate::source::{Document, Node};

use super::version::Envoy;

/// A gate with all that is known around it.
pub struct Scene<'f> {
    /// The gate.
    pub gate: &'f Gate<'f>,
    /// All gates of its file.
    pub gates: &'f [Gate<'f>],
    /// The number of the gate's file.
    pub file: usize,
    /// The Kubernetes objects of all files, since they may be spread over some.
    pub objects: &'f Objects<'f>,
    /// The configuration, where the gate accepts it.
    pub config: Option<&'f Config>,
    /// For which Envoy it is meant, if that is known.
    pub envoy: Option<Envoy>,
}

impl<'f> Scene<'f> {
    /// Returns a finding at a node of the gate's document.
    pub(super) fn finding(&self, code: Code, node: &Node, message: impl Into<String>) -> Finding {
        Finding::new(code, self.gate.place(node), message)
    }

    /// Returns a finding at the value of a node of the gate's document.
    pub(super) fn value(&self, code: Code, node: &Node, message: impl Into<String>) -> Finding {
        let at = if node.text().is_some() && !node.at.is_empty() { node.at.clone() } else { node.mark() };
        Finding::new(code, self.place(at), message)
    }

    fn place(&self, at: Range<usize>) -> Range<usize> {
        self.gate.document.text.span(at)
    }

    /// Returns the connection manager around the gate.
    pub(super) fn manager(&self) -> Option<&'f Node> {
        if matches!(self.gate.shape, Shape::Filter(_)) { self.gate.around("http_filters") } else { None }
    }

    /// Returns the entry of `http_filters` that is the gate.
    pub(super) fn entry(&self) -> Option<&'f Node> {
        let entries = self.manager()?.get("http_filters")?.elements();
        entries.iter().find(|entry| self.gate.lineage.iter().any(|node| std::ptr::eq(*node, *entry)))
    }

    /// Returns the filter's own message, with its `@type` or the one that stands for it.
    pub(super) fn filter(&self) -> Option<&'f Node> {
        let lineage = &self.gate.lineage;
        match self.gate.shape {
            // The plugin stands in the filter's `config`.
            Shape::Filter(Host::Wasm) => lineage.len().checked_sub(2).and_then(|at| lineage.get(at)).copied(),
            Shape::Filter(Host::Native) => lineage.last().copied(),
            _ => None,
        }
    }

    /// Returns the Kubernetes object that the gate stands in.
    pub(super) fn object(&self) -> Option<&'f Node> {
        self.gate.lineage.iter().copied().find(|node| node.get("apiVersion").is_some() && node.get("kind").is_some())
    }

    /// Returns the Kubernetes objects of a kind: those of the gate's own file, or where that has none, of all. Files of
    /// one directory may be alternatives.
    pub(super) fn objects(&self, kind: &str) -> Vec<Object<'f>> {
        let mut found = self.objects.0.get(kind).cloned().unwrap_or_default();
        if found.iter().any(|object| object.file == self.file) {
            found.retain(|object| object.file == self.file);
        }
        found
    }

    /// Returns the prefix of decision headers.
    pub(super) fn prefix(&self) -> String {
        self.config.map_or_else(|| "x-kyc-".to_owned(), |config| config.decision.header_prefix.clone())
    }
}

/// The Kubernetes objects of files, by their kinds.
pub struct Objects<'f>(HashMap<&'f str, Vec<Object<'f>>>);

impl<'f> Objects<'f> {
    /// Collects them.
    #[must_use]
    pub fn of(files: &'f [File]) -> Self {
        let mut found = HashMap::new();
        for (file, documents) in files.iter().map(|file| &file.documents).enumerate() {
            for document in documents {
                collect(document, file, &document.root, &mut found);
            }
        }
        Self(found)
    }
}

/// A Kubernetes object of any file.
#[derive(Clone, Copy)]
pub(super) struct Object<'f> {
    document: &'f Document,
    file: usize,
    /// The object.
    pub(super) root: &'f Node,
}

impl<'f> Object<'f> {
    /// Returns a finding at a node of the object.
    pub(super) fn finding(&self, code: Code, node: &Node, message: impl Into<String>) -> Finding {
        Finding { file: Some(self.file), ..Finding::new(code, self.document.text.span(node.mark()), message) }
    }

    /// Returns a finding at the value of a node of the object.
    pub(super) fn value(&self, code: Code, node: &Node, message: impl Into<String>) -> Finding {
        let at = if node.text().is_some() && !node.at.is_empty() { node.at.clone() } else { node.mark() };
        Finding { file: Some(self.file), ..Finding::new(code, self.document.text.span(at), message) }
    }

    /// Returns whether it has a byte of a file in it.
    pub(super) fn holds(&self, file: usize, at: usize) -> bool {
        self.file == file && self.document.text.span(self.root.at.clone()).contains(&at)
    }

    /// Returns the object's namespace.
    pub(super) fn namespace(&self) -> Option<&'f str> {
        namespace(self.root)
    }
}

/// Returns the namespace of an object.
pub(super) fn namespace(object: &Node) -> Option<&str> {
    object.path(&["metadata", "namespace"]).and_then(Node::text)
}

/// Looks for objects in a document, also in those of a `List`.
fn collect<'f>(document: &'f Document, file: usize, node: &'f Node, found: &mut HashMap<&'f str, Vec<Object<'f>>>) {
    let Some(kind) = node.text_of("kind") else { return };
    found.entry(kind).or_default().push(Object { document, file, root: node });
    if kind == "List" {
        for item in node.get("items").map(Node::elements).unwrap_or_default() {
            collect(document, file, item, found);
        }
    }
}
