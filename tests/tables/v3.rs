//! REL-ID's payload.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // Tests may fail loudly.

use crate::rows::each;
use kyc_gate::payload::field::Field;
use kyc_gate::payload::{Document, Kyc, Limits, NotV3, Proof, Value};
use serde_json::{Value as Json, json};

tables![
    reads_the_passport,
    reads_the_minimal_document,
    requires_little,
    ignores_wrong_types,
    looks_fields_up_in_order,
    finds_fields_by_any_name,
    keeps_scripts_apart,
    prefers_the_inner_liveness,
    bounds_the_cost_of_look_ups
];

const PASSPORT: &[u8] = include_bytes!("../data/relid-v3-passport.json");
const MINIMAL: &[u8] = include_bytes!("../data/relid-v3-minimal-expired.json");

#[track_caller]
fn scan(text: &[u8]) -> Document<'_> {
    Document::scan(text, Limits::default()).unwrap()
}

#[track_caller]
fn with_kyc(text: &[u8], look: impl FnOnce(Kyc<'_>)) {
    look(Kyc::read(scan(text).root()).unwrap());
}

#[track_caller]
fn with_proof(document: &Json, look: impl FnOnce(Proof<'_>)) {
    look(Proof::new(scan(document.to_string().as_bytes()).root()).unwrap());
}

fn sources(proof: &Proof<'_>, field: Field) -> String {
    let sources = proof.sources(field);
    sources.iter().map(|(source, value)| format!("{source}={value}")).collect::<Vec<_>>().join(" ")
}

fn reads_the_passport() {
    with_kyc(PASSPORT, |kyc| {
        assert_eq!(kyc.user_id().raw(), "\"maira.b@example.test\"");
        assert_eq!(kyc.requester_id().as_str().as_deref(), Some("b7b9b0a4-7c57-4f69-8a55-6f2d7f6d9c01"));
        assert_eq!(kyc.app_id().unwrap().as_str().as_deref(), Some("5f0e2f7c-3a3b-4f0e-9a51-0d6c1f3f7b10"));
        assert_eq!(kyc.liveness_score().and_then(Value::as_f64), Some(100.0));
        assert_eq!(kyc.face_score().map(Value::raw), Some("5.1187"));
        assert_eq!(kyc.face_score_percent().map(Value::raw), Some("99"));
        assert!(kyc.root().get("kyc_info").is_some());
        let proof = kyc.identity();
        for (field, wanted) in [
            (Field::GivenNames, "MAIRA ELZA"),
            (Field::Surname, "BRIVKALNE"),
            (Field::NationalityCode, "LVA"),
            (Field::IssuingStateName, "Latvia"),
            (Field::DateOfExpiry, "2031-08-02"),
        ] {
            assert_eq!(proof.field(field).as_deref(), Some(wanted));
        }
        assert_eq!(proof.field(Field::Phone), None);
        assert_eq!(sources(proof, Field::Surname), "M=BRIVKALNE V=BRIVKALNE R=BRIVKALNE");
        assert_eq!(sources(proof, Field::GivenNames), "");
        assert_eq!(proof.type_codes(), [11]);
        assert_eq!(proof.type_names(), ["Passport"]);
        assert_eq!(proof.template_names()[0].raw(), "\"Latvia - ePassport (2015)\"");
        assert!(proof.has_portrait());
        assert!(proof.errors().next().is_none());
        assert_eq!(proof.overall_status().unwrap().raw(), "\"OK\"");
        let details: Vec<_> = proof.check_details().collect();
        assert_eq!(details.len(), 7);
        assert_eq!((&*details[3].element, &*details[3].status), ("Glare", "ERROR"));
        assert_eq!((&*details[6].element, &*details[6].status), ("Main vs RFID portrait comparison", "NOT DONE"));
    });
}

fn reads_the_minimal_document() {
    with_kyc(MINIMAL, |kyc| {
        let proof = kyc.identity();
        assert_eq!(proof.field(Field::GivenNames).as_deref(), Some("John"));
        assert_eq!(sources(proof, Field::GivenNames), "M=John");
        assert!(proof.errors().eq(["Expired Document"]));
        assert_eq!(proof.type_codes(), [0; 0]);
        assert_eq!(proof.type_names(), ["Identity Card"]);
        assert!(proof.check_details().next().is_none());
        assert_eq!(kyc.face_score().and_then(Value::as_f64), Some(0.0002));
    });
}

fn smallest() -> Json {
    json!({
        "request_info": { "user_id": "", "requester_id": "r" },
        "kyc_info": { "document": { "version": "3.0" } },
    })
}

/// `document` without the member at `path`, and with it of other types and values.
fn spoilt(path: [&str; 2], document: &Json, others: &[Json]) -> Vec<Json> {
    let mut without = document.clone();
    without[path[0]].as_object_mut().unwrap().remove(path[1]).unwrap();
    let with = others.iter().map(|other| {
        let mut document = document.clone();
        document[path[0]][path[1]] = other.clone();
        document
    });
    std::iter::once(without).chain(with).collect()
}

fn requires_little() {
    with_kyc(smallest().to_string().as_bytes(), |kyc| {
        assert_eq!(kyc.user_id().raw(), "\"\"");
        assert!(kyc.app_id().is_none() && kyc.liveness_score().is_none() && kyc.face_score().is_none());
        let proof = kyc.identity();
        assert!(proof.field(Field::Surname).is_none() && proof.sources(Field::Surname).is_empty());
        assert!(!proof.has_portrait() && proof.overall_status().is_none() && proof.type_names().is_empty());
    });
    let not_strings = [json!(null), json!(1), json!(["x"]), json!({}), json!(true)];
    let not_objects = [json!(null), json!("3.0"), json!([{ "version": "3.0" }])];
    let not_three = [json!({}), json!({ "version": "1.0" }), json!({ "version": 3.0 }), json!({ "version": "3" })];
    let rows = [
        (["request_info", "user_id"], &not_strings[..], NotV3::UserId),
        (["request_info", "requester_id"], &not_strings, NotV3::RequesterId),
        (["kyc_info", "document"], &not_objects, NotV3::Document),
    ];
    each(rows, |(path, others, why)| {
        for document in spoilt(path, &smallest(), others) {
            assert_eq!(Kyc::read(scan(document.to_string().as_bytes()).root()).err(), Some(why), "{document}");
        }
    });
    for document in &spoilt(["kyc_info", "document"], &smallest(), &not_three)[1..] {
        assert_eq!(Kyc::read(scan(document.to_string().as_bytes()).root()).err(), Some(NotV3::Version), "{document}");
    }
    each(["null", "[]", "\"3.0\"", "{}", "{\"request_info\":[]}"], |text| {
        assert_eq!(Kyc::read(scan(text.as_bytes()).root()).err(), Some(NotV3::UserId), "{text}");
    });
}

fn ignores_wrong_types() {
    each([json!(null), json!(7), json!("x"), json!([7]), json!({ "a": [7] }), json!([{ "0": 1 }, null])], |wrong| {
        for member in ["document_info", "document_status", "identity_data", "identity_data_details"] {
            with_proof(&json!({ member: wrong }), |proof| {
                assert!(proof.field(Field::Surname).is_none() && proof.sources(Field::Surname).is_empty());
                assert!(proof.type_codes().is_empty() && proof.type_names().is_empty());
                assert!(proof.errors().next().is_none() && proof.check_details().next().is_none());
                assert!(!proof.has_portrait() && proof.overall_status().is_none());
            });
        }
    });
    let document = json!({
        "document_info": {
            "document_type_code": ["11", 12, 12.5, null, 49],
            "document_type": ["Passport", 1, null],
            "document_names": [1, "Latvia"],
            "document_images": { "portrait_image": "", "visualportrait_image": 5 },
        },
        "document_status": {
            "error_list": [1, "Expired Document"],
            "overall_document_status": 1,
            "checks_performed": [
                null,
                { "check_detail": "x" },
                { "check_detail": [null, { "element": "a" }, { "status": "OK" }, { "element": "b", "status": "" }] },
            ],
        },
        "identity_data": { "Surname": 5, "Nationality": "" },
    });
    with_proof(&document, |proof| {
        assert_eq!(proof.type_codes(), [12, 49]);
        assert_eq!(proof.type_names(), ["Passport"]);
        assert_eq!(proof.template_names().len(), 1);
        assert!(!proof.has_portrait() && proof.overall_status().is_none());
        assert!(proof.errors().eq(["Expired Document"]));
        assert!(proof.check_details().map(|detail| detail.element).eq(["b"]));
        assert!(proof.field(Field::Surname).is_none() && proof.field(Field::Nationality).is_none());
    });
    let document = json!({ "document_info": { "document_images": { "visualportrait_image": "/9j/" } } });
    with_proof(&document, |proof| assert!(proof.has_portrait()));
    let mut payload = smallest();
    payload["kyc_info"]["face_matcher_result"] = json!({ "score": "5", "score_percent": null });
    payload["request_info"]["app_id"] = json!(1);
    with_kyc(payload.to_string().as_bytes(), |kyc| {
        assert!(kyc.face_score().is_none() && kyc.face_score_percent().is_none() && kyc.app_id().is_none());
    });
}

fn entry(name: &str, value: &str, sources: Json) -> Json {
    let details = json!({ "field_value": value, "field_status": "OK", "field_source_and_values": sources });
    json!({ "field_name": name, "field_details": details })
}

fn looks_fields_up_in_order() {
    let mut document = json!({
        "identity_data": { "Sex": "F", "Last name": " \t", "Surname": "PLAIN" },
        "identity_data_details": {
            "1062": [entry("Surname", "OTHER", json!({}))],
            "0": [entry("Family name", "LATIN", json!({}))],
        },
    });
    let rows = [
        (Some("PLAIN"), "/identity_data"),
        (Some("LATIN"), "/identity_data_details/0"),
        (Some("OTHER"), "/identity_data_details/1062"),
    ];
    each(rows, |(wanted, removed)| {
        with_proof(&document, |proof| {
            assert_eq!(proof.field(Field::Surname).as_deref(), wanted);
            let named = proof.field_named("Surname").and_then(Value::as_str);
            assert_eq!(named.as_deref(), wanted);
        });
        document.pointer_mut(removed).unwrap().take();
    });
    with_proof(&document, |proof| assert!(proof.field(Field::Surname).is_none()));
}

fn finds_fields_by_any_name() {
    let document = json!({
        "identity_data": { "GIVEN NAMES": "MAIRA", "Blood type": "0+", "Nationality code (Alpha-2)": "LV" },
        "identity_data_details": { "0": [entry("Eye color(s)", "BLUE", json!({}))] },
    });
    with_proof(&document, |proof| {
        for (name, wanted) in [
            ("First name", Some("\"MAIRA\"")),
            ("given name(s)", Some("\"MAIRA\"")),
            ("nationality code alpha-2", Some("\"LV\"")),
            ("BLOOD  TYPE", Some("\"0+\"")),
            ("Eye color", Some("\"BLUE\"")),
            ("Nationality", None),
            ("Hair color", None),
            ("(s)", None),
            ("", None),
        ] {
            assert_eq!(proof.field_named(name).map(Value::raw), wanted, "{name}");
        }
    });
}

fn keeps_scripts_apart() {
    let latvian = entry("Surname", "BRĪVKALNE", json!({ "V": "BRĪVKALNE", "R": "KALNE" }));
    let latin = entry("Surname", "BRIVKALNE", json!({ "M": "BRIVKALNE", "V": " ", "R": 5, "B": "" }));
    let again = entry("Last name", "SECOND", json!({ "M": "SECOND" }));
    let none = entry("Surname", "NONE", json!({ "M": "" }));
    let rows = [
        (json!({ "1062": [latvian], "0": [none, latin, again] }), "M=BRIVKALNE"),
        (json!({ "1062": [latvian], "0": [again, latin] }), "M=SECOND"),
        (json!({ "1062": [latvian], "0": [none] }), "V=BRĪVKALNE R=KALNE"),
        (json!({ "1062": [latvian], "1049": [latin] }), "V=BRĪVKALNE R=KALNE"),
        (json!({ "0": [none] }), ""),
        (json!({ "0": { "Surname": latin } }), ""),
    ];
    each(rows, |(details, wanted)| {
        with_proof(&json!({ "identity_data_details": details }), |proof| {
            assert_eq!(sources(&proof, Field::Surname), wanted, "{details}");
        });
    });
}

fn prefers_the_inner_liveness() {
    let rows = [
        (json!({ "video": { "liveness_result": { "score": 100 } }, "liveness_result": { "score": 0 } }), Some("100")),
        (json!({ "video": { "liveness_result": { "score": "x" } }, "liveness_result": { "score": 0 } }), Some("0")),
        (json!({ "video": null, "liveness_result": { "score": -1 } }), Some("-1")),
        (json!({ "video": { "score": 100 } }), None),
        (json!([]), None),
    ];
    each(rows, |(check, wanted)| {
        let mut payload = smallest();
        payload["kyc_info"]["liveness_check"] = check;
        with_kyc(payload.to_string().as_bytes(), |kyc| {
            assert_eq!(kyc.liveness_score().map(Value::raw), wanted);
        });
    });
}

fn bounds_the_cost_of_look_ups() {
    // A name that would take seconds to decode for every look-up, and as many fields as a document may have.
    let escapes = "\\n".repeat(4 << 20);
    let fields: String = (0..9_000).map(|i| format!("\"Surname {i}\":\"x\",")).collect();
    let text =
        format!("{{\"identity_data\":{{\"{escapes}\":\"x\",{fields}\"{escapes}Sex\":\"F\",\"Surname\":\"S\"}}}}");
    let document = scan(text.as_bytes());
    let proof = Proof::new(document.root()).unwrap();
    for _ in 0..25 {
        assert_eq!(proof.field(Field::Surname).as_deref(), Some("S"));
        assert_eq!(proof.field(Field::Sex), None);
    }
    let many: serde_json::Map<_, _> = (0..100).map(|i| (format!("S{i}"), json!("x"))).collect();
    let details = json!({ "identity_data_details": { "0": [entry("Surname", "x", Json::Object(many))] } });
    with_proof(&details, |proof| assert_eq!(proof.sources(Field::Surname).len(), 16));
}
