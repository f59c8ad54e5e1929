//! `rules[]`: hard rules beside the score (gate.md 5.5).

use crate::scoring::{Decision, Rule};

use super::node::Node;
use super::problem::Cause;

const THEN: [(&str, Decision); 3] =
    [("accept", Decision::Accept), ("review", Decision::Review), ("reject", Decision::Reject)];
const LONGEST_NAME: usize = 64;

/// Absent: the shipped rules. `[]`: none.
pub(super) fn read(node: Option<Node<'_>>) -> Vec<Rule> {
    let Some(node) = node else { return Rule::shipped() };
    for entry in node.list().unwrap_or_default() {
        shape(&entry);
        entry.refuse(Cause::CustomRulesUnsupported);
    }
    Vec::new()
}

fn shape(entry: &Node<'_>) {
    let Some(rule) = entry.object(&["name", "when", "then", "reason"]) else { return };
    rule.required("name").and_then(|node| node.parsed(name));
    rule.required("when").and_then(|node| node.text());
    rule.required("then").and_then(|node| node.one_of(&THEN));
    rule.optional("reason").and_then(|node| node.text());
}

/// Metrics and headers carry the name.
pub(super) fn name(text: &str) -> Result<(), Cause> {
    let legal = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let fits = (1..=LONGEST_NAME).contains(&text.len());
    if fits && text.bytes().all(legal) { Ok(()) } else { Err(Cause::Name) }
}
