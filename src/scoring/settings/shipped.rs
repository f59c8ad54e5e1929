//! The settings that hold where the configuration has none.

use super::model::Settings;

/// The shipped settings. No weights are published, so these are ours: what settles the matter alone (no identity
/// document, a forgery or a copy, an age not proven) costs more than 50 and rejects; a fact that a person should
/// look at (image, face, names, dates of birth, MRZ) costs 25 to 45 and goes to review; what many sound documents
/// lack (issue date, nationality, phone) is cheap enough that all of it together still accepts. The face stays in
/// the middle because REL-ID lets a customer go on after a failed match.
const SHIPPED: &str = include_str!("default.json");

impl Default for Settings {
    /// The shipped settings, used when `kycSettings` is absent.
    #[allow(clippy::expect_used, reason = "a constant; the tests read it")]
    fn default() -> Self {
        let document = serde_json::from_str(SHIPPED).expect("the shipped settings are JSON");
        Self::from_json(&document).expect("the shipped settings are valid")
    }
}
