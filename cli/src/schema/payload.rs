//! The V3 KYC payload.

use serde_json::{Value, json};

use super::value::{NOT_BLANK, reference, with};

/// Most characters of an id; the gate counts bytes.
const LONGEST_ID: u64 = 1_024;
/// A text of white space only, which is absent.
const BLANK: &str =
    "^[\\u0009-\\u000d\\u0020\\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]*$";

pub(super) fn schema() -> Value {
    let id = |description: &str, example: &str| {
        json!({
            "description": description,
            "type": "string",
            "pattern": NOT_BLANK,
            "maxLength": LONGEST_ID,
            "examples": [example],
        })
    };
    json!({
        "title": "REL-ID V3 KYC payload",
        "description": "The JSON that REL-ID posts, as far as the gate reads it. Other members are kept and forwarded. \
                        A fact that is absent may be left out, `null` or blank; no object may have two names that \
                        differ by case alone.",
        "type": "object",
        "required": ["request_info", "kyc_info"],
        "properties": {
            "request_info": {
                "title": "The request",
                "description": "Whose post it is.",
                "type": "object",
                "required": ["user_id", "requester_id"],
                "properties": {
                    "user_id": id("The user, as REL-ID knows them. At most 1024 bytes.", "maira.b@example.test"),
                    "requester_id": id("The request. At most 1024 bytes.", "b7b9b0a4-7c57-4f69-8a55-6f2d7f6d9c01"),
                    "app_id": { "description": "The mobile app; `profiles[].match.appIds` compares it." },
                },
            },
            "kyc_info": kyc_info(),
        },
        "$defs": { "document": document() },
    })
}

fn kyc_info() -> Value {
    let score = |description: &str| json!({ "description": description, "examples": [4.67, "4.67"] });
    let liveness = json!({
        "description": "0 to 100; below 0 where the engine couldn't tell.",
        "properties": { "score": { "examples": [100] } },
    });
    let identity = json!({
        "allOf": [reference("document")],
        "required": ["version"],
        "properties": { "version": { "const": "3.0", "description": "The version of the payload." } },
        "type": "object",
    });
    json!({
        "title": "What was captured",
        "description": "The document, and how its holder was compared with it.",
        "type": "object",
        "required": ["document"],
        "properties": {
            "liveness_check": {
                "description": "Whether somebody alive was in front of the camera. The score inside `video` counts first.",
                "properties": {
                    "video": { "properties": { "liveness_result": liveness } },
                    "liveness_result": liveness,
                },
            },
            "face_matcher_result": {
                "description": "How the face resembles the portrait.",
                "properties": {
                    "score": score("On the scale of `evidence.face.scale`."),
                    "score_percent": score("0 to 100."),
                },
            },
            "document": identity,
            "address_document": {
                "description": "An address proof in the shape of `document`, unless `evidence.addressDocument` says elsewhere.",
                "anyOf": [reference("document"), { "type": "null" }, { "type": "string", "pattern": BLANK }],
            },
        },
    })
}

fn document() -> Value {
    let fields = json!({
        "title": "Fields of the document",
        "description": "By display name; case, punctuation and a plural's `(s)` don't matter. A value is a text or a number.",
        "type": ["object", "null"],
        "examples": [{ "Surname": "BRIVKALNE", "Given name(s)": "MAIRA ELZA", "Date of birth": "1991-03-17" }],
        "properties": fields(),
    });
    let details = json!({
        "title": "Fields by locale",
        "description": "By the number of a locale; `0` is Latin. With the value of each source: M (zone), V (print), R (chip), B (barcode).",
        "type": ["object", "null"],
        "examples": [{ "0": [{ "field_name": "Surname", "field_details": { "field_source_and_values": { "M": "BRIVKALNE", "V": "BRIVKALNE" } } }] }],
    });
    json!({
        "title": "A document",
        "description": "The identity document, or an address proof.",
        "type": "object",
        "properties": {
            "document_info": {
                "title": "What it is",
                "properties": {
                    "document_type_code": { "description": "Codes of the scanner.", "examples": [[11]] },
                    "document_type": { "description": "Names of the type.", "examples": [["Passport"]] },
                    "document_names": { "description": "Names of the template.", "examples": [["Latvia - ePassport (2015)"]] },
                    "document_images": {
                        "description": "Pictures in base64.",
                        "properties": {
                            "portrait_image": { "description": "From the chip." },
                            "visualportrait_image": { "description": "From the page." },
                        },
                    },
                },
            },
            "document_status": with(status(), "type", json!(["object", "null"])),
            "identity_data": fields,
            "identity_data_details": details,
        },
    })
}

fn fields() -> Value {
    let names = [
        "Document number",
        "Date of birth",
        "Date of expiry",
        "Date of issue",
        "Surname",
        "Given name(s)",
        "Nationality",
        "Nationality code",
        "Issuing state name",
        "Issuing state code",
        "Sex",
        "MRZ strings",
        "Address",
        "Phone",
    ];
    names.into_iter().map(|name| (name.to_owned(), json!({}))).collect::<serde_json::Map<_, _>>().into()
}

fn status() -> Value {
    let objects = |items: Value, description: &str| json!({ "type": ["array", "null"], "description": description, "items": items });
    let detail = json!({
        "type": "object",
        "description": "A single check.",
        "properties": {
            "element": { "description": "What was checked; `evidence.signals` look here.", "examples": ["Black and white copy check"] },
            "status": { "description": "`OK`, `ERROR`, `NOT DONE`, or 1, 0, 2.", "examples": ["OK", 1] },
        },
    });
    let check = json!({
        "type": "object",
        "description": "A group of checks.",
        "properties": { "check_detail": objects(detail, "Its checks.") },
    });
    json!({
        "title": "What the scanner found",
        "description": "Errors, and every check with its outcome.",
        "properties": {
            "error_list": { "type": ["array", "string", "null"], "description": "Errors; every string in it is searched." },
            "overall_document_status": {
                "type": ["string", "number", "null"],
                "description": "`OK`, `ERROR`, `WARNING` or `NOT DONE`, or 1, 0, 2.",
                "examples": ["OK"],
            },
            "checks_performed": objects(check, "Groups of checks."),
        },
    })
}
