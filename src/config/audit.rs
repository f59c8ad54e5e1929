//! `audit`: what the audit line tells.

use crate::words::words;

use super::node::ConfigNode;

words! {
    /// `audit.userId`.
    #[derive(Default)]
    pub enum AuditUserId {
        /// As it came.
        #[default]
        Plain = "plain",
        /// Its SHA-256 in hex.
        Sha256 = "sha256",
        /// Not at all.
        Omit = "omit",
    }
}

pub(super) fn read(node: Option<ConfigNode<'_>>) -> AuditUserId {
    let block = node.and_then(|node| node.object(&["userId"]));
    block.and_then(|block| block.optional("userId")?.word()).unwrap_or_default()
}
