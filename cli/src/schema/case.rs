//! A file of cases for `kyc-gate test`.

use clap::ValueEnum as _;
use kyc_gate::config::Action;
use kyc_gate::crypto::UnreadableCause;
use kyc_gate::exchange::refusal::ErrorCode;
use kyc_gate::scoring::{CheckCode, CheckId, CheckOutcome, ComparedField, Decision, Reason};
use serde_json::{Map, Value, json};

use crate::sample::Kind;

use super::value::{integer, list, one_of, spellings, word};

pub(super) fn schema() -> Value {
    let settings = settings();
    let mut case = settings.clone();
    case.insert("name".to_owned(), described("string", "What the case is about; unique in its file."));
    case.insert("expect".to_owned(), expectations());
    let case = json!({
        "type": "object",
        "description": "A post, a configuration, and what the gate should make of them.",
        "properties": case,
        "required": ["expect"],
        "additionalProperties": false,
        "not": {
            "description": "One body only.",
            "anyOf": pairs(&["sample", "payload", "payloadFile", "body", "bodyFile"]),
        },
    });
    let defaults = json!({
        "type": "object",
        "description": "What every case has that doesn't say otherwise.",
        "properties": settings,
        "additionalProperties": false,
    });
    json!({
        "title": "kyc-gate cases",
        "description": "Cases for kyc-gate test: one, or several with what they have in common.",
        "oneOf": [
            { "$ref": "#/$defs/case" },
            {
                "type": "object",
                "properties": {
                    "$schema": described("string", "Where this schema is, for editors."),
                    "description": described("string", "For readers."),
                    "defaults": defaults,
                    "cases": { "type": "array", "minItems": 1, "items": { "$ref": "#/$defs/case" } },
                },
                "required": ["cases"],
                "additionalProperties": false,
            },
        ],
        "$defs": { "case": case },
    })
}

/// Returns what says that two of these members are there.
fn pairs(names: &[&str]) -> Vec<Value> {
    let behind = |at: usize| names.iter().skip(at.saturating_add(1));
    let pairs = names.iter().enumerate().flat_map(|(at, one)| behind(at).map(move |other| (one, other)));
    pairs.map(|(one, other)| json!({ "required": [one, other] })).collect()
}

fn described(kind: &str, description: &str) -> Value {
    json!({ "type": kind, "description": description })
}

/// Returns what a case and the defaults may both say.
fn settings() -> Map<String, Value> {
    let kinds: Vec<&str> = Kind::value_variants().iter().map(|kind| kind.name()).collect();
    let settings = json!({
        "description": described("string", "For readers."),
        "config": {
            "type": ["string", "object"],
            "description": "The configuration: a file's path, from this file on, or the configuration itself.",
        },
        "configPatch": described("object", "What is changed of the configuration: a JSON merge patch (RFC 7396)."),
        "sample": one_of(&kinds, Some("clean"), "The payload of an invented person."),
        "seed": { "type": "integer", "minimum": 0, "default": 0, "description": "Another person." },
        "payload": described("object", "The payload itself."),
        "payloadFile": described("string", "A file with the payload, from this file on."),
        "body": described("string", "A body of any kind, as it is sent."),
        "bodyFile": described("string", "A file with the body, as it is sent."),
        "patch": described("object", "What is changed of the payload: a JSON merge patch (RFC 7396)."),
        "headers": {
            "type": "object",
            "description": "Headers of the post, and pseudo headers such as :path.",
            "additionalProperties": { "type": ["string", "number", "boolean"] },
        },
        "at": {
            "type": "string",
            "description": "The day or the instant (RFC 3339) by which ages and expiry count; today without it.",
            "examples": ["2026-11-29", "2026-11-29T12:00:00Z"],
        },
        "asSent": described("boolean", "Whether a payload in the clear is judged so where the configuration has a key."),
    });
    match settings {
        Value::Object(settings) => settings,
        _ => Map::new(),
    }
}

fn expectations() -> Value {
    let decisions: Vec<_> = spellings::<Decision>().into_iter().chain(["error", "untouched"]).collect();
    let checks: Vec<_> = CheckId::all().map(|check| check.to_string()).collect();
    let ends: Vec<_> = spellings::<CheckOutcome>().into_iter().chain(spellings::<CheckCode>()).collect();
    let score = |description| integer(0, 100, None, description);
    let of_checks = |description| list(json!({ "enum": checks }), description);
    let of_names = |description| list(json!({ "type": "string" }), description);
    let members = |description: &str| {
        let text = "Of an object, members that aren't named may be anything, and null expects none; a text is compared \
                    byte for byte.";
        json!({ "type": ["object", "string"], "minProperties": 1, "description": format!("{description} {text}") })
    };
    json!({
        "type": "object",
        "description": "What should come of it; at least one of these.",
        "minProperties": 1,
        "additionalProperties": false,
        "properties": {
            "decision": one_of(&decisions, None, "The decision; error where it can't be judged."),
            "action": word::<Action>(None, "What the configuration does with it."),
            "mode": one_of(&["enforce", "shadow"], None, "The mode."),
            "profile": described("string", "The name of its profile."),
            "score": score("The lowest score of the proofs."),
            "identityScore": score("The identity proof's."),
            "addressScore": score("The address proof's."),
            "checks": {
                "type": "object",
                "description": "How checks end: an outcome, or a reason code.",
                "minProperties": 1,
                "propertyNames": { "enum": checks },
                "additionalProperties": { "enum": ends },
            },
            "failed": of_checks("All checks that fail, and no others."),
            "skipped": of_checks("All checks without evidence, and no others."),
            "passed": of_checks("All checks that pass, and no others."),
            "codes": list(json!({ "enum": spellings::<CheckCode>() }), "Reason codes that some check has."),
            "rules": of_names("All rules that fire, and no others."),
            "counted": of_names("All rules that only count and hold, and no others."),
            "reasons": list(json!({ "enum": spellings::<Reason>() }), "All rejection reasons, and no others."),
            "disagreements": list(
                json!({ "enum": spellings::<ComparedField>() }),
                "All fields on which sources disagree, and no others.",
            ),
            "body": members("The body that the backend gets."),
            "headers": {
                "type": "object",
                "description": "Headers that the backend or the client gets; null expects none.",
                "minProperties": 1,
                "additionalProperties": { "type": ["string", "number", "boolean", "null"] },
            },
            "response": members("The gate's own response."),
            "status": integer(100, 599, None, "The status of the gate's own response."),
            "error": word::<ErrorCode>(None, "Why it can't be judged."),
            "cause": word::<UnreadableCause>(None, "Why the body can't be read."),
        },
    })
}
