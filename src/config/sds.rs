//! `sds`: where Envoy gets the secrets that `sds:NAME` names.

use super::node::ConfigNode;
use super::problem::Cause;
use super::secrets::{Sds, Secrets, is_sds_name};

/// The entry for all secrets that have none of their own.
const ANY: &str = "*";

/// A secret that Envoy has to be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// The secret's name.
    pub name: String,
    /// Envoy's `ConfigSource` in JSON; without one, the secret is one of the bootstrap's own.
    pub source: Option<String>,
}

/// Returns what has to be subscribed. Comes after all else: only then it is known which secrets are named.
pub(super) fn read(node: Option<ConfigNode<'_>>, secrets: &Secrets<'_>) -> Vec<Subscription> {
    let (mentioned, needed) = (secrets.mentioned.borrow(), secrets.needed.borrow());
    if matches!(secrets.sds, Sds::Unknown) {
        node.iter().for_each(|node| node.refuse(Cause::NoSds));
        return Vec::new();
    }
    let entries = node.and_then(|node| node.members()).unwrap_or_default();
    let has_own = |name: &str| entries.iter().any(|(own, _)| *own == name);
    for (name, entry) in &entries {
        let used = match *name {
            ANY => mentioned.iter().any(|name| !has_own(name)),
            name => mentioned.contains(name),
        };
        if *name != ANY && !is_sds_name(name) {
            entry.refuse(Cause::SdsName);
        } else if !used {
            entry.refuse(Cause::UnusedSource);
        } else if !entry.value().is_object() {
            entry.refuse(Cause::WrongType("an object: Envoy's ConfigSource"));
        }
    }
    let source = |name: &str| entries.iter().find(|(own, _)| *own == name).map(|(_, entry)| entry.value().to_string());
    let subscription =
        |name: &String| Subscription { name: name.clone(), source: source(name).or_else(|| source(ANY)) };
    needed.iter().map(subscription).collect()
}
