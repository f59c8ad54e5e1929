//! REL-ID's payload.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // Tests may fail loudly.

use crate::rows::each;
use kyc_gate::payload::field::Field;
use kyc_gate::payload::v3::{CheckDetail, DocumentRole, Member, Score, Status};
use kyc_gate::payload::{Document, Fact, Kyc, Limits, NotV3, Proof, Value};
use serde_json::{Value as Json, json};

tables![
    reads_the_passport,
    reads_the_minimal_document,
    requires_little,
    bounds_ids,
    refuses_what_cant_be_judged,
    ignores_wrong_types,
    reads_type_codes,
    reads_scores,
    prefers_the_inner_liveness,
    reads_statuses,
    reads_the_overall_status,
    finds_all_errors
];

const PASSPORT: &[u8] = include_bytes!("../data/relid-v3-passport.json");
const MINIMAL: &[u8] = include_bytes!("../data/relid-v3-minimal-expired.json");

#[track_caller]
pub fn scan(text: &[u8]) -> Document<'_> {
    Document::scan(text, Limits::default()).unwrap()
}

#[track_caller]
fn with_kyc(text: &[u8], look: impl FnOnce(Kyc<'_>)) {
    look(Kyc::read(scan(text).root()).unwrap());
}

#[track_caller]
pub fn with_proof(document: &Json, look: impl FnOnce(Proof<'_>)) {
    look(Proof::read(scan(document.to_string().as_bytes()).root(), DocumentRole::Identity).unwrap());
}

/// The sources of the first locale that has any.
pub fn sources(proof: &Proof<'_>, field: Field) -> String {
    let sources = proof.sources(field);
    sources.iter().map(|(source, value)| format!("{source}={value}")).collect::<Vec<_>>().join(" ")
}

fn number(score: Fact<Score<'_>>) -> Option<f64> {
    score.readable().map(|score| score.number)
}

fn reads_the_passport() {
    with_kyc(PASSPORT, |kyc| {
        assert_eq!(kyc.user_id().raw(), "\"maira.b@example.test\"");
        assert_eq!(kyc.requester_id().as_str().as_deref(), Some("b7b9b0a4-7c57-4f69-8a55-6f2d7f6d9c01"));
        assert_eq!(kyc.app_id().unwrap().as_str().as_deref(), Some("5f0e2f7c-3a3b-4f0e-9a51-0d6c1f3f7b10"));
        assert_eq!(number(kyc.liveness_score()), Some(100.0));
        assert_eq!(kyc.face_score().readable().map(|score| score.json.raw()), Some("5.1187"));
        assert_eq!(kyc.face_score_percent().readable().map(|score| score.json.raw()), Some("99"));
        assert!(kyc.root().get("kyc_info").is_some());
        let proof = kyc.identity();
        for (field, wanted) in [
            (Field::GivenNames, "MAIRA ELZA"),
            (Field::Surname, "BRIVKALNE"),
            (Field::NationalityCode, "LVA"),
            (Field::IssuingStateName, "Latvia"),
            (Field::DateOfExpiry, "2031-08-02"),
        ] {
            assert_eq!(proof.field(field), Some(wanted));
        }
        assert!(proof.fact(Field::Phone).is_absent());
        assert_eq!(sources(proof, Field::Surname), "M=BRIVKALNE V=BRIVKALNE R=BRIVKALNE");
        assert_eq!(sources(proof, Field::GivenNames), "");
        assert_eq!(proof.type_codes(), [11]);
        assert_eq!(proof.type_names(), ["Passport"]);
        assert_eq!(proof.template_names()[0].raw(), "\"Latvia - ePassport (2015)\"");
        assert!(proof.has_portrait());
        assert!(proof.errors().next().is_none());
        assert_eq!(proof.overall_status().unwrap().as_sent(), "OK");
        let details: Vec<_> = proof.check_details().collect();
        assert_eq!(details.len(), 7);
        assert!(details[3].element == Fact::Readable("Glare".into()));
        assert!(details[3].failed() && details[3].status == Fact::Readable(Status::Error));
        assert!(details[6].element == Fact::Readable("Main vs RFID portrait comparison".into()));
        assert!(details[6].was_not_done() && !details[6].failed() && details[0].passed());
    });
}

fn reads_the_minimal_document() {
    with_kyc(MINIMAL, |kyc| {
        let proof = kyc.identity();
        assert_eq!(proof.field(Field::GivenNames), Some("John"));
        assert_eq!(sources(proof, Field::GivenNames), "M=John");
        assert!(proof.errors().eq(["Expired Document"]));
        assert_eq!(proof.type_codes(), [0; 0]);
        assert_eq!(proof.type_names(), ["Identity Card"]);
        assert!(proof.check_details().next().is_none());
        assert_eq!(number(kyc.face_score()), Some(0.0002));
    });
}

fn smallest() -> Json {
    json!({
        "request_info": { "user_id": "u", "requester_id": "r" },
        "kyc_info": { "document": { "version": "3.0" } },
    })
}

/// Why a payload is no V3 one.
fn refusal(payload: &Json) -> Option<NotV3> {
    Kyc::read(scan(payload.to_string().as_bytes()).root()).err()
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
        assert_eq!(kyc.user_id().raw(), "\"u\"");
        assert!(kyc.app_id().is_none() && kyc.address().is_none());
        assert!(kyc.liveness_score().is_absent() && kyc.face_score().is_absent());
        let proof = kyc.identity();
        assert!(proof.fact(Field::Surname).is_absent() && proof.sources(Field::Surname).is_empty());
        assert!(!proof.has_portrait() && proof.overall_status().is_none() && proof.type_names().is_empty());
    });
    let not_ids = [json!(null), json!(1), json!(["x"]), json!({}), json!(true), json!(""), json!(" \t\u{a0}")];
    let not_objects = [json!(null), json!("3.0"), json!([{ "version": "3.0" }])];
    let not_three = [json!({}), json!({ "version": "1.0" }), json!({ "version": 3.0 }), json!({ "version": "3" })];
    let rows = [
        (["request_info", "user_id"], &not_ids[..], NotV3::UserId),
        (["request_info", "requester_id"], &not_ids, NotV3::RequesterId),
        (["kyc_info", "document"], &not_objects, NotV3::Document(DocumentRole::Identity)),
    ];
    each(rows, |(path, others, why)| {
        for document in spoilt(path, &smallest(), others) {
            assert_eq!(refusal(&document), Some(why), "{document}");
        }
    });
    for document in &spoilt(["kyc_info", "document"], &smallest(), &not_three)[1..] {
        assert_eq!(refusal(document), Some(NotV3::Version), "{document}");
    }
    each(["null", "[]", "\"3.0\"", "{}", "{\"request_info\":[]}"], |text| {
        assert_eq!(Kyc::read(scan(text.as_bytes()).root()).err(), Some(NotV3::UserId), "{text}");
    });
}

fn bounds_ids() {
    each([(1, true), (1024, true), (1025, false), (100_000, false)], |(length, is_taken)| {
        for letter in ["u", "\\u0075", "ū"] {
            let id = letter.repeat(length / if letter == "ū" { 2 } else { 1 });
            let is_odd = letter == "ū" && length % 2 == 1;
            for (user, requester, why) in [(&*id, "r", NotV3::UserId), ("u", &*id, NotV3::RequesterId)] {
                let text = format!(
                    r#"{{"request_info":{{"user_id":"{user}","requester_id":"{requester}"}},"kyc_info":{{"document":{{"version":"3.0"}}}}}}"#
                );
                let refused = Kyc::read(scan(text.as_bytes()).root()).err();
                assert!(is_odd || refused == (!is_taken).then_some(why), "{length} {letter}: {refused:?}");
            }
        }
    });
}

/// A member without which nobody can judge the document, of another type than it should be: named, never read as none.
fn refuses_what_cant_be_judged() {
    let object = json!({ "a": 1 });
    let (null, truth, text, array) = (json!(null), json!(true), json!("x"), json!([]));
    let status = |member: &str, value: &Json| json!({ "document_status": { member: value } });
    let rows = [
        ("", Member::DocumentStatus, [false, false, false, true, false]),
        ("/checks_performed", Member::ChecksPerformed, [false, false, true, false, false]),
        ("/error_list", Member::ErrorList, [false, true, true, false, false]),
        ("/overall_document_status", Member::OverallStatus, [false, true, false, false, true]),
        ("identity_data", Member::IdentityData, [false, false, false, true, false]),
        ("identity_data_details", Member::IdentityDataDetails, [false, false, false, true, false]),
        ("[]", Member::ChecksPerformed, [false, false, false, true, false]),
        ("check_detail", Member::CheckDetail, [false, false, true, false, false]),
        ("check_detail[]", Member::CheckDetail, [false, false, false, true, false]),
    ];
    each(rows, |(value, member, taken)| {
        let document = |of: &Json| match value {
            "" => json!({ "document_status": of }),
            "[]" => status("checks_performed", &json!([{}, of])),
            "check_detail" => status("checks_performed", &json!([{}, { "check_detail": of }])),
            "check_detail[]" => status("checks_performed", &json!([{ "check_detail": [{}, of] }])),
            _ => value.strip_prefix('/').map_or_else(|| json!({ value: of }), |name| status(name, of)),
        };
        let others = [&truth, &text, &array, &object, &json!(7)];
        for (other, taken) in others.into_iter().zip(taken) {
            check_refusal(&document(other), member, taken);
        }
        // `null` is absent, but no entry of a list of objects.
        check_refusal(&document(&null), member, !value.ends_with(']'));
    });
}

fn check_refusal(document: &Json, member: Member, is_taken: bool) {
    let mut payload = smallest();
    payload["kyc_info"]["address_document"] = document.clone();
    let refused = NotV3::Member { document: DocumentRole::Address, member };
    assert_eq!(refusal(&payload), (!is_taken).then_some(refused), "{payload}");
    let mut payload = smallest();
    payload["kyc_info"]["document"] = document.clone();
    payload["kyc_info"]["document"]["version"] = "3.0".into();
    let refused = NotV3::Member { document: DocumentRole::Identity, member };
    assert_eq!(refusal(&payload), (!is_taken).then_some(refused), "{payload}");
}

fn ignores_wrong_types() {
    each([json!(null), json!(7), json!("x"), json!([7]), json!({ "a": [7] }), json!([{ "0": 1 }, null])], |wrong| {
        with_proof(&json!({ "document_info": wrong }), |proof| {
            assert!(proof.type_codes().is_empty() && proof.type_names().is_empty());
            assert!(!proof.has_portrait() && proof.template_names().is_empty());
        });
    });
    let document = json!({
        "document_info": {
            "document_type": ["Passport", 1, null],
            "document_names": [1, "Latvia"],
            "document_images": { "portrait_image": "", "visualportrait_image": 5 },
        },
    });
    with_proof(&document, |proof| {
        assert_eq!(proof.type_names(), ["Passport"]);
        assert_eq!(proof.template_names().len(), 1);
        assert!(!proof.has_portrait());
    });
    let document = json!({ "document_info": { "document_images": { "visualportrait_image": "/9j/" } } });
    with_proof(&document, |proof| assert!(proof.has_portrait()));
    let mut payload = smallest();
    payload["request_info"]["app_id"] = json!(1);
    each([json!(null), json!(""), json!(" ")], |none| {
        payload["kyc_info"]["address_document"] = none;
        with_kyc(payload.to_string().as_bytes(), |kyc| assert!(kyc.app_id().is_none() && kyc.address().is_none()));
    });
    each([json!("x"), json!([]), json!(0), json!(false)], |address| {
        payload["kyc_info"]["address_document"] = address;
        assert_eq!(refusal(&payload), Some(NotV3::Document(DocumentRole::Address)));
    });
    payload["kyc_info"]["address_document"] = json!({});
    with_kyc(payload.to_string().as_bytes(), |kyc| assert!(kyc.address().is_some()));
    let rows = [
        (NotV3::Document(DocumentRole::Address), "addressDocument must be an object"),
        (
            NotV3::Member { document: DocumentRole::Identity, member: Member::ErrorList },
            "kyc_info.document.document_status.error_list must be an array or a string",
        ),
        (
            NotV3::Member { document: DocumentRole::Address, member: Member::IdentityData },
            "addressDocument.identity_data must be an object",
        ),
    ];
    each(rows, |(refused, text)| {
        assert_eq!(refused.to_string(), text);
    });
}

fn reads_type_codes() {
    let rows = [
        (json!([11, 49]), &[11, 49][..]),
        (json!([11.0, "49", " 12 ", "13.0"]), &[11, 49, 12, 13]),
        (json!([12.5, null, "x", "1 1", [11], 1e300, "", 14]), &[14]),
        (json!(["9999999999999999999999"]), &[]),
        (json!(11), &[]),
    ];
    each(rows, |(codes, wanted)| {
        with_proof(&json!({ "document_info": { "document_type_code": codes } }), |proof| {
            assert_eq!(proof.type_codes(), wanted, "{codes}");
        });
    });
}

/// A score as JSON, and what it is read as; `NAN` where it can't be read.
fn reads_scores() {
    let rows = [
        ("4.67", Some(4.67)),
        ("\"0\"", Some(0.0)),
        ("\" 4.67 \"", Some(4.67)),
        ("\"-1\"", Some(-1.0)),
        ("\"1e2\"", Some(100.0)),
        ("-0", Some(0.0)),
        ("null", None),
        ("\"\"", None),
        ("\" \\n\"", None),
        ("1e999", Some(f64::NAN)),
        ("\"1e999\"", Some(f64::NAN)),
        ("\"NaN\"", Some(f64::NAN)),
        ("\"inf\"", Some(f64::NAN)),
        ("\"high\"", Some(f64::NAN)),
        ("\"4,67\"", Some(f64::NAN)),
        ("\"+4\"", Some(f64::NAN)),
        ("\"4.\"", Some(f64::NAN)),
        ("\"0x10\"", Some(f64::NAN)),
        ("\"4 5\"", Some(f64::NAN)),
        ("false", Some(f64::NAN)),
        ("true", Some(f64::NAN)),
        ("[5.1]", Some(f64::NAN)),
        ("{}", Some(f64::NAN)),
    ];
    each(rows, |(json, wanted)| {
        let text = smallest().to_string().replace(
            "\"document\"",
            &format!(
                r#""liveness_check":{{"video":{{"liveness_result":{{"score":{json}}}}}}},
                "face_matcher_result":{{"score":{json},"score_percent":{json}}},"document""#
            ),
        );
        with_kyc(text.as_bytes(), |kyc| {
            for score in [kyc.liveness_score(), kyc.face_score(), kyc.face_score_percent()] {
                match wanted {
                    None => assert!(score.is_absent(), "{json}"),
                    Some(wanted) if wanted.is_nan() => assert!(score.is_unreadable(), "{json}"),
                    Some(wanted) => assert_eq!(number(score), Some(wanted), "{json}"),
                }
            }
        });
    });
}

fn prefers_the_inner_liveness() {
    let scored = |score: Json| json!({ "liveness_result": { "score": score } });
    let rows = [
        (json!({ "video": scored(json!(100)), "liveness_result": { "score": 0 } }), Fact::Readable("100")),
        (json!({ "video": scored(json!("x")), "liveness_result": { "score": 100 } }), Fact::Unreadable),
        (json!({ "video": scored(json!(null)), "liveness_result": { "score": 0 } }), Fact::Readable("0")),
        (json!({ "video": scored(json!("")), "liveness_result": { "score": 0 } }), Fact::Readable("0")),
        (json!({ "video": { "liveness_result": [] }, "liveness_result": { "score": 100 } }), Fact::Unreadable),
        (json!({ "video": { "liveness_result": 0 } }), Fact::Unreadable),
        (json!({ "video": null, "liveness_result": { "score": -1 } }), Fact::Readable("-1")),
        (json!({ "video": "", "liveness_result": { "score": -1 } }), Fact::Readable("-1")),
        (json!({ "video": [], "liveness_result": { "score": 100 } }), Fact::Unreadable),
        (json!({ "video": { "score": 100 } }), Fact::Absent),
        (json!({}), Fact::Absent),
        (json!(null), Fact::Absent),
        (json!([]), Fact::Unreadable),
        (json!(0), Fact::Unreadable),
    ];
    each(rows, |(check, wanted)| {
        let mut payload = smallest();
        payload["kyc_info"]["liveness_check"] = check;
        with_kyc(payload.to_string().as_bytes(), |kyc| {
            assert!(kyc.liveness_score().map(|score| score.json.raw()) == wanted, "{payload}");
        });
    });
}

fn reads_statuses() {
    let known = |status| Fact::Readable(status);
    let rows = [
        (json!("OK"), known(Status::Ok)),
        (json!(" ok\t"), known(Status::Ok)),
        (json!(1), known(Status::Ok)),
        (json!(1.0), known(Status::Ok)),
        (json!("1"), known(Status::Ok)),
        (json!("1.0"), known(Status::Ok)),
        (json!("NOT DONE"), known(Status::NotDone)),
        (json!("Not_Done"), known(Status::NotDone)),
        (json!("not  _done_"), known(Status::NotDone)),
        (json!(2), known(Status::NotDone)),
        (json!("ERROR"), known(Status::Error)),
        (json!(0), known(Status::Error)),
        (json!("0"), known(Status::Error)),
        (json!(7), known(Status::Error)),
        (json!(-1), known(Status::Error)),
        (json!(1.5), known(Status::Error)),
        (json!("1e999"), known(Status::Error)),
        (json!("WARNING"), known(Status::Other)),
        (json!("NOTDONE"), known(Status::Other)),
        (json!("OK!"), known(Status::Other)),
        (json!("O K"), known(Status::Other)),
        (json!("x".repeat(1_000_000)), known(Status::Other)),
        (json!(null), Fact::Absent),
        (json!(""), Fact::Absent),
        (json!("  "), Fact::Absent),
        (json!(true), Fact::Unreadable),
        (json!(["OK"]), Fact::Unreadable),
        (json!({ "status": "OK" }), Fact::Unreadable),
    ];
    each(rows, |(status, wanted)| {
        let detail = json!({ "element": "Photo", "status": status });
        let document = json!({ "document_status": { "checks_performed": [{ "check_detail": [detail] }] } });
        with_proof(&document, |proof| {
            let CheckDetail { element, status } = proof.check_details().next().unwrap();
            assert!(*element == Fact::Readable("Photo".into()) && *status == wanted, "{document}");
        });
    });
    // Nothing is known of the status of the second, and nothing of the element of the others.
    let details =
        json!([{ "element": 7, "status": "OK" }, { "element": "a" }, { "status": "OK" }, { "element": null }]);
    let document = json!({ "document_status": { "checks_performed": [{ "check_detail": details }, {}] } });
    with_proof(&document, |proof| {
        let details: Vec<_> = proof.check_details().collect();
        assert!(details[0].element.is_unreadable() && details[1].element == Fact::Readable("a".into()));
        assert_eq!(details.len(), 2);
        assert!(details[1].failed() && details[1].status.is_absent());
    });
}

/// The status as JSON, what it means, its word, and the text that macros see.
fn reads_the_overall_status() {
    let rows = [
        ("\"OK\"", Status::Ok, "OK", "OK"),
        ("\" error\"", Status::Error, "ERROR", "error"),
        ("0", Status::Error, "ERROR", "ERROR"),
        ("1", Status::Ok, "OK", "OK"),
        ("2", Status::NotDone, "NOT DONE", "NOT DONE"),
        ("3", Status::Error, "ERROR", "ERROR"),
        ("1e999", Status::Error, "ERROR", "ERROR"),
        ("\"0\"", Status::Error, "ERROR", "0"),
        ("\"not_done \"", Status::NotDone, "NOT DONE", "not_done"),
        ("\"warning\"", Status::Other, "WARNING", "warning"),
        ("\"In  Doubt\"", Status::Other, "IN DOUBT", "In  Doubt"),
    ];
    each(rows, |(json, wanted, word, sent)| {
        let text = format!(r#"{{"document_status":{{"overall_document_status":{json}}}}}"#);
        let proof = scan(text.as_bytes());
        let proof = Proof::read(proof.root(), DocumentRole::Identity).unwrap();
        let status = proof.overall_status().unwrap();
        assert_eq!((status.status(), &*status.word(), &*status.as_sent()), (wanted, word, sent), "{json}");
    });
    each([json!(null), json!(""), json!(" ")], |absent| {
        let document = json!({ "document_status": { "overall_document_status": absent } });
        with_proof(&document, |proof| assert!(proof.overall_status().is_none()));
    });
}

fn finds_all_errors() {
    let rows = [
        (json!([]), &[][..]),
        (json!(null), &[]),
        (json!("Tampered photo"), &["Tampered photo"]),
        (json!(["Expired Document", 1, null]), &["Expired Document"]),
        (json!([{ "error": "a", "at": { "page": ["b", 2] } }, [["c"]], "d"]), &["a", "b", "c", "d"]),
    ];
    each(rows, |(list, wanted)| {
        with_proof(&json!({ "document_status": { "error_list": list } }), |proof| {
            assert!(proof.errors().eq(wanted.iter().copied()), "{list}");
            assert!(proof.value().strings().map(Value::raw).count() == wanted.len(), "{list}");
        });
    });
}
