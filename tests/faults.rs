//! Posts as senders really make them, malformed, contradicting or incomplete, and what the gate must make of each.
#![allow(clippy::indexing_slicing, clippy::unwrap_used)] // Tests may fail loudly.
#![cfg(not(target_arch = "wasm32"))]

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use jiff::Timestamp;
use jiff::civil::Date;
use kyc_gate::config::Config;
use kyc_gate::payload::{Document, Kyc, Limits};
use kyc_gate::scoring::{Case, Claims, Verdict, judge};
use kyc_gate::template::Scope;
use rows::each;
use serde_json::Value;

#[path = "tables/rows.rs"]
mod rows;

/// The day on which the posts were made.
const TODAY: Date = Date::constant(2026, 11, 29);

/// The last of the faults that are told by the verdict alone.
const LAST: &str = "078";

/// The posts of `data/faults` that scoring tells from sound ones; the end-to-end tests send them, and all others. Those
/// that aren't right yet are listed in `open.txt`.
#[test]
fn every_fault_is_judged_as_expected() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/faults");
    let open = fs::read_to_string(directory.join("open.txt")).unwrap();
    let names = fs::read_dir(&directory).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    let judged = |name: &String| name.starts_with('0') && name.as_str() < LAST && name.ends_with(".json");
    let is_open = |name: &String| open.lines().any(|line| name.trim_end_matches(".json") == line.trim());
    let mut names: Vec<String> = names.filter(judged).filter(|name| !is_open(name)).collect();
    names.sort();
    each(names, |name| {
        let case: Value = serde_json::from_slice(&fs::read(directory.join(name)).unwrap()).unwrap();
        if let Err(problem) = outcome(&case) {
            panic!("{problem}");
        }
    });
}

fn outcome(case: &Value) -> Result<(), String> {
    let payload = case["request"]["text"].as_str().unwrap();
    let config = case["config"].to_string();
    let config = Config::parse(config.as_bytes(), &|_| None).map_err(|problems| problems.to_string())?;
    let document = Document::scan(payload.as_bytes(), Limits::default()).unwrap();
    let expect = &case["expected"];
    let kyc = match Kyc::read_with_address_at(document.root(), &config.evidence.address_document) {
        Ok(kyc) => kyc,
        Err(error) => return refused(expect, &error.to_string()),
    };
    let headers = || case["request"]["headers"].as_array().into_iter().flatten();
    let header = |name: &str| {
        let value = headers().find(|header| header[0] == name)?[1].as_str()?;
        Some(Cow::Borrowed(value.as_bytes()))
    };
    let claims = Claims::draw(&config.evidence.claims, header, document.root());
    let judged = Case {
        kyc: kyc.clone(),
        claims: &claims,
        evidence: &config.evidence,
        settings: &config.settings,
        today: TODAY,
        authority: None,
        path: "/kyc",
    };
    let verdict = judge(&judged, &config.default_profile.rules);
    differences(expect, &verdict)?;
    let Some(expected_body) = expect["body"].as_object() else { return Ok(()) };
    let received_at: Timestamp = format!("{TODAY}T12:00:00Z").parse().unwrap();
    let date_order = config.evidence.date_order;
    let scope = Scope::new(kyc, &claims, &verdict, received_at, date_order);
    let template = config.default_profile.request_body.as_ref().ok_or("no template")?;
    let rendering = template.render(&scope);
    let body: Vec<u8> = rendering.pieces(payload.as_bytes()).flatten().copied().collect();
    let body: Value = serde_json::from_slice(&body).unwrap();
    let other = expected_body.iter().find(|(name, value)| body[name.as_str()] != **value);
    other.map_or(Ok(()), |(name, _)| Err(format!("{name} renders as {}", body[name.as_str()])))
}

fn refused(expect: &Value, error: &str) -> Result<(), String> {
    let named = expect["detail"].as_str().is_none_or(|detail| error.contains(detail));
    if expect["status"] == 422 && named { Ok(()) } else { Err(format!("refused: {error}")) }
}

fn differences(expect: &Value, verdict: &Verdict) -> Result<(), String> {
    if expect["status"] != 200 {
        return Err("judged".to_owned());
    }
    let failed: BTreeSet<String> = verdict.failed().map(|check| check.to_string()).collect();
    let skipped: BTreeSet<String> = verdict.skipped().map(|check| check.to_string()).collect();
    let rules: BTreeSet<String> = verdict.rule_names().map(str::to_owned).collect();
    let texts =
        |key: &str| -> Vec<&str> { expect[key].as_array().into_iter().flatten().filter_map(Value::as_str).collect() };
    let all = |key: &str, in_set: &dyn Fn(&str) -> bool| match texts(key).into_iter().find(|name| !in_set(name)) {
        Some(name) => Err(format!("{key}: {name}; failed {failed:?}, skipped {skipped:?}, rules {rules:?}")),
        None => Ok(()),
    };
    all("failed", &|check| failed.contains(check))?;
    all("unfailed", &|check| !failed.contains(check))?;
    all("skipped", &|check| skipped.contains(check))?;
    all("passed", &|check| !failed.contains(check) && !skipped.contains(check))?;
    all("rules", &|rule| rules.contains(rule))?;
    all("unruled", &|rule| !rules.contains(rule))?;
    let decision = verdict.decision.as_str();
    let is_allowed = match &expect["decision"] {
        Value::Array(allowed) => allowed.iter().any(|allowed| allowed == decision),
        allowed => allowed.is_null() || allowed == decision,
    };
    if !is_allowed {
        return Err(format!("{decision}; failed {failed:?}, rules {rules:?}"));
    }
    if expect["score"].as_u64().is_some_and(|score| score != u64::from(verdict.score)) {
        return Err(format!("score {}", verdict.score));
    }
    let code = expect["code"].as_str().unwrap_or_default();
    let codes: Vec<&str> = verdict.checks.iter().map(|made| made.code.as_str()).collect();
    if codes.iter().any(|made| made.contains(code)) { Ok(()) } else { Err(format!("no {code} in {codes:?}")) }
}
