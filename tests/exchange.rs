//! The life of a KYC post, without Envoy: headers, chunks and the end in, one ruling out.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "tables/rows.rs"]
mod rows;

use std::collections::BTreeSet;
use std::rc::Rc;

use base64::Engine;
use jiff::Timestamp;
use kyc_gate::config::Config;
use kyc_gate::confirmation::ResponseError;
use kyc_gate::crypto::SigningKey;
use kyc_gate::exchange::backend_response::BackendResponse;
use kyc_gate::exchange::refusal::ErrorCode;
use kyc_gate::exchange::{Body, Command, Exchange, Forward, Ruling, request_head};
use kyc_gate::http::MemoryBudget;
use kyc_gate::scoring::Settings;
use kyc_gate::signature::BodyDigest;
use proptest::prelude::*;
use serde_json::{Value, json};

use rows::each;

type Headers<'h> = &'h [(&'h str, &'h str)];

const PASSPORT: &str = include_str!("data/relid-v3-passport.json");
const NOW: &str = "2026-11-21T12:00:00Z";
const JSON_POST: Headers = &[(":method", "POST"), (":path", "/kyc"), ("content-type", "application/json")];

fn config(json: &Value) -> Rc<Config> {
    let environment = |name: &str| match name {
        "KEY" => Some("000102030405060708090a0b0c0d0e0f".to_owned()),
        "LONG" => Some("k".repeat(32)),
        _ => None,
    };
    match Config::parse(json.to_string().as_bytes(), &environment) {
        Ok(config) => Rc::new(config),
        Err(problems) => panic!("{problems}"),
    }
}

fn sealed(extra: &Value) -> Rc<Config> {
    let mut json = json!({"requestEncryption": {
        "enable": true, "key": "env:KEY", "keyEncoding": "hex", "cipherSpec": "AES/GCM/NoPadding", "ivParamSpec": "prefix",
    }});
    merge(&mut json, extra);
    config(&json)
}

fn merge(json: &mut Value, extra: &Value) {
    for (key, value) in extra.as_object().unwrap() {
        json[key] = value.clone();
    }
}

fn open(config: &Rc<Config>, headers: Headers) -> Result<Exchange, Box<Ruling>> {
    let pairs: Vec<(&[u8], &[u8])> = headers.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes())).collect();
    let request_head = request_head::read(config, pairs.into_iter());
    let now = NOW.parse::<Timestamp>().unwrap();
    Exchange::open(
        Rc::clone(config),
        config.initial_settings(),
        request_head.kyc.expect("a KYC post"),
        now,
        &MemoryBudget::default(),
    )
}

fn post<'c>(config: &Rc<Config>, chunks: impl IntoIterator<Item = &'c [u8]>) -> Ruling {
    let mut exchange = open(config, JSON_POST).ok().expect("taken in");
    for chunk in chunks {
        if let Err(code) = exchange.take(chunk) {
            return exchange.abandon(code);
        }
    }
    exchange.finish([7; 16])
}

fn forwarded(ruling: Ruling) -> Forward {
    match ruling.command {
        Command::Forward(forward) => forward,
        Command::LocalReply(reply) => panic!("answered {}: {}", reply.status, String::from_utf8_lossy(&reply.body)),
    }
}

fn answered(ruling: Ruling) -> (u32, Value) {
    match ruling.command {
        Command::LocalReply(reply) => (reply.status, serde_json::from_slice(&reply.body).unwrap_or(Value::Null)),
        Command::Forward(_) => panic!("forwarded"),
    }
}

/// The new body in one, and as long as it is said to be.
fn replaced(forward: &Forward) -> Vec<u8> {
    let Body::Replace(pieces) = &forward.body else { panic!("not replaced") };
    assert_eq!(pieces.concat().len(), pieces.len());
    assert!(pieces.iter().all(|piece| !piece.is_empty()));
    pieces.concat()
}

fn header<'f>(forward: &'f Forward, name: &str) -> Option<&'f str> {
    forward.set.iter().find(|(set, _)| set == name).map(|(_, value)| value.as_str())
}

/// The passport as a GCM body, sealed by the gate's own hand.
fn sealed_passport() -> Vec<u8> {
    sealed(&json!({})).request_encryption.as_ref().unwrap().seal(PASSPORT.as_bytes(), [9; 16]).unwrap()
}

/// `limits` bound the JSON object around a ciphertext as they bound the document in it.
#[test]
fn the_members_around_a_ciphertext_are_scanned_within_the_limits() {
    let decision = |limits: Value, depth: usize, members: usize| {
        let encryption = json!({ "requestEncryption": {
            "enable": true, "key": "env:KEY", "keyEncoding": "hex", "cipherSpec": "AES/GCM/NoPadding",
            "bodyEncoding": { "json": { "ciphertext": "/data" } },
        } });
        let mut json = encryption;
        json["limits"] = limits;
        let config = config(&json);
        let body = config.request_encryption.as_ref().unwrap().seal(PASSPORT.as_bytes(), [9; 16]).unwrap();
        let mut body: Value = serde_json::from_slice(&body).unwrap();
        body["x"] = (1..depth).fold(json!(1), |inner, _| json!([inner]));
        (0..members).for_each(|at| body[format!("m{at}")] = json!(at));
        let line: Value =
            serde_json::from_str(&post(&config, [body.to_string().as_bytes()]).record.audit_line(0)).unwrap();
        line["cause"].as_str().or(line["decision"].as_str()).unwrap().to_owned()
    };
    assert_eq!(decision(json!({}), 64, 0), "accept");
    assert_eq!(decision(json!({}), 65, 0), "encoding");
    assert_eq!(decision(json!({ "maxDepth": 128 }), 128, 0), "accept");
    assert_eq!(decision(json!({ "maxDepth": 16 }), 17, 0), "encoding");
    assert_eq!(decision(json!({ "maxFields": 20_000 }), 1, 10_001), "accept");
    assert_eq!(decision(json!({ "maxFields": 500 }), 1, 501), "encoding");
}

#[test]
fn a_plaintext_without_template_goes_on_as_it_came() {
    let forward = forwarded(post(&config(&json!({})), [PASSPORT.as_bytes()]));
    assert!(matches!(forward.body, Body::Original));
    assert_eq!(header(&forward, "x-kyc-decision"), Some("accept"));
    assert_eq!(header(&forward, "x-kyc-requester-id"), Some("b7b9b0a4-7c57-4f69-8a55-6f2d7f6d9c01"));
    assert_eq!(header(&forward, "content-length"), Some(PASSPORT.len().to_string().as_str()));
}

#[test]
fn a_ciphertext_without_template_goes_on_decrypted() {
    let config = sealed(&json!({}));
    let mut exchange = open(&config, &[JSON_POST, &[("Content-Digest", "sha-256=:AA==:")]].concat()).ok().unwrap();
    assert!(exchange.take(&sealed_passport()).is_ok());
    let forward = forwarded(exchange.finish([7; 16]));
    let bytes = replaced(&forward);
    assert_eq!(std::str::from_utf8(&bytes), Ok(PASSPORT));
    assert_eq!(header(&forward, "content-length"), Some(bytes.len().to_string().as_str()));
    assert_eq!(forward.remove, ["content-digest"]);
}

/// A post is never scored by settings that nobody chose.
#[test]
fn without_settings_a_post_is_not_scored() {
    let store = json!({"settingsApi": {"bearerSha256": "00".repeat(32), "store": {"cluster": "c", "path": "/s"}}});
    let refused = open(&config(&store), JSON_POST).err().expect("refused by its headers");
    assert_eq!(refused.record.error, Some(ErrorCode::SettingsUnavailable));
    let (status, problem) = answered(*refused);
    assert_eq!((status, &problem["type"]), (503, &json!("urn:kyc-gate:settings-unavailable")));
    each([json!({"mode": "shadow"}), json!({"onError": "forward"})], |decision| {
        let mut config_json = store.clone();
        config_json["decision"] = decision;
        let refused = open(&config(&config_json), JSON_POST).err().expect("refused by its headers");
        assert_eq!(header(&forwarded(*refused), "x-kyc-decision"), Some("error"));
    });
    let mut given = store.clone();
    given["kycSettings"] = json!({});
    assert!(open(&config(&given), JSON_POST).is_ok());

    // A profile with settings of its own needs no others; only the body tells who else does.
    let app = serde_json::from_str::<Value>(PASSPORT).unwrap()["request_info"]["app_id"].clone();
    each([(app, None), (json!("another"), Some(503))], |(app, status)| {
        let mut profiled = store.clone();
        profiled["profiles"] = json!([{"name": "own", "match": {"appIds": [app]}, "kycSettings": {}}]);
        let ruling = post(&config(&profiled), [PASSPORT.as_bytes()]);
        assert_eq!(ruling.record.error, status.map(|_| ErrorCode::SettingsUnavailable));
        match status {
            None => assert!(header(&forwarded(ruling), "x-kyc-decision").is_some()),
            Some(status) => {
                let (found, problem) = answered(ruling);
                assert_eq!(found, status);
                assert_eq!(problem["requester_id"], "b7b9b0a4-7c57-4f69-8a55-6f2d7f6d9c01");
            }
        }
    });
}

/// Whatever is configured, a post is scored by the settings that it began with.
#[test]
fn a_post_is_scored_by_the_settings_it_began_with() {
    let config = config(&json!({}));
    let thresholds = json!({"identityProof": {"thresholds": {"rejectBelow": 100, "acceptAbove": 100}}});
    let settings = Rc::new(Settings::from_json(&thresholds).unwrap());
    let pairs = JSON_POST.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes()));
    let head = request_head::read(&config, pairs).kyc.expect("a KYC post");
    let opened = Exchange::open(
        Rc::clone(&config),
        Some(Rc::clone(&settings)),
        head,
        NOW.parse().unwrap(),
        &MemoryBudget::default(),
    );
    let mut exchange = opened.ok().expect("taken in");
    assert!(exchange.take(PASSPORT.as_bytes()).is_ok());
    let forward = forwarded(exchange.finish([0; 16]));
    assert_eq!(header(&forward, "x-kyc-settings-revision"), Some(settings.revision()));
    assert_ne!(config.settings.revision(), settings.revision());
}

#[test]
fn shadow_leaves_body_and_length_alone_and_tells_in_headers() {
    let config = sealed(&json!({"decision": {"mode": "shadow"}, "requestBody": {"decision": "${decision}"}}));
    let body = sealed_passport();
    each([(body.as_slice(), "accept"), (&b"garbage!"[..], "error")], |(body, decision)| {
        let forward = forwarded(post(&config, [body]));
        assert!(matches!(forward.body, Body::Original));
        assert_eq!(header(&forward, "x-kyc-decision"), Some(decision));
        assert_eq!(header(&forward, "x-kyc-mode"), Some("shadow"));
        assert_eq!(header(&forward, "content-length"), None);
    });
}

#[test]
fn a_header_can_be_what_a_variable_holds() {
    let headers = json!([{"headerName": "x-api-key", "headerValue": "env:LONG"}]);
    let forward = forwarded(post(&config(&json!({"headers": headers})), [PASSPORT.as_bytes()]));
    assert_eq!(header(&forward, "x-api-key"), Some("k".repeat(32).as_str()));
}

#[test]
fn original_body_goes_on_with_headers_only() {
    let config = sealed(&json!({"decision": {"forwardBody": "original"}}));
    let forward = forwarded(post(&config, [sealed_passport().as_slice()]));
    assert!(matches!(forward.body, Body::Original));
    assert_eq!(header(&forward, "x-kyc-decision"), Some("accept"));
    assert_eq!(header(&forward, "x-kyc-mode"), None);
}

#[test]
fn respond_gives_the_user_id_as_it_was_written() {
    let config = config(&json!({"decision": {"onAccept": "respond"}}));
    let odd = PASSPORT.replace("maira.b@example.test", r#"ma\u00edra\/\"b\"@example.test"#);
    let Command::LocalReply(reply) = post(&config, [odd.as_bytes()]).command else { panic!("forwarded") };
    assert_eq!(reply.status, 200);
    let text = String::from_utf8(reply.body).unwrap();
    assert!(text.contains(r#""user_id": "ma\u00edra\/\"b\"@example.test"}"#), "{text}");
    assert!(text.contains(r#""result": true"#), "{text}");
}

#[test]
fn respond_is_encrypted_when_rel_id_expects_it() {
    let block = json!({"enable": true, "key": "env:KEY", "keyEncoding": "hex", "cipherSpec": "AES/CBC/PKCS5Padding",
        "ivParamSpec": "prefix"});
    let config = config(&json!({"responseDecryption": block, "decision": {"onAccept": "respond"}}));
    let Command::LocalReply(reply) = post(&config, [PASSPORT.as_bytes()]).command else { panic!("forwarded") };
    let envelope = config.response_encryption.as_ref().unwrap();
    let mut decoder = envelope.decoder();
    decoder.push(&reply.body);
    let plain = envelope.open(decoder).next().expect("opens");
    let answer: Value = serde_json::from_slice(&plain).unwrap();
    assert_eq!(answer["user_id"], "maira.b@example.test");
}

/// Which forwarded posts have their answer read, and what the backend is asked for.
#[test]
fn answers_are_read_where_it_is_configured() {
    let encrypts = json!({"enable": true, "key": "env:KEY", "keyEncoding": "hex", "cipherSpec": "AES/GCM/NoPadding"});
    let rows = [
        (json!({}), false),
        (json!({"responseBody": {}}), true),
        (json!({"responseDecryption": encrypts}), true),
        (json!({"responseDecryption": encrypts, "decision": {"forwardBody": "original"}}), false),
        (json!({"responseBody": {}, "decision": {"forwardBody": "original"}}), true),
        (json!({"responseBody": {}, "decision": {"mode": "shadow"}}), false),
    ];
    each(rows, |(extra, reads)| {
        let forward = forwarded(post(&sealed(&extra), [sealed_passport().as_slice()]));
        assert_eq!(forward.response.is_some(), reads, "{extra}");
        assert_eq!(header(&forward, "accept-encoding"), reads.then_some("identity"), "{extra}");
    });
    let unread = sealed(&json!({"responseBody": {}, "decision": {"onError": "forward"}}));
    assert!(forwarded(post(&unread, [&b"garbage!"[..]])).response.is_none());
}

fn awaited(config: &Rc<Config>) -> BackendResponse {
    forwarded(post(config, [PASSPORT.as_bytes()])).response.expect("reads the answer")
}

#[test]
fn an_answer_is_looked_at_before_it_is_read() {
    let config = config(&json!({"responseBody": {}, "limits": {"maxAnswerBytes": 20}}));
    let gzip = ("content-encoding", "gzip");
    let rows = [
        (&[(":status", "200")][..], Ok(())),
        (&[(":status", "299"), ("content-encoding", "Identity"), ("content-length", "20")], Ok(())),
        (&[(":status", "200"), ("content-length", "21")], Err(ResponseError::TooLarge)),
        (&[(":status", "200"), ("content-length", "99999999999999999999")], Err(ResponseError::TooLarge)),
        (&[(":status", "200"), gzip], Err(ResponseError::Encoded)),
        (&[gzip, (":status", "503")], Err(ResponseError::Status(503))),
        (&[(":status", "404"), gzip], Err(ResponseError::Status(404))),
        (&[(":status", "302")], Err(ResponseError::Status(302))),
    ];
    each(rows, |(headers, expected)| {
        let pairs = headers.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes()));
        assert_eq!(awaited(&config).head(&config, pairs), expected, "{headers:?}");
    });
    let mut reading = awaited(&config);
    assert_eq!(reading.take(&config, &[b' '; 20]), Ok(()));
    assert_eq!(reading.take(&config, b""), Ok(()));
    assert_eq!(reading.take(&config, b" "), Err(ResponseError::TooLarge));
}

#[test]
fn what_goes_back_for_a_fault_tells_its_cause_and_no_more() {
    let awaited = awaited(&config(&json!({"responseBody": {}})));
    let rows = [
        (ResponseError::Status(500), 502, "backend-error"),
        (ResponseError::Status(401), 502, "backend-error"),
        (ResponseError::Status(429), 429, "backend-error"),
        (ResponseError::Status(503), 503, "backend-error"),
        (ResponseError::Status(504), 504, "backend-error"),
        (ResponseError::NotJson, 502, "bad-backend-answer"),
        (ResponseError::OtherUser, 502, "user-id-mismatch"),
        (ResponseError::Unsealable, 500, "internal"),
    ];
    each(rows, |(fault, status, code)| {
        let reply = awaited.refuse(fault);
        let problem: Value = serde_json::from_slice(&reply.body).unwrap();
        assert_eq!((reply.status, &problem["status"]), (status, &json!(status)), "{fault:?}");
        assert_eq!(problem["type"], format!("urn:kyc-gate:{code}"));
        assert_eq!(problem["requester_id"], "b7b9b0a4-7c57-4f69-8a55-6f2d7f6d9c01");
    });
}

/// The body's digest is of what goes on, whatever the chunks; what nobody read to its end isn't signed.
#[test]
fn what_goes_on_is_signed() {
    let signature = json!({"keyId": "k", "key": "env:LONG", "keyEncoding": "utf8", "algorithm": "hmac-sha256"});
    let rows = [
        (json!({}), "accept"),
        (json!({"decision": {"mode": "shadow"}}), "accept"),
        (json!({"requestBody": "${decision}"}), "accept"),
        (json!({"decision": {"onError": "forward"}, "match": {"paths": ["/kyc"]}}), "accept"),
    ];
    each(rows, |(extra, decision)| {
        let mut json = json!({"signature": signature});
        merge(&mut json, &extra);
        let config = config(&json);
        let whole = forwarded(post(&config, [PASSPORT.as_bytes()]));
        let split = forwarded(post(&config, PASSPORT.as_bytes().chunks(700)));
        assert_eq!(whole.set, split.set);
        let sent = match &whole.body {
            Body::Original => PASSPORT.as_bytes().to_vec(),
            Body::Replace(pieces) => pieces.concat(),
        };
        assert_eq!(header(&whole, "content-digest"), Some(BodyDigest::of([sent.as_slice()]).as_str()), "{extra}");
        assert_eq!(header(&whole, "x-kyc-decision"), Some(decision));
        let input = header(&whole, "signature-input").unwrap();
        let covered = r#"kyc=("@method" "@authority" "@path" "@query" "content-type" "content-digest" "x-kyc-decision" "x-kyc-score""#;
        assert!(input.starts_with(covered), "{input}");
        assert!(input.ends_with(r#");created=1795262400;keyid="k""#), "{input}");
        assert_eq!(whole.set.iter().filter(|(name, _)| name == "signature").count(), 1);
    });
    let config = config(&json!({"signature": signature, "decision": {"onError": "forward"}}));
    let own = [JSON_POST, &[("signature", "a=:AAAA:"), ("signature-input", "a=()"), ("digest", "b")]].concat();
    let abandoned = forwarded(open(&config, &own).ok().unwrap().abandon(ErrorCode::BodyTooLarge));
    assert_eq!((header(&abandoned, "signature"), &abandoned.remove), (None, &vec!["signature", "signature-input"]));
    let unread = forwarded(post(&config, [&b"garbage"[..]]));
    assert_eq!(header(&unread, "content-digest"), Some(BodyDigest::of([&b"garbage"[..]]).as_str()));
    assert!(header(&unread, "signature").is_some());
}

/// What the signature covers: the request line, the body's type and digest, and every header that the gate asserts.
#[test]
fn the_signature_covers_what_the_gate_asserts() {
    let signature = json!({"keyId": "k", "key": "env:LONG", "keyEncoding": "utf8", "algorithm": "hmac-sha256"});
    let headers = json!([
        {"headerName": "x-customer", "headerValue": "${user_id}"},
        {"headerName": "accept-encoding", "headerValue": "gzip"},
        {"headerName": "content-type", "headerValue": "text/plain"},
    ]);
    let decisions = ["x-kyc-decision", "x-kyc-score", "x-kyc-identity-score", "x-kyc-skipped-checks"];
    let whole = ["@method", "@authority", "@path", "@query", "content-type", "content-digest"];
    let rows = [
        (json!({}), &["content-type"][..], &[][..]),
        (json!({}), &[], &[]),
        (json!({"requestBody": "${decision}"}), &[], &[]),
        (json!({"headers": headers, "responseBody": {}}), &["content-type"], &["x-customer", "accept-encoding"]),
        (json!({"headers": headers, "decision": {"mode": "shadow"}}), &["content-type"], &[]),
    ];
    each(rows, |(extra, sent, more)| {
        let mut json = json!({"signature": signature});
        merge(&mut json, &extra);
        let mut head = vec![
            (":method", "post"),
            (":path", "/kyc?user_id=v&w?"),
            (":authority", "KYC.Bank.test:443"),
            (":scheme", "https"),
        ];
        head.extend(sent.iter().map(|name| (*name, "application/vnd.kyc+json")));
        let mut exchange = open(&config(&json), &head).ok().expect("taken in");
        assert!(exchange.take(PASSPORT.as_bytes()).is_ok());
        let forward = forwarded(exchange.finish([0; 16]));
        let input = header(&forward, "signature-input").unwrap();
        let covered: Vec<_> = input.strip_prefix("kyc=(").unwrap().split_once(')').unwrap().0.split(' ').collect();
        let covered: Vec<_> = covered.into_iter().map(|name| name.trim_matches('"')).collect();
        assert_eq!(covered.iter().collect::<BTreeSet<_>>().len(), covered.len(), "each once: {input}");
        let typed = !sent.is_empty() || extra["requestBody"].is_string();
        let expected = whole.iter().filter(|name| typed || **name != "content-type");
        assert!(expected.chain(&decisions).chain(more).all(|name| covered.contains(name)), "{input}");
        let set = forward.set.iter().map(|(name, _)| name.as_str());
        let asserted = set.filter(|name| name.starts_with("x-kyc-")).collect::<BTreeSet<_>>().len();
        assert_eq!(covered.len(), whole.len() - usize::from(!typed) + asserted + more.len(), "{input}");

        // Rebuilt as a backend would, from what goes up.
        let value = |name: &str| match name {
            "@method" => "post".to_owned(),
            "@authority" => "kyc.bank.test".to_owned(),
            "@path" => "/kyc".to_owned(),
            "@query" => "?user_id=v&w?".to_owned(),
            name => {
                let set = forward.set.iter().rfind(|(set, _)| set == name).map(|(_, value)| value.clone());
                set.unwrap_or_else(|| "application/vnd.kyc+json".to_owned())
            }
        };
        let lines: String = covered.iter().map(|name| format!("\"{name}\": {}\n", value(name))).collect();
        let base = format!("{lines}\"@signature-params\": {}", input.strip_prefix("kyc=").unwrap());
        let key = SigningKey::hmac_sha256("k".repeat(32).as_bytes()).unwrap();
        let expected = format!("kyc=:{}:", base64::engine::general_purpose::STANDARD.encode(key.sign(base.as_bytes())));
        assert_eq!(header(&forward, "signature"), Some(expected.as_str()));
    });
}

/// Of the backend's headers, only those for tracing and retrying go back.
#[test]
fn the_backends_headers_stay_behind() {
    let config = config(&json!({"responseBody": {}}));
    let allowed =
        ["date", "retry-after", "x-request-id", "traceparent", "tracestate", "b3", "x-b3-traceid", "x-b3-sampled"];
    let others = [
        "set-cookie",
        "x-debug-stack",
        "location",
        "link",
        "www-authenticate",
        "server",
        "x-b3",
        "b3x",
        "x-request-id2",
        "content-encoding",
        "etag",
        "retry-after-ms",
        "access-control-allow-origin",
    ];
    let value = |name: &str| if name == "content-encoding" { "" } else { "7" };
    let mut headers = vec![(":status", "200"), ("content-type", "text/html"), ("content-length", "15")];
    headers.extend(allowed.iter().chain(&others).chain(&["set-cookie"]).map(|name| (*name, value(name))));
    let pairs = || headers.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes()));
    let mut response = awaited(&config);
    assert_eq!(response.head(&config, pairs()), Ok(()));
    assert_eq!(response.take(&config, b"{\"result\":true}"), Ok(()));
    let Ok(rewritten) = response.finish(&config, [0; 16]) else { panic!("no confirmation") };
    let removed: Vec<_> = rewritten.remove.iter().map(|name| std::str::from_utf8(name).unwrap()).collect();
    assert_eq!(removed.iter().collect::<BTreeSet<_>>(), others.iter().collect());
    assert_eq!(removed.len(), others.len(), "each once");
    assert_eq!(rewritten.set.map(|(name, _)| name), [":status", "content-type", "content-length"]);

    // Beside an error, too, the backend's `retry-after` goes back.
    let rows =
        [("7", Some("7")), ("Wed, 21 Oct 2026 07:28:00 GMT", Some("Wed, 21 Oct 2026 07:28:00 GMT")), ("\u{85}", None)];
    each(rows, |(seconds, expected)| {
        let mut response = awaited(&config);
        let headers = [(":status", "429"), ("retry-after", seconds), ("set-cookie", "s=1")];
        let pairs = headers.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes()));
        assert_eq!(response.head(&config, pairs), Err(ResponseError::Status(429)));
        let reply = response.refuse(ResponseError::Status(429));
        let expected: Vec<_> = expected.map(|value| ("retry-after".to_owned(), value.to_owned())).into_iter().collect();
        assert_eq!(reply.headers, expected);
    });
}

#[test]
fn deny_is_a_problem_document() {
    let config = config(&json!({"decision": {"onAccept": "deny"}}));
    let (status, problem) = answered(post(&config, [PASSPORT.as_bytes()]));
    assert_eq!(status, 403);
    assert_eq!(problem["type"], "urn:kyc-gate:rejected");
    assert_eq!(problem["requester_id"], "b7b9b0a4-7c57-4f69-8a55-6f2d7f6d9c01");
}

/// Operators learn the cause; the response is the same, byte for byte.
#[test]
fn every_failure_to_read_a_sealed_body_answers_alike() {
    let gcm = sealed(&json!({}));
    let block = json!({"enable": true, "key": "env:KEY", "keyEncoding": "hex", "cipherSpec": "AES/CBC/PKCS5Padding",
        "ivParamSpec": "prefix"});
    let cbc = config(&json!({"requestEncryption": block}));
    let seal =
        |config: &Rc<Config>, text: &[u8]| config.request_encryption.as_ref().unwrap().seal(text, [9; 16]).unwrap();
    let good = sealed_passport();
    let mut flipped = good.clone();
    flipped[40] ^= 1;
    let mut response = None;
    let rows: [(bool, Vec<u8>, &str); 12] = [
        (true, flipped, "authentication"),
        (true, good[..good.len() - 8].to_vec(), "authentication"),
        (true, b"not base64 at all!".to_vec(), "encoding"),
        (true, PASSPORT.as_bytes().to_vec(), "plaintext"),
        (true, b"AAAA".to_vec(), "too-short"),
        (true, seal(&gcm, b"\xff{}"), "utf8"),
        (true, seal(&gcm, b"{"), "json"),
        (true, seal(&gcm, b"{\"a\":1,\"a\":2}"), "json"),
        (false, seal(&cbc, b"{"), "padding-or-json"),
        (false, seal(&cbc, b"\xff{}"), "padding-or-json"),
        (false, b"AAAA".to_vec(), "too-short"),
        (false, b"!".to_vec(), "encoding"),
    ];
    each(rows, |(has_tag, body, cause)| {
        let ruling = post(if has_tag { &gcm } else { &cbc }, [body.as_slice()]);
        let line: Value = serde_json::from_str(&ruling.record.audit_line(0)).unwrap();
        assert_eq!((&line["error"], &line["cause"]), (&json!("unreadable-body"), &json!(cause)));
        assert_eq!(ruling.record.unreadable.map(|cause| cause.as_str()), Some(cause));
        let Command::LocalReply(reply) = ruling.command else { panic!("forwarded") };
        let reply = (reply.status, reply.details, reply.headers, reply.body);
        assert_eq!(response.get_or_insert_with(|| reply.clone()), &reply);
        assert!(!String::from_utf8(reply.3).unwrap().contains(cause));
    });
    let plain = config(&json!({}));
    each([(&b""[..], "json"), (b"{", "json"), (b"\xff", "utf8")], |(body, cause)| {
        assert_eq!(post(&plain, [body]).record.unreadable.map(|cause| cause.as_str()), Some(cause));
    });
    assert_eq!(post(&plain, [&b"{}"[..]]).record.unreadable, None);
}

#[test]
fn refusals_have_their_status_and_type() {
    let plain = config(&json!({"limits": {"maxBodyBytes": 8192}}));
    let cases: [(&[u8], u32, &str); 4] = [
        (b"{", 400, "urn:kyc-gate:unreadable-body"),
        (b"{\"a\":1,\"a\":2}", 400, "urn:kyc-gate:unreadable-body"),
        (b"{}", 422, "urn:kyc-gate:invalid-payload"),
        (&[b' '; 8193], 413, "urn:kyc-gate:body-too-large"),
    ];
    each(cases, |(body, status, kind)| {
        let (found, problem) = answered(post(&plain, [body]));
        assert_eq!((found, problem["type"].as_str()), (status, Some(kind)));
    });
    let (_, problem) = answered(post(&plain, [&br#"{"request_info":{"requester_id":"r\u00fc-1"}}"#[..]]));
    assert_eq!(problem["requester_id"], "r%C3%BC-1");
}

#[test]
fn headers_alone_can_refuse() {
    let plain = config(&json!({"limits": {"maxBodyBytes": 100}}));
    let base = [(":method", "POST"), (":path", "/kyc?trace=1")];
    let cases: [(Headers, Option<(u32, &str)>); 29] = [
        (&[], None),
        (&[("content-length", "100")], None),
        (&[("content-length", "101")], Some((413, ""))),
        (&[("content-length", "99999999999999999999999")], Some((413, ""))),
        (&[("content-encoding", "gzip")], Some((415, "content-encoding must be identity, not gzip"))),
        (&[("content-encoding", "identity, br")], Some((415, "content-encoding must be identity, not br"))),
        (
            &[("content-encoding", ""), ("content-encoding", "BR")],
            Some((415, "content-encoding must be identity, not BR")),
        ),
        (
            &[("content-encoding", "\u{1b}[31m")],
            Some((415, "content-encoding must be identity, not an unknown coding")),
        ),
        (&[("content-encoding", "Identity")], None),
        (&[("content-encoding", "")], None),
        (&[("content-encoding", " , identity ,")], None),
        (&[("content-type", "application/vnd.kyc+json; charset=utf-8")], None),
        (&[("content-type", "image/svg+json")], None),
        (&[("content-type", "text/json")], None),
        (&[("content-type", "application/JSON;\tcharset=utf-16")], None),
        (&[("Content-Type", "TEXT/plain")], None),
        (&[("content-type", "text/csv")], None),
        (&[("content-type", "application/octet-stream")], None),
        (&[("content-type", "multipart/form-data; boundary=x")], Some((415, CONTENT_TYPE))),
        (&[("content-type", "application/x-www-form-urlencoded")], Some((415, CONTENT_TYPE))),
        (&[("content-type", "application/xml")], Some((415, CONTENT_TYPE))),
        (&[("content-type", "application/json, text/plain")], Some((415, CONTENT_TYPE))),
        (&[("content-type", "application/xml, application/x+json")], Some((415, CONTENT_TYPE))),
        (&[("content-type", "json")], Some((415, CONTENT_TYPE))),
        (&[("content-type", "application/")], Some((415, CONTENT_TYPE))),
        (&[("content-type", "text/plain; x=\u{e9}")], Some((415, CONTENT_TYPE))),
        (&[("content-type", "")], Some((415, CONTENT_TYPE))),
        (
            &[("content-type", "application/json"), ("content-type", "text/plain")],
            Some((415, "content-type must come once")),
        ),
        (
            &[("content-type", "text/plain"), ("content-type", "application/json")],
            Some((415, "content-type must come once")),
        ),
    ];
    each(cases, |(extra, expected)| {
        let headers: Vec<_> = base.iter().chain(extra).copied().collect();
        let found = open(&plain, &headers).err().map(|ruling| {
            let (status, problem) = answered(*ruling);
            (status, problem["detail"].as_str().unwrap_or_default().to_owned())
        });
        assert_eq!(found.as_ref().map(|(status, detail)| (*status, detail.as_str())), expected, "{extra:?}");
    });
}

const CONTENT_TYPE: &str = "content-type must be JSON, text or application/octet-stream";

/// A backend that believes the charset would read another text than the gate. A body that the gate writes has none.
#[test]
fn a_foreign_charset_never_goes_on() {
    let as_it_came = config(&json!({}));
    let rewritten = config(&json!({"requestBody": {"n": "${last_name}"}}));
    let answered_here = config(&json!({"decision": {"onAccept": "respond"}}));
    let original = config(&json!({"decision": {"forwardBody": "original"}, "requestBody": "${name}"}));
    let tolerant = config(&json!({"decision": {"onError": "forward"}}));
    let shadow = config(&json!({"decision": {"mode": "shadow"}}));
    let rows = [
        ("", false),
        ("; charset=utf-8", false),
        ("; charset=UTF-8; q=1", false),
        (";charset=\"utf-8\"", false),
        ("; charset=utf8", false),
        ("; profile=x", false),
        ("; charset=utf-7", true),
        ("; charset=ISO-8859-1", true),
        ("; Charset = \"UTF-16\"", true),
        ("; charset=us-ascii", true),
        ("; charset=", true),
        ("; charset", true),
        ("; charset*=utf-8''utf-16", true),
        ("; charset=utf-8; charset=utf-16", true),
        ("; x=\"; charset=utf-16\"", true),
        ("; charset=\"utf\\-8\"", true),
    ];
    each(rows, |(parameters, foreign)| {
        let media = format!("application/json{parameters}");
        let headers = [(":method", "POST"), (":path", "/kyc"), ("content-type", media.as_str())];
        let post = |config: &Rc<Config>| {
            let mut exchange = open(config, &headers).ok().expect("taken in");
            assert!(exchange.take(PASSPORT.as_bytes()).is_ok());
            exchange.finish([0; 16])
        };
        for config in [&as_it_came, &original, &tolerant] {
            let ruling = post(config);
            assert_eq!(ruling.record.error, foreign.then_some(ErrorCode::UnsupportedMediaType), "{media}");
            if foreign {
                let (status, problem) = answered(ruling);
                assert_eq!((status, &problem["detail"]), (415, &json!("the charset of content-type must be UTF-8")));
                assert_eq!(problem["requester_id"], "b7b9b0a4-7c57-4f69-8a55-6f2d7f6d9c01");
            } else {
                assert_eq!(header(&forwarded(ruling), "content-type"), None);
            }
        }
        let expected = if media == "application/json" { None } else { Some("application/json") };
        assert_eq!(header(&forwarded(post(&rewritten)), "content-type"), expected, "{media}");
        assert_eq!(answered(post(&answered_here)).0, 200);
        assert_eq!(header(&forwarded(post(&shadow)), "x-kyc-decision"), Some("accept"), "{media}");
    });
}

/// Whatever the client called its body, and whatever `headers` says: what the gate wrote is JSON, and nothing that
/// described the old body stays.
#[test]
fn a_body_that_the_gate_wrote_is_called_json() {
    let described = [
        "content-language",
        "content-location",
        "content-disposition",
        "content-transfer-encoding",
        "content-md5",
        "etag",
        "digest",
        "content-digest",
        "repr-digest",
        "signature",
        "signature-input",
        "content-encoding",
    ];
    let headers = json!([{"headerName": "content-type", "headerValue": "text/plain"}]);
    let rows = [
        (json!({}), None),
        (json!({}), Some("text/plain; charset=utf-16")),
        (json!({}), Some("application/octet-stream")),
        (json!({}), Some("application/vnd.kyc+json")),
        (json!({"headers": headers}), Some("text/html")),
        (json!({"requestBody": "${decision}", "headers": headers}), None),
    ];
    each(rows, |(extra, media)| {
        let mut pairs = vec![(":method", "POST"), (":path", "/kyc")];
        pairs.extend(media.map(|media| ("content-type", media)));
        pairs.extend(described.map(|name| (name, if name == "content-encoding" { "identity" } else { "x" })));
        let mut exchange = open(&sealed(&extra), &pairs).ok().expect("taken in");
        assert!(exchange.take(&sealed_passport()).is_ok());
        let forward = forwarded(exchange.finish([0; 16]));
        let types: Vec<_> = forward.set.iter().filter(|(name, _)| name == "content-type").collect();
        assert_eq!(types, [&("content-type".to_owned(), "application/json".to_owned())], "{extra} {media:?}");
        assert_eq!(forward.remove.iter().collect::<BTreeSet<_>>(), described.iter().collect(), "{extra} {media:?}");
    });
}

/// A watched path can't be reached by another method, unless that is safe.
#[test]
fn other_methods_are_refused_on_a_watched_path() {
    let methods = json!({"match": {"methods": ["post", "HEAD"]}});
    let (plain, shadow) = (config(&methods), config(&json!({"decision": {"mode": "shadow"}})));
    let forwarding = config(&json!({"decision": {"onError": "forward"}}));
    let rows = [
        ("POST", true, true),
        ("post", true, true),
        ("PoSt", true, true),
        ("HEAD", true, true),
        ("head", true, true),
        ("GET", false, true),
        ("get", false, true),
        ("OPTIONS", false, true),
        ("PUT", true, false),
        ("put", true, false),
        ("PATCH", true, false),
        ("DELETE", true, false),
        ("TRACE", true, false),
        ("POSTS", true, false),
        ("", true, false),
    ];
    each(rows, |(method, watched, allowed)| {
        let headers = [(":method", method), (":path", "/kyc?x=1")];
        let pairs = || headers.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes()));
        assert_eq!(request_head::read(&plain, pairs()).kyc.is_some(), watched, "{method}");
        let elsewhere = [(":method", method), (":path", "/kyc/")];
        let elsewhere = elsewhere.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes()));
        assert!(request_head::read(&plain, elsewhere).kyc.is_none(), "{method}");
        if !watched {
            return;
        }
        match open(&plain, &headers) {
            Ok(_) => assert!(allowed, "{method}"),
            Err(ruling) => {
                assert!(!allowed && ruling.record.error == Some(ErrorCode::MethodNotAllowed), "{method}");
                let Command::LocalReply(reply) = ruling.command else { panic!("forwarded") };
                assert_eq!((reply.status, reply.details), (405, "kyc_gate_method_not_allowed"));
                assert_eq!(reply.headers, [("allow".to_owned(), "POST, HEAD, GET, OPTIONS".to_owned())]);
                // Whatever `onError` says, it doesn't go on; in shadow mode it does.
                assert_eq!(answered(*open(&forwarding, &headers).err().expect("refused")).0, 405);
                let forward = forwarded(*open(&shadow, &headers).err().expect("refused"));
                assert_eq!(header(&forward, "x-kyc-decision"), Some("error"));
                assert!(matches!(forward.body, Body::Original) && forward.remove.is_empty());
            }
        }
    });
}

#[test]
fn on_error_forward_marks_the_request() {
    let config = config(&json!({"decision": {"onError": "forward"}, "limits": {"maxBodyBytes": 8}}));
    each([&b"{"[..], b"more than eight bytes"], |body| {
        let forward = forwarded(post(&config, [body]));
        assert!(matches!(forward.body, Body::Original));
        assert_eq!(header(&forward, "x-kyc-decision"), Some("error"));
        assert_eq!(header(&forward, "x-kyc-mode"), None);
    });
}

#[test]
fn the_clients_own_decision_headers_are_found_in_any_spelling() {
    let config = config(&json!({}));
    let names = [
        "x-kyc-decision",
        "X-KYC-Score",
        "x_kyc_decision",
        "x-kyc_anything",
        "x-kyc-",
        "x.kyc.decision",
        "x!kyc!score",
        "x~kyc~address-score",
        "x-kyc.rules",
        "X KYC decision",
        "x\u{7f}kyc:decision",
    ];
    let innocent =
        ["x-kyc", "x-kycdecision", "y-x-kyc-decision", "accept", "x-kycx", "xxkyc-decision", "x--kyc-decision"];
    let pairs: Vec<(&[u8], &[u8])> =
        names.iter().chain(&innocent).map(|name| (name.as_bytes(), &b"accept"[..])).collect();
    let request_head = request_head::read(&config, pairs.into_iter());
    assert_eq!(request_head.forged, names.map(str::as_bytes));
    assert!(request_head.kyc.is_none());
    let pairs = names.iter().chain(&innocent).map(|name| (name.as_bytes(), &b"accept"[..]));
    assert_eq!(request_head::forged(&config, pairs), names.map(str::as_bytes));
}

#[test]
fn only_the_exact_path_and_method_match() {
    let config = config(&json!({"match": {"methods": ["POST", "PUT"], "paths": ["/kyc", "/api/validateKYC"]}}));
    let cases = [
        ("POST", "/kyc", true),
        ("PUT", "/api/validateKYC?x=/kyc", true),
        ("GET", "/kyc", false),
        ("post", "/kyc", true),
        ("Put", "/kyc#x", true),
        ("POST", "/kyc/", false),
        ("POST", "/kycx", false),
        ("POST", "/?/kyc", false),
    ];
    each(cases, |(method, path, expected)| {
        let pairs = [(&b":method"[..], method.as_bytes()), (&b":path"[..], path.as_bytes())];
        assert_eq!(request_head::read(&config, pairs.into_iter()).kyc.is_some(), expected, "{method} {path}");
    });
}

#[test]
fn the_audit_line_tells_ids_and_outcome_and_nothing_else() {
    let hashed = config(&json!({}));
    let mut record = post(&hashed, [PASSPORT.as_bytes()]).record;
    let line: Value = serde_json::from_str(&record.audit_line(321)).unwrap();
    assert_eq!(line["user_id"], SHA256_OF_USER);
    assert_eq!((&line["decision"], &line["microseconds"]), (&json!("accept"), &json!(321)));
    assert_eq!(line["overall_document_status"], "OK");
    assert_eq!((&line["request_id"], &line["cause"], &line["reasons"]), (&Value::Null, &Value::Null, &json!([])));
    let text = line.to_string();
    each(["BRIVKALNE", "MAIRA", "LV7440218", "1991", "/9j/", "maira"], |secret| {
        assert!(!text.contains(secret), "{secret} in {text}");
    });
    let odd =
        PASSPORT.replace(r#""overall_document_status": "OK""#, r#""overall_document_status": "OK for BRIVKALNE""#);
    record = post(&hashed, [odd.as_bytes()]).record;
    assert!(!record.audit_line(0).contains("BRIVKALNE"));
}

/// The digests of `maira.b@example.test`, without a key and under the one of the variable `KEY`.
const SHA256_OF_USER: &str = "a5d9e612bdf446d530692dcd0d14d80f39d4012394462c4036c08043cfeca421";
const HMAC_OF_USER: &str = "4a31cc2e04b0fe5150f3c489e7a53edcb3111e5fdc1e6835f5b8f0dada385da5";

#[test]
fn the_audit_line_has_the_user_id_as_it_is_configured() {
    let rows = [
        (json!({}), json!(SHA256_OF_USER)),
        (json!({"userId": "sha256"}), json!(SHA256_OF_USER)),
        (json!({"userIdKey": "env:KEY"}), json!(HMAC_OF_USER)),
        (json!({"userId": "plain"}), json!("maira.b@example.test")),
        (json!({"userId": "omit"}), Value::Null),
    ];
    each(rows, |(audit, expected)| {
        let record = post(&config(&json!({"audit": audit})), [PASSPORT.as_bytes()]).record;
        let line: Value = serde_json::from_str(&record.audit_line(0)).unwrap();
        assert_eq!(line["user_id"], expected);
    });
}

/// One post is one line of bounded length, whatever its ids hold.
#[test]
fn ids_are_cut_and_escaped_in_the_audit_line() {
    let plain = config(&json!({"audit": {"userId": "plain"}, "decision": {"onError": "forward"}}));
    let long = "\u{9b}".repeat(500);
    let rows =
        ["a\u{9b}31mEVIL\u{85}{\u{2028}}", "\\n{\\\"decision\\\":\\\"accept\\\"}", "\u{202e}", "\u{feff}", &long];
    each(rows, |id| {
        let ids = PASSPORT.replace("maira.b@example.test", id).replace("b7b9b0a4-7c57-4f69-8a55-6f2d7f6d9c01", id);
        let broken = ids.replace("kyc_info", "other");
        let head = [JSON_POST, &[("x-request-id", id)]].concat();
        each([ids, broken], |body| {
            let mut exchange = open(&plain, &head).ok().expect("taken in");
            assert!(exchange.take(body.as_bytes()).is_ok());
            let line = exchange.finish([0; 16]).record.audit_line(0);
            assert!(line.bytes().all(|byte| matches!(byte, b' '..=b'~')), "{line}");
            let line: Value = serde_json::from_str(&line).unwrap();
            each(["requester_id", "user_id", "request_id"], |name| {
                let text = line[name].as_str().unwrap_or_default();
                assert!(text.len() <= 256 && !text.contains(' '), "{name} {text}");
                assert!(!text.is_empty() || name == "user_id", "{name}");
            });
        });
    });
}

/// The revision changes with all that decides, and with nothing else.
#[test]
fn the_config_revision_tells_what_decided() {
    let rule = |when: &str| json!([{"name": "r", "when": when, "then": "review"}]);
    let revision = |json: &Value| {
        let ruling = post(&config(json), [PASSPORT.as_bytes()]);
        let line: Value = serde_json::from_str(&ruling.record.audit_line(0)).unwrap();
        let Command::Forward(forward) = ruling.command else { panic!("answered") };
        assert_eq!(line["config_revision"], header(&forward, "x-kyc-config-revision").unwrap());
        line["config_revision"].as_str().unwrap().to_owned()
    };
    let plain = revision(&json!({}));
    assert!(plain.len() == 16 && plain.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let profile = |more: &Value| {
        let mut json = json!({"name": "p", "match": {"appIds": ["another"]}});
        merge(&mut json, more);
        json!({"profiles": [json]})
    };
    let mut seen = BTreeSet::from([plain.clone(), revision(&profile(&json!({})))]);
    let deciding = [
        json!({"kycSettings": {"identityProof": {"thresholds": {"acceptAbove": 81}}}}),
        json!({"evidence": {"face": {"minScore": 1.5}}}),
        json!({"rules": rule("score < 10")}),
        json!({"rules": rule("score < 11")}),
        json!({"decision": {"onReview": "deny"}}),
        profile(&json!({"decision": {"onReview": "deny"}})),
        profile(&json!({"rules": rule("score < 10")})),
    ];
    each(deciding, |json| assert!(seen.insert(revision(&json))));
    let other = [
        json!({"requestBody": "${decision}"}),
        json!({"headers": [{"headerName": "x-key", "headerValue": "env:LONG"}]}),
        json!({"limits": {"maxDepth": 65}, "audit": {"userId": "plain"}, "match": {"methods": ["POST", "PUT"]}}),
    ];
    each(other, |json| assert_eq!(revision(&json), plain));
    let sent = profile(&json!({"requestBody": "${decision}", "headers": [{"headerName": "a", "headerValue": "b"}]}));
    assert_eq!(revision(&sent), revision(&profile(&json!({}))));

    // Settings that were replaced while requests go on count as well.
    let config = config(&json!({}));
    let pairs = JSON_POST.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes()));
    let head = request_head::read(&config, pairs).kyc.expect("a KYC post");
    let settings = Settings::from_json(&json!({"identityProof": {"thresholds": {"acceptAbove": 90}}})).unwrap();
    let budget = MemoryBudget::default();
    let opened = Exchange::open(Rc::clone(&config), Some(Rc::new(settings)), head, NOW.parse().unwrap(), &budget);
    let mut exchange = opened.ok().expect("taken in");
    assert!(exchange.take(PASSPORT.as_bytes()).is_ok());
    assert_ne!(header(&forwarded(exchange.finish([0; 16])), "x-kyc-config-revision"), Some(plain.as_str()));
}

#[test]
fn the_audit_line_gives_the_reasons() {
    let unlike = PASSPORT.replace("\"first_name\"", "\"other\"");
    let config = config(&json!({
        "rules": [{"name": "any", "when": "true", "then": "review", "reason": "document-expired"}],
    }));
    let line = post(&config, [unlike.as_bytes()]).record.audit_line(0);
    assert_eq!(serde_json::from_str::<Value>(&line).unwrap()["reasons"], json!(["document-expired"]));
}

#[test]
fn rules_and_explanations_go_all_the_way() {
    let config = config(&json!({
        "match": {"paths": ["/kyc", "/vip/kyc"]},
        "requestBody": {"why": "${explanation}"},
        "rules": [
            {"name": "vip", "when": "request.path == '/vip/kyc' && request.authority.endsWith('.example')", "then": "review"},
            {"name": "profession", "when": "document.fields.Profession == 'spy'", "then": "review", "reason": "other"},
            {"name": "name", "when": "document.fields.Surname == 'BRIVKALNE'", "then": "accept", "reason": "other"},
        ],
    }));
    let headers = [
        (":method", "POST"),
        (":path", "/vip/kyc?a=b"),
        (":authority", "kyc.example"),
        ("content-type", "application/json"),
    ];
    let mut exchange = open(&config, &headers).ok().unwrap();
    assert!(exchange.take(PASSPORT.as_bytes()).is_ok());
    let ruling = exchange.finish([0; 16]);
    let line: Value = serde_json::from_str(&ruling.record.audit_line(0)).unwrap();
    assert_eq!(line["decision"], "review");
    assert_eq!(line["rules"], json!(["vip", "profession", "name"]));
    assert_eq!(line["failed_rules"], json!(["profession"]));
    assert_eq!(line["checks"][0], json!(["containsImage", "pass", 0, "PORTRAIT_PRESENT"]));
    assert_eq!(line["checks"].as_array().unwrap().len(), 16);
    let forward = forwarded(ruling);
    assert_eq!(header(&forward, "x-kyc-rules"), Some("vip,profession,name"));
    assert_eq!(header(&forward, "x-kyc-reasons"), Some("other"));
    let body: Value = serde_json::from_slice(&replaced(&forward)).unwrap();
    let steps = body["why"].as_array().unwrap();
    assert_eq!(steps.len(), 16 + 3);
    assert_eq!(steps[17], json!({"rule": "profession", "outcome": "review", "code": "RULE_FAILED"}));
    each(["BRIVKALNE", "spy"], |secret| {
        assert!(!line.to_string().contains(secret) && !body.to_string().contains(secret), "{secret}");
    });
    let line = post(&config, [PASSPORT.as_bytes()]).record.audit_line(0);
    assert!(line.contains(r#""rules":["profession","name"]"#), "another path: {line}");
}

/// A claim that is longer than any that can match doesn't match by its beginning.
#[test]
fn a_claim_that_is_cut_matches_nothing() {
    let header = |name: &str| json!({ "header": name });
    let claims = json!({"firstName": header("x-first"), "dateOfBirth": header("x-birth")});
    let config = config(&json!({"evidence": {"claims": claims}}));
    let padded = |text: &str, spaces: usize| format!("{text}{}Evil", " ".repeat(spaces));
    let rows = [
        ("x-first", "Maira".to_owned(), "firstName", "pass"),
        ("x-first", padded("Maira", 100), "firstName", "fail"),
        ("x-first", padded("Maira", 600), "firstName", "fail"),
        ("x-birth", "1991-03-17".to_owned(), "matchesDateOfBirth", "pass"),
        ("x-birth", padded("1991-03-17", 600), "matchesDateOfBirth", "fail"),
    ];
    each(rows, |(header, claim, check, expected)| {
        let headers = [JSON_POST, &[(header, claim.as_str())]].concat();
        let Ok(mut exchange) = open(&config, &headers) else { panic!("refused") };
        exchange.take(PASSPORT.as_bytes()).unwrap();
        let line: Value = serde_json::from_str(&exchange.finish([7; 16]).record.audit_line(0)).unwrap();
        let checks = line["checks"].as_array().unwrap();
        let end = checks.iter().find(|made| made[0] == check).map(|made| made[1].clone());
        assert_eq!(end, Some(expected.into()), "{claim}");
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_chunk_split_gives_the_same_ruling(mut cuts in prop::collection::vec(0..9000_usize, 0..12)) {
        let config = sealed(&json!({"requestBody": {
            "all": "${payload}", "name": "${name}", "decision": "${decision}", "failed": "${failed_checks}",
        }}));
        let body = sealed_passport();
        cuts.retain(|cut| *cut < body.len());
        cuts.sort_unstable();
        let mut chunks = Vec::new();
        let mut start = 0;
        for cut in cuts.into_iter().chain([body.len()]) {
            chunks.push(&body[start..cut]);
            start = cut;
        }
        let whole = forwarded(post(&config, [body.as_slice()]));
        let split = forwarded(post(&config, chunks));
        prop_assert_eq!(&whole.set, &split.set);
        prop_assert_eq!(replaced(&whole), replaced(&split));
    }

    #[test]
    fn no_body_makes_the_exchange_panic(body in prop::collection::vec(any::<u8>(), 0..600)) {
        for config in [config(&json!({})), sealed(&json!({})), sealed(&json!({"decision": {"mode": "shadow"}}))] {
            let _ = post(&config, body.chunks(7));
        }
    }
}
