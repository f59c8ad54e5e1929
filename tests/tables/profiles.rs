//! Which profile a post gets, and what the profile then changes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // Tests may fail loudly.

use std::rc::Rc;

use crate::rows::each;
use jiff::Timestamp;
use kyc_gate::config::Config;
use kyc_gate::exchange::refusal::ErrorCode;
use kyc_gate::exchange::{Body, Command, Exchange, Ruling, request_head};
use kyc_gate::http::MemoryBudget;
use serde_json::{Value, json};

const PASSPORT: &str = include_str!("../data/relid-v3-passport.json");
const SENT_APP_ID: &str = r#""5f0e2f7c-3a3b-4f0e-9a51-0d6c1f3f7b10""#;
const NOW: &str = "2026-11-21T12:00:00Z";

tables![
    selects,
    each_block_is_inherited_or_replaced,
    decision_keys_are_inherited_one_by_one,
    a_shadow_profile_among_enforcing_ones,
    an_enforcing_profile_in_a_shadow_configuration,
    errors_on_error_forward,
    keeps_the_body_while_any_profile_may_need_it,
    tells_the_profile
];

/// A post as it comes: `:authority`, `:path` and `request_info.app_id`, a raw JSON value.
#[derive(Debug, Clone, Copy)]
pub struct Post<'p> {
    pub authority: &'p str,
    pub path: &'p str,
    pub app_id: &'p str,
}

/// Any post; tests change what matters to them.
pub const POST: Post<'_> = Post { authority: "bank.test", path: "/kyc", app_id: r#""a""# };

pub fn config(json: &Value) -> Rc<Config> {
    let environment = |name: &str| (name == "KEY").then(|| "000102030405060708090a0b0c0d0e0f".to_owned());
    Rc::new(Config::parse(json.to_string().as_bytes(), &environment).unwrap_or_else(|problems| panic!("{problems}")))
}

fn sealed(mut blocks: Value) -> Rc<Config> {
    blocks["requestEncryption"] = json!({
        "enable": true, "key": "env:KEY", "keyEncoding": "hex", "cipherSpec": "AES/GCM/NoPadding",
    });
    config(&blocks)
}

/// The passport with an app id; `""` leaves that member out.
fn passport(app_id: &str) -> String {
    let changed = match app_id {
        "" => PASSPORT.replace(&format!(r#""app_id": {SENT_APP_ID},"#), ""),
        other => PASSPORT.replace(SENT_APP_ID, other),
    };
    assert!(changed != PASSPORT || app_id == SENT_APP_ID);
    changed
}

pub fn open(config: &Rc<Config>, post: Post<'_>) -> Result<Exchange, Box<Ruling>> {
    let Post { authority, path, .. } = post;
    let headers =
        [(":method", "POST"), (":scheme", "https"), (":authority", authority), (":path", path), ("host", "other.test")];
    let request_head =
        request_head::read(config, headers.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes())));
    let now = NOW.parse::<Timestamp>().unwrap();
    Exchange::open(
        Rc::clone(config),
        config.initial_settings(),
        request_head.kyc.expect("a KYC post"),
        now,
        &MemoryBudget::default(),
    )
}

/// The ruling on a payload, sealed where the configuration wants it so.
fn rule(config: &Rc<Config>, post: Post<'_>, payload: &str) -> Ruling {
    let mut exchange = open(config, post).ok().expect("taken in");
    let body = match &config.request_encryption {
        Some(envelope) => envelope.seal(payload.as_bytes(), [9; 16]).unwrap(),
        None => payload.as_bytes().to_vec(),
    };
    assert!(exchange.take(&body).is_ok());
    let kept = exchange.keeps_original();
    let ruling = exchange.finish([7; 16]);
    assert!(kept || !goes_on_as_it_came(&ruling), "the body is gone");
    ruling
}

fn post(config: &Rc<Config>, post: Post<'_>) -> Ruling {
    rule(config, post, &passport(post.app_id))
}

pub fn goes_on_as_it_came(ruling: &Ruling) -> bool {
    matches!(&ruling.command, Command::Forward(forward) if matches!(forward.body, Body::Original))
}

/// `unchanged`, the new body, or the status of the gate's own answer.
fn outcome(ruling: &Ruling) -> String {
    match &ruling.command {
        Command::LocalReply(reply) => reply.status.to_string(),
        Command::Forward(forward) => match &forward.body {
            Body::Original => "unchanged".to_owned(),
            Body::Replace(pieces) => String::from_utf8(pieces.concat()).unwrap(),
        },
    }
}

fn header<'r>(ruling: &'r Ruling, name: &str) -> Option<&'r str> {
    let Command::Forward(forward) = &ruling.command else { return None };
    forward.set.iter().find(|(set, _)| set == name).map(|(_, value)| value.as_str())
}

fn selects() {
    each(serde_json::from_str::<Vec<Value>>(include_str!("../data/profiles.json")).unwrap(), |case| {
        let config = config(&case["config"]);
        for row in case["posts"].as_array().unwrap() {
            let app_id = if row[2].is_null() { String::new() } else { row[2].to_string() };
            let sent = Post { authority: row[0].as_str().unwrap(), path: row[1].as_str().unwrap(), app_id: &app_id };
            let found = post(&config, sent).record.profile;
            assert_eq!(found.as_deref(), row[3].as_str(), "{}: {row}", case["name"]);
        }
    });
    // What isn't a string is no app id.
    let config = config(&json!({ "profiles": [{ "name": "one", "match": { "appIds": ["1", "null"] } }] }));
    each(["1", "null", "true", "[]", r#"["1"]"#, r#"{"1": "1"}"#], |app_id| {
        assert_eq!(post(&config, Post { app_id, ..POST }).record.profile.as_deref(), Some("default"), "{app_id}");
    });
    assert_eq!(post(&config, Post { app_id: r#""\u0031""#, ..POST }).record.profile.as_deref(), Some("one"));
}

/// One profile that sets a block and one that doesn't, beside a default that sets all others.
fn each_block_is_inherited_or_replaced() {
    let top = json!({
        "kycSettings": { "identityProof": { "weights": { "isPublishedOnline": 7 } } },
        "rules": [],
        "requestBody": { "from": "top" },
        "headers": [{ "headerName": "x-top", "headerValue": "1" }, { "headerName": "x-both", "headerValue": "top" }],
        "decision": { "onReject": "forward" },
    });
    let own = json!({
        "kycSettings": { "identityProof": { "weights": { "isPublishedOnline": 8 } } },
        "requestBody": { "from": "own ${app_id}" },
        "headers": [{ "headerName": "x-both", "headerValue": "own" }],
    });
    let revisions = [7, 8].map(|weight| {
        let document = json!({ "identityProof": { "weights": { "isPublishedOnline": weight } } });
        kyc_gate::scoring::Settings::from_json(&document).unwrap().revision().to_owned()
    });
    each(["", "kycSettings", "requestBody", "headers"], |set| {
        let mut profile = json!({ "name": "own", "match": { "appIds": ["a"] } });
        if !set.is_empty() {
            profile[set] = own[set].clone();
        }
        let mut whole = top.clone();
        whole["profiles"] = json!([profile, { "name": "default", "decision": { "onAccept": "deny" } }]);
        let ruling = post(&config(&whole), POST);
        let is = |block| usize::from(set == block);
        let revision = &ruling.record.verdict.as_ref().unwrap().revision;
        assert_eq!(revision, &revisions[is("kycSettings")], "{set}");
        let body = [r#"{"from":"top"}"#, r#"{"from":"own a"}"#][is("requestBody")];
        assert_eq!(outcome(&ruling), body, "{set}");
        assert_eq!(header(&ruling, "x-top"), [Some("1"), None][is("headers")], "{set}");
        assert_eq!(header(&ruling, "x-both"), Some(["top", "own"][is("headers")]), "{set}");
    });
    rules_are_inherited_or_replaced();
    an_empty_template_replaces_too();
}

/// Own rules take the place of the top level's own; the shipped ones stay unless the profile says otherwise.
fn rules_are_inherited_or_replaced() {
    let count = json!([{ "name": "own", "when": "true", "then": "review" }]);
    let profiles = json!([
        { "name": "none", "match": { "appIds": ["none"] }, "rules": [] },
        { "name": "off", "match": { "appIds": ["off"] }, "shippedRules": false },
        { "name": "all", "match": { "appIds": ["all"] }, "shippedRules": true, "rules": count },
        { "name": "heir", "match": { "appIds": ["heir"] } },
    ]);
    let top = json!([{ "name": "top", "when": "true", "then": "review" }]);
    let config = config(&json!({ "rules": top, "shippedRules": ["document-status-error"], "profiles": profiles }));
    let rows = [
        ("none", &["document-status-error"][..]),
        ("off", &["top"]),
        ("all", &["expired-document", "document-status-error", "own"]),
        ("heir", &["document-status-error", "top"]),
    ];
    each(rows, |(app_id, fired)| {
        let failed = passport(&json!(app_id).to_string())
            .replace(r#""overall_document_status": "OK""#, r#""overall_document_status": "ERROR""#)
            .replace(r#""error_list": []"#, r#""error_list": ["Expired Document"]"#);
        let ruling = rule(&config, POST, &failed);
        assert_eq!(ruling.record.verdict.unwrap().rule_names().collect::<Vec<_>>(), fired, "{app_id}");
    });
}

fn an_empty_template_replaces_too() {
    let profiles = json!([{ "name": "plain", "match": { "appIds": ["a"] }, "requestBody": "" }]);
    let config = sealed(json!({ "requestBody": ["${decision}"], "profiles": profiles }));
    assert_eq!(outcome(&post(&config, POST)), passport(POST.app_id));
    assert_eq!(outcome(&post(&config, Post { app_id: r#""b""#, ..POST })), r#"["accept"]"#);
}

fn decision_keys_are_inherited_one_by_one() {
    let cases = [
        (json!({}), "403", "200"),
        (json!({ "onAccept": "respond" }), "200", "200"),
        (json!({ "onReject": "deny" }), "403", "403"),
        (json!({ "onAccept": "forward" }), "unchanged", "200"),
        (json!({ "mode": "shadow" }), "unchanged", "unchanged"),
    ];
    each(cases, |(decision, on_accept, on_reject)| {
        let config = config(&json!({
            "decision": { "onAccept": "deny", "headerPrefix": "x-gate-", "forwardBody": "original" },
            "profiles": [{ "name": "own", "match": { "appIds": ["a"] }, "decision": decision }],
        }));
        let accepted = post(&config, POST);
        assert_eq!(outcome(&accepted), on_accept, "{decision}");
        if on_accept == "unchanged" {
            assert_eq!(header(&accepted, "x-gate-decision"), Some("accept"));
        }
        let expired = passport(POST.app_id).replace(r#""error_list": []"#, r#""error_list": ["Expired Document"]"#);
        let rejected = rule(&config, POST, &expired);
        assert_eq!(rejected.record.decision(), "reject");
        assert_eq!(outcome(&rejected), on_reject, "{decision}");
    });
}

const GARBAGE: &str = "no document";
/// A document that isn't V3, from an app.
const STRANGE: &str = r#"{"request_info": {"app_id": "trial", "requester_id": "r-1"}}"#;

fn a_shadow_profile_among_enforcing_ones() {
    let config = sealed(json!({
        "requestBody": { "decision": "${decision}" },
        "profiles": [
            { "name": "enforced", "match": { "appIds": ["a"] } },
            { "name": "by-host", "match": { "authorities": ["trial.test"] }, "decision": { "mode": "shadow" } },
            { "name": "trial", "match": { "appIds": ["trial"] }, "decision": { "mode": "shadow", "onAccept": "deny" } },
        ],
    }));
    let (known, trial) = (r#""a""#, r#""trial""#);
    let cases = [
        ("bank.test", known, r#"{"decision":"accept"}"#, None),
        ("bank.test", trial, "unchanged", Some("trial")),
        ("bank.test", r#""other""#, r#"{"decision":"accept"}"#, None),
        // The app comes first in the list, so the body must be read to tell.
        ("trial.test", known, r#"{"decision":"accept"}"#, None),
        ("trial.test", trial, "unchanged", Some("by-host")),
    ];
    each(cases, |(authority, app_id, expected, shadow)| {
        let ruling = post(&config, Post { authority, app_id, ..POST });
        assert_eq!(outcome(&ruling), expected, "{authority} {app_id}");
        assert_eq!(header(&ruling, "x-kyc-mode"), shadow.map(|_| "shadow"));
        assert!(shadow.is_none() || ruling.record.profile.as_deref() == shadow);
    });
    // Before the profile is known, the top level's mode counts; after it, the profile's.
    let mut exchange = open(&config, POST).ok().unwrap();
    assert!(exchange.keeps_original() && exchange.take(GARBAGE.as_bytes()).is_ok());
    let ruling = exchange.finish([0; 16]);
    assert_eq!((outcome(&ruling).as_str(), ruling.record.profile.as_deref()), ("400", None));
    let ruling = rule(&config, POST, STRANGE);
    assert_eq!((outcome(&ruling).as_str(), ruling.record.profile.as_deref()), ("unchanged", Some("trial")));
    assert_eq!(header(&ruling, "x-kyc-decision"), Some("error"));
    assert_eq!(header(&ruling, "x-kyc-mode"), Some("shadow"));
    let ruling = rule(&config, POST, &STRANGE.replace("trial", "a"));
    assert_eq!((outcome(&ruling).as_str(), ruling.record.profile.as_deref()), ("422", Some("enforced")));
}

fn an_enforcing_profile_in_a_shadow_configuration() {
    let config = sealed(json!({
        "match": { "paths": ["/kyc", "/v2/kyc"] },
        "limits": { "maxBodyBytes": 100_000 },
        "decision": { "mode": "shadow" },
        "profiles": [
            { "name": "strict", "match": { "paths": ["/v2/kyc"] }, "decision": { "mode": "enforce", "onAccept": "deny" } },
            { "name": "app", "match": { "appIds": ["a"] }, "decision": { "mode": "enforce", "onAccept": "deny" } },
        ],
    }));
    let strict = Post { path: "/v2/kyc", ..POST };
    assert_eq!(outcome(&post(&config, strict)), "403");
    assert_eq!(outcome(&post(&config, POST)), "403");
    assert_eq!(outcome(&post(&config, Post { app_id: r#""b""#, ..POST })), "unchanged");
    each([ErrorCode::BodyTooLarge, ErrorCode::UnreadableBody, ErrorCode::HeaderHoldMissing], |code| {
        let abandoned = |post| open(&config, post).ok().unwrap().abandon(code);
        // The path alone tells.
        let (told, untold) = (abandoned(strict), abandoned(POST));
        assert_eq!(outcome(&told), code.status().to_string());
        assert_eq!(told.record.profile.as_deref(), Some("strict"));
        assert_eq!((outcome(&untold).as_str(), header(&untold, "x-kyc-mode")), ("unchanged", Some("shadow")));
        assert_eq!(untold.record.profile, None);
    });
}

fn errors_on_error_forward() {
    let config = sealed(json!({
        "decision": { "onError": "forward" },
        "profiles": [{ "name": "a", "match": { "appIds": ["a"] }, "decision": { "mode": "enforce" } }],
    }));
    let ruling = rule(&config, POST, &STRANGE.replace("trial", "a"));
    assert_eq!((outcome(&ruling).as_str(), header(&ruling, "x-kyc-decision")), ("unchanged", Some("error")));
    assert_eq!(header(&ruling, "x-kyc-mode"), None);
}

fn keeps_the_body_while_any_profile_may_need_it() {
    let shadow = json!({ "mode": "shadow" });
    let original = json!({ "forwardBody": "original" });
    let by_app = |decision: &Value| json!([{ "name": "a", "match": { "appIds": ["a"] }, "decision": decision }]);
    let all_enforce = json!([
        { "name": "a", "match": { "appIds": ["a"] }, "decision": { "mode": "enforce" } },
        { "name": "default", "decision": { "mode": "enforce" } },
    ]);
    let by_host =
        |decision: &Value| json!([{ "name": "a", "match": { "authorities": ["bank.test"] }, "decision": decision }]);
    let behind = |decision: &Value| {
        json!([
            { "name": "a", "match": { "authorities": ["bank.test"] } },
            { "name": "b", "match": { "appIds": ["a"] }, "decision": decision },
            { "name": "default", "decision": decision },
        ])
    };
    let cases = [
        ("nothing", json!({}), json!([]), true, false),
        ("an app in shadow", json!({}), by_app(&shadow), true, true),
        ("an app that gets the original", json!({}), by_app(&original), true, true),
        ("an app that enforces", json!({ "decision": shadow }), by_app(&json!({ "mode": "enforce" })), true, true),
        ("this host in shadow", json!({}), by_host(&shadow), true, true),
        ("another host in shadow", json!({}), by_host(&shadow), false, false),
        ("this host enforces", json!({ "decision": shadow }), by_host(&json!({ "mode": "enforce" })), true, false),
        ("another host enforces", json!({ "decision": shadow }), by_host(&json!({ "mode": "enforce" })), false, true),
        ("profiles behind the one that is sure", json!({}), behind(&shadow), true, false),
        ("profiles that are not ruled out", json!({}), behind(&original), false, true),
        ("an error before the profile is known", json!({ "decision": shadow }), all_enforce, true, true),
        ("errors go on", json!({ "decision": { "onError": "forward" } }), by_host(&json!({})), true, true),
    ];
    each(cases, |(name, mut blocks, profiles, at_bank, expected)| {
        blocks["profiles"] = profiles;
        let authority = if at_bank { "bank.test:443" } else { "elsewhere.test" };
        let sent = Post { authority, ..POST };
        assert_eq!(open(&sealed(blocks), sent).ok().unwrap().keeps_original(), expected, "{name}");
    });
    // A plaintext goes on as it came unless a template makes a new body.
    each(
        [("", "${payload}", true), ("${payload}", "", true), ("${payload}", "${name}", false)],
        |(top, own, expected)| {
            let mut profiles = by_app(&json!({}));
            profiles[0]["requestBody"] = json!(own);
            let config = config(&json!({ "requestBody": top, "profiles": profiles }));
            assert_eq!(open(&config, POST).ok().unwrap().keeps_original(), expected, "{top} {own}");
        },
    );
}

fn tells_the_profile() {
    let profiles = json!([{ "name": "wallet", "match": { "appIds": ["a"] }, "decision": { "mode": "shadow" } }]);
    let with = config(&json!({ "profiles": profiles }));
    let without = config(&json!({}));
    let line = |ruling: Ruling| serde_json::from_str::<Value>(&ruling.record.audit_line(1)).unwrap();
    let told = line(post(&with, POST));
    assert_eq!((&told["profile"], &told["mode"]), (&json!("wallet"), &json!("shadow")));
    let told = line(post(&with, Post { app_id: "", ..POST }));
    assert_eq!((&told["profile"], &told["mode"]), (&json!("default"), &Value::Null));
    let refused = line(rule(&with, POST, GARBAGE));
    assert_eq!((&refused["error"], refused.get("profile")), (&json!("unreadable-body"), None));
    assert_eq!(line(post(&without, POST)).get("profile"), None);
}
