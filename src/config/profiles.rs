//! `profiles[]`: reading the list.

use super::headers::HeaderContext;
use super::node::{ConfigNode, ConfigObject};
use super::problem::Cause;
use super::profile::{Profile, ProfileMatch};
use super::rules;

/// The entry for the posts that no other takes.
const DEFAULT: &str = "default";

const KEYS: [&str; 8] =
    ["name", "match", "kycSettings", rules::KEYS[0], rules::KEYS[1], "requestBody", "headers", "decision"];

/// Returns the profiles with a condition, and the default one. `paths` are those of the configuration's own `match`.
pub(super) fn read(
    node: Option<ConfigNode<'_>>,
    top: Profile,
    paths: &[String],
    context: &HeaderContext<'_>,
) -> (Vec<Profile>, Profile) {
    let entries = node.and_then(|node| node.list()).unwrap_or_default();
    if entries.is_empty() {
        return (Vec::new(), top);
    }
    let mut default = Profile { name: Some(DEFAULT.into()), ..top.clone() };
    let mut profiles: Vec<Profile> = Vec::new();
    let mut names = Vec::new();
    for (at, entry) in entries.iter().enumerate() {
        let Some(block) = entry.object(&KEYS) else { continue };
        let name = name(&block, &names, at.saturating_add(1) == entries.len());
        names.extend(name);
        let profile = Profile::read(name.unwrap_or_default(), &block, &top, context);
        if name == Some(DEFAULT) {
            block.optional("match").into_iter().for_each(|node| node.refuse(Cause::DefaultMatch));
            if is_dead(&ProfileMatch::default(), &profiles, paths) {
                entry.refuse(Cause::DeadProfile);
            }
            default = profile;
        } else if let Some(condition) = block.required("match").and_then(|node| ProfileMatch::read(&node, paths)) {
            if is_dead(&condition, &profiles, paths) {
                entry.refuse(Cause::DeadProfile);
            }
            profiles.push(Profile { condition, ..profile });
        }
    }
    (profiles, default)
}

/// Returns whether earlier profiles take every post that a condition matches, be it one of them or several together.
fn is_dead(condition: &ProfileMatch, earlier: &[Profile], paths: &[String]) -> bool {
    let is_taken = |part: &ProfileMatch| earlier.iter().any(|earlier| earlier.condition.covers(part));
    is_taken(condition) || condition.parts(paths).is_some_and(|parts| parts.iter().all(is_taken))
}

fn name<'c>(block: &ConfigObject<'c>, earlier: &[&str], is_last: bool) -> Option<&'c str> {
    let node = block.required("name")?;
    let name = node.parsed(rules::name)?;
    if earlier.contains(&name) {
        node.refuse(Cause::DuplicateProfile);
    }
    if name == DEFAULT && !is_last {
        node.refuse(Cause::DefaultNotLast);
    }
    Some(name)
}
