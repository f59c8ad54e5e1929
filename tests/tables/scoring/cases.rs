//! Whole cases: configuration, headers, payload and day, and what must come of them.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::rows::each;
use kyc_gate::payload::{Document, Kyc, Limits, Pointer};
use kyc_gate::scoring::evidence::FaceScale;
use kyc_gate::scoring::{Case, CheckId, Claim, ClaimSource, Claims, Evidence, Rule, Settings, judge};
use serde_json::Value;

macro_rules! cases {
    ($($number:tt)*) => {
        [$(include_str!(concat!("../../data/cases/case-", stringify!($number), ".json"))),*]
    };
}

const CASES: [&str; 40] = cases![
    000 001 002 003 004 005 006 007 008 009 010 011 012 013 014 015 016 017 018 019
    020 021 022 023 024 025 026 027 028 029 030 031 032 033 034 035 036 037 038 039
];

tables![whole_cases];

fn whole_cases() {
    let mut names = BTreeSet::new();
    each(CASES, |text| {
        let case: Value = serde_json::from_str(text).unwrap();
        check(&case);
        names.insert(case["name"].as_str().unwrap().to_owned());
    });
    assert_eq!(names.len(), 40);
}

fn check(case: &Value) {
    let name = &case["name"];
    let payload = case["payload"].to_string();
    let document = Document::scan(payload.as_bytes(), Limits::default()).unwrap();
    let kyc = Kyc::read(document.root()).unwrap();
    let evidence = evidence(&case["config"]["evidence"]);
    let header = |name: &str| case["headers"].get(name).map(|value| Cow::Borrowed(value.as_str().unwrap().as_bytes()));
    let post = Case {
        kyc,
        claims: &Claims::draw(&evidence.claims, header, document.root()),
        evidence: &evidence,
        settings: &Settings::from_json(&case["config"]["kycSettings"]).unwrap(),
        today: case["today"].as_str().unwrap().parse().unwrap(),
        authority: None,
        path: "/kyc",
    };
    let verdict = judge(&post, &Rule::shipped());

    let expect = &case["expect"];
    let checks =
        |checks: &mut dyn Iterator<Item = CheckId>| -> BTreeSet<String> { checks.map(|c| c.to_string()).collect() };
    assert_eq!(verdict.decision.as_str(), expect["decision"], "{name}");
    assert_eq!(verdict.score, expect["score"], "{name}");
    assert_eq!(checks(&mut verdict.failed()), texts(&expect["failed"]), "{name}: failed");
    assert_eq!(checks(&mut verdict.skipped()), texts(&expect["skipped"]), "{name}: skipped");
    assert_eq!(
        verdict.rule_names().map(str::to_owned).collect::<BTreeSet<_>>(),
        texts(&expect["rules"]),
        "{name}: rules"
    );
    assert_eq!((verdict.checks.len(), verdict.address), (16, None), "{name}");
}

fn texts(array: &Value) -> BTreeSet<String> {
    array.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

/// Only the keys that the cases use; a new one must not pass unseen.
fn evidence(given: &Value) -> Evidence {
    let mut evidence = Evidence::default();
    for (key, block) in given.as_object().unwrap() {
        match key.as_str() {
            "claims" => {
                for (claim, slot) in Claim::ALL.iter().zip(&mut evidence.claims) {
                    *slot = block.get(claim.as_str()).map(source);
                }
                let known = evidence.claims.iter().flatten().count();
                assert_eq!(block.as_object().unwrap().len(), known);
            }
            "face" => {
                assert_eq!(block["scale"], "scorePercent");
                evidence.face_scale = FaceScale::ScorePercent;
                evidence.face_min_score = block["minScore"].as_f64().unwrap();
            }
            other => panic!("{other} is not read here"),
        }
    }
    evidence
}

fn source(given: &Value) -> ClaimSource {
    match (given.get("header"), given.get("pointer")) {
        (Some(header), None) => ClaimSource::Header(header.as_str().unwrap().to_owned()),
        (None, Some(pointer)) => ClaimSource::Pointer(Pointer::parse(pointer.as_str().unwrap()).unwrap()),
        _ => panic!("either a header or a pointer"),
    }
}
