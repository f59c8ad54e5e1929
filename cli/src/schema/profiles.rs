//! `profiles`, and the rules that they share with the top level.

use kyc_gate::scoring::{Reason, Rule, RuleAction};
use serde_json::{Value, json};

use super::config::{decision_properties, name};
use super::value::{NOT_BLANK, PATH, list, object, reference, text, with, word};

/// A host, or a host at a port.
const AUTHORITY: &str = "^([A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*\\.?|\\[[0-9A-Fa-f:.]+\\])(:0*[1-9][0-9]{0,4})?$";
const MOST_RULES: u64 = 64;

pub(super) fn rules() -> Value {
    let when = text(
        NOT_BLANK,
        "CEL over `request`, `document`, `person`, `face`, `liveness`, `checks` and `score`.",
        &["document.days_to_expiry < 30", "checks.isTampered == \"skip\""],
    );
    let rule = object(
        "A rule",
        "Decides beside the score.",
        &["name", "when", "then"],
        json!({
            "name": name("Told in metrics, headers and audit line. A shipped rule's name replaces that rule.", "short-validity"),
            "when": when,
            "then": word::<RuleAction>(None, "What a post gets for which the rule holds; `count` only counts it."),
            "reason": word::<Reason>(None, "Rebilly's rejection reason."),
        }),
    );
    let rules = with(list(rule, "Your own rules, each name once."), "maxItems", json!(MOST_RULES));
    with(rules, "default", json!([]))
}

pub(super) fn shipped_rules() -> Value {
    let names: Vec<_> = Rule::shipped().into_iter().map(|rule| rule.name).collect();
    json!({
        "title": "Shipped rules that stay",
        "description": "All, none, or those named.",
        "default": true,
        "anyOf": [
            { "type": "boolean" },
            { "type": "array", "items": { "enum": names }, "uniqueItems": true },
        ],
    })
}

pub(super) fn schema() -> Value {
    let some = |items, description| with(list(items, description), "minItems", json!(1));
    let app = json!({ "type": "string", "pattern": NOT_BLANK });
    let condition = object(
        "Which posts the profile takes",
        "A post has to match each list that is there.",
        &[],
        json!({
            "appIds": some(app, "`request_info.app_id`, to the letter."),
            "authorities": some(text(AUTHORITY, "A host, with or without a port.", &["partners.bank.example"]), "The request's `:authority`."),
            "paths": some(text(PATH, "One of the top level's `match.paths`.", &["/v2/kyc"]), "The request's path without the query."),
        }),
    );
    let decision = object(
        "What happens to a judged post",
        "Each key takes the place of the top level's. `onError` and `headerPrefix` are for the top level only.",
        &[],
        decision_properties(),
    );
    let profile = object(
        "A profile",
        "What applies to the posts of an app, a host or a path. What it leaves out is the top level's.",
        &["name"],
        json!({
            "name": name("Told in metrics, access log and audit line. `default` takes what no other takes, and comes last.", "wallet"),
            "match": with(condition, "minProperties", json!(1)),
            "kycSettings": reference("kycSettings"),
            "rules": reference("rules"),
            "shippedRules": reference("shippedRules"),
            "requestBody": reference("requestBody"),
            "headers": reference("headers"),
            "decision": decision,
        }),
    );
    let is_default = json!({
        "if": { "required": ["name"], "properties": { "name": { "const": "default" } } },
        "then": { "not": { "required": ["match"] } },
        "else": { "required": ["match"] },
    });
    list(with(profile, "allOf", json!([is_default])), "Profiles; the first one whose `match` holds counts.")
}
