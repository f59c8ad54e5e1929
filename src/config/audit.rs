//! `audit`: what the audit line tells.

use super::node::ConfigNode;

/// `audit.userId`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AuditUserId {
    /// As it came.
    #[default]
    Plain,
    /// Its SHA-256 in hex.
    Sha256,
    /// Not at all.
    Omit,
}

const USER_ID: [(&str, AuditUserId); 3] =
    [("plain", AuditUserId::Plain), ("sha256", AuditUserId::Sha256), ("omit", AuditUserId::Omit)];

pub(super) fn read(node: Option<ConfigNode<'_>>) -> AuditUserId {
    let block = node.and_then(|node| node.object(&["userId"]));
    block.and_then(|block| block.optional("userId")?.one_of(&USER_ID)).unwrap_or_default()
}
