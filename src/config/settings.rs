//! `kycSettings`: Rebilly's document, verbatim.

use crate::scoring::Settings;

use super::node::ConfigNode;
use super::problem::Cause;

pub(super) fn read(node: Option<ConfigNode<'_>>) -> Settings {
    let Some(node) = node else { return Settings::default() };
    Settings::from_json(node.value()).unwrap_or_else(|problems| {
        problems.into_iter().for_each(|problem| node.refuse_at(&problem.field, Cause::Settings(problem.message)));
        Settings::default()
    })
}
