//! `kycSettings`: Rebilly's document.

use kyc_gate::payload::country::{Alpha2, resolve};
use kyc_gate::scoring::{AddressCheck, IdentityCheck, Settings};
use serde_json::{Map, Value, json};

use super::value::{integer, list, object, with};

pub(super) fn schema() -> Value {
    let shipped = Settings::default();
    let identity = IdentityCheck::ALL.map(|check| (check.as_str(), shipped.identity_weight(check)));
    let address = AddressCheck::ALL.map(|check| (check.as_str(), shipped.address_weight(check)));
    let identity = object(
        "Identity proof",
        "How the identity document is scored.",
        &[],
        json!({
            "weights": weights(&identity),
            "thresholds": thresholds(shipped.identity_thresholds.reject_below, shipped.identity_thresholds.accept_above),
            "minimumAgeSettings": ages(shipped.default_minimum_age),
        }),
    );
    let address = object(
        "Address proof",
        "How the address document is scored, where there is one.",
        &[],
        json!({
            "weights": weights(&address),
            "thresholds": thresholds(shipped.address_thresholds.reject_below, shipped.address_thresholds.accept_above),
        }),
    );
    object(
        "Rebilly's KYC settings",
        "The body of Rebilly's `PUT /kyc-settings`, verbatim. What it omits keeps its shipped value.",
        &[],
        json!({
            "uiVersion": { "enum": ["1", "2", null], "description": "For Rebilly's pages; without effect here." },
            "identityProof": identity,
            "addressProof": address,
        }),
    )
}

fn weights(checks: &[(&str, u8)]) -> Value {
    let weight = |shipped: u8| integer(0, 100, Some(shipped.into()), "Points that the failed check costs; 0: none.");
    let weights: Map<String, Value> =
        checks.iter().map(|(check, shipped)| ((*check).to_owned(), weight(*shipped))).collect();
    object("Weights", "Points that each failed check costs. Not 0 for all of them.", &[], weights.into())
}

fn thresholds(reject_below: u8, accept_above: u8) -> Value {
    object(
        "Thresholds",
        "Between them a post goes to review.",
        &[],
        json!({
            "rejectBelow": integer(0, 100, Some(reject_below.into()), "Rejected below this score. Not above `acceptAbove`."),
            "acceptAbove": integer(0, 100, Some(accept_above.into()), "Accepted at this score or more."),
        }),
    )
}

fn ages(default: u8) -> Value {
    let location = object(
        "An age limit of its own",
        "For a country, or a state of it.",
        &["country", "minimumAge"],
        json!({
            "country": { "enum": countries(), "description": "ISO 3166-1 alpha-2, or XK." },
            "state": { "type": "string", "maxLength": 45, "description": "Name or code. Absent: the whole country." },
            "minimumAge": integer(1, 100, None, "Full years."),
        }),
    );
    let locations = list(location, "Each country and state once.");
    object(
        "Minimum ages",
        "In full years on the day of the request.",
        &[],
        json!({
            "defaultMinimumAge": integer(1, 100, Some(default.into()), "Where no other limit applies."),
            "locationOverrides": with(locations, "default", json!([])),
        }),
    )
}

/// Returns the codes that the gate takes.
fn countries() -> Vec<String> {
    let letters = || 'A'..='Z';
    let codes = letters().flat_map(|first| letters().map(move |second| format!("{first}{second}")));
    codes.filter(|code| Alpha2::parse(code).is_some_and(|parsed| resolve(code) == Some(parsed))).collect()
}
