//! Validated settings.

use crate::payload::country::Alpha2;
use crate::scoring::check::{AddressCheck, IdentityCheck};

use super::thresholds::Thresholds;

/// A minimum age for a country, or one of its states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgeOverride {
    /// The country whose documents it is for.
    pub country: Alpha2,
    /// Name or code; `None` is the whole country.
    pub state: Option<String>,
    /// Full years.
    pub minimum_age: u8,
}

/// Validated settings. Weights, thresholds and scores are points of 0 to 100.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    pub(super) identity_weights: [u8; 16],
    pub(super) address_weights: [u8; 10],
    /// Thresholds of the identity proof.
    pub identity_thresholds: Thresholds,
    /// Thresholds of the address proof.
    pub address_thresholds: Thresholds,
    /// Years.
    pub default_minimum_age: u8,
    /// Country and state overrides.
    pub age_overrides: Vec<AgeOverride>,
    pub(super) document: String,
    pub(super) revision: String,
}

impl Settings {
    /// Returns settings by which nothing costs anything.
    pub(super) fn nothing() -> Self {
        Self {
            identity_weights: [0; 16],
            address_weights: [0; 10],
            identity_thresholds: Thresholds::default(),
            address_thresholds: Thresholds::default(),
            default_minimum_age: 0,
            age_overrides: Vec::new(),
            document: String::new(),
            revision: String::new(),
        }
    }

    /// Returns the effective document, every value written out, in canonical JSON (RFC 8785).
    #[must_use]
    pub fn document(&self) -> &str {
        &self.document
    }

    /// Returns the points that a failed check costs.
    #[must_use]
    pub fn identity_weight(&self, check: IdentityCheck) -> u8 {
        self.identity_weights.get(check as usize).copied().unwrap_or_default()
    }

    /// Returns the points that a failed check costs.
    #[must_use]
    pub fn address_weight(&self, check: AddressCheck) -> u8 {
        self.address_weights.get(check as usize).copied().unwrap_or_default()
    }

    /// Returns the first 16 hex digits of the SHA-256 of the document in canonical JSON (RFC 8785).
    #[must_use]
    pub fn revision(&self) -> &str {
        &self.revision
    }
}
