//! Posts that must not count in anybody's favour, as far as the core alone can tell: `tests/data/faults/README.md` says
//! what the files hold. `tests/e2e/test_faults.py` sends all of them through Envoy, and judges what else they expect.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail loudly"
)]
#![cfg(not(target_arch = "wasm32"))]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kyc_gate::config::Config;
use kyc_gate::exchange::{Body, Command, Exchange, Ruling, request_head};
use kyc_gate::http::MemoryBudget;
use serde_json::Value;

const NOW: &str = "2026-11-29T12:00:00Z";
/// What a case may ask for and expect here. With anything else, Envoy alone can tell whether all of it holds.
const ASKED: [&str; 5] = ["method", "path", "headers", "text", "base64"];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/faults")
}

fn read(name: &str) -> String {
    fs::read_to_string(folder().join(name)).unwrap()
}

fn cases() -> BTreeMap<String, Value> {
    let names = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let numbered = names.filter(|name| name.starts_with(|c: char| c.is_ascii_digit()));
    numbered.map(|name| (name.replace(".json", ""), serde_json::from_str(&read(&name)).unwrap())).collect()
}

/// `None` where the core alone says nothing about the case.
fn ruling(case: &Value) -> Option<Result<Ruling, String>> {
    let request = &case["request"];
    let others = request.as_object()?.keys().any(|key| !ASKED.contains(&key.as_str()) && key != "protocol");
    if others || ["settingsApi", "authorization"].iter().any(|block| case["config"].get(block).is_some()) {
        return None;
    }
    let environment = |name: &str| {
        let bytes: Vec<u8> = match name {
            "K" => (0..32).collect(),
            "K2" => (32..64).collect(),
            "K16" => (0..16).collect(),
            _ => (64..96).collect(),
        };
        Some(base16ct::lower::encode_string(&bytes))
    };
    let config = match Config::parse(case["config"].to_string().as_bytes(), &environment) {
        Ok(config) => Rc::new(config),
        Err(problems) => return Some(Err(problems.to_string())),
    };
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut pairs =
        vec![(":method".to_owned(), text(&request["method"])), (":path".to_owned(), text(&request["path"]))];
    pairs.push((":authority".to_owned(), "gate.test".to_owned()));
    pairs.extend(request["headers"].as_array()?.iter().map(|pair| (text(&pair[0]), text(&pair[1]))));
    let head = request_head::read(&config, pairs.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes()))).kyc?;
    let settings = config.initial_settings();
    let opened = Exchange::open(config, settings, head, NOW.parse().unwrap(), &MemoryBudget::default());
    let body = request.get("base64").map(|text| STANDARD.decode(text.as_str().unwrap()).unwrap());
    let body = body.unwrap_or_else(|| text(&request["text"]).into_bytes());
    Some(Ok(match opened {
        Ok(mut exchange) => match exchange.take(&body) {
            Ok(()) => exchange.finish([7; 16]),
            Err(code) => exchange.abandon(code),
        },
        Err(ruling) => *ruling,
    }))
}

/// What of the expectation doesn't hold.
fn wrong(ruling: &Ruling, expected: &Value) -> Vec<String> {
    let line: Value = serde_json::from_str(&ruling.record.audit_line(0)).unwrap();
    let (status, problem, body) = match &ruling.command {
        Command::LocalReply(reply) => {
            (reply.status, serde_json::from_slice(&reply.body).unwrap_or_default(), Value::Null)
        }
        Command::Forward(forward) => match &forward.body {
            Body::Replace(chunks) => (200, Value::Null, serde_json::from_slice(&chunks.concat()).unwrap_or_default()),
            _ => (200, Value::Null, Value::Null),
        },
    };
    let none = Vec::new();
    let list = |value: &Value| value.as_array().unwrap_or(&none).clone();
    let checks = list(&line["checks"]);
    let end = |name: &Value| checks.iter().find(|check| check[0] == *name).map(|check| check[1].clone());
    let all = |key: &str, wanted: &str| list(&expected[key]).iter().all(|name| end(name) == Some(wanted.into()));
    let fired = |name: &Value| list(&line["rules"]).contains(name);
    let part = |whole: &Value, part: &Value| whole.as_str().is_some_and(|text| text.contains(part.as_str().unwrap()));
    let holds = |key: &str| match key {
        "status" => expected[key] == status,
        "type" => problem["type"] == format!("urn:kyc-gate:{}", expected[key].as_str().unwrap()),
        "detail" => part(&problem["detail"], &expected[key]),
        "decision" => list(&expected[key]).contains(&line[key]),
        "score" => expected[key] == line[key],
        "failed" => all(key, "fail"),
        "skipped" => all(key, "skip"),
        "passed" => all(key, "pass"),
        "unfailed" => list(&expected[key]).iter().all(|name| end(name) != Some("fail".into())),
        "rules" => list(&expected[key]).iter().all(fired),
        "unruled" => !list(&expected[key]).iter().any(fired),
        "code" => checks.iter().any(|check| part(&check[3], &expected[key])),
        "body" => expected[key].as_object().unwrap().iter().all(|(name, value)| body.get(name) == Some(value)),
        _ => true,
    };
    let keys = expected.as_object().unwrap().keys().filter(|key| !holds(key));
    keys.map(|key| format!("{key} is not {}: {status} {line} {problem}", expected[key])).collect()
}

#[test]
fn posts() {
    let mut told = Vec::new();
    for (name, case) in cases() {
        let wrong = match ruling(&case) {
            None => continue,
            Some(Err(problems)) => vec![problems],
            Some(Ok(ruling)) => wrong(&ruling, &case["expected"]),
        };
        told.extend(wrong.into_iter().map(|why| format!("{name}: {why}")));
    }
    assert!(told.is_empty(), "{}", told.join("\n"));
}

#[test]
fn configurations() {
    let refused: Vec<Value> = serde_json::from_str(&read("refused.json")).unwrap();
    let mut told = Vec::new();
    for (number, case) in refused.iter().enumerate() {
        let environment = |variable: &str| case["environment"][variable].as_str().map(str::to_owned);
        let text = case["text"].as_str().map_or_else(|| case["config"].to_string(), str::to_owned);
        let path = case["path"].as_str().unwrap();
        // Refused, or warned of.
        let told_of = match Config::parse(text.as_bytes(), &environment) {
            Ok(config) => config.warnings.iter().map(|warning| format!("{warning}\n")).collect(),
            Err(problems) => problems.to_string(),
        };
        if !told_of.contains(path) {
            told.push(format!("refused-{number}: nothing is said of {path}"));
        }
    }
    assert!(told.is_empty(), "{}", told.join("\n"));
}
