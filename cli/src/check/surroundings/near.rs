//! Names that are likely misspellings of others.

use crate::source::Node;

/// How many changes of a character make a name another one's misspelling.
const NEAR: usize = 3;
/// Longer than every name.
const LONGEST: usize = 48;

/// Returns whether a name is likely a misspelling of another.
pub(super) fn is_near(meant: &str, name: &str) -> bool {
    distance(meant, name) <= NEAR.min(meant.len() / 3)
}

/// Returns whether a mapping has a misspelling of a field, which is told as that.
pub(super) fn is_misspelt(node: &Node, field: &str) -> bool {
    node.get(field).is_none() && node.members().iter().any(|(name, _)| is_near(field, name))
}

/// Returns the Levenshtein distance of two names.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().take(2 * LONGEST).collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (at, from) in left.chars().enumerate() {
        let mut diagonal = at;
        let mut before = at + 1;
        for (slot, to) in row.iter_mut().skip(1).zip(&right) {
            let change = diagonal + usize::from(from != *to);
            diagonal = *slot;
            *slot = change.min(*slot + 1).min(before + 1);
            before = *slot;
        }
        if let Some(first) = row.first_mut() {
            *first = at + 1;
        }
    }
    row.last().copied().unwrap_or(usize::MAX)
}
