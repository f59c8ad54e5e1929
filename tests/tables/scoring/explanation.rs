//! Explanations: every code, where it comes from, and that the documentation has them all.

use std::collections::BTreeSet;

use kyc_gate::scoring::{CheckCode, CheckId, CheckOutcome, Claim, Decision, Signal};
use serde_json::{Value, json};

use super::post::Post;
use super::rules::rule;

use CheckOutcome::{Fail, Pass, Skip};

const REFERENCE: &str = include_str!("../../../docs/explanations.md");

/// What is done to a sound post, the check, its outcome and code.
type Row = (fn(&mut Post), &'static str, CheckOutcome, CheckCode);

tables![every_code_is_given, the_reference_has_all_codes, missing_keeps_its_code, is_told_in_order];

fn every_code_is_given() {
    let seen: BTreeSet<CheckCode> =
        identity().into_iter().chain(address()).chain([CheckCode::RuleFired, CheckCode::RuleFailed]).collect();
    let unseen: Vec<_> = CheckCode::ALL.iter().filter(|code| !seen.contains(code)).collect();
    assert!(unseen.is_empty(), "{unseen:?}");
}

fn explains(post: &Post, check: &str, outcome: CheckOutcome, code: CheckCode) -> CheckCode {
    let verdict = post.judge();
    let check = CheckId::all().find(|id| id.is_named(check)).unwrap();
    let made = verdict.checks.iter().find(|made| made.check == check).unwrap();
    assert_eq!((made.outcome, made.code), (outcome, code), "{check}");
    assert_eq!(made.points, if outcome == Fail { 10 } else { 0 }, "{check}");
    code
}

fn identity() -> Vec<CheckCode> {
    const BIRTH: &str = "Date of birth";
    const MRZ: &str = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<";
    let rows: &[Row] = &[
        (|_| (), "containsImage", Pass, CheckCode::PortraitPresent),
        (
            |post| post.remove("/kyc_info/document/document_info/document_images"),
            "containsImage",
            Fail,
            CheckCode::PortraitMissing,
        ),
        (
            |post| {
                post.document("/document_info/document_images", json!({ "visualportrait_image": ["/9j/"] }));
            },
            "containsImage",
            Fail,
            CheckCode::PortraitUnreadable,
        ),
        (
            |post| post.document("/document_info", json!({ "document_type_code": 11 })),
            "isIdentityDocument",
            Fail,
            CheckCode::DocumentTypeUnreadable,
        ),
        (
            |post| post.document("/document_info", json!({ "document_type": [{}] })),
            "documentSubtype",
            Fail,
            CheckCode::DocumentTypeUnreadable,
        ),
        (|_| (), "isIdentityDocument", Pass, CheckCode::IdentityDocument),
        (
            |post| post.document("/document_info", json!({ "document_type": ["Utility bill"] })),
            "isIdentityDocument",
            Fail,
            CheckCode::NoIdentityDocument,
        ),
        (|post| post.document("/document_info", json!({})), "isIdentityDocument", Fail, CheckCode::DocumentTypeMissing),
        (|post| post.document("/document_info", json!({})), "documentSubtype", Fail, CheckCode::DocumentTypeMissing),
        (|_| (), "documentSubtype", Pass, CheckCode::SubtypeAccepted),
        (|post| post.evidence.identity_subtypes.clear(), "documentSubtype", Fail, CheckCode::SubtypeNotAccepted),
        (
            |post| post.document("/document_info", json!({ "document_type_code": [17] })),
            "documentSubtype",
            Fail,
            CheckCode::SubtypeUnknown,
        ),
        (|_| (), "isPublishedOnline", Skip, CheckCode::PublicationNotChecked),
        (
            |post| {
                post.evidence.signals.published_online = Signal::new(["online"]);
                post.errors(&["found online"]);
            },
            "isPublishedOnline",
            Fail,
            CheckCode::PublishedOnline,
        ),
        (|post| post.elements(&[("Photocopy", "OK")]), "isPhotocopy", Pass, CheckCode::PhotocopyNotFound),
        (|post| post.elements(&[("Photocopy", "ERROR")]), "isPhotocopy", Fail, CheckCode::PhotocopyFound),
        (|post| post.elements(&[("Photocopy", "NOT DONE")]), "isPhotocopy", Skip, CheckCode::PhotocopyNotChecked),
        (|post| post.elements(&[("Geometry", "OK")]), "isTampered", Pass, CheckCode::TamperingNotFound),
        (|post| post.elements(&[("Geometry", "WARNING")]), "isTampered", Fail, CheckCode::TamperingFound),
        (|post| post.elements(&[]), "isTampered", Skip, CheckCode::TamperingNotChecked),
        (|post| post.elements(&[("Geometry", "")]), "isTampered", Fail, CheckCode::CheckStatusUnreadable),
        (|post| post.elements(&[("Check digit", "OK")]), "mrzChecksum", Pass, CheckCode::MrzReportedRight),
        (|post| post.elements(&[("Check digit", "ERROR")]), "mrzChecksum", Fail, CheckCode::MrzReportedWrong),
        (
            |post| {
                post.elements(&[]);
                post.field("MRZ strings", MRZ);
            },
            "mrzChecksum",
            Pass,
            CheckCode::MrzCheckDigitsRight,
        ),
        (
            |post| {
                post.elements(&[]);
                post.field("MRZ strings", &MRZ.replace("7408122", "7408123"));
            },
            "mrzChecksum",
            Fail,
            CheckCode::MrzCheckDigitWrong,
        ),
        (
            |post| {
                post.elements(&[]);
                post.without("MRZ strings");
            },
            "mrzChecksum",
            Skip,
            CheckCode::MrzNotChecked,
        ),
        (
            |post| {
                post.elements(&[("Check digit", "OK")]);
                post.document("/identity_data/MRZ strings", json!({ "0": "P<LVA" }));
            },
            "mrzChecksum",
            Fail,
            CheckCode::MrzUnreadable,
        ),
        (|post| post.field("MRZ strings", "no zone"), "mrzChecksum", Fail, CheckCode::MrzUnreadable),
        (
            |post| post.document("/document_status/error_list", json!([7])),
            "isPhotocopy",
            Fail,
            CheckCode::CheckStatusUnreadable,
        ),
        (|post| post.claim(Claim::FirstName, "Maira"), "firstName", Pass, CheckCode::NameMatchesClaim),
        (|post| post.claim(Claim::FirstName, "Gustavo"), "firstName", Fail, CheckCode::NameMismatchClaim),
        (|post| post.document("/identity_data/Surname", json!(false)), "lastName", Fail, CheckCode::NameUnreadable),
        (|_| (), "lastName", Pass, CheckCode::NameSourcesAgree),
        (
            |post| post.sources("Surname", json!({ "M": "A", "V": "B" })),
            "lastName",
            Fail,
            CheckCode::NameSourcesDisagree,
        ),
        (|post| post.sources("Surname", json!({ "V": "B" })), "lastName", Skip, CheckCode::NameNotCompared),
        (|post| post.without("Surname"), "lastName", Skip, CheckCode::NameMissing),
        (|_| (), "dateOfBirth", Pass, CheckCode::BirthDateReadable),
        (|post| post.field(BIRTH, "1990"), "dateOfBirth", Pass, CheckCode::BirthDateReadable),
        (|post| post.field(BIRTH, "spring"), "dateOfBirth", Fail, CheckCode::BirthDateUnreadable),
        (|post| post.field(BIRTH, "1390/12/26"), "dateOfBirth", Fail, CheckCode::BirthDateImplausible),
        (|post| post.field(BIRTH, "2026-11-22"), "dateOfBirth", Fail, CheckCode::BirthDateImplausible),
        (|post| post.without(BIRTH), "dateOfBirth", Fail, CheckCode::BirthDateMissing),
        (
            |post| {
                post.field(BIRTH, "1990-01-02");
                post.claim(Claim::DateOfBirth, "02.01.1990");
            },
            "matchesDateOfBirth",
            Pass,
            CheckCode::BirthDateMatchesClaim,
        ),
        (
            |post| post.claim(Claim::DateOfBirth, "02.01.1950"),
            "matchesDateOfBirth",
            Fail,
            CheckCode::BirthDateMismatchClaim,
        ),
        (|_| (), "matchesDateOfBirth", Pass, CheckCode::BirthDateSourcesAgree),
        (
            |post| post.sources(BIRTH, json!({ "M": "1990-01-01", "V": "1990-01-02" })),
            "matchesDateOfBirth",
            Fail,
            CheckCode::BirthDateSourcesDisagree,
        ),
        (|post| post.field(BIRTH, "spring"), "matchesDateOfBirth", Fail, CheckCode::BirthDateUnreadable),
        (|post| post.field(BIRTH, "1390/12/26"), "matchesDateOfBirth", Fail, CheckCode::BirthDateImplausible),
        (|post| post.without(BIRTH), "matchesDateOfBirth", Skip, CheckCode::BirthDateNotCompared),
        (|post| post.sources(BIRTH, json!({})), "matchesDateOfBirth", Skip, CheckCode::BirthDateNotCompared),
        (|_| (), "issueDate", Pass, CheckCode::IssueDateReadable),
        (|post| post.field("Date of issue", "x"), "issueDate", Fail, CheckCode::IssueDateUnreadable),
        (|post| post.field("Date of issue", "2026-11-22"), "issueDate", Fail, CheckCode::IssueDateImplausible),
        (|post| post.without("Date of issue"), "issueDate", Fail, CheckCode::IssueDateMissing),
        (|post| post.field("Date of expiry", "2000-01-01"), "expirationDate", Pass, CheckCode::ExpiryReadable),
        (|post| post.field("Date of expiry", "x"), "expirationDate", Fail, CheckCode::ExpiryUnreadable),
        (|post| post.field("Date of expiry", "2560-05-01"), "expirationDate", Fail, CheckCode::ExpiryImplausible),
        (|post| post.without("Date of expiry"), "expirationDate", Fail, CheckCode::ExpiryMissing),
        (|_| (), "nationality", Pass, CheckCode::NationalityPresent),
        (
            |post| {
                post.without("Nationality");
                post.without("Nationality code");
            },
            "nationality",
            Fail,
            CheckCode::NationalityMissing,
        ),
        (
            |post| {
                post.without("Nationality code");
                post.document("/identity_data/Nationality", json!(["Latvia"]));
            },
            "nationality",
            Fail,
            CheckCode::NationalityUnreadable,
        ),
        (|_| (), "hasMinimalAge", Pass, CheckCode::AgeReached),
        (|post| post.field(BIRTH, "2020-01-01"), "hasMinimalAge", Fail, CheckCode::AgeBelowLimit),
        (|post| post.field(BIRTH, "2026-11-22"), "hasMinimalAge", Fail, CheckCode::BirthDateImplausible),
        (|post| post.field(BIRTH, "x"), "hasMinimalAge", Fail, CheckCode::BirthDateUnreadable),
        (|post| post.without(BIRTH), "hasMinimalAge", Fail, CheckCode::AgeUnknown),
        (
            |post| {
                post.evidence.liveness_on_missing = Fail;
                post.remove("/kyc_info/liveness_check");
            },
            "hasMatchingFaceProof",
            Fail,
            CheckCode::LivenessMissing,
        ),
        (
            |post| post.set("/kyc_info/liveness_check/video/liveness_result/score", json!(false)),
            "hasMatchingFaceProof",
            Fail,
            CheckCode::LivenessUnreadable,
        ),
        (
            |post| post.set("/kyc_info/face_matcher_result", json!({ "score": "high" })),
            "hasMatchingFaceProof",
            Fail,
            CheckCode::FaceUnreadable,
        ),
        (|_| (), "hasMatchingFaceProof", Pass, CheckCode::FaceMatches),
        (
            |post| post.remove("/kyc_info/liveness_check"),
            "hasMatchingFaceProof",
            Pass,
            CheckCode::FaceMatchesLivenessUnknown,
        ),
        (
            |post| post.set("/kyc_info/face_matcher_result", json!({ "score": 1.5 })),
            "hasMatchingFaceProof",
            Fail,
            CheckCode::FaceBelowLimit,
        ),
        (
            |post| post.remove("/kyc_info/face_matcher_result"),
            "hasMatchingFaceProof",
            Fail,
            CheckCode::FaceScoreMissing,
        ),
        (
            |post| post.set("/kyc_info/liveness_check/video/liveness_result/score", json!(49)),
            "hasMatchingFaceProof",
            Fail,
            CheckCode::LivenessBelowLimit,
        ),
    ];
    explained(rows, Post::default)
}

fn address() -> Vec<CheckCode> {
    let rows: &[Row] = &[
        (|_| (), "address.firstName", Pass, CheckCode::NameMatchesClaim),
        (|_| (), "address.documentSubtype", Pass, CheckCode::SubtypeAccepted),
        (|post| post.elements(&[]), "address.isTampered", Skip, CheckCode::TamperingNotChecked),
        (|_| (), "address.postalCode", Pass, CheckCode::AddressMatchesClaim),
        (|post| post.claim(Claim::City, "Paris"), "address.city", Fail, CheckCode::AddressMismatchClaim),
        (
            |post| {
                post.document("/identity_data", json!({}));
            },
            "address.line1",
            Fail,
            CheckCode::AddressMissing,
        ),
        (|post| post.claims.clear(), "address.region", Skip, CheckCode::AddressNotClaimed),
        (|post| post.field("Date of issue", "x"), "address.date", Fail, CheckCode::IssueDateUnreadable),
        (|post| post.field("Date of issue", "2026-11-22"), "address.date", Fail, CheckCode::IssueDateImplausible),
        (|_| (), "address.date", Pass, CheckCode::IssueDateReadable),
        (
            |post| post.document("/identity_data", json!({ "Address": ["Riga"] })),
            "address.city",
            Fail,
            CheckCode::AddressUnreadable,
        ),
        (|post| post.document("/identity_data/Phone", json!(true)), "address.phone", Fail, CheckCode::PhoneUnreadable),
        (|post| post.without("Date of issue"), "address.date", Fail, CheckCode::IssueDateMissing),
        (|_| (), "address.phone", Pass, CheckCode::PhonePresent),
        (|post| post.without("Phone"), "address.phone", Fail, CheckCode::PhoneMissing),
    ];
    explained(rows, Post::with_address)
}

fn explained(rows: &[Row], post: fn() -> Post) -> Vec<CheckCode> {
    let explain = |(change, check, outcome, code): &Row| {
        let mut post = post();
        change(&mut post);
        explains(&post, check, *outcome, *code)
    };
    rows.iter().map(explain).collect()
}

/// The same codes in the same order, each once.
fn the_reference_has_all_codes() {
    let codes = REFERENCE.split("## Codes").nth(1).unwrap().lines().filter_map(|line| line.strip_prefix("| `"));
    let documented: Vec<&str> = codes.map(|line| line.split('`').next().unwrap()).collect();
    assert_eq!(documented, CheckCode::ALL.map(CheckCode::as_str));
    let words: BTreeSet<&str> = documented.iter().copied().collect();
    assert_eq!(words.len(), documented.len());
    assert!(words.iter().all(|word| word.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')));
    let example = REFERENCE.split("```text\n").nth(1).unwrap().split("```").next().unwrap();
    let example: Vec<Value> = serde_json::from_str(example).unwrap();
    let coded = example.iter().filter(|step| step.get("disagreement").is_none());
    assert!(coded.map(|step| step["code"].as_str().unwrap()).all(|code| words.contains(code)));
}

/// `onMissing` changes the outcome, not what was found.
fn missing_keeps_its_code() {
    let mut post = Post::default();
    post.remove("/kyc_info/face_matcher_result");
    let face = CheckId::all().find(|check| check.is_named("hasMatchingFaceProof")).unwrap();
    post.evidence.on_missing = vec![(face, Skip)];
    explains(&post, "hasMatchingFaceProof", Skip, CheckCode::FaceScoreMissing);
}

fn is_told_in_order() {
    let mut post = Post::with_address();
    post.without("Phone");
    post.setting("/addressProof/weights/phone", json!(15));
    post.rules = vec![rule("always", "true", Decision::Review), rule("never", "false", Decision::Reject)];
    post.rules.push(rule("broken", "scores.address / 0 == 1", Decision::Accept));
    let verdict = post.judge();
    let steps: Vec<Value> = serde_json::from_str(&verdict.explanation()).unwrap();
    assert_eq!(steps.len(), 26 + 2);
    let names: Vec<_> = steps.iter().filter_map(|step| step["check"].as_str()).collect();
    assert_eq!(names, CheckId::all().map(|check| check.to_string()).collect::<Vec<_>>());
    let told = |name: &str| steps.iter().find(|step| step["check"] == name).unwrap();
    let phone = json!({ "check": "address.phone", "outcome": "fail", "points": 15, "code": "PHONE_MISSING" });
    assert_eq!(told("address.phone"), &phone);
    let fired = json!({ "rule": "always", "outcome": "review", "code": "RULE_FIRED", "reason": "other" });
    assert_eq!(steps[26], fired);
    assert_eq!(steps[27], json!({ "rule": "broken", "outcome": "review", "code": "RULE_FAILED" }));
    let lost: u64 = steps[16..26].iter().map(|step| step["points"].as_u64().unwrap()).sum();
    assert_eq!(verdict.address.map(|address| u64::from(address.score)), Some(100 - lost));
}
