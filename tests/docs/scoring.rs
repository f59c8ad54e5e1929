//! `docs/scoring.md`: its examples computed by the gate, its tables held against the checks and the rules.

use std::collections::BTreeSet;

use kyc_gate::payload::name;
use kyc_gate::scoring::{
    AddressCheck, CheckId, CheckOutcome, Claim, Evidence, IdentityCheck, Rule, Settings, Signal, Verdict,
};
use serde_json::{Value, json};

use crate::markdown::{Page, code, page, table, tables};
use crate::post::{ADDRESS, IDENTITY, Post};

pub fn run() {
    let scoring = page("docs/scoring.md");
    checks_are_complete(&scoring);
    thresholds_are_right(&scoring);
    let shipped: Value = serde_json::from_str(Settings::default().document()).unwrap();
    examples_are_right(scoring.section("## From checks to a decision"), &shipped, 7);
    examples_are_right(
        scoring.section("## Settings of your own"),
        &settings_below(&scoring, "## Settings of your own"),
        5,
    );
    names_are_compared(&scoring);
    ages_are_right(&scoring);
    rules_are_right(&scoring);
    reasons_are_right(&scoring);
}

/// The settings that a section shows.
fn settings_below(scoring: &Page, heading: &str) -> Value {
    let section = Page { path: heading.to_owned(), text: scoring.section(heading).to_owned() };
    let block = &section.blocks("jsonc")[0];
    serde_json::from_str::<Value>(&format!("{{{block}}}")).unwrap()["kycSettings"].take()
}

/// Each check is there, in its order, and its last column says how it ends where the post is silent.
fn checks_are_complete(scoring: &Page) {
    let mut silent = Post::default();
    silent.set(IDENTITY, json!({ "version": "3.0" }));
    silent.remove("/kyc_info/face_matcher_result");
    silent.remove("/kyc_info/liveness_check");
    silent.set(ADDRESS, json!({}));
    let identity = table(scoring.section("## Checks of the identity proof"), "check").rows;
    let address = table(scoring.section("## Checks of the address proof"), "check").rows;
    let listed: Vec<_> = identity.iter().chain(&address).map(|row| code(&row[0])[0].to_owned()).collect();
    let keys = IdentityCheck::ALL
        .iter()
        .map(|check| check.as_str())
        .chain(AddressCheck::ALL.iter().map(|check| check.as_str()));
    assert_eq!(listed, keys.collect::<Vec<_>>());
    for (check, row) in CheckId::all().zip(identity.iter().chain(&address)) {
        let without = row.last().unwrap().trim_start_matches("likewise: ");
        let outcome = if without.starts_with("fail") { CheckOutcome::Fail } else { CheckOutcome::Skip };
        assert!(outcome == CheckOutcome::Fail || without.starts_with("skip"), "{check}: {without}");
        assert_eq!(silent.outcome(check), outcome, "{check}");
    }
}

fn thresholds_are_right(scoring: &Page) {
    let rows = table(scoring.section("## From checks to a decision"), "score").rows;
    let thresholds = Settings::default().identity_thresholds;
    let mut told = 0;
    for row in &rows {
        let (from, to) = row[0].split_once(" to ").unwrap();
        for score in from.parse().unwrap()..=to.parse().unwrap() {
            assert_eq!(thresholds.decide(score).as_str(), row[1], "{score}");
            told += 1;
        }
    }
    assert_eq!(told, 101);
}

fn examples_are_right(section: &str, settings: &Value, count: usize) {
    let rows = table(section, "failed checks").rows;
    assert_eq!(rows.len(), count);
    for row in rows {
        let failed = code(&row[0]);
        let mut post = Post { settings: settings.clone(), ..Post::default() };
        failed.iter().for_each(|check| harm(&mut post, check));
        let verdict = post.judge();
        assert_eq!(names(&verdict), failed.iter().map(|check| (*check).to_owned()).collect(), "{row:?}");
        let settings = Settings::from_json(settings).unwrap();
        let weight = |check: &CheckId| match check {
            CheckId::Identity(check) => settings.identity_weight(*check),
            CheckId::Address(check) => settings.address_weight(*check),
        };
        let mut lost: Vec<_> = verdict.failed().map(|check| weight(&check)).collect();
        let mut told: Vec<u8> =
            row[1].split(" + ").filter(|_| !failed.is_empty()).map(|lost| lost.parse().unwrap()).collect();
        lost.sort_unstable();
        told.sort_unstable();
        assert_eq!(told, lost, "{row:?}");
        assert_eq!((verdict.score.to_string(), verdict.decision.as_str()), (row[2].clone(), row[3].as_str()));
    }
}

fn names(verdict: &Verdict) -> BTreeSet<String> {
    verdict.failed().map(|check| check.to_string()).collect()
}

/// Makes one check of a sound post fail, by a difference where it compares. No other check, no rule, except for
/// `hasMinimalAge` and for what the kind of a document decides.
fn harm(post: &mut Post, check: &str) {
    match check {
        "containsImage" => post.remove("/kyc_info/document/document_info/document_images"),
        "isIdentityDocument" | "documentSubtype" => {
            let kind = if check == "documentSubtype" { "Travel document" } else { "Utility bill" };
            post.document("/document_info/document_type_code", json!([]));
            post.document("/document_info/document_type", json!([kind]));
        }
        "isPublishedOnline" => {
            post.evidence.signals.published_online = Signal::new(["online"]);
            post.errors(&["found online"]);
        }
        "isPhotocopy" => post.element("Photocopy", "ERROR"),
        "isTampered" | "address.isTampered" => post.element("Photo embedding", "ERROR"),
        "mrzChecksum" => post.element("Check digit of the number", "ERROR"),
        "firstName" | "address.firstName" => post.claim(Claim::FirstName, "Gustavo"),
        "lastName" | "address.lastName" => post.claim(Claim::LastName, "Othername"),
        "dateOfBirth" => post.without("Date of birth"),
        "matchesDateOfBirth" => post.claim(Claim::DateOfBirth, "1990-01-01"),
        "issueDate" | "address.date" => post.without("Date of issue"),
        "expirationDate" => post.without("Date of expiry"),
        "nationality" => {
            post.without("Nationality");
            post.without("Nationality code");
        }
        "hasMinimalAge" => {
            post.field("Date of birth", "2015-01-01");
            post.rules.clear();
        }
        "hasMatchingFaceProof" => post.set("/kyc_info/face_matcher_result", json!({ "score": 1 })),
        "address.line1" => post.claim(Claim::Line1, "Elizabetes iela 99"),
        "address.city" => post.claim(Claim::City, "Liepaja"),
        "address.region" => post.claim(Claim::Region, "Kurzeme"),
        "address.postalCode" => post.claim(Claim::PostalCode, "LV-9999"),
        "address.documentSubtype" => post.document("/document_info/document_type", json!(["Passport"])),
        "address.phone" => post.without("Phone"),
        other => panic!("no way to fail {other}"),
    }
}

fn names_are_compared(scoring: &Page) {
    let rows = table(scoring.section("## Names"), "claimed").rows;
    assert!(rows.len() >= 9);
    for row in rows {
        let matches = name::claim_matches(code(&row[0])[0], code(&row[1])[0], Evidence::default().name_similarity);
        assert_eq!(if matches { "yes" } else { "no" }, row[2], "{row:?}");
    }
    assert!(!name::claim_matches("Kristina", "Kristine", 1.0));
}

fn ages_are_right(scoring: &Page) {
    let heading = "## Minimum ages";
    let settings = settings_below(scoring, heading);
    let rows = table(scoring.section(heading), "born").rows;
    assert!(rows.len() >= 7);
    for row in rows {
        let mut post = Post { settings: settings.clone(), ..Post::default() };
        post.field("Date of birth", code(&row[0])[0]);
        post.without("Issuing state name");
        post.field("Issuing state code", code(&row[1])[0]);
        if let [state] = code(&row[2])[..] {
            post.field("Address: jurisdiction code", state);
        }
        let fires = post.judge().rule_names().any(|rule| rule == "underage");
        let passes = post.outcome(CheckId::Identity(IdentityCheck::HasMinimalAge)) == CheckOutcome::Pass;
        assert_eq!((passes, fires), (row[4] == "yes", row[4] == "no"), "{row:?}");
        // Born so many years ago to the day is old enough, a day later isn't.
        let limit: i16 = row[3].parse().unwrap();
        let birthday = |day: &str| format!("{}-11-{day}", post.today.year() - limit);
        for (day, old_enough) in [("21", CheckOutcome::Pass), ("22", CheckOutcome::Fail)] {
            let mut post = Post { settings: settings.clone(), payload: post.payload.clone(), ..Post::default() };
            post.field("Date of birth", &birthday(day));
            assert_eq!(post.outcome(CheckId::Identity(IdentityCheck::HasMinimalAge)), old_enough, "{row:?}");
        }
    }
}

fn rules_are_right(scoring: &Page) {
    let told: Vec<_> = table(scoring.section("## Rules"), "rule")
        .rows
        .iter()
        .map(|row| [code(&row[0])[0].to_owned(), row[2].clone(), code(&row[3])[0].to_owned()])
        .collect();
    let real = Rule::shipped()
        .into_iter()
        .map(|rule| [rule.name, rule.then.as_str().to_owned(), rule.reason.unwrap().as_str().to_owned()]);
    assert_eq!(told, real.collect::<Vec<_>>());
}

/// Each check that a row names gives the row's reason, and every check is in some row.
fn reasons_are_right(scoring: &Page) {
    let section = scoring.section("## Reasons");
    assert_eq!(tables(section).len(), 1);
    let (mut checks, mut rules) = (BTreeSet::new(), BTreeSet::new());
    for row in table(section, "reason").rows {
        let (reason, (by_checks, by_rules)) = (code(&row[0])[0], by(&row[1]));
        for check in by_checks {
            let mut post = if check.starts_with("address.") { Post::with_address() } else { Post::default() };
            harm(&mut post, check);
            let verdict = post.judge();
            assert!(names(&verdict).contains(check), "{check} doesn't fail");
            assert!(verdict.reasons.iter().any(|given| given.as_str() == reason), "{check}: {:?}", verdict.reasons);
            checks.insert(check.to_owned());
        }
        for name in by_rules {
            let rule = Rule::shipped().into_iter().find(|rule| rule.name == name).unwrap();
            assert_eq!(rule.reason.unwrap().as_str(), reason);
            rules.insert(name.to_owned());
        }
        if reason == "name-and-dob-mismatch" {
            let mut post = Post::default();
            harm(&mut post, "lastName");
            harm(&mut post, "matchesDateOfBirth");
            assert_eq!(post.judge().reasons.iter().map(ToString::to_string).collect::<Vec<_>>(), [reason]);
        }
    }
    assert_eq!(checks, CheckId::all().map(|check| check.to_string()).collect());
    assert_eq!(rules, Rule::shipped().into_iter().map(|rule| rule.name).collect());
}

/// The checks and the rules that a cell names.
fn by(cell: &str) -> (Vec<&str>, Vec<&str>) {
    let (checks, rules) = cell.split_once("the rule").unwrap_or((cell, ""));
    (code(checks), code(rules))
}
