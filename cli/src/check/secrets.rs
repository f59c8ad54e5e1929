//! Where the values of `env:NAME` and `sds:NAME` come from while a configuration is checked.

use std::collections::HashMap;

use crate::find::Gate;
use crate::source::Node;

/// Where secrets come from that the file doesn't hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secrets {
    /// From nowhere: a value that fits stands in for each.
    Placeholders,
    /// From this process's environment, as the gate gets them from Envoy's.
    Environment,
}

impl Secrets {
    pub(super) fn look_up(self, name: &str, placeholders: &HashMap<String, String>) -> Option<String> {
        match self {
            Self::Placeholders => placeholders.get(&format!("env:{name}")).cloned(),
            Self::Environment => std::env::var(name).ok(),
        }
    }

    /// Returns the values that the file itself gives.
    pub(super) fn given(self, gate: &Gate<'_>) -> HashMap<String, String> {
        key_values(gate).map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }
}

/// Returns the variables whose values stand in the file.
pub fn key_values<'f>(gate: &Gate<'f>) -> impl Iterator<Item = (&'f str, &'f str)> {
    let plugin = gate.plugin();
    let envoys = plugin.path(&["vm_config", "environment_variables", "key_values"]).map(Node::members);
    let inline = plugin.path(&["vmConfig", "env"]).map(Node::elements).unwrap_or_default();
    let inline = inline.iter().filter_map(|entry| Some((entry.text_of("name")?, entry.text_of("value")?)));
    let envoys = envoys.unwrap_or_default().iter();
    envoys.filter_map(|(name, value)| Some((name.as_str(), value.text()?))).chain(inline)
}
