//! A part of the given files: a Kubernetes object, a listener's connection manager, a route configuration.

use crate::check::code::Code;
use crate::check::finding::Finding;
use crate::source::{Document, Node};

/// A node of any file.
#[derive(Clone, Copy)]
pub struct Part<'f> {
    pub(super) document: &'f Document,
    /// The number of its file.
    pub(super) file: usize,
    /// Which Envoy it belongs to: documents that name one another by their files have the same number.
    pub(super) group: usize,
    /// The node.
    pub(super) root: &'f Node,
}

impl<'f> Part<'f> {
    /// Returns another node of the same document.
    pub(super) fn at(self, root: &'f Node) -> Self {
        Self { root, ..self }
    }

    /// Returns a finding at a node of the part's document.
    pub(super) fn finding(&self, code: Code, node: &Node, message: impl Into<String>) -> Finding {
        Finding { file: Some(self.file), ..Finding::new(code, self.document.text.span(node.mark()), message) }
    }

    /// Returns a finding at the value of a node of the part's document.
    pub(super) fn value(&self, code: Code, node: &Node, message: impl Into<String>) -> Finding {
        let at = if node.text().is_some() && !node.at.is_empty() { node.at.clone() } else { node.mark() };
        Finding { file: Some(self.file), ..Finding::new(code, self.document.text.span(at), message) }
    }

    /// Returns whether it has a byte of a file in it.
    pub(super) fn holds(&self, file: usize, at: usize) -> bool {
        self.file == file && self.document.text.span(self.root.at.clone()).contains(&at)
    }

    /// Returns the namespace of an object.
    pub(super) fn namespace(&self) -> Option<&'f str> {
        namespace(self.root)
    }

    /// Returns whether Kubernetes reads the document before Envoy does.
    pub(super) fn is_kubernetes(&self) -> bool {
        self.document.root.get("apiVersion").is_some()
    }

    /// Returns whether both are the same node.
    pub(super) fn is(&self, node: &Node) -> bool {
        std::ptr::eq(self.root, node)
    }
}

/// Returns the namespace of an object.
pub(super) fn namespace(object: &Node) -> Option<&str> {
    object.path(&["metadata", "namespace"]).and_then(Node::text)
}

/// Returns of parts that may be meant those that are nearest: in the same document, else of the same Envoy, else in the
/// same file, else all. Files of one directory may be alternatives.
pub(super) fn nearest<'f>(own: &Part<'f>, parts: &[Part<'f>]) -> Vec<Part<'f>> {
    let is_near: [fn(&Part<'_>, &Part<'_>) -> bool; 3] = [
        |own, part| std::ptr::eq(own.document, part.document),
        |own, part| own.group == part.group,
        |own, part| own.file == part.file,
    ];
    for is_near in is_near {
        let found: Vec<_> = parts.iter().filter(|part| is_near(own, part)).copied().collect();
        if !found.is_empty() {
            return found;
        }
    }
    parts.to_vec()
}
