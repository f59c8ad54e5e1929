//! Which documents configure one Envoy: those that name one another by their files.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::source::{Document, Node};

/// Members that say where Envoy gets something from.
const SOURCES: [&str; 7] = [
    "config_source",
    "lds_config",
    "cds_config",
    "rds_config_source",
    "scoped_rds_config_source",
    "eds_config",
    "sds_config",
];

/// A document with the file that it stands in.
pub(super) struct Member<'f> {
    pub(super) path: &'f Path,
    pub(super) file: usize,
    pub(super) document: &'f Document,
}

impl Member<'_> {
    /// Returns the path by which Envoy's configuration may name it: a key of a ConfigMap is a file where that is
    /// mounted.
    fn name(&self) -> PathBuf {
        self.document.key.as_ref().map_or_else(|| self.path.to_owned(), PathBuf::from)
    }
}

/// Returns the number of the group of each document.
pub(super) fn groups(members: &[Member<'_>]) -> Vec<usize> {
    let mut groups = Groups((0..members.len()).collect());
    let mut named: HashMap<std::ffi::OsString, Vec<(usize, PathBuf)>> = HashMap::new();
    for (number, member) in members.iter().enumerate() {
        let name = member.name();
        if let Some(last) = name.file_name() {
            named.entry(last.to_owned()).or_default().push((number, name));
        }
    }
    for (number, member) in members.iter().enumerate() {
        let mut paths = Vec::new();
        references(&member.document.root, &mut paths);
        for path in paths.into_iter().map(Path::new) {
            let known = path.file_name().and_then(|last| named.get(last)).map(Vec::as_slice).unwrap_or_default();
            let rank = |(other, name): &(usize, PathBuf)| {
                let there = members.get(*other);
                let is_here = there.is_some_and(|there| there.file == member.file);
                let is_beside = there.is_some_and(|there| there.path.parent() == member.path.parent());
                (common(path, name), is_here, is_beside)
            };
            let Some(best) = known.iter().map(rank).max() else { continue };
            known.iter().filter(|one| rank(one) == best).for_each(|(other, _)| groups.join(number, *other));
        }
    }
    (0..members.len()).map(|number| groups.of(number)).collect()
}

/// Returns how many parts of two paths are the same, from their ends.
fn common(one: &Path, other: &Path) -> usize {
    one.iter().rev().zip(other.iter().rev()).take_while(|(one, other)| one == other).count()
}

/// Collects the files that a document says Envoy gets something from.
fn references<'f>(node: &'f Node, found: &mut Vec<&'f str>) {
    for (name, member) in node.members() {
        if SOURCES.iter().any(|source| *source == name || crate::source::camel_case(source) == *name) {
            let path = member.path(&["path_config_source", "path"]).or_else(|| member.get("path"));
            found.extend(path.and_then(Node::text));
        }
    }
    node.children().for_each(|child| references(child, found));
}

/// Disjoint sets, by the parent of each member.
struct Groups(Vec<usize>);

impl Groups {
    fn of(&mut self, number: usize) -> usize {
        let mut at = number;
        while let Some(parent) = self.0.get(at).copied().filter(|parent| *parent != at) {
            let above = self.0.get(parent).copied().unwrap_or(parent);
            if let Some(slot) = self.0.get_mut(at) {
                *slot = above;
            }
            at = above;
        }
        at
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.of(one), self.of(other));
        if let Some(slot) = self.0.get_mut(one.max(other)) {
            *slot = one.min(other);
        }
    }
}
