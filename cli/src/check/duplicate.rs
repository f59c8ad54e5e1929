//! Keys that stand twice in one mapping: Envoy takes one of them, whoever reads the file may take the other.

use std::collections::HashSet;

use crate::find::{Configuration, File, Gate, Shape};
use crate::source::{self, Document, Node};

use super::code::Code;
use super::finding::Finding;

/// Returns what there is to say about the mappings of a file with a gate.
#[must_use]
pub(super) fn check(file: &File, gates: &[Gate<'_>]) -> Vec<Finding> {
    let mut findings = Vec::new();
    // The gate tells them itself of a text that is its configuration.
    let tells = |gate: &&Gate<'_>| gate.shape == Shape::Bare && matches!(gate.configuration, Configuration::Text(_));
    let told: HashSet<*const Document> =
        gates.iter().filter(tells).map(|gate| std::ptr::from_ref(gate.document)).collect();
    for document in file.documents.iter().filter(|document| !told.contains(&std::ptr::from_ref(*document))) {
        look(document, &document.root, &mut findings);
    }
    findings
}

fn look(document: &Document, node: &Node, findings: &mut Vec<Finding>) {
    let mut seen = HashSet::new();
    for (key, member) in node.members() {
        // Protobuf's JSON takes a field by either of its names.
        let name = if key.contains('_') { source::camel_case(key) } else { key.clone() };
        if !seen.insert(name) {
            let message = format!("{key} stands here twice, and only one of the two counts");
            findings.push(Finding::new(Code::DuplicateKey, document.text.span(member.mark()), message));
        }
    }
    node.children().for_each(|child| look(document, child, findings));
}
