//! What differs between two settings, in words.

use std::collections::BTreeMap;

use kyc_gate::scoring::settings::Thresholds;
use kyc_gate::scoring::{AddressCheck, IdentityCheck, Settings};
use serde::Serialize;
use serde_json::{Value, json};

/// One difference.
#[derive(Serialize)]
pub struct Change {
    /// Where, as in the document: `identityProof.weights.isTampered`.
    pub path: String,
    /// What is in force; `null` for nothing.
    pub from: Value,
    /// What takes its place; `null` for nothing.
    pub to: Value,
    /// What it means.
    pub says: String,
}

/// Returns every difference, in the order of the document.
#[must_use]
pub fn between(old: &Settings, new: &Settings) -> Vec<Change> {
    let identity = IdentityCheck::ALL
        .iter()
        .map(|check| (check.as_str(), old.identity_weight(*check), new.identity_weight(*check)));
    let address =
        AddressCheck::ALL.iter().map(|check| (check.as_str(), old.address_weight(*check), new.address_weight(*check)));
    let mut changes: Vec<Change> =
        identity.filter_map(|(check, old, new)| weight("identityProof", check, old, new)).collect();
    changes.extend(thresholds("identityProof", old.identity_thresholds, new.identity_thresholds));
    changes.extend(number(
        "identityProof.minimumAgeSettings.defaultMinimumAge",
        old.default_minimum_age,
        new.default_minimum_age,
        |old, new| format!("{} {new} years instead of {old}", if new > old { "older: from" } else { "younger: from" }),
    ));
    changes.extend(locations(old, new));
    changes.extend(address.filter_map(|(check, old, new)| weight("addressProof", check, old, new)));
    changes.extend(thresholds("addressProof", old.address_thresholds, new.address_thresholds));
    changes
}

fn weight(proof: &str, check: &str, old: u8, new: u8) -> Option<Change> {
    number(&format!("{proof}.weights.{check}"), old, new, |old, new| match (old, new) {
        (_, 0) => format!("a failure costs nothing any more, {old} points until now"),
        (0, _) => format!("a failure costs {new} points, nothing until now"),
        _ if new > old => format!("a failure costs {new} points, {} more", new.abs_diff(old)),
        _ => format!("a failure costs {new} points, {} less", new.abs_diff(old)),
    })
}

fn thresholds(proof: &str, old: Thresholds, new: Thresholds) -> impl Iterator<Item = Change> {
    let reject = number(&format!("{proof}.thresholds.rejectBelow"), old.reject_below, new.reject_below, |old, new| {
        format!("{}: rejects below {new} points instead of {old}", if new > old { "stricter" } else { "more lenient" })
    });
    let accept = number(&format!("{proof}.thresholds.acceptAbove"), old.accept_above, new.accept_above, |old, new| {
        format!("{}: accepts from {new} points instead of {old}", if new > old { "stricter" } else { "more lenient" })
    });
    reject.into_iter().chain(accept)
}

fn number(path: &str, old: u8, new: u8, says: impl Fn(u8, u8) -> String) -> Option<Change> {
    (old != new).then(|| Change { path: path.to_owned(), from: old.into(), to: new.into(), says: says(old, new) })
}

/// Compares the ages of countries and states; their order doesn't matter.
fn locations(old: &Settings, new: &Settings) -> Vec<Change> {
    type Ages = BTreeMap<(String, Option<String>), u8>;
    let ages = |settings: &Settings| -> Ages {
        let entries = settings.age_overrides.iter();
        entries.map(|age| ((age.country.as_str().to_owned(), age.state.clone()), age.minimum_age)).collect()
    };
    let (old, new) = (ages(old), ages(new));
    let places: std::collections::BTreeSet<_> = old.keys().chain(new.keys()).collect();
    let change = |place: &(String, Option<String>)| {
        let (before, after) = (old.get(place).copied(), new.get(place).copied());
        let (country, state) = place;
        let name = state.as_ref().map_or_else(|| country.clone(), |state| format!("{country}, {state}"));
        let says = match (before, after) {
            (Some(before), Some(after)) => format!("{name}: from {after} years instead of {before}"),
            (None, Some(after)) => format!("{name}: from {after} years, no limit of its own until now"),
            (Some(before), None) => format!("{name}: no limit of its own any more, from {before} years until now"),
            (None, None) => return None,
        };
        let path = "identityProof.minimumAgeSettings.locationOverrides".to_owned();
        let entry = |age: Option<u8>| age.map(|age| json!({ "country": country, "state": state, "minimumAge": age }));
        (before != after).then(|| Change { path, from: entry(before).into(), to: entry(after).into(), says })
    };
    places.into_iter().filter_map(change).collect()
}
