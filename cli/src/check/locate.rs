//! Where in a configuration the paths of problems are.

use std::collections::HashMap;
use std::ops::Range;

use crate::source::{Kind, Node};

/// Longest part of a key that a path repeats.
const SHOWN_KEY: usize = 64;

/// Returns where the values at these paths stand in the configuration's text, those of missing keys at the nearest
/// thing around them. A path is that of `kyc_gate::config::Problem`.
#[must_use]
pub fn locate<'p>(root: &Node, paths: impl Iterator<Item = &'p str>) -> HashMap<&'p str, Place> {
    let wanted: Vec<&str> = paths.collect();
    let mut known: HashMap<&str, Option<Place>> = HashMap::new();
    for path in &wanted {
        known.extend(ancestors(path).map(|path| (path, None)));
    }
    visit(root, &mut String::new(), &mut known);
    wanted
        .into_iter()
        .filter_map(|path| {
            let place = ancestors(path).find_map(|ancestor| {
                let place = known.get(ancestor)?.clone()?;
                Some(if ancestor.len() == path.len() { place } else { Place { is_there: false, ..place } })
            });
            Some((path, place?))
        })
        .collect()
}

/// Where a value stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its key, or the beginning of it where there is none.
    pub mark: Range<usize>,
    /// The value, if it has no parts.
    pub value: Option<Range<usize>>,
    /// Whether this is the value itself, rather than what should hold it.
    pub is_there: bool,
}

/// Returns a path and all that lead to it, the root's last.
fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |path| {
        if path.is_empty() {
            return None;
        }
        Some(path.rfind(['.', '[']).and_then(|at| path.get(..at)).unwrap_or_default())
    })
}

fn visit(node: &Node, path: &mut String, known: &mut HashMap<&str, Option<Place>>) {
    if let Some(found) = known.get_mut(path.as_str()) {
        let value = matches!(node.kind, Kind::Scalar(_)).then(|| node.at.clone());
        found.get_or_insert(Place { mark: node.mark(), value, is_there: true });
    }
    let length = path.len();
    for (at, element) in node.elements().iter().enumerate() {
        path.push_str(&format!("[{at}]"));
        visit(element, path, known);
        path.truncate(length);
    }
    for (key, member) in node.members() {
        if !path.is_empty() {
            path.push('.');
        }
        path.extend(key.chars().take(SHOWN_KEY).flat_map(char::escape_debug));
        if key.chars().nth(SHOWN_KEY).is_some() {
            path.push('…');
        }
        visit(member, path, known);
        path.truncate(length);
    }
}
