//! Rebilly's `KycSettings` (`PUT /kyc-settings`), both editions.

use crate::payload::country::Alpha2;

use super::check::{AddressCheck, IdentityCheck};

/// Points at which a proof is accepted or rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Thresholds {
    pub reject_below: u8,
    pub accept_above: u8,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { reject_below: 50, accept_above: 80 }
    }
}

/// A minimum age for a country, or one of its states.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct AgeOverride {
    pub country: Alpha2,
    pub state: Option<String>,
    pub minimum_age: u8,
}

/// Validated settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    identity_weights: [u8; 16],
    address_weights: [u8; 10],
    /// Thresholds of the identity proof.
    pub identity_thresholds: Thresholds,
    /// Thresholds of the address proof.
    pub address_thresholds: Thresholds,
    /// Years; 18 unless set.
    pub default_minimum_age: u8,
    /// Country and state overrides.
    pub age_overrides: Vec<AgeOverride>,
    revision: String,
}

/// One thing wrong with a settings document, as Rebilly's `invalidFields` tell it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsProblem {
    /// Dot path, e.g. `identityProof.weights.isTampered`; empty for the whole document.
    pub field: String,
    /// What is wrong; never the value.
    pub message: String,
}

impl Settings {
    /// Reads a settings document.
    ///
    /// # Errors
    /// All problems at once.
    pub fn from_json(document: &serde_json::Value) -> Result<Self, Vec<SettingsProblem>> {
        let _ = document;
        todo!()
    }
    /// The points a failed check costs.
    #[must_use]
    pub fn identity_weight(&self, check: IdentityCheck) -> u8 {
        self.identity_weights.get(check as usize).copied().unwrap_or_default()
    }
    /// The points a failed check costs.
    #[must_use]
    pub fn address_weight(&self, check: AddressCheck) -> u8 {
        self.address_weights.get(check as usize).copied().unwrap_or_default()
    }
    /// First 16 hex digits of the SHA-256 of the document in canonical JSON (RFC 8785).
    #[must_use]
    pub fn revision(&self) -> &str {
        &self.revision
    }
}

impl Default for Settings {
    /// The shipped settings, used when `kycSettings` is absent.
    fn default() -> Self {
        todo!()
    }
}
