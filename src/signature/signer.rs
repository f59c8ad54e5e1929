//! The `signature` block: a key and what it is called.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::crypto::SigningKey;

use super::base::Message;

/// The label of the gate's signature.
pub const LABEL: &str = "kyc";

/// Signs requests.
pub struct Signer {
    key_id: String,
    key: SigningKey,
}

impl Signer {
    /// A signer. `key_id` is printable ASCII.
    #[must_use]
    pub fn new(key_id: String, key: SigningKey) -> Self {
        Self { key_id, key }
    }

    /// The values of `signature-input` and `signature`. `created` is in seconds since the Unix epoch.
    #[must_use]
    pub fn sign(&self, message: &Message<'_>, created: i64) -> (String, String) {
        let parameters = message.parameters(created, &self.key_id);
        let signature = self.key.sign(message.base(&parameters).as_bytes());
        (format!("{LABEL}={parameters}"), format!("{LABEL}=:{}:", STANDARD.encode(signature)))
    }
}
