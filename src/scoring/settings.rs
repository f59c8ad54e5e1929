//! Rebilly's `KycSettings` (`PUT /kyc-settings`), both editions: the one with `matchesDateOfBirth` (until April 2026)
//! and the one with `mrzChecksum` (since May 2026).

mod reader;

use sha2::{Digest, Sha256};

use crate::payload::country::Alpha2;

use super::check::{AddressCheck, IdentityCheck};
use super::verdict::Decision;

/// The shipped settings. No weights are published, so these are ours: what settles the matter alone (no identity
/// document, a forgery or a copy, an age not proven) costs more than 50 and rejects; a fact that a person should
/// look at (image, face, names, dates of birth, MRZ) costs 25 to 45 and goes to review; what many sound documents
/// lack (issue date, nationality, phone) is cheap enough that all of it together still accepts. The face stays in
/// the middle because REL-ID lets a customer go on after a failed match.
const SHIPPED: &str = include_str!("settings/default.json");

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

impl Thresholds {
    /// What a score of 0 to 100 means: both thresholds belong to the better side.
    #[must_use]
    pub fn decide(self, score: u8) -> Decision {
        if score >= self.accept_above {
            Decision::Accept
        } else if score < self.reject_below {
            Decision::Reject
        } else {
            Decision::Review
        }
    }
}

/// A minimum age for a country, or one of its states.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct AgeOverride {
    pub country: Alpha2,
    /// Name or code; `None` is the whole country.
    pub state: Option<String>,
    /// Full years.
    pub minimum_age: u8,
}

/// Validated settings. Weights, thresholds and scores are points of 0 to 100.
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
    document: String,
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
    /// Reads a settings document. Whole numbers written as `20.0` or `2e1` count as integers, because Envoy hands
    /// the numbers of a `Struct` over as doubles.
    ///
    /// # Errors
    /// All problems at once.
    pub fn from_json(document: &serde_json::Value) -> Result<Self, Vec<SettingsProblem>> {
        reader::read(document)
    }
    /// The document as given, in canonical JSON (RFC 8785).
    #[must_use]
    pub fn document(&self) -> &str {
        &self.document
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
    #[allow(clippy::expect_used, reason = "a constant; the tests read it")]
    fn default() -> Self {
        let document = serde_json::from_str(SHIPPED).expect("the shipped settings are JSON");
        Self::from_json(&document).expect("the shipped settings are valid")
    }
}

/// First 16 hex digits of a canonical document's SHA-256.
fn revision(canonical: &str) -> String {
    let mut hex = base16ct::lower::encode_string(&Sha256::digest(canonical.as_bytes()));
    hex.truncate(16);
    hex
}
