//! What macros render to, and which are refused and why.

use crate::rows::each;
use jiff::Timestamp;
use kyc_gate::payload::date::DateOrder;
use kyc_gate::payload::{Document, Kyc, Limits};
use kyc_gate::scoring::check::{AddressCheck, IdentityCheck};
use kyc_gate::scoring::verdict::{Decision, ProofVerdict, Reason, Verdict};
use kyc_gate::scoring::{CheckCode, CheckId, CheckOutcome, CheckResult, Claim, Claims, FiredRule};
use kyc_gate::template::{HeaderTemplate, Scope, Template};
use serde_json::Value;
use sha2::{Digest, Sha256};

const PASSPORT: &str = include_str!("../data/relid-v3-passport.json");

tables![refuses, renders, renders_lines, payload_is_spliced_unchanged, long_values_are_not_copied];

/// The cases of a table.
fn cases(table: &str) -> Vec<Value> {
    let tables: Value = serde_json::from_str(include_str!("../data/macros.json")).unwrap();
    tables[table].as_array().unwrap().clone()
}

/// Renders `template` over `payload`.
pub fn render(template: &Value, payload: &str) -> String {
    rendered(&Template::compile(template).unwrap(), payload, DateOrder::Dmy)
}

/// The pieces put together.
fn rendered(template: &Template, payload: &str, order: DateOrder) -> String {
    let mut out = Vec::new();
    with_scope(payload, order, |scope| {
        let rendering = template.render(scope);
        rendering.pieces(payload.as_bytes()).for_each(|piece| out.extend_from_slice(piece));
        assert_eq!(rendering.len(), out.len());
    });
    String::from_utf8(out).unwrap()
}

pub fn with_scope(payload: &str, date_order: DateOrder, look: impl FnOnce(&Scope<'_>)) {
    let document = Document::scan(payload.as_bytes(), Limits::default()).unwrap();
    let mut claims = Claims::default();
    claims.set(Claim::FirstName, "Maira \"M\" Elza".into());
    let received_at: Timestamp = "2026-11-21T23:59:59.987Z".parse().unwrap();
    let kyc = Kyc::read(document.root()).unwrap();
    look(&Scope::new(kyc, &claims, &verdict(), received_at, date_order));
}

/// The smallest V3 payload around the JSON text of `identity_data`.
pub fn payload_with(identity: &str) -> String {
    let request = r#"{"user_id":"u","requester_id":"r"}"#;
    format!(r#"{{"request_info":{request},"kyc_info":{{"document":{{"version":"3.0","identity_data":{identity}}}}}}}"#)
}

fn verdict() -> Verdict {
    Verdict {
        decision: Decision::Review,
        score: 65,
        identity: ProofVerdict { score: 70, decision: Decision::Review },
        address: Some(ProofVerdict { score: 65, decision: Decision::Review }),
        checks: vec![
            literal_bytes(
                CheckId::Identity(IdentityCheck::ContainsImage),
                CheckOutcome::Pass,
                0,
                CheckCode::PortraitPresent,
            ),
            literal_bytes(
                CheckId::Identity(IdentityCheck::IsPublishedOnline),
                CheckOutcome::Skip,
                0,
                CheckCode::PublicationNotChecked,
            ),
            literal_bytes(
                CheckId::Identity(IdentityCheck::IsTampered),
                CheckOutcome::Fail,
                30,
                CheckCode::TamperingFound,
            ),
            literal_bytes(
                CheckId::Address(AddressCheck::Line1),
                CheckOutcome::Fail,
                35,
                CheckCode::AddressMismatchClaim,
            ),
        ],
        disagreements: Vec::new(),
        unreadable: std::collections::BTreeSet::new(),
        rules: vec![
            FiredRule {
                name: "quoted \"rule\"".to_owned(),
                then: Decision::Review,
                reason: Some(Reason::Other),
                code: CheckCode::RuleFired,
            },
            FiredRule { name: "second".to_owned(), then: Decision::Review, reason: None, code: CheckCode::RuleFailed },
        ],
        counted_rules: Vec::new(),
        reasons: vec![Reason::TamperedDocument, Reason::Other],
        revision: "0123456789abcdef".to_owned(),
    }
}

fn literal_bytes(check: CheckId, outcome: CheckOutcome, points: u8, code: CheckCode) -> CheckResult {
    CheckResult { check, outcome, points, code }
}

fn payload_of(case: &Value) -> (String, DateOrder) {
    let payload = case.get("identity").map_or(PASSPORT.to_owned(), |identity| payload_with(identity.as_str().unwrap()));
    (payload, if case.get("order").is_some() { DateOrder::Mdy } else { DateOrder::Dmy })
}

fn renders() {
    each(cases("values"), |case| {
        let (payload, order) = payload_of(&case);
        let template = Template::compile(&case["template"]).unwrap_or_else(|problems| panic!("{case}: {problems:?}"));
        let rendered = rendered(&template, &payload, order);
        assert!(Document::scan(rendered.as_bytes(), Limits::default()).is_ok(), "{case}: not JSON: {rendered}");
        match case.get("exact") {
            Some(exact) => assert_eq!(rendered, exact.as_str().unwrap(), "{case}"),
            None => assert_eq!(serde_json::from_str::<Value>(&rendered).unwrap(), case["expected"], "{case}"),
        }
    });
}

fn renders_lines() {
    each(cases("lines"), |case| {
        let (payload, order) = payload_of(&case);
        let line = HeaderTemplate::compile(case["line"].as_str().unwrap()).unwrap();
        assert_eq!(line.is_literal(), case["literal"].as_bool().unwrap(), "{case}");
        with_scope(&payload, order, |scope| {
            assert_eq!(line.render(scope), case["expected"].as_str().unwrap(), "{case}")
        });
    });
}

fn refuses() {
    each(cases("refused"), |case| {
        let problems = Template::compile(&case["template"]).expect_err(&case.to_string());
        let told: Vec<[String; 2]> =
            problems.into_iter().map(|problem| [problem.path, problem.error.to_string()]).collect();
        assert_eq!(serde_json::json!(told), case["problems"], "{case}");
        if let Some(text) = case["template"].as_str() {
            assert_eq!(
                HeaderTemplate::compile(text).unwrap_err().to_string(),
                case["problems"][0][1].as_str().unwrap(),
                "{case}"
            );
        }
    });
}

fn payload_is_spliced_unchanged() {
    let payload = PASSPORT.trim();
    let twice = serde_json::json!(["${payload}", {"as text": "<${payload}>"}, "${payload|sha256}", "${payload}"]);
    let rendered = render(&twice, PASSPORT);
    assert!(rendered.starts_with(&format!("[{payload},{{")));
    assert!(rendered.ends_with(&format!(",{payload}]")));
    let read: Value = serde_json::from_str(&rendered).unwrap();
    assert_eq!(read[1]["as text"], format!("<{payload}>"));
    assert_eq!(read[2], base16ct::lower::encode_string(&Sha256::digest(payload)));
}

/// Of two images, one is long enough not to be copied.
fn long_values_are_not_copied() {
    let (long, short) = ("A".repeat(4096), "B".repeat(4093));
    let payload = payload_with(&format!(r#"{{"long":"{long}","short":"{short}"}}"#));
    let at = |name: &str| format!("${{/kyc_info/document/identity_data/{name}}}");
    let template = serde_json::json!([at("long"), at("short"), format!("<{}{}>", at("long"), at("short"))]);
    let template = Template::compile(&template).unwrap();
    with_scope(&payload, DateOrder::Dmy, |scope| {
        let rendering = template.render(scope);
        let pieces: Vec<&[u8]> = rendering.pieces(payload.as_bytes()).collect();
        let [open, image, middle, inside, end] = pieces[..] else { panic!("{} pieces", pieces.len()) };
        assert_eq!([open, image], [&b"["[..], format!("\"{long}\"").as_bytes()]);
        assert_eq!(middle, format!(",\"{short}\",\"<").as_bytes());
        assert_eq!([inside, end], [long.as_bytes(), format!("{short}>\"]").as_bytes()]);
        for quoted in [image, inside] {
            assert!(payload.as_bytes().as_ptr_range().contains(&quoted.as_ptr()), "copied");
        }
    });
}
