//! The audit line: its schema against the lines that the core writes.

use std::rc::Rc;

use kyc_gate::config::Config;
use kyc_gate_cli::post::{Post, headers};
use kyc_gate_cli::schema::Subject;
use serde_json::Value;

use crate::dice::Dice;
use crate::mutate::Parts;
use crate::{json, read, validator};

const POSTS: u64 = 3_000;

#[test]
fn the_lines_of_the_snapshots_are_valid() {
    let validator = validator(Subject::Audit);
    let snapshot = read("tests/snapshots/snapshots__audit_lines.snap");
    let lines: Vec<Value> =
        snapshot.lines().filter(|line| line.starts_with('{')).map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.len() >= 8, "only {}", lines.len());
    for line in &lines {
        validator.validate(line).unwrap_or_else(|error| panic!("{}: {error}\n{line}", error.instance_path()));
    }
}

/// What a log may not have: each is a valid line with one thing wrong.
#[test]
fn other_lines_are_not_valid() {
    let validator = validator(Subject::Audit);
    let snapshot = read("tests/snapshots/snapshots__audit_lines.snap");
    let line: Value =
        snapshot.lines().find(|line| line.starts_with('{')).map(|line| serde_json::from_str(line).unwrap()).unwrap();
    for (at, value) in [
        ("/decision", "accepted".into()),
        ("/decision", "error".into()),
        ("/score", 101.into()),
        ("/checks/0/0", "containsPicture".into()),
        ("/checks/0/3", "PORTRAIT".into()),
        ("/time", "yesterday".into()),
        ("/settings_revision", "0".into()),
        ("/user_id", "two words".into()),
        ("/reasons", "other".into()),
    ] {
        let mut spoilt = line.clone();
        *spoilt.pointer_mut(at).unwrap() = value;
        assert!(!validator.is_valid(&spoilt), "{at} isn't looked at");
    }
    let mut more = line.clone();
    more["surname"] = "BRIVKALNE".into();
    assert!(!validator.is_valid(&more));
}

/// Posts of all kinds, some spoilt, under a configuration with everything that a line may tell.
#[test]
fn the_lines_of_any_post_are_valid() {
    let validator = validator(Subject::Audit);
    let config = r#"{
        "rules": [
            { "name": "young", "when": "person.age < 30", "then": "review", "reason": "underage-person" },
            { "name": "chip", "when": "checks.isTampered == \"skip\"", "then": "count" },
            { "name": "failing", "when": "document.days_to_expiry < 30", "then": "reject" }
        ],
        "profiles": [{ "name": "wallet", "match": { "appIds": ["5f0e2f7c-3a3b-4f0e-9a51-0d6c1f3f7b10"] }, "decision": { "mode": "shadow" } }]
    }"#;
    let config = Rc::new(Config::parse(config.as_bytes(), &|_| None).ok().unwrap());
    let payloads = [json("tests/data/relid-v3-passport.json"), json("cli/tests/schemas/payload.json")];
    let parts = Parts::of(&payloads);
    let headers = headers(&config, &[("x-request-id".to_owned(), "ä id".to_owned())]);
    let mut decisions = std::collections::BTreeSet::new();
    for seed in 0..POSTS {
        let mut random = Dice(seed);
        let mut payload = random.pick(&payloads).clone();
        (0..random.below(4)).for_each(|_| parts.spoil(&mut payload, &mut random));
        let body = payload.to_string();
        let post = Post { headers: &headers, body: body.as_bytes(), at: "2026-11-21T12:00:00Z".parse().unwrap() };
        let ruling = post.rule(&config).unwrap();
        let line: Value = serde_json::from_str(&ruling.record.audit_line(1_234)).unwrap();
        validator.validate(&line).unwrap_or_else(|error| panic!("{}: {error}\n{line}", error.instance_path()));
        decisions.insert(line["decision"].to_string());
    }
    assert_eq!(decisions.len(), 4, "{decisions:?}");
}
