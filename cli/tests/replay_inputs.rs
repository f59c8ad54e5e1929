//! What a replay is given: encrypted posts, profiles, audit lines of other versions, and what can't be scored.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // Tests may fail loudly.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::rc::Rc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::civil::date;
use kyc_gate::config::{Config, UNDECIDING};
use kyc_gate_cli::post::{self, Post};
use kyc_gate_cli::sample::{self, Kind};
use kyc_gate_cli::{at, envelope, gate};
use serde_json::{Value, json};

const DAY: &str = "2026-11-29";
const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const OTHER_KEY: &str = "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f";
const LENIENT: &str = r#"{ "identityProof": { "thresholds": { "rejectBelow": 10, "acceptAbove": 20 } } }"#;

/// Writes a file of this test's own, and returns its path.
fn file(name: &str, content: &str) -> String {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("inputs").join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

fn lines(lines: impl IntoIterator<Item = Value>) -> String {
    lines.into_iter().map(|line| format!("{line}\n")).collect()
}

/// Payloads of all kinds, ten of each.
fn payloads() -> Vec<Value> {
    let kinds = [Kind::Clean, Kind::Expired, Kind::Mismatch, Kind::Underage, Kind::Licence, Kind::AddressProof];
    let of = |kind: Kind| (0..10).map(move |seed| sample::make(kind, date(2026, 11, 29), seed));
    kinds.into_iter().flat_map(of).collect()
}

fn replay(arguments: &[&str], variables: &[(&str, &str)]) -> (Option<i32>, Value, String) {
    let Output { status, stdout, stderr } = Command::new(env!("CARGO_BIN_EXE_kyc-gate"))
        .args(["replay", "--json"])
        .args(arguments)
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    (status.code(), serde_json::from_slice(&stdout).unwrap_or_default(), String::from_utf8(stderr).unwrap())
}

fn reasons(found: &Value) -> Vec<(String, u64)> {
    let reasons = found["posts"]["ineligible"]["reasons"].as_array().into_iter().flatten();
    reasons.map(|row| (row["reason"].as_str().unwrap().to_owned(), row["count"].as_u64().unwrap())).collect()
}

#[test]
fn encrypted_posts_are_opened_with_the_keys_of_the_environment() {
    let settings = file("lenient.json", LENIENT);
    let payloads = payloads();
    let clear = file("clear.ndjson", &lines(payloads.iter().map(|payload| json!({ "body": payload, "at": DAY }))));
    for (cipher, encoding) in [
        ("AES/GCM/NoPadding", "base64"),
        ("AES/GCM/NoPadding", "jsonString"),
        ("AES/CBC/PKCS5Padding", "hex"),
        ("AES/CTR/NoPadding", "raw"),
    ] {
        let config = |key: &str, previous: &[&str]| {
            json!({ "requestEncryption": {
                "enable": true, "algorithm": "AES", "ivParamSpec": "prefix", "cipherSpec": cipher, "bodyEncoding": encoding,
                "key": key, "previousKeys": previous,
            } })
        };
        let sealer =
            Config::parse(config("env:K", &[]).to_string().as_bytes(), &|_| Some(KEY.to_owned())).ok().unwrap();
        let sealer = sealer.request_encryption.unwrap();
        let sealed = payloads.iter().map(|payload| {
            let body = envelope::seal(&sealer, payload.to_string().as_bytes()).unwrap();
            match String::from_utf8(body) {
                Ok(text) if encoding != "raw" => json!({ "body": text, "at": DAY }),
                Ok(text) => json!({ "body64": STANDARD.encode(text), "at": DAY }),
                Err(error) => json!({ "body64": STANDARD.encode(error.into_bytes()), "at": DAY }),
            }
        });
        let sealed = file("sealed.ndjson", &lines(sealed));
        let gate = file("sealed.json", &config("env:K_NOW", &[]).to_string());
        let rotated = file("rotated.json", &config("env:K_NEW", &["env:K_NOW", "env:K_OLD"]).to_string());
        let options = ["--baseline", &gate, "--settings", &settings];
        let (_, expected, _) = replay(&[&[&*clear], &options[..]].concat(), &[]);
        assert_eq!(expected["posts"]["scored"], 60);
        assert!(expected["posts"]["flips"].as_u64().unwrap() > 0);

        let (status, found, told) = replay(&[&[&*sealed], &options[..]].concat(), &[("K_NOW", KEY)]);
        assert_eq!(status, Some(0), "{cipher} {encoding}: {told}");
        for same in ["decisions", "transitions", "checks", "causes", "groups", "posts"] {
            assert_eq!(found[same], expected[same], "{cipher} {encoding}: {same}");
        }
        // A previous key opens too, also where another one has gone.
        let options = ["--baseline", &rotated, "--settings", &settings];
        let (_, found, told) = replay(&[&[&*sealed], &options[..]].concat(), &[("K_NEW", OTHER_KEY), ("K_NOW", KEY)]);
        assert_eq!(found["decisions"], expected["decisions"], "{cipher} {encoding}: {told}");

        let options = [&*sealed, "--baseline", &gate, "--settings", &settings];
        let (status, found, told) = replay(&options, &[]);
        assert_eq!((status, reasons(&found)), (Some(2), vec![("no-key".to_owned(), 60)]), "{told}");
        let (status, found, _) = replay(&options, &[("K_NOW", OTHER_KEY)]);
        assert_eq!((status, found["posts"]["scored"].as_u64()), (Some(2), Some(0)));
        assert!(reasons(&found)[0].0.starts_with("unreadable-body/"), "{found}");
        let (status, _, told) = replay(&options, &[("K_NOW", "no key")]);
        assert!(status == Some(2) && told.contains("key") && !told.contains("no key"), "{told}");
    }
}

/// A configuration with two profiles, of which one is stricter.
fn profiles() -> Value {
    json!({
        "match": { "paths": ["/kyc", "/wallet"] },
        "rules": [{ "name": "foreign", "when": "document.issuing_state != \"LV\"", "then": "review" }],
        "profiles": [
            { "name": "wallet", "match": { "paths": ["/wallet"] }, "rules": [],
              "kycSettings": { "identityProof": { "weights": { "isPublishedOnline": 30 } } } },
            { "name": "default" },
        ],
    })
}

fn audit_line(config: &Value, path: &str, payload: &Value) -> String {
    let config = Rc::new(Config::parse(config.to_string().as_bytes(), &|_| None).ok().unwrap());
    let headers = post::headers(&config, &[(":path".to_owned(), path.to_owned())]);
    let body = payload.to_string();
    let ruling = Post { headers: &headers, body: body.as_bytes(), at: at::fixed(DAY).unwrap() }.rule(&config);
    ruling.unwrap().record.audit_line(7)
}

#[test]
fn audit_lines_are_scored_by_their_profile() {
    let old = profiles();
    let (mut posts, mut log) = (String::new(), String::new());
    for (at, payload) in payloads().iter().enumerate() {
        let path = ["/kyc", "/wallet"][at % 2];
        let headers = json!({ ":path": path });
        posts += &format!("{}\n", json!({ "body": payload, "at": DAY, "headers": headers }));
        log += &format!("{}\n", audit_line(&old, path, payload));
    }
    let (posts, log) = (file("profiles.ndjson", &posts), file("profiles.log", &log));
    let gate = file("profiles.json", &old.to_string());
    let thresholds = json!({ "rejectBelow": 10, "acceptAbove": 20 });
    let mut wallet = old.clone();
    wallet["profiles"][0]["kycSettings"]["identityProof"]["thresholds"] = thresholds.clone();
    let mut top = old.clone();
    top["kycSettings"] = json!({ "identityProof": { "thresholds": thresholds } });
    let mut asks = old.clone();
    asks["rules"][0]["then"] = "reject".into();
    for (name, new) in [("wallet", &wallet), ("top", &top), ("asks", &asks)] {
        let proposed = file("profiles-new.json", &new.to_string());
        let options = ["--baseline", &gate, "--config", &proposed];
        let (_, by_posts, told) = replay(&[&[&*posts], &options[..]].concat(), &[]);
        assert_eq!(by_posts["posts"]["scored"], 60, "{name}: {told}");
        let (_, by_lines, told) = replay(&[&["--audit", &*log], &options[..]].concat(), &[]);
        assert_eq!(by_lines["posts"]["scored"], 60, "{name}: {told}");
        assert!(by_lines["posts"]["flips"].as_u64().unwrap() > 0, "{name}");
        for same in ["decisions", "transitions", "checks", "causes", "difference"] {
            assert_eq!(by_posts[same], by_lines[same], "{name}: {same}");
        }
    }
    // Which profile a post gets can't be known where the conditions are others: nothing is guessed.
    let mut moved = old.clone();
    moved["profiles"][0]["match"] = json!({ "appIds": ["other"] });
    moved["profiles"][0]["kycSettings"]["identityProof"]["thresholds"] =
        json!({ "rejectBelow": 10, "acceptAbove": 20 });
    let proposed = file("profiles-moved.json", &moved.to_string());
    let (_, found, _) = replay(&["--audit", &log, "--baseline", &gate, "--config", &proposed], &[]);
    assert!(found["posts"]["unknown"]["count"].as_u64().unwrap() > 0, "{found}");
    let reasons = found["posts"]["unknown"]["reasons"].as_array().unwrap();
    assert!(reasons.iter().any(|row| row["reason"] == "profiles"), "{reasons:?}");
}

/// Lines that are somehow other than this version's, and what becomes of them.
#[test]
fn lines_of_other_versions_are_told_and_not_guessed() {
    let (config, payload) = (profiles(), &payloads()[0]);
    let line: Value = serde_json::from_str(&audit_line(&config, "/wallet", payload)).unwrap();
    let gate = file("versions.json", &config.to_string());
    let with = |change: &dyn Fn(&mut Value)| {
        let mut line = line.clone();
        change(&mut line);
        line
    };
    let other = || with(&|line| line["config_revision"] = "0123456789abcdef".into());
    let rows = [
        ("as it is", line.clone(), None, None),
        ("with a member of tomorrow", with(&|line| line["tomorrow"] = json!({ "deep": [1, "x"] })), None, None),
        ("of another configuration", other(), Some("other-revision/0123456789abcdef"), None),
        ("of another profile", with(&|line| line["profile"] = "gone".into()), Some("unknown-profile"), None),
        (
            "without its profile",
            with(&|line| drop(line.as_object_mut().unwrap().remove("profile"))),
            Some("unknown-profile"),
            None,
        ),
        (
            "with another check",
            with(&|line| line["checks"][0][0] = "tomorrow".into()),
            Some("other-checks"),
            Some("other-checks"),
        ),
        (
            "with another outcome",
            with(&|line| line["checks"][0][1] = "maybe".into()),
            Some("other-checks"),
            Some("other-checks"),
        ),
        (
            "with a check less",
            with(&|line| drop(line["checks"].as_array_mut().unwrap().pop())),
            Some("other-checks"),
            Some("other-checks"),
        ),
        (
            "with a check twice",
            with(&|line| line["checks"][0] = line["checks"][1].clone()),
            Some("other-checks"),
            Some("other-checks"),
        ),
        ("with another rule", with(&|line| line["rules"] = json!(["gone"])), Some("other-rules"), Some("other-rules")),
        (
            "that contradicts itself",
            with(&|line| line["decision"] = "reject".into()),
            Some("contradictory"),
            Some("contradictory"),
        ),
        (
            "of a refused post",
            with(&|line| line["error"] = "invalid-payload".into()),
            Some("invalid-payload"),
            Some("invalid-payload"),
        ),
    ];
    for (name, line, strictly, any) in rows {
        let log = file("versions.log", &format!("{line}\n"));
        let arguments = ["--audit", &log, "--baseline", &gate, "--config", &gate];
        for (arguments, expected) in
            [(arguments.to_vec(), strictly), ([&arguments[..], &["--any-revision"]].concat(), any)]
        {
            let (status, found, told) = replay(&arguments, &[]);
            let reasons: Vec<String> = reasons(&found).into_iter().map(|(reason, _)| reason).collect();
            assert_eq!(reasons, expected.map(str::to_owned).into_iter().collect::<Vec<_>>(), "{name}: {told}");
            assert_eq!(status, Some(if expected.is_some() { 2 } else { 0 }), "{name}: {told}");
        }
    }
}

#[test]
fn nothing_to_score_is_said_in_a_sentence() {
    let (gate, settings) = (file("gate.json", "{}"), file("some.json", LENIENT));
    let payload = sample::make(Kind::Clean, date(2026, 11, 29), 0).to_string();
    let rows = [
        ("nothing.ndjson", "", false, "there are no posts"),
        ("untimed.ndjson", &*payload, false, "the only one is not eligible"),
        ("broken.ndjson", "{\n[\n\u{0}", false, "none of 3 is eligible"),
        ("empty.log", "", true, "the log is empty"),
        ("other.log", "one\ntwo\n", true, "none of the 2 lines is an audit line of the gate"),
    ];
    for (name, content, is_audit, expected) in rows {
        let (path, report) = (file(name, content), file("nothing.html", ""));
        fs::remove_file(&report).unwrap();
        let mut arguments = vec!["replay"];
        arguments.extend(is_audit.then_some("--audit"));
        arguments.extend([&*path, "--baseline", &gate, "--settings", &settings, "--html", &report]);
        let output = Command::new(env!("CARGO_BIN_EXE_kyc-gate")).args(&arguments).output().unwrap();
        let (stdout, stderr) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
        assert_eq!(output.status.code(), Some(2), "{name}: {stderr}");
        assert!(stderr.contains(expected) && stderr.contains("there is no report"), "{name}: {stderr}");
        assert!(stdout.contains("Nothing could be scored") && !stdout.contains("Decisions"), "{name}: {stdout}");
        assert!(!Path::new(&report).exists(), "{name}");
    }
    let one = file("one.ndjson", &payload);
    let options = [&*one, "--baseline", &gate, "--settings", &settings, "--at", DAY];
    let (status, found, told) = replay(&options, &[]);
    assert_eq!((status, found["posts"]["scored"].as_u64()), (Some(0), Some(1)), "{told}");
}

/// Where a report can't be written, that is told before the work, with what to do.
#[test]
fn a_report_that_cannot_be_written_is_told_first() {
    let (gate, missing) =
        (file("gate.json", "{}"), PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("inputs/no/r.html"));
    let full = if Path::new("/dev/full").exists() { "/dev/full" } else { "-" };
    for (path, expected) in [
        (missing.to_str().unwrap(), "make it first"),
        (env!("CARGO_TARGET_TMPDIR"), "name a file in it"),
        ("-", "needs a file"),
        (full, full),
    ] {
        let log = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/replay/envoy.log.gz");
        let (status, _, told) = replay(&["--audit", log, "--baseline", &gate, "--config", &gate, "--html", path], &[]);
        assert!(status == Some(2) && told.contains(expected), "{path}: {told}");
    }
}

/// What the core calls undeciding is all that a replay leaves out, and all that a revision leaves out.
#[test]
fn no_decision_depends_on_what_is_left_out() {
    let full: Value = serde_json::from_str(include_str!("../../tests/data/config-full.json")).unwrap();
    let revision = |config: &Value| {
        let loaded = gate::parse_without_secrets(Path::new("full"), config.to_string().into_bytes()).ok().unwrap();
        loaded.config.revision(loaded.config.initial_settings().as_deref())
    };
    let mut bare = full.clone();
    for key in UNDECIDING {
        assert!(Config::KEYS.contains(&key), "{key}");
        // Whoever takes secrets from SDS has none in variables.
        assert!(bare.as_object_mut().unwrap().remove(key).is_some() || key == "sds", "{key}");
        for profile in bare["profiles"].as_array_mut().unwrap() {
            profile.as_object_mut().unwrap().remove(key);
        }
    }
    // The settings API's store keeps the settings for itself.
    let mut stored = full.clone();
    stored["settingsApi"].as_object_mut().unwrap().remove("store");
    assert_eq!(revision(&bare), revision(&stored));
    let deciding = ["kycSettings", "evidence", "rules", "shippedRules", "decision", "profiles"];
    for key in deciding {
        let mut less = bare.clone();
        less.as_object_mut().unwrap().remove(key);
        assert_ne!(revision(&less), revision(&bare), "{key}");
    }
    let others = ["$schema", "match", "limits"];
    assert_eq!(Config::KEYS.len(), UNDECIDING.len() + deciding.len() + others.len());
}
