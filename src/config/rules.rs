//! `rules[]`: hard rules beside the score (docs/rules.md).

use crate::scoring::{Condition, Decision, Expression, Reason, Rule};

use super::node::ConfigNode;
use super::problem::Cause;

const THEN: [(&str, Decision); 3] =
    [("accept", Decision::Accept), ("review", Decision::Review), ("reject", Decision::Reject)];
const LONGEST_NAME: usize = 64;
/// Each rule is evaluated on each post, and has metrics of its own.
const MOST_RULES: usize = 64;

/// Absent: the shipped rules. `[]`: none.
pub(super) fn read(node: Option<ConfigNode<'_>>) -> Vec<Rule> {
    let Some(node) = node else { return Rule::shipped() };
    let entries = node.list().unwrap_or_default();
    if entries.len() > MOST_RULES {
        node.refuse(Cause::TooMany(MOST_RULES));
        return Vec::new();
    }
    let mut rules: Vec<Rule> = Vec::new();
    for entry in &entries {
        let Some(rule) = rule(entry, &rules) else { continue };
        rules.push(rule);
    }
    rules
}

fn rule(entry: &ConfigNode<'_>, earlier: &[Rule]) -> Option<Rule> {
    let rule = entry.object(&["name", "when", "then", "reason"])?;
    let name = rule.required("name").and_then(|node| {
        let name = node.parsed(name)?;
        if earlier.iter().any(|rule| rule.name == name) {
            node.refuse(Cause::DuplicateRule);
        }
        Some(name)
    });
    let when = rule.required("when").and_then(|node| {
        node.text()?;
        node.parsed(Expression::compile)
    });
    let then = rule.required("then").and_then(|node| node.one_of(&THEN));
    let reason =
        rule.optional("reason").and_then(|node| node.one_of(&Reason::ALL.map(|reason| (reason.as_str(), reason))));
    Some(Rule { name: name?.to_owned(), when: Condition::Expression(Box::new(when?)), then: then?, reason })
}

/// Metrics and headers carry the name.
pub(super) fn name(text: &str) -> Result<&str, Cause> {
    let legal = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let fits = (1..=LONGEST_NAME).contains(&text.len());
    if fits && text.bytes().all(legal) { Ok(text) } else { Err(Cause::Name) }
}
