//! What others read and may rely on, word for word: `tests/snapshots/`. CONTRIBUTING.md says how to take a change over.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg(not(target_arch = "wasm32"))]

use std::fmt::Write as _;
use std::rc::Rc;

use insta::assert_snapshot;
use jiff::Timestamp;
use kyc_gate::config::Config;
use kyc_gate::confirmation::ResponseError;
use kyc_gate::exchange::refusal::{ErrorCode, Refusal};
use kyc_gate::exchange::{Exchange, Ruling, local_reply, request_head};
use kyc_gate::http::{LocalReply, MemoryBudget};
use kyc_gate::payload::NotV3;
use kyc_gate::replay::{ReplayCheck, ReplayStatus};
use kyc_gate::signature::Message;
use serde_json::{Value, json};

const PASSPORT: &str = include_str!("data/relid-v3-passport.json");
const KEY: &str = "000102030405060708090a0b0c0d0e0f";

fn config(json: &Value) -> Config {
    let environment = |name: &str| (name == "KEY").then(|| KEY.to_owned());
    Config::parse(json.to_string().as_bytes(), &environment).unwrap_or_else(|problems| panic!("{problems}"))
}

fn ruling(config: Config, headers: &[(&str, &str)], body: &[u8]) -> Ruling {
    let config = Rc::new(config);
    let post = [(":method", "POST"), (":path", "/kyc"), (":authority", "kyc.bank.test")];
    let pairs = post.iter().chain(headers).map(|(name, value)| (name.as_bytes(), value.as_bytes()));
    let head = request_head::read(&config, pairs).kyc.expect("a KYC post");
    let now = "2026-11-21T12:00:00Z".parse::<Timestamp>().unwrap();
    let settings = config.initial_settings();
    match Exchange::open(config, settings, head, now, &MemoryBudget::default()) {
        Ok(mut exchange) => match exchange.take(body) {
            Ok(()) => exchange.finish([7; 16]),
            Err(code) => exchange.abandon(code),
        },
        Err(ruling) => *ruling,
    }
}

#[test]
fn audit_lines() {
    let encrypted = json!({"requestEncryption": {
        "enable": true, "key": "env:KEY", "keyEncoding": "hex", "cipherSpec": "AES/GCM/NoPadding", "ivParamSpec": "prefix",
    }});
    let claims = json!({"claims": {"lastName": {"header": "x-last-name"}}});
    let rules = json!([{"name": "young", "when": "person.age < 40", "then": "review", "reason": "other"}]);
    let rows: [(&str, Value, &str); 8] = [
        ("accepted", json!({}), PASSPORT),
        ("another person's claims", json!({"evidence": claims}), PASSPORT),
        ("a rule, in shadow mode", json!({"rules": rules, "decision": {"mode": "shadow"}}), PASSPORT),
        ("with a user id in the clear", json!({"audit": {"userId": "plain"}}), PASSPORT),
        ("with a user id under a key", json!({"audit": {"userIdKey": "env:KEY"}}), PASSPORT),
        ("without a user id", json!({"audit": {"userId": "omit"}}), PASSPORT),
        ("not decrypted", encrypted, "garbage, which is nobody's ciphertext"),
        ("not V3", json!({}), r#"{"request_info": {"user_id": "a", "requester_id": "b"}}"#),
    ];
    let mut told = String::new();
    for (name, json, body) in rows {
        let headers = [
            ("content-type", "application/json"),
            ("x-last-name", "Nobody"),
            ("x-request-id", "7d3f0e6a-5b1c-4c1e-9a55-0a2f6c1d2e3b"),
        ];
        let line = ruling(config(&json), &headers, body.as_bytes()).record.audit_line(1234);
        writeln!(told, "{name}\n{line}\n").unwrap();
    }
    assert_snapshot!("audit_lines", told);
}

/// A reply as HTTP/1.1 would write it, with what Envoy shows as `%RESPONSE_CODE_DETAILS%`.
fn written(reply: &LocalReply) -> String {
    let mut text = format!("{} ({})\ncontent-type: {}\n", reply.status, reply.details, reply.content_type);
    for (name, value) in &reply.headers {
        writeln!(text, "{name}: {value}").unwrap();
    }
    text + "\n" + str::from_utf8(&reply.body).unwrap() + "\n\n"
}

#[test]
fn problem_documents() {
    let mut told = written(&local_reply::denial("b7b9b0a4-7c57-4f69-8a55-6f2d7f6d9c01"));
    for code in ErrorCode::ALL {
        let refusal = Refusal { requester_id: Some("b7b9\"b0a4".to_owned()), ..Refusal::new(code) };
        told += &written(&local_reply::problem(&refusal));
    }
    let challenges = vec![r#"Basic realm="kyc""#.to_owned(), r#"Bearer realm="kyc", error="invalid_token""#.to_owned()];
    told += &written(&local_reply::problem(&Refusal::unauthorized(challenges)));
    told += &written(&local_reply::problem(&Refusal::not_v3(NotV3::Version)));
    for status in ReplayStatus::TOLD {
        told += &written(&local_reply::problem(&Refusal::replayed(ReplayCheck { status, ..ReplayCheck::default() })));
    }
    for error in [ResponseError::Status(500), ResponseError::Status(503), ResponseError::Empty, ResponseError::Encoded]
    {
        told += &written(&local_reply::backend_problem(error, "b7b9b0a4"));
    }
    assert_snapshot!("problem_documents", told);
}

/// As the log has them: all that is wrong with one configuration, and never a value.
#[test]
fn configuration_problems() {
    let wrong = json!({
        "match": {"paths": ["kyc", "/kyc?x=y"], "method": "POST"},
        "requestEncryption": {"enable": true, "key": "env:MISSING", "cipherSpec": "AES/ECB/PKCS5Padding"},
        "requestBody": {"name": "${who}", "born": "${dob|date(%Q)}", "all": "${payload"},
        "headers": [{"headerName": "authorization", "headerValue": "s3cret"}, {"headerName": ":path", "headerValue": "x"}],
        "kycSettings": {"identityProof": {"weights": {"lastName": 101, "surname": 5}}},
        "evidence": {"claims": {"firstName": {"header": "x y"}}, "onMissing": {"nothing": "fail"}},
        "rules": [{"name": "a b", "when": "person.ag < 18", "then": "refuse"}],
        "decision": {"mode": "on", "onReject": "drop", "headerPrefix": ""},
        "limits": {"maxBodyBytes": 0},
        "unknown": true,
    });
    let mut told = String::new();
    for text in [wrong.to_string(), "{\"match\": {},}".to_owned(), "[]".to_owned(), r#"{"a": 1, "a": 2}"#.to_owned()] {
        let problems = Config::parse(text.as_bytes(), &|_| None).err().expect("refused");
        writeln!(told, "{problems}\n").unwrap();
    }
    assert!(!told.contains("s3cret"));
    assert_snapshot!("configuration_problems", told);
}

#[test]
fn signature_base() {
    let message = Message {
        method: "POST",
        authority: "kyc.bank.test",
        path: "/kyc",
        query: "?",
        fields: vec![
            ("content-digest", "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:"),
            ("x-kyc-decision", "accept"),
            ("x-kyc-rules", " a,b\t"),
        ],
    };
    assert_snapshot!("signature_base", message.base(&message.parameters(1_618_884_473, r#"gate "1""#)));
}
