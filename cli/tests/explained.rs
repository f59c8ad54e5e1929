//! `explain --json` says what the gate's own tables expect: the scoring cases, the faults, and what the core rules.
//! `tests/e2e/test_explain.py` holds it to a real Envoy.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // Tests may fail loudly.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::rc::Rc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kyc_gate::config::Config;
use kyc_gate::scoring::judge;
use kyc_gate_cli::explain::{self, Account};
use kyc_gate_cli::judged::Sent;
use kyc_gate_cli::{at, post};
use serde_json::Value;
use zeroize::Zeroizing;

/// What a fault may ask for here. With anything else, Envoy alone can tell what becomes of it.
const ASKED: [&str; 6] = ["method", "path", "headers", "text", "base64", "protocol"];

/// What a fault may expect of which only Envoy can tell.
const ONLY_IN_ENVOY: [&str; 9] = [
    "answer",
    "answer_headers",
    "audit_line_lacks",
    "backend_requests",
    "cpu_ms_at_most",
    "metrics",
    "signature_covers",
    "upstream",
    "upstream_absent",
];

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/data")
}

fn files(folder: &str) -> Vec<(String, Value)> {
    let entries = fs::read_dir(data().join(folder)).unwrap().map(|entry| entry.unwrap().path());
    let mut all: Vec<_> = entries
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, serde_json::from_slice(&fs::read(path).unwrap()).unwrap())
        })
        .collect();
    all.sort_by(|one: &(String, Value), other| one.0.cmp(&other.0));
    all
}

/// The keys of the faults.
fn key(name: &str) -> String {
    let bytes: Vec<u8> = match name {
        "K" => (0..32).collect(),
        "K2" => (32..64).collect(),
        "K16" => (0..16).collect(),
        _ => (64..96).collect(),
    };
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Runs the command, with the configuration in a file of its own.
fn explain(folder: &Path, config: &Value, body: &[u8], arguments: &[String]) -> Value {
    let path = folder.join("gate.json");
    fs::write(&path, config.to_string()).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_kyc-gate"));
    command.args(["explain", "-", "--json", "--show-data", "--as-sent", "--config"]).arg(path).args(arguments);
    for name in ["K", "K2", "K16", "KX", "SIGNING_KEY", "HMAC"] {
        command.env(name, key(name));
    }
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(body).unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {told}"))
}

fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("kyc-gate-{name}-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn headers(pairs: impl Iterator<Item = (String, String)>) -> Vec<String> {
    pairs.flat_map(|(name, value)| ["--header".to_owned(), format!("{name}={value}")]).collect()
}

fn names(account: &Value, outcome: &str) -> BTreeSet<String> {
    let checks = account["checks"].as_array().into_iter().flatten();
    checks
        .filter(|check| check["outcome"] == outcome)
        .map(|check| check["check"].as_str().unwrap().to_owned())
        .collect()
}

fn list(value: &Value) -> BTreeSet<String> {
    value.as_array().into_iter().flatten().map(|name| name.as_str().unwrap().to_owned()).collect()
}

fn fired(account: &Value) -> BTreeSet<String> {
    let rules = account["rules"].as_array().into_iter().flatten();
    let fired = rules.filter(|rule| rule["state"] != "quiet" && rule["then"] != "count");
    fired.map(|rule| rule["rule"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_scoring_cases() {
    let folder = folder("cases");
    let cases = files("cases");
    assert_eq!(cases.len(), 40);
    for (name, case) in cases {
        let mut arguments = vec!["--at".to_owned(), case["today"].as_str().unwrap().to_owned()];
        let own = case["headers"].as_object().into_iter().flatten();
        arguments.extend(headers(own.map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))));
        let account = explain(&folder, &case["config"], case["payload"].to_string().as_bytes(), &arguments);
        let expected = &case["expect"];
        assert_eq!(account["decision"], expected["decision"], "{name}");
        assert_eq!(account["score"], expected["score"], "{name}");
        assert_eq!(names(&account, "fail"), list(&expected["failed"]), "{name}");
        assert_eq!(names(&account, "skip"), list(&expected["skipped"]), "{name}");
        assert_eq!(fired(&account), list(&expected["rules"]), "{name}");
    }
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn the_faults() {
    let folder = folder("faults");
    let mut judged = 0;
    let mut compared = BTreeMap::new();
    for (name, case) in files("faults") {
        let request = &case["request"];
        let asked = request.as_object().map(|request| request.keys().all(|key| ASKED.contains(&key.as_str())));
        let needs_envoy = ["settingsApi", "authorization"].iter().any(|block| case["config"].get(block).is_some());
        if asked != Some(true) || needs_envoy {
            continue;
        }
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let body = request.get("base64").map(|text| STANDARD.decode(text.as_str().unwrap()).unwrap());
        let body = body.unwrap_or_else(|| text(&request["text"]).into_bytes());
        let line = [
            (":method", text(&request["method"])),
            (":path", text(&request["path"])),
            (":authority", "gate.test".into()),
        ];
        let line = line.into_iter().map(|(name, value)| (name.to_owned(), value));
        let own = request["headers"].as_array().unwrap().iter().map(|pair| (text(&pair[0]), text(&pair[1])));
        let mut arguments = headers(line.chain(own));
        arguments.extend(["--at".to_owned(), "2026-11-29T12:00:00Z".to_owned()]);
        let account = explain(&folder, &case["config"], &body, &arguments);
        if account["decision"] == "untouched" {
            continue;
        }
        for key in case["expected"].as_object().unwrap().keys() {
            *compared.entry(key.clone()).or_insert(0) += 1;
        }
        let wrong = wrong(&account, &case["expected"]);
        assert!(wrong.is_empty(), "{name}: {wrong:?} {account:#}");
        judged += 1;
    }
    assert!(judged > 100, "{judged}");
    // Of everything that can be expected, something was.
    for key in [
        "status", "type", "decision", "failed", "passed", "skipped", "rules", "code", "body", "detail", "score",
        "audit",
    ] {
        assert!(compared.get(key).is_some_and(|times| *times > 0), "{key}: {compared:?}");
    }
    fs::remove_dir_all(folder).unwrap();
}

/// Returns what of a fault's expectation doesn't hold.
fn wrong(account: &Value, expected: &Value) -> Vec<String> {
    let body = account["forwarded"]["body"]["json"].clone();
    let reply = &account["replied"];
    let problem = &reply["body"]["json"];
    let status = reply["status"].as_u64().unwrap_or(200);
    let all = |key: &str, outcome: &str| list(&expected[key]).is_subset(&names(account, outcome));
    let codes: Vec<&str> =
        account["checks"].as_array().into_iter().flatten().filter_map(|check| check["code"].as_str()).collect();
    let rewritten = account["forwarded"]["kind"] == "rewritten";
    let holds = |key: &str, wanted: &Value| match key {
        "status" => wanted.as_u64() == Some(status),
        "type" => problem["type"] == format!("urn:kyc-gate:{}", wanted.as_str().unwrap()),
        "detail" => problem["detail"].as_str().is_some_and(|detail| detail.contains(wanted.as_str().unwrap())),
        "decision" => list(wanted).contains(account["decision"].as_str().unwrap()),
        "score" => account["score"] == *wanted,
        "failed" => all(key, "fail"),
        "skipped" => all(key, "skip"),
        "passed" => all(key, "pass"),
        "unfailed" => list(wanted).is_disjoint(&names(account, "fail")),
        "rules" => list(wanted).is_subset(&fired(account)),
        "unruled" => list(wanted).is_disjoint(&fired(account)),
        "code" => codes.iter().any(|code| code.contains(wanted.as_str().unwrap())),
        "audit" => wanted["cause"].is_null() || account["error"]["cause"] == wanted["cause"],
        // Without a template there is nothing to compare with.
        "body" => rewritten && wanted.as_object().unwrap().iter().all(|(name, value)| body.get(name) == Some(value)),
        key => ONLY_IN_ENVOY.contains(&key),
    };
    let members = expected.as_object().unwrap().iter().filter(|(key, wanted)| !holds(key, wanted));
    members.map(|(key, wanted)| format!("{key} is not {wanted}")).collect()
}

/// What is seen from inside is the case that the exchange judged: the same verdict comes of it, with evidence for every
/// check, and nothing of it shows unless it is asked for.
#[test]
fn what_is_seen_is_what_was_judged() {
    for (name, case) in files("cases") {
        let config = Rc::new(Config::parse(case["config"].to_string().as_bytes(), &|_| None).ok().unwrap());
        let own = case["headers"].as_object().into_iter().flatten();
        let own: Vec<_> = own.map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned())).collect();
        let payload = &case["payload"];
        let sent = Sent {
            settings: config.initial_settings(),
            headers: post::headers(&config, &own),
            body: Zeroizing::new(payload.to_string().into_bytes()),
            at: at::parse(case["today"].as_str().unwrap()).unwrap(),
            notes: Vec::new(),
            config,
        };
        let judged = sent.judge().unwrap().unwrap();
        let again = judged.with_case(|case, profile| judge(case, &profile.rules));
        assert!(again == judged.ruling.record.verdict, "{name}");
        let shown = explain::account(&judged, true);
        assert!(shown.checks.iter().filter(|check| check.outcome == "pass").all(|check| !check.evidence.is_empty()));
        disagreements_show(&shown, &name);
        let masked = serde_json::to_string(&explain::account(&judged, false)).unwrap();
        let text = explain::text::text(&explain::account(&judged, false), 80);
        for data in ["Surname", "Given name", "Document number", "Date of birth", "MRZ strings"] {
            let Some(value) = payload["kyc_info"]["document"]["identity_data"][data].as_str() else { continue };
            assert!(!masked.contains(value) && !text.contains(value), "{name}: {data} shows");
        }
    }
}

/// Where a check says that sources disagree, the sources shown do.
fn disagreements_show(account: &Account, name: &str) {
    for check in &account.checks {
        let disagree = match check.code {
            "NAME_SOURCES_DISAGREE" | "BIRTH_DATE_SOURCES_DISAGREE" => true,
            "NAME_SOURCES_AGREE" | "BIRTH_DATE_SOURCES_AGREE" => false,
            _ => continue,
        };
        let shown = check.evidence.iter().flat_map(|piece| &piece.sources).any(|source| source.differs);
        assert_eq!(shown, disagree, "{name}: {}", check.check);
    }
}
