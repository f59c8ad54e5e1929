//! `rules[]` and `shippedRules`: hard rules beside the score (docs/rules.md).

use std::rc::Rc;

use crate::scoring::{Condition, Expression, Reason, Rule, RuleAction};
use crate::words;

use super::node::{ConfigNode, ConfigObject};
use super::problem::{Cause, Warning};

/// Longest name, in characters.
const MAX_NAME_LENGTH: usize = 64;
/// Most own rules. Each is evaluated on each post, and has metrics of its own.
const MAX_RULES: usize = 64;
const RULES: &str = "rules";
const SHIPPED_RULES: &str = "shippedRules";
/// The keys that [`RuleSet::read`] reads.
pub(super) const KEYS: [&str; 2] = [RULES, SHIPPED_RULES];

/// The rules of the top level or of a profile: own ones, and those of the shipped ones that stay.
#[derive(Clone)]
pub(super) struct RuleSet {
    own: Rc<[Rule]>,
    shipped: Rc<[Rule]>,
}

impl Default for RuleSet {
    fn default() -> Self {
        Self { own: Rc::new([]), shipped: Rule::shipped().into() }
    }
}

impl RuleSet {
    /// Reads `rules` and `shippedRules` of a block. What isn't there is that of `inherited`.
    pub(super) fn read(block: &ConfigObject<'_>, inherited: &Self) -> Self {
        Self {
            own: block.optional(RULES).map_or_else(|| Rc::clone(&inherited.own), |node| own(&node).into()),
            shipped: block
                .optional(SHIPPED_RULES)
                .map_or_else(|| Rc::clone(&inherited.shipped), |node| shipped(&node).into()),
        }
    }

    /// Returns the rules in force: the shipped ones that stay and have no own one in their place, then the own ones.
    pub(super) fn in_force(&self) -> Rc<[Rule]> {
        let replaced = |rule: &&Rule| self.own.iter().any(|own| own.name == rule.name);
        self.shipped.iter().filter(|rule| !replaced(rule)).chain(self.own.iter()).cloned().collect()
    }
}

fn own(node: &ConfigNode<'_>) -> Vec<Rule> {
    let entries = node.list().unwrap_or_default();
    if entries.len() > MAX_RULES {
        node.refuse(Cause::TooMany(MAX_RULES));
        return Vec::new();
    }
    let mut rules: Vec<Rule> = Vec::new();
    for entry in &entries {
        let Some(rule) = rule(entry, &rules) else { continue };
        rules.push(rule);
    }
    rules
}

/// `true`, `false`, or the names of the shipped rules that stay.
fn shipped(node: &ConfigNode<'_>) -> Vec<Rule> {
    let all = Rule::shipped();
    let kept: Vec<&str> = match node.value() {
        serde_json::Value::Bool(true) => return all,
        serde_json::Value::Bool(false) => Vec::new(),
        serde_json::Value::Array(_) => shipped_names(node, &all),
        _ => {
            node.refuse(Cause::WrongType("true, false or an array"));
            return all;
        }
    };
    for off in all.iter().filter(|rule| !kept.contains(&rule.name.as_str())) {
        node.warn(Warning::ShippedRuleOff(off.name.clone()));
    }
    all.into_iter().filter(|rule| kept.contains(&rule.name.as_str())).collect()
}

fn shipped_names<'c>(node: &ConfigNode<'c>, all: &[Rule]) -> Vec<&'c str> {
    let names = || all.iter().map(|rule| rule.name.as_str());
    let mut kept = Vec::new();
    for entry in node.list().unwrap_or_default() {
        let Some(name) = entry.string() else { continue };
        if !names().any(|known| known == name) {
            entry.refuse(Cause::NoShippedRule(words::meant(name, names()).map(str::to_owned)));
        } else if kept.contains(&name) {
            entry.refuse(Cause::DuplicateRule);
        } else {
            kept.push(name);
        }
    }
    kept
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
    let then = rule.required("then").and_then(|node| node.word());
    let reason = rule.optional("reason").and_then(|node| {
        if then == Some(RuleAction::Count) {
            node.warn(Warning::CountReason);
        }
        node.word::<Reason>()
    });
    Some(Rule { name: name?.to_owned(), when: Condition::Expression(Box::new(when?)), then: then?, reason })
}

/// Parses a name: metrics and headers carry it.
pub(super) fn name(text: &str) -> Result<&str, Cause> {
    let legal = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let fits = (1..=MAX_NAME_LENGTH).contains(&text.len());
    if fits && text.bytes().all(legal) { Ok(text) } else { Err(Cause::Name) }
}
