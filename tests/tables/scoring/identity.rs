//! Each check of the identity proof but those on the person: pass, fail, skip, and the boundaries.

use jiff::civil::date;
use kyc_gate::payload::date::DateOrder;
use kyc_gate::scoring::evidence::{AgeCountry, FaceScale};
use kyc_gate::scoring::{CheckId, IdentityCheck, Outcome};
use serde_json::json;

use super::post::{IDENTITY, Post};

use IdentityCheck::*;
use Outcome::{Fail, Pass, Skip};

/// What it is, what is changed in a sound post, and how the check ends.
type Row = (&'static str, fn(&mut Post), Outcome);

pub fn run() {
    starts_sound();
    table(ContainsImage, IMAGE);
    table(IsIdentityDocument, DOCUMENT);
    table(DocumentSubtype, SUBTYPE);
    table(IsPublishedOnline, ONLINE);
    table(IsPhotocopy, PHOTOCOPY);
    table(IsTampered, TAMPERED);
    table(MrzChecksum, CHECKSUM);
    table(IssueDate, ISSUED);
    table(ExpirationDate, EXPIRY);
    table(Nationality, NATIONALITY);
    table(HasMinimalAge, AGE);
    table(HasMatchingFaceProof, FACE);
    maps_every_document_code();
}

pub fn table(check: IdentityCheck, rows: &[Row]) {
    for (what, change, expected) in rows {
        let mut post = Post::default();
        change(&mut post);
        assert_eq!(post.outcome(CheckId::Identity(check)), *expected, "{}: {what}", check.key());
        overrides(&mut post, check, *expected, what);
    }
}

/// `onMissing` has its say exactly where there is no evidence: then it changes the end both ways, else never.
fn overrides(post: &mut Post, check: IdentityCheck, expected: Outcome, what: &str) {
    let id = CheckId::Identity(check);
    let mut ends = [Fail, Skip].map(|outcome| {
        post.evidence.on_missing = vec![(id, outcome)];
        post.outcome(id)
    });
    post.evidence.on_missing.clear();
    ends.sort_unstable_by_key(|end| *end as u8);
    let followed = ends == [Fail, Skip];
    assert!(followed || ends == [expected; 2], "{}: {what}: {ends:?}", check.key());
    match expected {
        Skip => assert!(followed, "{}: {what}", check.key()),
        Pass => assert!(!followed, "{}: {what}", check.key()),
        Fail => assert_eq!(followed, what.ends_with("(missing)"), "{}: {what}", check.key()),
    }
}

fn starts_sound() {
    let verdict = Post::default().judge();
    assert_eq!(verdict.failed().count(), 0);
    assert_eq!(verdict.skipped().collect::<Vec<_>>(), [CheckId::Identity(IsPublishedOnline)]);
    assert_eq!(verdict.checks.iter().map(|(check, _)| *check).collect::<Vec<_>>(), IdentityCheck::ALL.map(CheckId::Identity));
}

const IMAGES: &str = "/kyc_info/document/document_info/document_images";
const INFO: &str = "/kyc_info/document/document_info";

const IMAGE: &[Row] = &[
    ("the portrait alone", |post| post.remove(&format!("{IMAGES}/visualportrait_image")), Pass),
    ("the visual portrait alone", |post| post.remove(&format!("{IMAGES}/portrait_image")), Pass),
    ("an empty portrait", |post| post.set(&format!("{IMAGES}/portrait_image"), json!("")), Pass),
    ("neither (missing)", |post| post.set(IMAGES, json!({ "ghostportrait_image": "AAAA" })), Fail),
    (
        "empty and no string (missing)",
        |post| post.set(IMAGES, json!({ "portrait_image": "", "visualportrait_image": 5 })),
        Fail,
    ),
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

const ONLINE: &[Row] = &[
    ("no signals", |post| post.errors(&["Found online"]), Skip),
    ("a signal in an error", |post| online(post, &["Found ONLINE"], &[]), Fail),
    ("a failed check", |post| online(post, &[], &[("Online search", "ERROR")]), Fail),
    ("a passed check proves nothing", |post| online(post, &[], &[("Online search", "OK")]), Skip),
    ("no match", |post| online(post, &["Expired Document"], &[("Glare", "ERROR")]), Skip),
];

fn online(post: &mut Post, errors: &[&str], elements: &[(&str, &str)]) {
    post.evidence.signals.published_online = vec!["online".to_owned()];
    post.errors(errors);
    post.elements(elements);
}

const PHOTOCOPY: &[Row] = &[
    ("ok", |post| post.elements(&[("Black and White copy check", "OK")]), Pass),
    ("ok in any spelling", |post| post.elements(&[("COLORNESS", " ok ")]), Pass),
    ("ok and not done", |post| post.elements(&[("Colourness", "OK"), ("Screen capture", "NOT DONE")]), Pass),
    ("ok and failed", |post| post.elements(&[("Colorness", "OK"), ("Liveness electronic device", "ERROR")]), Fail),
    ("a warning", |post| post.elements(&[("Photo copy", "WARNING")]), Fail),
    ("an empty status", |post| post.elements(&[("Photocopy", "")]), Fail),
    (
        "an error beside an ok",
        |post| {
            post.elements(&[("Colorness", "OK")]);
            post.errors(&["PHOTOCOPY detected"]);
        },
        Fail,
    ),
    ("only not done", |post| post.elements(&[("Colorness", "not done")]), Skip),
    ("another check failed", |post| post.elements(&[("Glare", "ERROR")]), Skip),
    ("no checks", |post| post.remove("/kyc_info/document/document_status/checks_performed"), Skip),
    ("no status", |post| post.remove("/kyc_info/document/document_status"), Skip),
    (
        "other signals",
        |post| {
            post.evidence.signals.photocopy = vec!["glare".to_owned()];
            post.elements(&[("Glare", "ERROR"), ("Colorness", "OK")]);
        },
        Fail,
    ),
    ("no signals at all", |post| post.evidence.signals.photocopy.clear(), Skip),
];

const TAMPERED: &[Row] = &[
    ("ok", |post| post.elements(&[("Photo embedding", "OK")]), Pass),
    ("failed", |post| post.elements(&[("Image patterns", "OK"), ("Extended MRZ check", "ERROR")]), Fail),
    ("an error", |post| post.errors(&["Document was TAMPERED with"]), Fail),
    ("an error, nothing done", |post| {
        post.elements(&[]);
        post.errors(&["Document not live"]);
    }, Fail),
    ("only not done", |post| post.elements(&[("Geometry check", "NOT DONE")]), Skip),
    ("nothing", |post| post.elements(&[]), Skip),
    ("a copy is another matter", |post| post.elements(&[("Black and white copy check", "ERROR")]), Skip),
];

const ZONE: &str = "P<LVABRIVKALNE<<MAIRA<ELZA<<<<<<<<<<<<<<<<<<^LV74402182LVA9103177F3108022<<<<<<<<<<<<<<00";
const BROKEN_ZONE: &str = "P<LVABRIVKALNE<<MAIRA<ELZA<<<<<<<<<<<<<<<<<<^LV74402182LVA9103177F3108022<<<<<<<<<<<<<<01";

const CHECKSUM: &[Row] = &[
    ("all ok", |post| zone(post, None, &[("Final check digit", "OK"), ("Document number CHECKSUM", "OK")]), Pass),
    ("one failed", |post| zone(post, Some(ZONE), &[("Final check digit", "OK"), ("Checksum", "ERROR")]), Fail),
    ("an error", |post| {
        zone(post, Some(ZONE), &[("Final check digit", "OK")]);
        post.errors(&["Invalid checksum"]);
    }, Fail),
    ("recomputed", |post| zone(post, Some(ZONE), &[]), Pass),
    ("recomputed wrong", |post| zone(post, Some(BROKEN_ZONE), &[]), Fail),
    ("not done, recomputed", |post| zone(post, Some(ZONE), &[("Final check digit", "NOT DONE")]), Pass),
    ("not done, recomputed wrong", |post| zone(post, Some(BROKEN_ZONE), &[("Final check digit", "NOT DONE")]), Fail),
    ("the scanner's word counts", |post| zone(post, Some(BROKEN_ZONE), &[("Final check digit", "OK")]), Pass),
    ("not every one ok", |post| zone(post, None, &[("Checksum", "OK"), ("Final check digit", "NOT DONE")]), Skip),
    ("no zone", |post| zone(post, None, &[("Glare", "ERROR")]), Skip),
    ("something else in its place", |post| zone(post, Some("none"), &[]), Skip),
];

fn zone(post: &mut Post, zone: Option<&str>, elements: &[(&str, &str)]) {
    match zone {
        Some(zone) => post.field("MRZ strings", zone),
        None => post.without("MRZ strings"),
    }
    post.elements(elements);
}

const ISSUED: &[Row] = &[
    ("ISO", |post| post.field("Date of issue", "2021-08-03"), Pass),
    ("dotted", |post| post.field("Date of issue", "03.08.2021"), Pass),
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
    ("by another name", |post| {
        post.without("Date of expiry");
        post.field("Expiry Date", "2031/08/02");
    }, Pass),
    ("in the past is a date too", |post| post.field("Date of expiry", "2020-01-01"), Pass),
    ("no date", |post| post.field("Date of expiry", "permanent"), Fail),
    ("absent (missing)", |post| post.without("Date of expiry"), Fail),
];

const NATIONALITY: &[Row] = &[
    ("the code alone", |post| post.without("Nationality"), Pass),
    ("the name alone", |post| post.without("Nationality code"), Pass),
    ("neither (missing)", |post| {
        post.without("Nationality");
        post.without("Nationality code");
    }, Fail),
    ("empty (missing)", |post| {
        post.field("Nationality", "");
        post.field("Nationality code", "");
    }, Fail),
];

fn born(post: &mut Post, birth: &str) {
    post.field("Date of birth", birth);
}

fn overridden(post: &mut Post, issuer: &str) {
    let overrides = json!([
        { "country": "US", "minimumAge": 21 },
        { "country": "US", "state": "Alabama", "minimumAge": 19 },
        { "country": "CA", "state": "ON", "minimumAge": 40 },
        { "country": "DE", "minimumAge": 30 }
    ]);
    post.setting("/identityProof/minimumAgeSettings/locationOverrides", overrides);
    for field in ["Issuing state code", "Issuing state name"] {
        post.without(field);
    }
    post.field("Issuing state code", issuer);
}

const AGE: &[Row] = &[
    ("on the birthday", |post| born(post, "2008-11-21"), Pass),
    ("the day before", |post| born(post, "2008-11-22"), Fail),
    ("born today", |post| born(post, "2026-11-21"), Fail),
    ("born tomorrow", |post| born(post, "2026-11-22"), Fail),
    ("29 February, on 28 February", |post| {
        born(post, "2008-02-29");
        post.today = date(2026, 2, 28);
    }, Fail),
    ("29 February, on 1 March", |post| {
        born(post, "2008-02-29");
        post.today = date(2026, 3, 1);
    }, Pass),
    ("29 February, in a leap year", |post| {
        born(post, "2012-02-29");
        post.setting("/identityProof/minimumAgeSettings/defaultMinimumAge", json!(16));
        post.today = date(2028, 2, 29);
    }, Pass),
    ("another default", |post| {
        born(post, "2008-11-21");
        post.setting("/identityProof/minimumAgeSettings/defaultMinimumAge", json!(19));
    }, Fail),
    ("20 in the USA", |post| {
        overridden(post, "USA");
        born(post, "2006-11-21");
    }, Fail),
    ("21 in the USA", |post| {
        overridden(post, "USA");
        born(post, "2005-11-21");
    }, Pass),
    ("19 in Alabama, by code", |post| {
        overridden(post, "US");
        post.field("Address: jurisdiction code", "al");
        born(post, "2007-11-21");
    }, Pass),
    ("19 in Alabama, by name", |post| {
        overridden(post, "United States of America");
        post.field("Address: state", "ALABAMA");
        born(post, "2007-11-21");
    }, Pass),
    ("18 in Alabama", |post| {
        overridden(post, "USA");
        post.field("Address: state", "Alabama");
        born(post, "2007-11-22");
    }, Fail),
    ("19 in Texas", |post| {
        overridden(post, "USA");
        post.field("Address: state", "TX");
        born(post, "2007-11-21");
    }, Fail),
    ("18 in Canada: only Ontario has a limit", |post| {
        overridden(post, "CAN");
        born(post, "2008-11-21");
    }, Pass),
    ("18 in Canada's Ontario", |post| {
        overridden(post, "CAN");
        post.field("Address: state", "Ontario");
        born(post, "2008-11-21");
    }, Fail),
    ("29 in Germany, by its ICAO code", |post| {
        overridden(post, "D<<");
        born(post, "1997-11-21");
    }, Fail),
    ("the code says nothing, alpha-2 does", |post| {
        overridden(post, "???");
        post.field("Issuing state code (Alpha-2)", "DE");
        born(post, "1997-11-21");
    }, Fail),
    ("only the name tells", |post| {
        overridden(post, "???");
        post.field("Issuing state name", "Germany");
        born(post, "1997-11-21");
    }, Fail),
    ("no country: the default", |post| {
        overridden(post, "???");
        born(post, "2008-11-21");
    }, Pass),
    ("by nationality, not issuer", |post| {
        overridden(post, "USA");
        post.evidence.age_country = AgeCountry::Nationality;
        born(post, "2008-11-21");
    }, Pass),
    ("by nationality", |post| {
        overridden(post, "LVA");
        post.evidence.age_country = AgeCountry::Nationality;
        post.field("Nationality code", "D");
        born(post, "1997-11-21");
    }, Fail),
    ("the printed age counts for nothing (missing)", |post| {
        post.without("Date of birth");
        post.field("Age", "35");
    }, Fail),
    ("unreadable (missing)", |post| born(post, "1991"), Fail),
];

fn face(post: &mut Post, score: serde_json::Value, percent: serde_json::Value) {
    post.set("/kyc_info/face_matcher_result", json!({ "score": score, "score_percent": percent }));
}

fn live(post: &mut Post, score: serde_json::Value) {
    post.set("/kyc_info/liveness_check/video/liveness_result", json!({ "score": score }));
}

const FACE: &[Row] = &[
    ("at the limit", |post| face(post, json!(1.6), json!(0)), Pass),
    ("below it", |post| face(post, json!(1.5999), json!(100)), Fail),
    ("a unit", |post| {
        (post.evidence.face_scale, post.evidence.face_min_score) = (FaceScale::Unit, 0.8);
        face(post, json!(0.8), json!(0));
    }, Pass),
    ("a unit below", |post| {
        (post.evidence.face_scale, post.evidence.face_min_score) = (FaceScale::Unit, 0.8);
        face(post, json!(0.79), json!(99));
    }, Fail),
    ("percent", |post| {
        (post.evidence.face_scale, post.evidence.face_min_score) = (FaceScale::Percent, 80.0);
        face(post, json!(80), json!(0));
    }, Pass),
    ("score_percent", |post| {
        (post.evidence.face_scale, post.evidence.face_min_score) = (FaceScale::ScorePercent, 80.0);
        face(post, json!(0), json!(80));
    }, Pass),
    ("score_percent below", |post| {
        (post.evidence.face_scale, post.evidence.face_min_score) = (FaceScale::ScorePercent, 80.0);
        face(post, json!(99), json!(79.9));
    }, Fail),
    ("live at the limit", |post| live(post, json!(50)), Pass),
    ("not live", |post| live(post, json!(49.9)), Fail),
    ("spoof", |post| live(post, json!(0)), Fail),
    ("liveness not told", |post| live(post, json!(-1)), Pass),
    ("liveness is no number", |post| live(post, json!("0")), Pass),
    ("no liveness", |post| post.remove("/kyc_info/liveness_check"), Pass),
    ("liveness beside the video", |post| {
        post.set("/kyc_info/liveness_check", json!({ "liveness_result": { "score": 10 } }));
    }, Fail),
    ("another limit for liveness", |post| post.evidence.liveness_min_score = 100.1, Fail),
    ("no face score (missing)", |post| post.remove("/kyc_info/face_matcher_result"), Fail),
    ("a face score that is no number (missing)", |post| face(post, json!("5.1"), json!(99)), Fail),
    ("no face score, not live", |post| {
        post.remove("/kyc_info/face_matcher_result");
        live(post, json!(10));
    }, Fail),
    ("the score of the other scale (missing)", |post| {
        post.evidence.face_scale = FaceScale::ScorePercent;
        post.set("/kyc_info/face_matcher_result", json!({ "score": 5 }));
    }, Fail),
    ("the address proof is none of its business", |post| {
        post.document = IDENTITY;
        post.set("/kyc_info/address_document", json!({ "face_matcher_result": { "score": 0 } }));
    }, Pass),
];
