//! What can't be read, and what is left out, never counts in anybody's favour.
#![allow(clippy::indexing_slicing, clippy::unwrap_used)] // Tests may fail loudly.
#![cfg(not(target_arch = "wasm32"))]

use std::borrow::Cow;

use jiff::civil::Date;
use kyc_gate::payload::country::{self, Alpha2, PrintedState};
use kyc_gate::payload::mrz::{CheckDigits, Zone};
use kyc_gate::payload::v3::UnreadableFact;
use kyc_gate::payload::{Document, Kyc, Limits};
use kyc_gate::scoring::{
    Case, CheckId, CheckOutcome, Claim, Claims, Decision, Evidence, IdentityCheck, Rule, Settings, Verdict, judge,
};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

use CheckOutcome::{Fail, Pass, Skip};

const TODAY: Date = Date::constant(2026, 11, 21);

/// A post of which every check of the identity proof has evidence, good or bad, in one place alone.
fn post(detail: &Value, errors: &Value, overall: &Value, identity: &Value) -> Value {
    json!({
        "request_info": { "user_id": "u", "requester_id": "r" },
        "kyc_info": {
            "liveness_check": { "video": { "liveness_result": { "score": 100 } } },
            "face_matcher_result": { "score": 5.1 },
            "document": {
                "version": "3.0",
                "document_info": {
                    "document_type_code": [11],
                    "document_type": ["Passport"],
                    "document_images": { "portrait_image": "/9j/" }
                },
                "document_status": {
                    "error_list": errors,
                    "checks_performed": [{ "check_name": "Authenticity", "check_detail": [detail] }],
                    "overall_document_status": overall
                },
                "identity_data": identity
            }
        }
    })
}

fn identity() -> Value {
    json!({
        "Surname": "OZOLKALNE",
        "Given name(s)": "ILZE",
        "Date of birth": "1988-06-14",
        "Date of expiry": "2033-05-20",
        "Date of issue": "2023-05-21",
        "Nationality code": "LVA",
        "Issuing state code": "LVA",
        "MRZ strings": "P<LVAOZOLKALNE<<ILZE<MARTA<<<<<<<<<<<<<<<<<<^LV50933176LVA8806149F3305201<<<<<<<<<<<<<<08"
    })
}

/// An element of which every signal of the scanner's checks is.
fn element() -> Value {
    json!("Tampered photocopy, check digit")
}

fn detail(status: &str) -> Value {
    json!({ "element": element(), "status": status, "detail": "" })
}

fn sound() -> Value {
    post(&detail("OK"), &json!([]), &json!("OK"), &identity())
}

/// Everything that can be held against somebody, in values of the right types.
fn bad() -> Value {
    let identity = json!({
        "Surname": "OZOLKALNE",
        "Given name(s)": "ILZE",
        "Date of birth": "2015-06-14",
        "Date of expiry": "2019-05-20",
        "Date of issue": "2032-05-21",
        "MRZ strings": "P<LVAOZOLKALNE<<ILZE<MARTA<<<<<<<<<<<<<<<<<<^LV50933176LVA8806149F3305201<<<<<<<<<<<<<<09"
    });
    let mut post = post(&detail("ERROR"), &json!([]), &json!("ERROR"), &identity);
    post["kyc_info"]["liveness_check"]["video"]["liveness_result"]["score"] = json!(0);
    post["kyc_info"]["face_matcher_result"]["score"] = json!(0.1);
    post["kyc_info"]["document"]["document_info"]["document_type_code"] = json!([99]);
    post["kyc_info"]["document"]["document_info"]["document_type"] = json!(["Other"]);
    post["kyc_info"]["document"]["document_info"]["document_images"]["portrait_image"] = json!("");
    post
}

/// Judges a post by settings; `None` where it is no V3 payload.
fn judged_by(payload: &Value, settings: &Settings, rules: &[Rule]) -> Option<Verdict> {
    let text = payload.to_string();
    let document = Document::scan(text.as_bytes(), Limits::default()).unwrap();
    let mut claims = Claims::default();
    for (claim, text) in [(Claim::FirstName, "Anna"), (Claim::LastName, "Berzina"), (Claim::DateOfBirth, "1990-01-01")]
    {
        claims.set(claim, Cow::Borrowed(text));
    }
    let case = Case {
        kyc: Kyc::read(document.root()).ok()?,
        claims: &claims,
        evidence: &Evidence::default(),
        settings,
        today: TODAY,
        authority: None,
        path: "/kyc",
    };
    Some(judge(&case, rules))
}

fn judged(payload: &Value) -> Option<Verdict> {
    judged_by(payload, &Settings::default(), &Rule::shipped())
}

/// Members of `document_status`, with the worst that the right type can say in each.
const MEMBERS: [(&str, &str); 6] = [
    (
        "",
        r#"{ "checks_performed": [{ "check_detail": [{ "element": "Tampered photocopy", "status": "ERROR" }] }],
            "overall_document_status": "ERROR", "error_list": ["tampered photocopy checksum expired"] }"#,
    ),
    ("/error_list", r#"["tampered photocopy checksum expired"]"#),
    (
        "/checks_performed",
        r#"[{ "check_detail": [{ "element": "Tampered photocopy check digit", "status": "ERROR" }] }]"#,
    ),
    ("/checks_performed/0/check_detail", r#"[{ "element": "Tampered photocopy check digit", "status": "ERROR" }]"#),
    ("/checks_performed/0/check_detail/0/status", r#""ERROR""#),
    ("/overall_document_status", r#""ERROR""#),
];

/// Values of every type, most of them of none of the right ones, but `null` and empty ones, which are absent.
fn foreign() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        select(vec![json!(0), json!(-1), json!(3), json!(1e300), json!("?"), json!("Okay"), json!("not done!")]),
    ];
    leaf.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..3).prop_map(Value::from),
            (select(vec!["0", "status", "element", "score", "texts"]), inner)
                .prop_map(|(name, value)| Value::Object(Map::from_iter([(name.to_owned(), value)]))),
        ]
    })
}

fn set(payload: &mut Value, pointer: &str, value: Value) {
    *payload.pointer_mut(&format!("/kyc_info/document/document_status{pointer}")).unwrap() = value;
}

/// Whether an error has a text, or nothing.
fn is_error(value: &Value) -> bool {
    fn scalars(value: &Value) -> Vec<&Value> {
        match value {
            Value::Array(items) => items.iter().flat_map(scalars).collect(),
            Value::Object(members) => members.values().flat_map(scalars).collect(),
            scalar => vec![scalar],
        }
    }
    let scalars = scalars(value);
    scalars.is_empty() || scalars.iter().any(|scalar| scalar.is_string())
}

/// Whether a value says of its own that all is well or that nothing was done.
fn is_harmless(pointer: &str, value: &Value) -> bool {
    let is_number = |wanted: f64| value.as_f64() == Some(wanted);
    match pointer {
        // A status may be a number, and an overall status any word.
        "/checks_performed/0/check_detail/0/status" => is_number(1.0) || is_number(2.0),
        "/overall_document_status" => value.is_string() || is_number(1.0) || is_number(2.0),
        // An error that says something else, or nothing at all.
        "/error_list" => value.is_string() || value.as_array().is_some_and(|errors| errors.iter().all(is_error)),
        _ => value.is_array() || value.is_object(),
    }
}

proptest! {
    #[test]
    fn no_type_of_a_member_is_better_than_the_worst_value(
        (pointer, worst) in select(MEMBERS.to_vec()), value in foreign(),
    ) {
        prop_assume!(!is_harmless(pointer, &value));
        let (mut foreign, mut right) = (sound(), sound());
        set(&mut foreign, pointer, value);
        set(&mut right, pointer, serde_json::from_str(worst).unwrap());
        // No payload at all is refused, which is worse than any score.
        if let Some(foreign) = judged(&foreign) {
            let right = judged(&right).unwrap();
            prop_assert!(foreign.score <= right.score, "{} > {}", foreign.score, right.score);
            prop_assert!(foreign.decision >= right.decision);
        }
    }

    #[test]
    fn no_type_of_an_element_is_better_than_the_worst_name(value in foreign(), status in select(vec![json!("ERROR"), json!(0), json!(null), json!([])])) {
        prop_assume!(!value.is_string());
        let with = |element: Value| {
            let detail = json!({ "element": element, "status": status });
            judged(&post(&detail, &json!([]), &json!("OK"), &identity())).unwrap()
        };
        prop_assert!(with(value).score <= with(element()).score);
    }

    #[test]
    fn no_type_of_a_field_is_better_than_none(
        field in select(vec!["Surname", "Given name(s)", "Date of birth", "Date of expiry", "Date of issue", "Nationality code"]),
        value in foreign(),
    ) {
        prop_assume!(!value.is_number() && !value.is_string());
        let (mut foreign, mut absent) = (identity(), identity());
        foreign[field] = value;
        absent.as_object_mut().unwrap().remove(field);
        let of = |identity: &Value| judged(&post(&detail("OK"), &json!([]), &json!("OK"), identity)).unwrap();
        prop_assert!(of(&foreign).score <= of(&absent).score);
        prop_assert!(!of(&foreign).unreadable.is_empty());
    }
}

/// Texts that come close to a machine readable zone.
fn zones() -> impl Strategy<Value = String> {
    let zone = identity()["MRZ strings"].as_str().unwrap().to_owned();
    let change = (any::<prop::sample::Index>(), select(vec!["", "^", "<", " ", "é", "0", "LL"]));
    let changed = prop::collection::vec(change, 1..4).prop_map(move |changes| {
        let mut zone = zone.clone();
        for (at, text) in changes {
            let at = at.index(zone.len());
            if zone.is_char_boundary(at) && zone.is_char_boundary(at + 1) {
                zone.replace_range(at..=at, text);
            }
        }
        zone
    });
    prop_oneof![changed, "[A-Z0-9<^]{1,92}", any::<String>()]
}

proptest! {
    /// What is in the place of a zone passes only if it is one with right digits, whatever the scanner says.
    #[test]
    fn no_zone_that_cant_be_read_passes(zone in zones(), status in select(vec!["OK", "NOT DONE"])) {
        prop_assume!(!zone.trim().is_empty());
        let mut identity = identity();
        let read = Zone::read(&zone).map(|zone| zone.check_digits());
        identity["MRZ strings"] = json!(zone);
        let verdict = judged(&post(&detail(status), &json!([]), &json!("OK"), &identity)).unwrap();
        let of_zone = verdict.checks.iter().find(|made| made.check == CheckId::Identity(IdentityCheck::MrzChecksum));
        let outcome = of_zone.unwrap().outcome;
        prop_assert_eq!(verdict.unreadable.contains(&UnreadableFact::Mrz), read.is_none());
        match read {
            None | Some(CheckDigits::Wrong) => prop_assert_eq!(outcome, Fail),
            Some(CheckDigits::Right) => prop_assert_eq!(outcome, Pass),
            Some(CheckDigits::Absent) => prop_assert_eq!(outcome, if status == "OK" { Pass } else { Skip }),
        }
    }

    /// Whatever stands in the place of a country or a state, nobody is old enough by it who isn't with the right one,
    /// unless it is another one.
    #[test]
    fn no_place_that_cant_be_read_lowers_the_age_limit(
        place in prop_oneof![foreign(), "\\PC{1,12}".prop_map(Value::from)], state in any::<bool>(), age in 18..50_i16,
    ) {
        let overrides = json!([
            { "country": "US", "minimumAge": 21 }, { "country": "US", "state": "Alabama", "minimumAge": 45 },
        ]);
        let limits = json!({ "defaultMinimumAge": 18, "locationOverrides": overrides });
        let settings = json!({ "identityProof": { "minimumAgeSettings": limits } });
        let settings = Settings::from_json(&settings).unwrap();
        let mut identity = identity();
        identity["Date of birth"] = json!(format!("{}-11-21", TODAY.year() - age));
        identity["Issuing state code"] = json!("USA");
        identity["Address: state"] = json!("Alabama");
        let is_readable = match place.as_str() {
            Some(text) if state => text.trim().is_empty() || PrintedState::read(Alpha2::parse("US").unwrap(), text).is_known(),
            Some(text) => text.trim().is_empty() || country::resolve(text).is_some() || country::is_no_country(text),
            None => false,
        };
        prop_assume!(!is_readable);
        identity[if state { "Address: state" } else { "Issuing state code" }] = place;
        let payload = post(&detail("OK"), &json!([]), &json!("OK"), &identity);
        let verdict = judged_by(&payload, &settings, &[]).unwrap();
        let of_age = verdict.checks.iter().find(|made| made.check == CheckId::Identity(IdentityCheck::HasMinimalAge));
        prop_assert_eq!(of_age.unwrap().outcome, if age < 45 { Fail } else { Pass });
        prop_assert!(verdict.unreadable.contains(&UnreadableFact::Field));
    }
}

/// The checks that may be skipped where there is nothing to go by.
const SKIPPABLE: [IdentityCheck; 5] = [
    IdentityCheck::IsPublishedOnline,
    IdentityCheck::IsPhotocopy,
    IdentityCheck::IsTampered,
    IdentityCheck::MrzChecksum,
    IdentityCheck::MatchesDateOfBirth,
];

/// Every place of a value, by its pointer.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    for (name, member) in value.as_object().into_iter().flatten() {
        let at = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
        places(member, &at, found);
        found.push(at);
    }
    for (index, element) in value.as_array().into_iter().flatten().enumerate() {
        places(element, &format!("{at}/{index}"), found);
    }
}

fn without(payload: &Value, pointer: &str) -> Value {
    let mut payload = payload.clone();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let name = name.replace("~1", "/").replace("~0", "~");
    payload.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(&name).unwrap();
    payload
}

/// Of two members that are all the evidence of a check, the other one is good where this one is bad.
fn mixed(payload: &Value, sound: &Value, pointer: &str) -> Value {
    let mut payload = payload.clone();
    if let (Some(place), Some(value)) = (payload.pointer_mut(pointer), sound.pointer(pointer)) {
        *place = value.clone();
    }
    payload
}

#[test]
fn removing_a_member_makes_no_check_pass() {
    let mut found = Vec::new();
    places(&bad(), "", &mut found);
    assert!(found.len() > 30, "{}", found.len());
    for made_sound in found.iter().map(String::as_str).chain(["/none"]) {
        let payload = mixed(&bad(), &sound(), made_sound);
        let Some(before) = judged(&payload) else { continue };
        for pointer in &found {
            let Some(after) = judged(&without(&payload, pointer)) else { continue };
            for (before, after) in before.checks.iter().zip(&after.checks) {
                let CheckId::Identity(check) = before.check else { continue };
                let may_skip =
                    SKIPPABLE.contains(&check) || check == IdentityCheck::LastName || check == IdentityCheck::FirstName;
                let is_better = match (before.outcome, after.outcome) {
                    (Fail, Pass) | (Skip, Pass) => true,
                    (Fail, Skip) => !may_skip,
                    _ => false,
                };
                // Without liveness the face decides unless the configuration says otherwise, of scanner and zone the
                // other one tells of the digits, and an issue is held against the other dates.
                let has_another = match check {
                    IdentityCheck::HasMatchingFaceProof => pointer.starts_with("/kyc_info/liveness_check"),
                    IdentityCheck::MrzChecksum => made_sound != "/none",
                    IdentityCheck::IssueDate => pointer.starts_with("/kyc_info/document/identity_data"),
                    _ => false,
                };
                assert!(
                    !is_better || has_another,
                    "{made_sound} sound, {pointer} removed: {check} {before:?} {after:?}"
                );
            }
        }
    }
}
/// A subset of the shipped weights.
fn partial() -> impl Strategy<Value = Vec<bool>> {
    prop::collection::vec(any::<bool>(), IdentityCheck::ALL.len())
}

fn settings(weights: Map<String, Value>) -> Settings {
    Settings::from_json(&json!({ "identityProof": { "weights": weights } })).unwrap()
}

fn weights(of: impl Iterator<Item = (IdentityCheck, u8)>) -> Map<String, Value> {
    of.map(|(check, weight)| (check.as_str().to_owned(), json!(weight))).collect()
}

proptest! {
    /// Leaving out weights that are no higher than the shipped ones never makes a decision better.
    #[test]
    fn a_shorter_document_is_no_milder(
        kept in partial(), parts in prop::collection::vec(0..=100_u8, IdentityCheck::ALL.len()), made_sound in partial(),
    ) {
        let shipped = Settings::default();
        let full = || IdentityCheck::ALL.into_iter().zip(&parts).map(|(check, part)| {
            let weight = u16::from(shipped.identity_weight(check)) * u16::from(*part) / 100;
            (check, u8::try_from(weight).unwrap())
        });
        let short = full().zip(&kept).filter(|(_, kept)| **kept).map(|(weight, _)| weight);
        let mut payload = bad();
        let mut found = Vec::new();
        places(&payload, "", &mut found);
        for (pointer, made_sound) in found.iter().zip(made_sound.iter().cycle()) {
            if *made_sound {
                payload = mixed(&payload, &sound(), pointer);
            }
        }
        let by_full = judged_by(&payload, &settings(weights(full())), &[]).unwrap();
        let by_short = judged_by(&payload, &settings(weights(short)), &[]).unwrap();
        prop_assert!(by_short.score <= by_full.score);
        prop_assert!(!(by_full.decision == Decision::Reject && by_short.decision == Decision::Accept));
        prop_assert!(by_short.decision >= by_full.decision);
    }
}
