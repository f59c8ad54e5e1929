//! What the identity document shows: image, kind, dates, nationality.

use kyc_gate::payload::date::DateOrder;
use kyc_gate::scoring::{CheckId, CheckOutcome, IdentityCheck};
use serde_json::json;

use super::post::Post;

use crate::rows::each;
use CheckOutcome::{Fail, Pass, Skip};
use IdentityCheck::*;

/// What it is, what is changed in a sound post, and how the check ends.
pub type Row = (&'static str, fn(&mut Post), CheckOutcome);

tables![
    starts_sound,
    maps_every_document_code,
    contains_image,
    is_identity_document,
    document_subtype,
    issue_date,
    expiration_date,
    nationality
];

fn contains_image() {
    table(ContainsImage, IMAGE);
}

fn is_identity_document() {
    table(IsIdentityDocument, DOCUMENT);
}

fn document_subtype() {
    table(DocumentSubtype, SUBTYPE);
}

fn issue_date() {
    table(IssueDate, ISSUED);
}

fn expiration_date() {
    table(ExpirationDate, EXPIRY);
}

fn nationality() {
    table(Nationality, NATIONALITY);
}

pub fn table(check: IdentityCheck, rows: &[Row]) {
    each(rows, |(what, change, expected)| {
        let mut post = Post::default();
        change(&mut post);
        assert_eq!(post.outcome(CheckId::Identity(check)), *expected, "{}: {what}", check.as_str());
        overrides(&mut post, check, *expected, what);
    });
}

/// `onMissing` has its say exactly where there is no evidence: then it changes the end both ways, else never.
fn overrides(post: &mut Post, check: IdentityCheck, expected: CheckOutcome, what: &str) {
    let id = CheckId::Identity(check);
    let mut ends = [Fail, Skip].map(|outcome| {
        post.evidence.on_missing = vec![(id, outcome)];
        post.outcome(id)
    });
    post.evidence.on_missing.clear();
    ends.sort_unstable_by_key(|end| *end as u8);
    let followed = ends == [Fail, Skip];
    assert!(followed || ends == [expected; 2], "{}: {what}: {ends:?}", check.as_str());
    match expected {
        Skip => assert!(followed, "{}: {what}", check.as_str()),
        Pass => assert!(!followed, "{}: {what}", check.as_str()),
        Fail => assert_eq!(followed, what.ends_with("(missing)"), "{}: {what}", check.as_str()),
    }
}

fn starts_sound() {
    let verdict = Post::default().judge();
    assert_eq!(verdict.failed().count(), 0);
    assert_eq!(verdict.skipped().collect::<Vec<_>>(), [CheckId::Identity(IsPublishedOnline)]);
    assert_eq!(
        verdict.checks.iter().map(|made| made.check).collect::<Vec<_>>(),
        IdentityCheck::ALL.map(CheckId::Identity)
    );
}

const IMAGES: &str = "/kyc_info/document/document_info/document_images";
const INFO: &str = "/kyc_info/document/document_info";

const IMAGE: &[Row] = &[
    ("the portrait alone", |post| post.remove(&format!("{IMAGES}/visualportrait_image")), Pass),
    ("the visual portrait alone", |post| post.remove(&format!("{IMAGES}/portrait_image")), Pass),
    ("an empty portrait", |post| post.set(&format!("{IMAGES}/portrait_image"), json!("")), Pass),
    ("neither (missing)", |post| post.set(IMAGES, json!({ "ghostportrait_image": "AAAA" })), Fail),
    (
        "empty and null (missing)",
        |post| post.set(IMAGES, json!({ "portrait_image": "", "visualportrait_image": null })),
        Fail,
    ),
    (
        "blank (missing)",
        |post| post.set(IMAGES, json!({ "portrait_image": " \t", "visualportrait_image": "\u{a0}" })),
        Fail,
    ),
    ("a blank one", |post| post.set(&format!("{IMAGES}/portrait_image"), json!(" ")), Pass),
    ("one of another type", |post| post.set(&format!("{IMAGES}/portrait_image"), json!(5)), Pass),
    ("images of another type", |post| post.set(IMAGES, json!("/9j/")), Fail),
    ("empty and no string", |post| post.set(IMAGES, json!({ "portrait_image": "", "visualportrait_image": 5 })), Fail),
    ("no images (missing)", |post| post.remove(IMAGES), Fail),
];

fn kind(post: &mut Post, codes: &[i64], names: &[&str]) {
    post.set(&format!("{INFO}/document_type_code"), json!(codes));
    post.set(&format!("{INFO}/document_type"), json!(names));
}

const DOCUMENT: &[Row] = &[
    ("by code", |post| kind(post, &[12], &[]), Pass),
    ("by any code", |post| kind(post, &[99, 225], &[]), Pass),
    ("by name in any case", |post| kind(post, &[], &["IDENTITY CARD"]), Pass),
    ("by name beside a foreign code", |post| kind(post, &[99], &["Passport"]), Pass),
    ("by any name", |post| kind(post, &[], &["Other", "Seaman's Identity Document"]), Pass),
    ("a learner", |post| kind(post, &[], &["Driving License Learners Permit under 18"]), Pass),
    ("a driver's licence", |post| kind(post, &[], &["Driver's Licence"]), Pass),
    ("another code", |post| kind(post, &[99], &["Other"]), Fail),
    ("not defined", |post| kind(post, &[0], &[]), Fail),
    ("a health card", |post| kind(post, &[181], &["Health card"]), Fail),
    ("a name that only begins so", |post| kind(post, &[], &["Passport photo"]), Fail),
    ("a code as text", |post| post.set(&format!("{INFO}/document_type_code"), json!(["11"])), Pass),
    ("a code with a fraction of nothing", |post| post.set(&format!("{INFO}/document_type_code"), json!([11.0])), Pass),
    ("codes that are none", |post| post.set(INFO, json!({ "document_type_code": [true] })), Fail),
    ("codes of another type", |post| post.set(INFO, json!({ "document_type_code": { "0": 11 } })), Fail),
    ("names of another type", |post| post.set(INFO, json!({ "document_type": "Passport" })), Fail),
    ("no codes, no names (missing)", |post| kind(post, &[], &[]), Fail),
    ("a blank name (missing)", |post| kind(post, &[], &[" "]), Fail),
    ("nothing (missing)", |post| post.remove(INFO), Fail),
];

const SUBTYPE: &[Row] = &[
    ("a passport", |post| kind(post, &[11], &[]), Pass),
    ("a card", |post| kind(post, &[24], &[]), Pass),
    ("a licence", |post| kind(post, &[66], &[]), Pass),
    ("the first code that maps", |post| kind(post, &[99, 15, 49, 181], &[]), Pass),
    ("the first code that maps is not recognised", |post| kind(post, &[181, 11], &["Passport"]), Fail),
    ("a code before a name", |post| kind(post, &[181], &["Passport"]), Fail),
    ("a name where no code maps", |post| kind(post, &[99, 215], &["national IDENTITY card"]), Pass),
    ("Rebilly's own word", |post| kind(post, &[], &["ID-Card"]), Pass),
    ("an identity document without a subtype", |post| kind(post, &[15], &["Seaman's identity document"]), Fail),
    ("another", |post| kind(post, &[99], &["Other"]), Fail),
    (
        "a narrower list",
        |post| post.evidence.identity_subtypes = vec!["id-card".to_owned(), "driver-license".to_owned()],
        Fail,
    ),
    (
        "a wider list",
        |post| {
            kind(post, &[181], &[]);
            post.evidence.identity_subtypes = vec!["public-health-card".to_owned()];
        },
        Pass,
    ),
    ("no codes, no names (missing)", |post| kind(post, &[], &[]), Fail),
];

fn maps_every_document_code() {
    let of = |codes: &[i64]| codes.to_vec();
    let mut identity: Vec<i64> = (11..=17).chain(20..=22).chain(49..=66).collect();
    identity.extend([24, 26, 27, 38, 72, 146, 172, 179, 215, 222, 224, 225]);
    let mut licences: Vec<i64> = (49..=66).collect();
    licences.extend([38, 72]);
    let subtypes = [
        ("passport", of(&[11, 13, 14, 26, 27, 172, 179, 222])),
        ("id-card", of(&[12, 16, 20, 21, 22, 24, 224])),
        ("driver-license", licences),
        ("public-health-card", of(&[181])),
    ];
    for code in (-1..=260).chain([i64::MIN, i64::MAX]) {
        let mut post = Post::default();
        kind(&mut post, &[code], &[]);
        let ended = post.outcome(CheckId::Identity(IsIdentityDocument));
        assert_eq!(ended == Pass, identity.contains(&code), "{code}");
        for (subtype, codes) in &subtypes {
            post.evidence.identity_subtypes = vec![(*subtype).to_owned()];
            let ended = post.outcome(CheckId::Identity(DocumentSubtype));
            assert_eq!(ended == Pass, codes.contains(&code), "{code} as {subtype}");
        }
    }
}

fn in_the_year_of_birth(post: &mut Post) {
    post.field("Date of birth", "1991");
    post.field("Date of issue", "1991-03-16");
}

const ISSUED: &[Row] = &[
    ("ISO", |post| post.field("Date of issue", "2021-08-03"), Pass),
    ("dotted", |post| post.field("Date of issue", "03.08.2021"), Pass),
    ("tomorrow", |post| post.field("Date of issue", "2026-11-22"), Fail),
    ("before the birth", |post| post.field("Date of issue", "1991-03-16"), Fail),
    ("in the year of a birth known to the year", |post| in_the_year_of_birth(post), Pass),
    ("after the expiry", |post| post.field("Date of expiry", "2021-08-02"), Fail),
    ("after an expiry that is implausible", |post| post.field("Date of expiry", "2560-05-01"), Pass),
    ("of another type", |post| post.document("/identity_data/Date of issue", json!(20210803_u32)), Fail),
    ("no date", |post| post.field("Date of issue", "August 2021"), Fail),
    ("not in the calendar", |post| post.field("Date of issue", "2021-02-29"), Fail),
    ("month first, day first by default", |post| post.field("Date of issue", "08/23/2021"), Fail),
    (
        "month first",
        |post| {
            post.evidence.date_order = DateOrder::Mdy;
            post.field("Date of issue", "08/23/2021");
        },
        Pass,
    ),
    ("absent (missing)", |post| post.without("Date of issue"), Fail),
    ("empty (missing)", |post| post.field("Date of issue", ""), Fail),
];

const EXPIRY: &[Row] = &[
    (
        "by another name",
        |post| {
            post.without("Date of expiry");
            post.field("Expiry Date", "2031/08/02");
        },
        Pass,
    ),
    ("in 100 years", |post| post.field("Date of expiry", "2126-11-21"), Pass),
    ("in more than 100 years", |post| post.field("Date of expiry", "2126-11-22"), Fail),
    ("never", |post| post.field("Date of expiry", "9999-12-31"), Pass),
    ("of another type", |post| post.document("/identity_data/Date of expiry", json!([])), Fail),
    ("in the past is a date too", |post| post.field("Date of expiry", "2020-01-01"), Pass),
    ("no date", |post| post.field("Date of expiry", "permanent"), Fail),
    ("absent (missing)", |post| post.without("Date of expiry"), Fail),
];

const NATIONALITY: &[Row] = &[
    ("the code alone", |post| post.without("Nationality"), Pass),
    ("the name alone", |post| post.without("Nationality code"), Pass),
    (
        "neither (missing)",
        |post| {
            post.without("Nationality");
            post.without("Nationality code");
        },
        Fail,
    ),
    (
        "of another type",
        |post| {
            post.without("Nationality");
            post.document("/identity_data/Nationality code", json!(["LVA"]));
        },
        Fail,
    ),
    (
        "empty (missing)",
        |post| {
            post.field("Nationality", "");
            post.field("Nationality code", "");
        },
        Fail,
    ),
];
