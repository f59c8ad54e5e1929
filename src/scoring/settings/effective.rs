//! The effective document: every value that is in force, written out.

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::scoring::check::{AddressCheck, IdentityCheck};

use super::model::Settings;
use super::thresholds::Thresholds;

/// Digits of a revision.
const REVISION_DIGITS: usize = 16;

/// Writes the document in canonical JSON (RFC 8785). `ui_version` stands there as it was given, and not at all where it
/// was omitted. `None` where the document has no canonical JSON, which none of these values can cause.
pub(super) fn document(settings: &Settings, ui_version: Option<&Value>) -> Option<String> {
    let overrides = settings.age_overrides.iter().map(|entry| {
        let mut written = json!({ "country": entry.country.as_str(), "minimumAge": entry.minimum_age });
        if let (Some(state), Some(members)) = (&entry.state, written.as_object_mut()) {
            members.insert("state".to_owned(), state.as_str().into());
        }
        written
    });
    let mut document = json!({
        "identityProof": {
            "weights": weights(IdentityCheck::ALL.map(|check| (check.as_str(), settings.identity_weight(check)))),
            "thresholds": thresholds(settings.identity_thresholds),
            "minimumAgeSettings": {
                "defaultMinimumAge": settings.default_minimum_age,
                "locationOverrides": overrides.collect::<Vec<_>>(),
            },
        },
        "addressProof": {
            "weights": weights(AddressCheck::ALL.map(|check| (check.as_str(), settings.address_weight(check)))),
            "thresholds": thresholds(settings.address_thresholds),
        },
    });
    if let (Some(version), Some(members)) = (ui_version, document.as_object_mut()) {
        members.insert("uiVersion".to_owned(), version.clone());
    }
    serde_json_canonicalizer::to_string(&document).ok()
}

fn weights<const N: usize>(weights: [(&str, u8); N]) -> Value {
    weights.into_iter().map(|(key, points)| (key.to_owned(), points.into())).collect::<Map<_, _>>().into()
}

fn thresholds(thresholds: Thresholds) -> Value {
    json!({ "rejectBelow": thresholds.reject_below, "acceptAbove": thresholds.accept_above })
}

/// Returns the revision of a document: the first 16 hex digits of the SHA-256 of its canonical JSON.
pub(super) fn revision(canonical: &str) -> String {
    let mut hex = base16ct::lower::encode_string(&Sha256::digest(canonical.as_bytes()));
    hex.truncate(REVISION_DIGITS);
    hex
}
