//! The shipped settings: they hold where the configuration has none, and give every value that a document omits.

use std::sync::LazyLock;

use serde_json::Value;

use super::error::SettingsProblem;
use super::model::Settings;
use super::reader;

/// No weights are published, so these are ours: what settles the matter alone (no identity document, a forgery or a
/// copy, an age not proven) costs more than 50 and rejects; a fact that a person should look at (image, face, names,
/// dates of birth, MRZ) costs 25 to 45 and goes to review; what many sound documents lack (issue date, nationality,
/// phone) is cheap enough that all of it together still accepts. The face stays in the middle because REL-ID lets a
/// customer go on after a failed match.
const DOCUMENT: &str = include_str!("default.json");

#[allow(clippy::expect_used, reason = "a constant; the tests read it")]
static SHIPPED: LazyLock<Settings> = LazyLock::new(|| {
    let document = serde_json::from_str(DOCUMENT).expect("the shipped settings are JSON");
    reader::read(&document, &Settings::nothing()).expect("the shipped settings are valid")
});

impl Settings {
    /// Reads a settings document. What it omits keeps its shipped value, so a partial document changes what it names
    /// and nothing else; a weight of 0 switches a check off. Whole numbers written as `20.0` or `2e1` count as
    /// integers, because Envoy hands the numbers of a `Struct` over as doubles.
    ///
    /// ```
    /// use kyc_gate::scoring::{IdentityCheck, Settings};
    /// use serde_json::json;
    ///
    /// let settings = Settings::from_json(&json!({ "identityProof": { "weights": { "nationality": 7 } } })).unwrap();
    /// assert_eq!(settings.identity_weight(IdentityCheck::Nationality), 7);
    /// assert_eq!(settings.identity_weight(IdentityCheck::IsTampered), 100);
    /// ```
    ///
    /// # Errors
    /// All problems at once.
    pub fn from_json(document: &Value) -> Result<Self, Vec<SettingsProblem>> {
        reader::read(document, &SHIPPED)
    }
}

impl Default for Settings {
    /// Returns the shipped settings, used when `kycSettings` is absent.
    fn default() -> Self {
        SHIPPED.clone()
    }
}
