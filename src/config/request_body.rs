//! `requestBody`: the template of the body sent upstream.

use serde_json::Value;

use crate::template::Template;

use super::node::ConfigNode;
use super::problem::{Cause, Warning};

/// Warns of a template of a body that no post gets.
pub(super) fn warn_unused(node: Option<ConfigNode<'_>>) {
    if let Some(node) = node.filter(|node| node.value() != "") {
        node.warn(Warning::UnusedBody);
    }
}

/// Returns `None` when absent or `""`: the decrypted payload goes on as it came.
pub(super) fn read(node: Option<ConfigNode<'_>>) -> Option<Template> {
    let node = node.filter(|node| node.value() != "")?;
    if !matches!(node.value(), Value::Object(_) | Value::Array(_) | Value::String(_)) {
        node.refuse(Cause::WrongType("an object, an array or a string"));
        return None;
    }
    let refuse = |problems: Vec<crate::template::TemplateProblem>| {
        problems.into_iter().for_each(|problem| node.refuse_at(&problem.path, problem.error.into()));
    };
    Template::compile(node.value()).map_err(refuse).ok()
}
