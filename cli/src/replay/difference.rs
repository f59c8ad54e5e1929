//! What differs between two policies, in words.

use kyc_gate::scoring::settings::{AgeOverride, Thresholds};
use kyc_gate::scoring::{CheckId, RuleAction, Settings};
use serde_json::Value;

use super::pattern::Policies;
use super::policy::{ProfilePolicy, RulePolicy, When};

/// Returns a sentence for each difference: settings and rules of each profile, then how facts are drawn, and what
/// happens to a judged post.
#[must_use]
pub fn sentences(policies: &Policies) -> Vec<String> {
    let (old, new) = (&policies.old, &policies.new);
    let mut said = Vec::new();
    let several = old.profiles.len().max(new.profiles.len()) > 1;
    for profile in &new.profiles {
        let prefix = match &profile.name {
            Some(name) if several => format!("Profile {name}: "),
            _ => String::new(),
        };
        let before = old.profiles.iter().find(|known| known.name == profile.name);
        // With profiles on one side only, the default one is compared with what applies to all.
        let is_default = |name: &Option<String>| name.as_deref().is_none_or(|name| name == "default");
        let before = before.or_else(|| old.profiles.last().filter(|_| is_default(&profile.name)));
        match before {
            Some(before) => {
                let mut own = Vec::new();
                settings(&before.settings, &profile.settings, &mut own);
                rules(before, profile, &mut own);
                said.extend(own.into_iter().map(|sentence| format!("{prefix}{sentence}")));
            }
            None => said.push(format!("{prefix}the profile is new.")),
        }
    }
    let is_gone = |name: &Option<String>| new.profiles.iter().all(|profile| profile.name != *name);
    let named = old.profiles.iter().filter(|profile| profile.name.as_deref().is_some_and(|name| name != "default"));
    said.extend(
        named
            .filter(|profile| is_gone(&profile.name))
            .map(|profile| format!("Profile {}: the profile is gone.", profile.name.as_deref().unwrap_or_default())),
    );
    for key in ["match", "evidence", "decision", "limits"] {
        members(key, old.document.get(key), new.document.get(key), &mut said);
    }
    conditions(old.document.get("profiles"), new.document.get("profiles"), &mut said);
    said
}

fn settings(old: &Settings, new: &Settings, said: &mut Vec<String>) {
    let weight = |settings: &Settings, check| match check {
        CheckId::Identity(check) => settings.identity_weight(check),
        CheckId::Address(check) => settings.address_weight(check),
    };
    for check in CheckId::all() {
        let (before, after) = (weight(old, check), weight(new, check));
        match (before, after) {
            (before, after) if before == after => {}
            (0, after) => said.push(format!("The check {check} is switched on: failing it costs {after} points.")),
            (before, 0) => said.push(format!("The check {check} is switched off; failing it cost {before} points.")),
            (before, after) => said.push(format!(
                "Failing {check} costs {after} points instead of {before} ({}).",
                signed(i32::from(after) - i32::from(before))
            )),
        }
    }
    thresholds("identity proof", old.identity_thresholds, new.identity_thresholds, said);
    thresholds("address proof", old.address_thresholds, new.address_thresholds, said);
    if old.default_minimum_age != new.default_minimum_age {
        said.push(format!(
            "The minimum age is {} years instead of {}.",
            new.default_minimum_age, old.default_minimum_age
        ));
    }
    overrides(old, new, said);
}

fn thresholds(proof: &str, old: Thresholds, new: Thresholds, said: &mut Vec<String>) {
    if old.accept_above != new.accept_above {
        let way = if new.accept_above > old.accept_above { "stricter" } else { "more lenient" };
        said.push(format!(
            "The {proof} is accepted from {} points on instead of {} ({way}).",
            new.accept_above, old.accept_above
        ));
    }
    if old.reject_below != new.reject_below {
        let way = if new.reject_below > old.reject_below { "stricter" } else { "more lenient" };
        said.push(format!(
            "The {proof} is rejected below {} points instead of {} ({way}).",
            new.reject_below, old.reject_below
        ));
    }
}

fn overrides(old: &Settings, new: &Settings, said: &mut Vec<String>) {
    let place = |entry: &AgeOverride| match &entry.state {
        Some(state) => format!("{} ({state})", entry.country.as_str()),
        None => entry.country.as_str().to_owned(),
    };
    let of = |entries: &[AgeOverride], wanted: &AgeOverride| {
        let same = |entry: &&AgeOverride| entry.country == wanted.country && entry.state == wanted.state;
        entries.iter().find(same).map(|entry| entry.minimum_age)
    };
    for entry in &new.age_overrides {
        match of(&old.age_overrides, entry) {
            Some(before) if before == entry.minimum_age => {}
            Some(before) => said.push(format!(
                "For {} the minimum age is {} years instead of {before}.",
                place(entry),
                entry.minimum_age
            )),
            None => said.push(format!("For {} there is a minimum age of {} years.", place(entry), entry.minimum_age)),
        }
    }
    for entry in old.age_overrides.iter().filter(|entry| of(&new.age_overrides, entry).is_none()) {
        said.push(format!("For {} there is no minimum age of its own any more.", place(entry)));
    }
}

fn rules(old: &ProfilePolicy, new: &ProfilePolicy, said: &mut Vec<String>) {
    let named = |profile: &'_ ProfilePolicy, name: &str| profile.rules.iter().position(|rule| rule.name == name);
    for rule in &new.rules {
        let before = named(old, &rule.name).and_then(|at| old.rules.get(at));
        let Some(before) = before else {
            said.push(format!("The rule {} is new: it {}{}.", rule.name, asks(rule.then), condition(rule)));
            continue;
        };
        if before.then != rule.then {
            said.push(format!(
                "The rule {} {} instead of what it did: it {}.",
                rule.name,
                asks(rule.then),
                did(before.then)
            ));
        }
        if before.when != rule.when {
            said.push(format!("The rule {} has another condition{}.", rule.name, condition(rule)));
        }
    }
    for rule in old.rules.iter().filter(|rule| named(new, &rule.name).is_none()) {
        said.push(format!("The rule {} is gone; it {}.", rule.name, did(rule.then)));
    }
}

fn condition(rule: &RulePolicy) -> String {
    match &rule.when {
        When::Expression(text) => format!(" when `{}`", text.split_whitespace().collect::<Vec<_>>().join(" ")),
        When::Shipped(_) => String::new(),
    }
}

fn asks(action: RuleAction) -> &'static str {
    match action {
        RuleAction::Accept => "lifts a review",
        RuleAction::Review => "sends to review",
        RuleAction::Reject => "rejects",
        RuleAction::Count => "only counts",
    }
}

fn did(action: RuleAction) -> &'static str {
    match action {
        RuleAction::Accept => "lifted a review",
        RuleAction::Review => "sent to review",
        RuleAction::Reject => "rejected",
        RuleAction::Count => "only counted",
    }
}

/// Tells which members of the documents differ, with what they were and are.
fn members(path: &str, old: Option<&Value>, new: Option<&Value>, said: &mut Vec<String>) {
    match (old, new) {
        (old, new) if old == new => {}
        (Some(Value::Object(old)), Some(Value::Object(new))) => {
            let keys = old.keys().chain(new.keys().filter(|key| !old.contains_key(*key)));
            keys.for_each(|key| members(&format!("{path}.{key}"), old.get(key), new.get(key), said));
        }
        (None, Some(Value::Object(new))) => {
            new.iter().for_each(|(key, value)| members(&format!("{path}.{key}"), None, Some(value), said));
        }
        (Some(Value::Object(old)), None) => {
            old.iter().for_each(|(key, value)| members(&format!("{path}.{key}"), Some(value), None, said));
        }
        (None, Some(new)) => said.push(format!("{path} is set to {new}.")),
        (Some(old), None) => said.push(format!("{path} is no longer set; it was {old}.")),
        (Some(old), Some(new)) => said.push(format!("{path} is {new} instead of {old}.")),
        (None, None) => {}
    }
}

/// Tells of profiles whose `match` differs.
fn conditions(old: Option<&Value>, new: Option<&Value>, said: &mut Vec<String>) {
    let list = |profiles: Option<&Value>| -> Vec<(String, Value)> {
        let profiles = profiles.and_then(Value::as_array).into_iter().flatten();
        profiles
            .filter_map(|profile| {
                let name = profile.get("name")?.as_str()?.to_owned();
                Some((name, profile.get("match").cloned().unwrap_or(Value::Null)))
            })
            .collect()
    };
    let old = list(old);
    for (name, condition) in list(new) {
        if let Some((_, before)) = old.iter().find(|(known, _)| *known == name) {
            members(&format!("Profile {name}: match"), Some(before), Some(&condition), said);
        }
    }
}

fn signed(number: i32) -> String {
    if number > 0 { format!("+{number}") } else { format!("\u{2212}{}", number.unsigned_abs()) }
}
