//! The audit line.

use kyc_gate::config::Action;
use kyc_gate::crypto::UnreadableCause;
use kyc_gate::exchange::refusal::ErrorCode;
use kyc_gate::replay::ReplayStatus;
use kyc_gate::scoring::{CheckCode, CheckId, CheckOutcome, ComparedField, Decision, Reason};
use serde_json::{Value, json};

use super::value::{NAME, SECRET, integer, list, object, one_of, spellings, text, with};

/// Longest id: as in headers.
const ID: &str = "^[!-~]{0,256}$";
const REVISION: &str = "^[0-9a-f]{16}$";

pub(super) fn schema() -> Value {
    let schema = object(
        "kyc-gate audit line",
        "One JSON object per KYC post, in Envoy's log at level info. Nothing else of a payload is ever logged.",
        &["time", "decision", "microseconds"],
        properties(),
    );
    let error = json!({
        "if": { "properties": { "decision": { "const": "error" } } },
        "then": { "required": ["error"], "properties": judged().iter().map(|key| ((*key).to_owned(), json!(false))).collect::<serde_json::Map<_, _>>() },
        "else": { "required": judged_always(), "properties": { "error": false, "cause": false } },
    });
    let cause = json!({
        "if": { "required": ["cause"] },
        "then": { "properties": { "error": { "const": ErrorCode::UnreadableBody.as_str() } } },
    });
    with(schema, "allOf", json!([error, cause]))
}

/// Returns the members that only the line of a judged post has.
fn judged() -> Vec<&'static str> {
    let sometimes = ["address_score", "rules_counted", "failed_rules", "disagreements"];
    judged_always().into_iter().chain(sometimes).collect()
}

fn judged_always() -> [&'static str; 9] {
    [
        "action",
        "score",
        "identity_score",
        "failed_checks",
        "skipped_checks",
        "rules",
        "reasons",
        "checks",
        "settings_revision",
    ]
}

fn properties() -> Value {
    let decisions: Vec<_> = spellings::<Decision>().into_iter().chain(["error"]).collect();
    let replays: Vec<_> = ReplayStatus::TOLD.iter().filter_map(|status| status.as_str()).collect();
    let checks: Vec<_> = CheckId::all().map(|check| check.to_string()).collect();
    let score = |description| integer(0, 100, None, description);
    let of_checks = |description| list(json!({ "enum": checks }), description);
    let names = |description| list(json!({ "type": "string", "pattern": NAME }), description);
    let key = SECRET.replacen("env:", "", 1).replacen("sds:", "", 1);
    let check = json!({
        "type": "array",
        "description": "Name, outcome, points lost and reason code.",
        "prefixItems": [
            { "enum": checks },
            { "enum": spellings::<CheckOutcome>() },
            score("Points lost."),
            { "enum": spellings::<CheckCode>() },
        ],
        "items": false,
        "minItems": 4,
        "examples": [["lastName", "fail", 30, "NAME_MISMATCH_CLAIM"]],
    });
    json!({
        "time": { "type": "string", "format": "date-time", "description": "When the post came, in UTC (RFC 3339).", "examples": ["2026-11-21T12:00:00Z"] },
        "request_id": text(ID, "`x-request-id`.", &[]),
        "requester_id": text(ID, "`request_info.requester_id`, percent-encoded and cut at 256 characters.", &[]),
        "user_id": text(ID, "`request_info.user_id` as `audit.userId` says.", &[]),
        "overall_document_status": one_of(&["OK", "ERROR", "WARNING", "NOT DONE", "OTHER"], None, "REL-ID's overall document status."),
        "profile": text(NAME, "Name of the profile, where there are profiles and it was known.", &["wallet"]),
        "decision": one_of(&decisions, None, "The decision, or `error` for a post that couldn't be judged."),
        "error": { "enum": spellings::<ErrorCode>(), "description": "Why the post couldn't be judged." },
        "cause": { "enum": spellings::<UnreadableCause>(), "description": "Why the body was unreadable; never told to callers." },
        "action": { "enum": spellings::<Action>(), "description": "What was done; in shadow mode, what would have been." },
        "mode": { "const": "shadow", "description": "Present in shadow mode." },
        "key_id": text(&key, "The variable whose key opened the body.", &["KYC_KEY"]),
        "replay": { "enum": replays, "description": "What the post is to earlier ones, where it is told." },
        "score": score("The lower one of both proofs' scores."),
        "identity_score": score("Score of the identity proof."),
        "address_score": score("Score of the address proof, where there is one."),
        "failed_checks": of_checks("Checks that failed."),
        "skipped_checks": of_checks("Checks without evidence."),
        "rules": names("Rules that fired."),
        "rules_counted": names("Rules that only count and held."),
        "reasons": list(json!({ "enum": spellings::<Reason>() }), "Rebilly's rejection reasons."),
        "failed_rules": names("Rules that could not be evaluated."),
        "checks": list(check, "Every check, as name, outcome, points lost and reason code."),
        "disagreements": list(json!({ "enum": spellings::<ComparedField>() }), "Fields on which the document's sources disagree."),
        "settings_revision": text(REVISION, "Revision of the settings in force.", &[]),
        "config_revision": text(REVISION, "Revision of all that decides.", &[]),
        "microseconds": { "type": "integer", "minimum": 0, "description": "Time that the gate took to decide." },
    })
}
