//! `profiles[]`: which profile a post gets. The first that matches, in the order of the list; else the default.

use super::Config;
use super::headers::Surroundings;
use super::node::{ConfigNode, Object};
use super::problem::Cause;
use super::profile::{Profile, ProfileMatch};
use super::rules;

/// The entry for the posts that no other takes.
const DEFAULT: &str = "default";

const KEYS: [&str; 7] = ["name", "match", "kycSettings", "rules", "requestBody", "headers", "decision"];

impl Config {
    /// The profile of a post: its `:authority`, its path without the query, and `request_info.app_id`, where sent.
    #[must_use]
    pub fn profile_for(&self, authority: &str, path: &str, app_id: Option<&str>) -> &Profile {
        self.candidates(authority, path).find(|profile| profile.takes_app(app_id)).unwrap_or(&self.default_profile)
    }

    /// The profiles that a post may get, by what is known before its body is read.
    pub fn candidates(&self, authority: &str, path: &str) -> impl Iterator<Item = &Profile> {
        let mut settled = false;
        self.all_profiles().filter(move |profile| profile.takes_head(authority, path)).take_while(move |profile| {
            let possible = !settled;
            settled |= profile.takes_any_app();
            possible
        })
    }

    /// The profile of a post, where its body doesn't matter.
    #[must_use]
    pub fn profile_by_head(&self, authority: &str, path: &str) -> Option<&Profile> {
        self.candidates(authority, path).next().filter(|first| first.takes_any_app())
    }

    /// All profiles, the default one last.
    pub fn all_profiles(&self) -> impl Iterator<Item = &Profile> {
        self.profiles.iter().chain([&self.default_profile])
    }
}

/// The profiles with a condition, and the default one. `paths` are those of the configuration's own `match`.
pub(super) fn read(
    node: Option<ConfigNode<'_>>,
    top: Profile,
    paths: &[String],
    around: &Surroundings<'_>,
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
        let profile = Profile::read(name.unwrap_or_default(), &block, &top, around);
        if name == Some(DEFAULT) {
            block.optional("match").into_iter().for_each(|node| node.refuse(Cause::DefaultMatch));
            default = profile;
        } else if let Some(condition) = block.required("match").and_then(|node| ProfileMatch::read(&node, paths)) {
            if profiles.iter().any(|earlier| earlier.condition.covers(&condition)) {
                entry.refuse(Cause::DeadProfile);
            }
            profiles.push(Profile { condition, ..profile });
        }
    }
    (profiles, default)
}

fn name<'c>(block: &Object<'c>, earlier: &[&str], is_last: bool) -> Option<&'c str> {
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
