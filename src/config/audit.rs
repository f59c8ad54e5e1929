//! `audit`: what the audit line tells.

use crate::crypto::SigningKey;
use crate::words::words;

use super::node::ConfigNode;
use super::problem::{Cause, Warning};
use super::secrets::Secrets;
use super::variable;

words! {
    /// `audit.userId`.
    #[derive(Default)]
    pub enum AuditUserId {
        /// As it came.
        Plain = "plain",
        /// Its SHA-256 in hex, or HMAC-SHA-256 under `audit.userIdKey`.
        #[default]
        Sha256 = "sha256",
        /// Not at all.
        Omit = "omit",
    }
}

/// The `audit` block. No `Debug`: it may hold a key.
#[derive(Default)]
pub struct Audit {
    /// `audit.userId`.
    pub user_id: AuditUserId,
    /// `audit.userIdKey`.
    pub user_id_key: Option<SigningKey>,
}

pub(super) fn read(node: Option<ConfigNode<'_>>, secrets: &Secrets<'_>) -> Audit {
    let Some(block) = node.and_then(|node| node.object(&["userId", "userIdKey"])) else { return Audit::default() };
    let user_id = block.optional("userId").and_then(|node| {
        let user_id = node.word()?;
        if user_id == AuditUserId::Plain {
            node.warn(Warning::PlainUserId);
        }
        Some(user_id)
    });
    let user_id = user_id.unwrap_or_default();
    let user_id_key = block.optional("userIdKey").and_then(|node| {
        if user_id != AuditUserId::Sha256 {
            node.refuse(Cause::UnusedUserIdKey);
        }
        let name = variable::secret(&node, secrets)?;
        let key = variable::plain_value(&name, secrets).map_err(|cause| node.refuse(cause)).ok()?;
        SigningKey::hmac_sha256(key.as_bytes()).map_err(|error| node.refuse(error.into())).ok()
    });
    Audit { user_id, user_id_key }
}
