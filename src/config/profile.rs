//! One of `profiles[]`: what applies to the posts of one mobile app, host or path.

use std::rc::Rc;

use serde_json::{Value, json};

use crate::scoring::{Rule, Settings};
use crate::template::Template;

use super::authority::Authority;
use super::decision::{self, DecisionPolicy, ForwardBody};
use super::headers::{HeaderContext, HeaderValue};
use super::node::{ConfigNode, ConfigObject};
use super::problem::Cause;
use super::rules::RuleSet;
use super::{headers, matching, request_body, settings};

/// What applies to a post. All that an entry of `profiles[]` leaves out is the top level's.
#[derive(Clone)]
pub struct Profile {
    /// `None` where the configuration has no profiles: then there is nothing to tell apart.
    pub name: Option<Rc<str>>,
    /// `kycSettings`; `None` for the top-level ones that are in force.
    pub settings: Option<Rc<Settings>>,
    /// The rules in force: `rules`, and those of the shipped ones that stay.
    pub rules: Rc<[Rule]>,
    pub(super) rule_set: RuleSet,
    /// `requestBody`; `None` sends the decrypted payload as it came.
    pub request_body: Option<Rc<Template>>,
    /// `headers[]`: lower-case name, value.
    pub headers: Rc<[(String, HeaderValue)]>,
    /// `decision`; `onError` and `headerPrefix` are always the top level's.
    pub decision: DecisionPolicy,
    pub(super) condition: ProfileMatch,
}

/// Most single conditions that a profile is looked at by.
const MAX_PARTS: usize = 10_000;

/// `profiles[].match`. Each list that isn't empty must hold the request's value.
#[derive(Clone, Default)]
pub(super) struct ProfileMatch {
    app_ids: Vec<String>,
    authorities: Vec<Authority>,
    paths: Vec<String>,
}

impl Profile {
    /// Returns what a block sets, and the rest of the top level's; without a condition.
    pub(super) fn read(name: &str, block: &ConfigObject<'_>, top: &Self, context: &HeaderContext<'_>) -> Self {
        let rule_set = RuleSet::read(block, &top.rule_set);
        let body = |node| request_body::read(Some(node)).map(Rc::new);
        let decision = block
            .optional("decision")
            .map_or_else(|| top.decision.clone(), |node| decision::read_profile(&node, &top.decision));
        if decision.forward_body == ForwardBody::Original {
            request_body::warn_unused(block.optional("requestBody"));
        }
        Self {
            name: Some(name.into()),
            settings: block.optional("kycSettings").map(|node| Rc::new(settings::read(Some(node)))),
            rules: rule_set.in_force(),
            rule_set,
            request_body: block.optional("requestBody").map_or_else(|| top.request_body.clone(), body),
            headers: block
                .optional("headers")
                .map_or_else(|| Rc::clone(&top.headers), |node| headers::read(Some(node), context).into()),
            decision,
            condition: ProfileMatch::default(),
        }
    }

    /// Returns whether this template is that of a body that the profile sends.
    pub(super) fn sends(&self, body: &Rc<Template>) -> bool {
        let is_it = self.request_body.as_ref().is_some_and(|own| Rc::ptr_eq(own, body));
        is_it && self.decision.forward_body == ForwardBody::Rewritten
    }

    /// Returns whether a request with this head can get the profile.
    pub(super) fn takes_head(&self, authority: &str, path: &str) -> bool {
        let ProfileMatch { authorities, paths, .. } = &self.condition;
        let is_authority = || authorities.iter().any(|wanted| wanted.is(authority));
        let is_path = || paths.iter().any(|wanted| wanted == path);
        (authorities.is_empty() || is_authority()) && (paths.is_empty() || is_path())
    }

    /// Returns whether the body doesn't matter.
    pub(super) fn takes_any_app(&self) -> bool {
        self.condition.app_ids.is_empty()
    }

    pub(super) fn takes_app(&self, app_id: Option<&str>) -> bool {
        self.takes_any_app() || app_id.is_some_and(|id| self.condition.app_ids.iter().any(|wanted| wanted == id))
    }
}

impl ProfileMatch {
    /// Returns `None` when anything in it is refused. `paths` are those of the configuration's own `match`.
    pub(super) fn read(node: &ConfigNode<'_>, paths: &[String]) -> Option<Self> {
        let block = node.object(&["appIds", "authorities", "paths"])?;
        let known = |text: &str| {
            let path = matching::path(text)?;
            if paths.contains(&path) { Ok(path) } else { Err(Cause::UnmatchedPath) }
        };
        let app_ids = list(&block, "appIds", |entry| entry.text().map(str::to_owned));
        let authorities = list(&block, "authorities", |entry| entry.parsed(Authority::parse));
        let paths = list(&block, "paths", |entry| entry.parsed(known));
        let condition = Self { app_ids: app_ids?, authorities: authorities?, paths: paths? };
        if condition.is_empty() {
            node.refuse(Cause::NoCondition);
            return None;
        }
        Some(condition)
    }

    fn is_empty(&self) -> bool {
        self.app_ids.is_empty() && self.authorities.is_empty() && self.paths.is_empty()
    }

    /// Splits the condition into those of single values; `paths` stand for those of a condition without any. `None`
    /// where there are too many.
    pub(super) fn parts(&self, paths: &[String]) -> Option<Vec<Self>> {
        fn each<T: Clone>(values: &[T]) -> Vec<Vec<T>> {
            if values.is_empty() { vec![Vec::new()] } else { values.iter().map(|value| vec![value.clone()]).collect() }
        }
        let paths = if self.paths.is_empty() { paths } else { &self.paths };
        let (app_ids, authorities, paths) = (each(&self.app_ids), each(&self.authorities), each(paths));
        let count = app_ids.len().saturating_mul(authorities.len()).saturating_mul(paths.len());
        if count > MAX_PARTS {
            return None;
        }
        let mut parts = Vec::with_capacity(count);
        for app_ids in &app_ids {
            for authorities in &authorities {
                parts.extend(paths.iter().map(|paths| Self {
                    app_ids: app_ids.clone(),
                    authorities: authorities.clone(),
                    paths: paths.clone(),
                }));
            }
        }
        Some(parts)
    }

    /// Describes the condition, for the revision of the configuration.
    pub(super) fn document(&self) -> Value {
        let authorities: Vec<_> = self.authorities.iter().map(ToString::to_string).collect();
        json!({ "appIds": self.app_ids, "authorities": authorities, "paths": self.paths })
    }

    /// Returns whether every request that meets the other one also meets this one.
    pub(super) fn covers(&self, other: &Self) -> bool {
        fn all<T>(wide: &[T], narrow: &[T], covers: impl Fn(&T, &T) -> bool) -> bool {
            let covered = |entry: &T| wide.iter().any(|wide| covers(wide, entry));
            wide.is_empty() || (!narrow.is_empty() && narrow.iter().all(covered))
        }
        all(&self.app_ids, &other.app_ids, PartialEq::eq)
            && all(&self.authorities, &other.authorities, Authority::covers)
            && all(&self.paths, &other.paths, PartialEq::eq)
    }
}

/// Returns the entries of a list that is empty only when absent; every entry is read, even after a refused one.
fn list<T>(block: &ConfigObject<'_>, key: &str, read: impl FnMut(&ConfigNode<'_>) -> Option<T>) -> Option<Vec<T>> {
    let Some(node) = block.optional(key) else { return Some(Vec::new()) };
    let entries = node.list()?;
    if entries.is_empty() {
        node.refuse(Cause::EmptyList);
        return None;
    }
    let read: Vec<Option<T>> = entries.iter().map(read).collect();
    read.into_iter().collect()
}
