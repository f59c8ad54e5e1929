//! Reads and validates a settings document, and tells every problem at once.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use crate::payload::country::{Alpha2, PrintedState};
use crate::scoring::check::{AddressCheck, IdentityCheck};
use crate::scoring::country;
use crate::words;

use super::effective;
use super::error::SettingsProblem;
use super::model::{AgeOverride, Settings};
use super::thresholds::Thresholds;

/// Weights and thresholds.
const POINTS: RangeInclusive<u8> = 0..=100;
/// Minimum ages, in years.
const YEARS: RangeInclusive<u8> = 1..=100;
const NO_COUNTRY: &str = "must be an assigned ISO 3166-1 alpha-2 code";
/// Longest state, in characters.
const STATE_LENGTH: usize = 45;

/// Reads a document. What it omits has its value in `base`.
pub(super) fn read(document: &Value, base: &Settings) -> Result<Settings, Vec<SettingsProblem>> {
    let mut reader = Reader { base, problems: Vec::new() };
    let settings = reader.settings(document);
    if !reader.problems.is_empty() {
        return Err(reader.problems);
    }
    match effective::document(&settings, document.get("uiVersion")) {
        Some(canonical) => Ok(Settings { revision: effective::revision(&canonical), document: canonical, ..settings }),
        None => {
            reader.refuse("", "has no canonical JSON");
            Err(reader.problems)
        }
    }
}

struct Reader<'b> {
    base: &'b Settings,
    problems: Vec<SettingsProblem>,
}

impl Reader<'_> {
    fn refuse(&mut self, field: &str, message: impl Into<String>) {
        self.problems.push(SettingsProblem { field: field.to_owned(), message: message.into() });
    }

    fn settings(&mut self, document: &Value) -> Settings {
        let root = self.object("", Some(document), &["uiVersion", "identityProof", "addressProof"]);
        self.ui_version(member(root, "uiVersion"));
        let identity = self.object(
            "identityProof",
            member(root, "identityProof"),
            &["weights", "thresholds", "minimumAgeSettings"],
        );
        let address = self.object("addressProof", member(root, "addressProof"), &["weights", "thresholds"]);
        let ages_path = "identityProof.minimumAgeSettings";
        let ages =
            self.object(ages_path, member(identity, "minimumAgeSettings"), &["defaultMinimumAge", "locationOverrides"]);
        Settings {
            identity_weights: self.weights(
                "identityProof.weights",
                member(identity, "weights"),
                IdentityCheck::ALL.map(IdentityCheck::as_str),
                self.base.identity_weights,
            ),
            address_weights: self.weights(
                "addressProof.weights",
                member(address, "weights"),
                AddressCheck::ALL.map(AddressCheck::as_str),
                self.base.address_weights,
            ),
            identity_thresholds: self.thresholds(
                "identityProof.thresholds",
                member(identity, "thresholds"),
                self.base.identity_thresholds,
            ),
            address_thresholds: self.thresholds(
                "addressProof.thresholds",
                member(address, "thresholds"),
                self.base.address_thresholds,
            ),
            default_minimum_age: self
                .integer(&join(ages_path, "defaultMinimumAge"), member(ages, "defaultMinimumAge"), YEARS)
                .unwrap_or(self.base.default_minimum_age),
            age_overrides: self.overrides(&join(ages_path, "locationOverrides"), member(ages, "locationOverrides")),
            document: String::new(),
            revision: String::new(),
        }
    }

    fn ui_version(&mut self, value: Option<&Value>) {
        // It steers Rebilly's capture pages only; the one setting that may be null.
        let known = match value {
            None | Some(Value::Null) => true,
            Some(value) => matches!(value.as_str(), Some("1" | "2")),
        };
        if !known {
            self.refuse("uiVersion", "must be \"1\", \"2\" or null");
        }
    }

    fn weights<const N: usize>(
        &mut self,
        path: &str,
        value: Option<&Value>,
        keys: [&str; N],
        base: [u8; N],
    ) -> [u8; N] {
        let before = self.problems.len();
        let given = self.object(path, value, &keys);
        let mut weights = base;
        for (key, weight) in keys.iter().zip(&mut weights) {
            if let Some(points) = self.integer(&join(path, key), member(given, key), POINTS) {
                *weight = points;
            }
        }
        if self.problems.len() == before && weights.iter().all(|weight| *weight == 0) {
            self.refuse(path, "must not all be 0: the proof would always score 100");
        }
        weights
    }

    fn thresholds(&mut self, path: &str, value: Option<&Value>, base: Thresholds) -> Thresholds {
        let before = self.problems.len();
        let given = self.object(path, value, &["rejectBelow", "acceptAbove"]);
        let (reject_path, accept_path) = (join(path, "rejectBelow"), join(path, "acceptAbove"));
        let mut thresholds = base;
        if let Some(points) = self.integer(&reject_path, member(given, "rejectBelow"), POINTS) {
            thresholds.reject_below = points;
        }
        if let Some(points) = self.integer(&accept_path, member(given, "acceptAbove"), POINTS) {
            thresholds.accept_above = points;
        }
        // A threshold that was refused has been told already.
        if self.problems.len() == before && thresholds.reject_below > thresholds.accept_above {
            if member(given, "rejectBelow").is_some() {
                self.refuse(&reject_path, "must not be greater than acceptAbove (80 when omitted)");
            } else {
                self.refuse(&accept_path, "must not be less than rejectBelow (50 when omitted)");
            }
        }
        thresholds
    }

    fn overrides(&mut self, path: &str, value: Option<&Value>) -> Vec<AgeOverride> {
        let items = match value {
            None => return Vec::new(),
            Some(Value::Array(items)) => items,
            Some(_) => {
                self.refuse(path, "must be an array");
                return Vec::new();
            }
        };
        let mut seen = BTreeSet::new();
        let mut overrides = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let path = format!("{path}.{index}");
            let Some(entry) = self.age_override(&path, item) else { continue };
            let state = entry.state.as_deref().map(|state| PrintedState::read(entry.country, state).key().to_owned());
            if !seen.insert((entry.country, state)) {
                self.refuse(&path, "repeats the country and state of an earlier override");
            }
            overrides.push(entry);
        }
        overrides
    }

    fn age_override(&mut self, path: &str, value: &Value) -> Option<AgeOverride> {
        let before = self.problems.len();
        let given = self.object(path, Some(value), &["country", "state", "minimumAge"]);
        given?;
        let country = self.country(&join(path, "country"), member(given, "country"));
        let state = self.state(&join(path, "state"), member(given, "state"));
        let age_path = join(path, "minimumAge");
        let minimum_age = self.integer(&age_path, member(given, "minimumAge"), YEARS);
        if member(given, "minimumAge").is_none() {
            self.refuse(&age_path, "is required");
        }
        if self.problems.len() > before {
            return None;
        }
        Some(AgeOverride { country: country?, state, minimum_age: minimum_age? })
    }

    fn country(&mut self, path: &str, value: Option<&Value>) -> Option<Alpha2> {
        let Some(value) = value else {
            self.refuse(path, "is required");
            return None;
        };
        match value.as_str().map(country::parse) {
            Some(Ok(country)) => return Some(country),
            Some(Err(Some(meant))) => {
                self.refuse(path, format!("{NO_COUNTRY}; {} is meant", meant.as_str()));
            }
            Some(Err(None)) => self.refuse(path, NO_COUNTRY),
            None => self.refuse(path, "must be a string"),
        }
        None
    }

    /// Reads a state; a blank one is none, and Rebilly's schema lets it through.
    fn state(&mut self, path: &str, value: Option<&Value>) -> Option<String> {
        match value? {
            Value::String(state) if state.chars().count() <= STATE_LENGTH => {
                let state = state.trim();
                (!state.is_empty()).then(|| state.to_owned())
            }
            Value::String(_) => {
                self.refuse(path, format!("must be at most {STATE_LENGTH} characters"));
                None
            }
            _ => {
                self.refuse(path, "must be a string");
                None
            }
        }
    }

    /// Returns the object there, its unknown keys refused.
    fn object<'v>(&mut self, path: &str, value: Option<&'v Value>, known: &[&str]) -> Option<&'v Map<String, Value>> {
        let Value::Object(map) = value? else {
            self.refuse(path, "must be an object");
            return None;
        };
        for key in map.keys().filter(|key| !known.contains(&key.as_str())) {
            let meant = words::meant(key, known.iter().copied());
            let meant = meant.map(|meant| format!("; {meant} is probably meant")).unwrap_or_default();
            self.refuse(&join(path, key), format!("is not a setting{meant}"));
        }
        Some(map)
    }

    fn integer(&mut self, path: &str, value: Option<&Value>, range: RangeInclusive<u8>) -> Option<u8> {
        let Some(number) = value?.as_f64().filter(|number| number.fract() == 0.0) else {
            self.refuse(path, "must be an integer");
            return None;
        };
        let found = range.clone().find(|candidate| f64::from(*candidate) == number);
        if found.is_none() {
            self.refuse(path, format!("must be between {} and {}", range.start(), range.end()));
        }
        found
    }
}

fn member<'v>(object: Option<&'v Map<String, Value>>, key: &str) -> Option<&'v Value> {
    object?.get(key)
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}
