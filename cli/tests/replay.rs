//! A replay of audit lines says what a replay of the posts says, and both say what the gate says.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)] // Tests may fail loudly.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::rc::Rc;

use kyc_gate::config::Config;
use kyc_gate_cli::at;
use kyc_gate_cli::post::{self, Post};
use kyc_gate_cli::replay::audit::Audit;
use kyc_gate_cli::replay::audit_line::{self, Found};
use kyc_gate_cli::replay::pattern::{Pattern, Policies, State};
use kyc_gate_cli::replay::policy::Policy;
use kyc_gate_cli::replay::posts::{Given, Scorer};
use kyc_gate_cli::replay::unknown::Unknown;
use serde_json::{Value, json};

#[path = "shared/dice.rs"]
mod dice;

use dice::Dice;

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data");

struct Case {
    config: Value,
    headers: Vec<(String, String)>,
    payload: Value,
    at: String,
}

fn cases() -> Vec<Case> {
    let mut paths: Vec<_> = fs::read_dir(format!("{DATA}/cases")).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let cases: Vec<Case> = paths
        .iter()
        .map(|path| {
            let case: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
            let headers = case["headers"].as_object().unwrap();
            let headers = headers.iter().map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()));
            Case {
                config: case["config"].clone(),
                headers: headers.collect(),
                payload: case["payload"].clone(),
                at: case["today"].as_str().unwrap().to_owned(),
            }
        })
        .collect();
    assert_eq!(cases.len(), 40);
    cases
}

/// Writes a file of this test's own, and returns its path.
fn file(name: &str, content: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, content).unwrap();
    path
}

fn policy(name: &str, config: &Value) -> Policy {
    Policy::load(&file(name, &config.to_string()), None).unwrap_or_else(|failure| panic!("{failure}"))
}

fn policies(name: &str, old: &Value, new: &Value) -> Policies {
    Policies { old: policy(&format!("{name}-old.json"), old), new: policy(&format!("{name}-new.json"), new) }
}

/// Returns what the gate would log of the post under the configuration in force.
fn audit_line(case: &Case) -> String {
    let config = Rc::new(Config::parse(case.config.to_string().as_bytes(), &|_| None).unwrap());
    let body = case.payload.to_string();
    let at = at::fixed(&case.at).unwrap();
    let headers = post::headers(&config, &case.headers);
    Post { headers: &headers, body: body.as_bytes(), at }.rule(&config).unwrap().record.audit_line(321)
}

fn by_post(policies: &Policies, case: &Case) -> Option<Pattern> {
    let given = Given::default();
    let headers: serde_json::Map<_, _> =
        case.headers.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect();
    let recorded = json!({ "headers": headers, "body": case.payload, "at": case.at });
    let scored = Scorer::new(policies, &given).unwrap().score(recorded.to_string().as_bytes());
    scored.ok().map(|scored| scored.pattern)
}

fn by_line(policies: &Policies, line: &str) -> Option<Pattern> {
    let audit = Audit::new(policies, false);
    match audit_line::find(line.as_bytes(), |line| audit.score(line)) {
        Found::Line(scored) => scored.ok(),
        Found::Broken => panic!("broken: {line}"),
        Found::Other => panic!("not found: {line}"),
    }
}

/// Changes weights and thresholds of a configuration.
fn other_settings(dice: &mut Dice, config: &Value) -> Value {
    let mut config = config.clone();
    for proof in ["identityProof", "addressProof"] {
        let shipped = kyc_gate::scoring::Settings::default();
        let shipped: Value = serde_json::from_str(shipped.document()).unwrap();
        for name in shipped[proof]["weights"].as_object().unwrap().keys() {
            if dice.below(2) == 0 {
                config["kycSettings"][proof]["weights"][name] = dice.below(101).into();
            }
        }
        config["kycSettings"][proof]["weights"]["isTampered"] = (1 + dice.below(100)).into();
        let (one, other) = (dice.below(101), dice.below(101));
        config["kycSettings"][proof]["thresholds"] =
            json!({ "rejectBelow": one.min(other), "acceptAbove": one.max(other) });
    }
    config
}

/// Takes parts of a payload away.
fn spoil(dice: &mut Dice, payload: &mut Value) {
    for pointer in [
        "/kyc_info/document/identity_data",
        "/kyc_info/document",
        "/kyc_info",
        "/kyc_info/address_document/identity_data",
    ] {
        let Some(members) = payload.pointer_mut(pointer).and_then(Value::as_object_mut) else { continue };
        let names: Vec<String> =
            members.keys().filter(|name| *name != "document" && *name != "version").cloned().collect();
        for _ in 0..dice.below(3) {
            if !names.is_empty() {
                members.remove(&names[dice.below(names.len())]);
            }
        }
    }
}

#[test]
fn lines_and_posts_of_the_cases_agree_for_any_settings() {
    let mut dice = Dice(7);
    for (number, case) in cases().iter().enumerate() {
        let new = other_settings(&mut dice, &case.config);
        let policies = policies(&format!("case-{number}"), &case.config, &new);
        let pattern = by_post(&policies, case).unwrap();
        assert_eq!(by_line(&policies, &audit_line(case)), Some(pattern), "case {number}");
        assert_eq!(pattern.worst, None);
    }
}

#[test]
fn lines_and_posts_agree_on_generated_posts_and_rules() {
    let rules = json!([
        { "name": "young", "when": "person.has_date_of_birth && person.age < 30", "then": "review" },
        { "name": "trusted", "when": "document.issuing_state == \"LV\"", "then": "accept" },
        { "name": "odd", "when": "address.subtype == \"utility-bill\"", "then": "count" },
    ]);
    let (cases, mut dice) = (cases(), Dice(11));
    let (mut judged, mut flips) = (0, 0);
    for number in 0..150 {
        let mut case = Case { ..copy(&cases[dice.below(cases.len())]) };
        spoil(&mut dice, &mut case.payload);
        case.config["rules"] = rules.clone();
        let mut new = other_settings(&mut dice, &case.config);
        // What a rule asks for is known as well.
        new["rules"][0]["then"] = ["accept", "review", "reject", "count"][dice.below(4)].into();
        let policies = policies("generated", &case.config, &new);
        let Some(pattern) = by_post(&policies, &case) else { continue };
        assert_eq!(by_line(&policies, &audit_line(&case)), Some(pattern), "post {number}");
        judged += 1;
        flips += usize::from(policies.conclude(&pattern).is_flip());
        let causes = policies.causes(&pattern);
        let sum: f64 = causes.iter().map(|(_, share)| share).sum();
        assert!(causes.is_empty() || (sum - 1.0).abs() < 1e-9, "{sum}: {causes:?}");
    }
    assert!(judged > 80 && flips > 20, "{judged} judged, {flips} flips");
}

fn copy(case: &Case) -> Case {
    Case {
        config: case.config.clone(),
        headers: case.headers.clone(),
        payload: case.payload.clone(),
        at: case.at.clone(),
    }
}

#[test]
fn both_sides_come_to_what_the_gate_decides() {
    for (number, case) in cases().iter().enumerate() {
        let policies = policies(&format!("self-{number}"), &case.config, &case.config);
        let pattern = by_post(&policies, case).unwrap();
        let outcome = policies.conclude(&pattern);
        assert!(!outcome.is_flip());
        let line: Value = serde_json::from_str(&audit_line(case)).unwrap();
        let found = outcome.new.unwrap();
        assert_eq!(line["decision"], found.decision.as_str());
        assert_eq!(line["score"], found.score());
        assert_eq!(line["identity_score"], found.identity.score);
        assert_eq!(line["address_score"].as_u64(), found.address.map(|proof| proof.score.into()));
        assert_eq!(line["config_revision"], *policies.new.config_revision);
    }
}

#[test]
fn audit_lines_are_found_wherever_collectors_put_them() {
    let case = &cases()[0];
    let policies = policies("wrapped", &case.config, &case.config);
    let line = audit_line(case);
    let envoy = format!("[2026-11-21 12:00:00.000][27][info][wasm] [source/context.cc:1195] wasm log kyc_gate: {line}");
    let docker = json!({ "log": format!("{envoy}\n"), "stream": "stderr" }).to_string();
    let twice = json!({ "log": json!({ "level": "info", "message": envoy }).to_string() }).to_string();
    let mut members: Vec<(String, Value)> =
        serde_json::from_str::<serde_json::Map<_, _>>(&line).unwrap().into_iter().collect();
    members.reverse();
    let reordered = json!({ "resource": {}, "jsonPayload": serde_json::Map::from_iter(members) }).to_string();
    let expected = by_line(&policies, &line);
    assert!(expected.is_some());
    for wrapped in [
        envoy.clone(),
        format!("2026-11-21T12:00:00Z stderr F {envoy}"),
        docker,
        twice,
        reordered,
        format!("{envoy}\r"),
    ] {
        assert_eq!(by_line(&policies, &wrapped), expected, "{wrapped}");
    }
    // Of the access log in the shipped bootstraps.
    let access =
        r#"{"path":"/kyc","decision":"reject","config_revision":"d61a608ae7a75660","score":"35","milliseconds":0}"#;
    let plain = ["", "{}", "[2026] plain", r#"{"time":"2026","path":"/kyc"}"#, r#"{"time":1,"x":"config_revision"}"#];
    for other in plain.into_iter().chain([access]) {
        assert!(matches!(audit_line::find(other.as_bytes(), |_| ()), Found::Other), "{other}");
    }
    let cut = &line[..line.len() - 40];
    assert!(matches!(audit_line::find(cut.as_bytes(), |_| ()), Found::Broken));
}

#[test]
fn what_lines_cannot_tell_is_said_and_not_guessed() {
    let base = json!({ "rules": [{ "name": "low", "when": "score < 100 && face.score > 0.0", "then": "review" }] });
    let case = Case { config: base.clone(), ..copy(&cases()[0]) };
    let with = |key: &str, value: Value| {
        let mut new = base.clone();
        new[key] = value;
        new
    };
    let rule = |when: &str, then: &str| json!([base["rules"][0], { "name": "new", "when": when, "then": then }]);
    let ages = json!({ "identityProof": { "minimumAgeSettings": { "defaultMinimumAge": 100 } } });
    let weights = json!({ "identityProof": { "weights": { "nationality": 6, "issueDate": 7, "containsImage": 26, "isTampered": 99 } } });
    for (new, expected) in [
        (with("rules", rule("person.has_date_of_birth", "reject")), Some(Unknown::NewRule)),
        (with("rules", rule("person.has_date_of_birth", "count")), None),
        (with("kycSettings", ages), Some(Unknown::Ages)),
        (with("evidence", json!({ "face": { "minScore": 4.0 } })), Some(Unknown::Evidence)),
        (with("evidence", json!({ "claims": { "lastName": { "header": "x-name" } } })), Some(Unknown::Claims)),
        (with("shippedRules", json!(["expired-document"])), None),
        (with("kycSettings", weights), None),
    ] {
        let policies = policies("unknown", &base, &new);
        let pattern = by_line(&policies, &audit_line(&case)).unwrap();
        let reasons: Vec<Unknown> = pattern.unknowns.iter().collect();
        assert_eq!(reasons.contains(&Unknown::NewRule), expected == Some(Unknown::NewRule), "{new}");
        if let Some(expected) = expected {
            assert!(reasons.contains(&expected), "{new}: {reasons:?}");
        }
        // Whatever is told is right.
        let told = policies.conclude(&pattern).to;
        let real = policies.conclude(&by_post(&policies, &case).unwrap()).to;
        assert!(told == State::Unknown || told == real, "{new}: {told:?}, {real:?}");
    }
}

fn replay(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kyc-gate")).arg("replay").args(arguments).output().unwrap()
}

/// Writes posts, and the lines that the gate would log of them; all are judged by the first case's evidence.
fn recorded_cases() -> (PathBuf, PathBuf, PathBuf, PathBuf) {
    let cases = cases();
    let config = json!({ "evidence": cases[0].config["evidence"] });
    let (mut posts, mut lines) = (String::new(), String::new());
    for case in &cases {
        let case = Case { config: config.clone(), ..copy(case) };
        posts.push_str(&json!({ "body": case.payload, "at": case.at }).to_string());
        posts.push('\n');
        lines.push_str(&audit_line(&Case { headers: Vec::new(), ..case }));
        lines.push('\n');
    }
    posts.push_str("no JSON\n");
    lines.push_str("another line\n");
    let settings = json!({ "identityProof": { "weights": { "isTampered": 40, "hasMinimalAge": 10 }, "thresholds": { "acceptAbove": 95 } } });
    (
        file("run/posts.ndjson", &posts),
        file("run/envoy.log", &lines),
        file("run/gate.json", &config.to_string()),
        file("run/settings.json", &settings.to_string()),
    )
}

#[test]
fn the_command_agrees_with_itself_byte_for_byte() {
    let (posts, log, gate, settings) = recorded_cases();
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    let (gate, settings) = (text(&gate), text(&settings));
    let json_of = |arguments: &[&str]| -> Value {
        let output = replay(arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let (posts, log) = (text(&posts), text(&log));
    let by_posts = json_of(&[&posts, "--baseline", &gate, "--settings", &settings, "--json"]);
    let by_lines = json_of(&["--audit", &log, "--baseline", &gate, "--settings", &settings, "--json"]);
    for same in ["decisions", "transitions", "checks", "causes", "difference"] {
        assert_eq!(by_posts[same], by_lines[same], "{same}");
    }
    assert!(by_posts["posts"]["flips"].as_u64().unwrap() > 0);
    assert_eq!(by_posts["posts"]["ineligible"]["reasons"][0]["reason"], "unreadable-body/json");
    assert_eq!(by_lines["posts"]["otherLines"], 1);

    let report = || {
        let path = file("run/report.html", "");
        let output = replay(&[&posts, "--baseline", &gate, "--settings", &settings, "--html", &text(&path)]);
        assert!(output.status.success());
        fs::read_to_string(path).unwrap()
    };
    let page = report();
    assert_eq!(page, report());
    let before_flips = page.split_once("id=\"flips\"").unwrap().0;
    assert!(before_flips.len() < 300_000, "{}", before_flips.len());
    for personal in ["example.test", "case-1-0", "1955-05-05", "ANNA"] {
        assert!(!page.contains(personal), "{personal}");
    }
}

#[test]
fn conditions_decide_the_exit_status() {
    let (posts, _, gate, settings) = recorded_cases();
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    let status = |condition: &str, settings: &str| {
        let output =
            replay(&[&text(&posts), "--baseline", &text(&gate), "--settings", settings, "--fail-if", condition]);
        output.status.code()
    };
    assert_eq!(status("flips>0", &text(&settings)), Some(1));
    assert_eq!(status("flips>39", &text(&settings)), Some(0));
    assert_eq!(status("flips", &text(&settings)), Some(2));
    let none = file("run/none.json", "{}");
    assert_eq!(status("flips>0", &text(&none)), Some(0));
    let missing = replay(&["missing.ndjson", "--baseline", &text(&gate), "--config", &text(&gate)]);
    assert_eq!(missing.status.code(), Some(2));
}
