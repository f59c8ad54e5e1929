//! The `settingsApi` block of the configuration.

use super::store::Store;

/// The `settingsApi` block.
pub struct SettingsApi {
    /// Exact path, query ignored.
    pub path: String,
    /// SHA-256 of the bearer token.
    pub bearer_sha256: [u8; 32],
    /// The settings service behind the gate, if there is one.
    pub store: Option<Store>,
}
