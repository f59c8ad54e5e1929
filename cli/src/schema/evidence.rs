//! `evidence`.

use kyc_gate::scoring::{CheckId, Claim, Evidence, SUBTYPES};
use serde_json::{Map, Value, json};

use super::value::{NOT_BLANK, POINTER, TOKEN, list, number, object, one_of, text, with};

pub(super) fn schema() -> Value {
    let default = Evidence::default();
    let subtypes = |default: &[String], description| {
        with(list(json!({ "enum": SUBTYPES }), description), "default", json!(default))
    };
    object(
        "How facts are drawn from the payload",
        "What the customer claimed, limits of scores, signals of the scanner, and what a missing fact means.",
        &[],
        json!({
            "claims": claims(),
            "face": face(&default),
            "liveness": object("Liveness", "When somebody is alive.", &[], json!({
                "minScore": number(100, default.liveness_min_score, "Alive at this score or more."),
                "onMissing": one_of(
                    &["fail", "skip"],
                    Some(default.liveness_on_missing.as_str()),
                    "Without a liveness score the face alone decides (`skip`), or `hasMatchingFaceProof` fails.",
                ),
            })),
            "dateOrder": one_of(&["DMY", "MDY"], Some("DMY"), "How a date with slashes and the year last is read."),
            "ageCountry": one_of(&["issuingState", "nationality"], Some("issuingState"), "Whose country picks the age limit."),
            "identitySubtypes": subtypes(&default.identity_subtypes, "What `documentSubtype` recognises as an identity proof."),
            "addressSubtypes": subtypes(&default.address_subtypes, "Likewise for an address proof."),
            "addressDocument": with(
                text(POINTER, "JSON pointer to an address proof, in the shape of `document`.", &[]),
                "default",
                json!("/kyc_info/address_document"),
            ),
            "signals": signals(),
            "onMissing": on_missing(),
            "nameSimilarity": number(1, default.name_similarity, "How alike two words of a name must be, from lax to 1, exact."),
        }),
    )
}

fn claims() -> Value {
    let source = object(
        "Where a claim comes from",
        "A request header, or a place in the payload.",
        &[],
        json!({
            "header": text(TOKEN, "Name of a request header; not one with `decision.headerPrefix`.", &["x-claim-last-name"]),
            "pointer": text(POINTER, "JSON pointer into the payload.", &["/request_info/claimed/dob"]),
        }),
    );
    let source = with(source, "oneOf", json!([{ "required": ["header"] }, { "required": ["pointer"] }]));
    let claims: Map<String, Value> = Claim::ALL.iter().map(|claim| (claim.to_string(), source.clone())).collect();
    object("What the customer claimed", "Compared with the document.", &[], claims.into())
}

fn face(default: &Evidence) -> Value {
    let schema = object(
        "Face comparison",
        "When the face matches.",
        &[],
        json!({
            "scale": one_of(
                &["log10Fmr", "unit", "percent", "scorePercent"],
                Some("log10Fmr"),
                "What the face score means. The first three read `score`, the last reads `score_percent`.",
            ),
            "minScore": number(100, default.face_min_score, "The face matches at this score or more: 0 to 20 (`log10Fmr`), 1 (`unit`) or 100. Required unless the scale is `log10Fmr`."),
        }),
    );
    let scaled = json!({
        "if": { "required": ["scale"], "properties": { "scale": { "enum": ["unit", "percent", "scorePercent"] } } },
        "then": { "required": ["minScore"] },
        "else": { "properties": { "minScore": { "maximum": 20 } } },
    });
    let unit = json!({
        "if": { "required": ["scale"], "properties": { "scale": { "const": "unit" } } },
        "then": { "properties": { "minScore": { "maximum": 1 } } },
    });
    with(schema, "allOf", json!([scaled, unit]))
}

fn signals() -> Value {
    let signal = |description: &str| {
        let description = format!("{description} Case-insensitive parts of `check_detail[].element` and `error_list`.");
        list(json!({ "type": "string", "pattern": NOT_BLANK }), &description)
    };
    object(
        "Signals of the scanner",
        "A list replaces the shipped one; `[]` switches the signal off.",
        &[],
        json!({
            "photocopy": signal("The document is a copy."),
            "tampered": signal("The document was changed."),
            "publishedOnline": signal("The picture was found online."),
            "mrz": signal("A check digit of the machine readable zone."),
            "expired": signal("The document has expired (in `error_list` only)."),
        }),
    )
}

fn on_missing() -> Value {
    let outcome = || one_of(&["fail", "skip"], None, "What the check becomes without evidence.");
    let checks: Map<String, Value> = CheckId::all().map(|check| (check.to_string(), outcome())).collect();
    object(
        "Checks without evidence",
        "Identity checks by their name, address checks as `address.line1`.",
        &[],
        checks.into(),
    )
}
