//! Scanning, scoring and rewriting a payload, and the whole of a post.

use std::borrow::Cow;
use std::hint::black_box;
use std::rc::Rc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use jiff::civil::date;
use kyc_gate::config::Config;
use kyc_gate::crypto::BodyEncoding;
use kyc_gate::exchange::{Exchange, Ruling, decision_headers, request_head};
use kyc_gate::http::MemoryBudget;
use kyc_gate::payload::{Document, Kyc, Limits};
use kyc_gate::scoring::{Case, Claims, Settings, Verdict, judge};
use kyc_gate::template::Scope;
use serde_json::{Map, Value, json};

use crate::payload::{self, chunks, collect};
use crate::{Side, Sides, Stage, ciphers};

const LIMITS: Limits = Limits { max_depth: 64, max_fields: 20_000 };
const ANSWER: &[u8] = br#"{"result": true, "reference_number": "b7b9b0a4-7c57-4f69-8a55-6f2d7f6d9c01", "user_id": "maira.b@example.test"}"#;
/// As Envoy hands them over.
const HEADERS: &[(&str, &str)] = &[
    (":method", "POST"),
    (":path", "/kyc"),
    (":authority", "kyc.bank.test"),
    (":scheme", "https"),
    ("content-type", "application/json"),
    ("user-agent", "REL-ID/7"),
    ("accept", "*/*"),
    ("x-forwarded-proto", "https"),
    ("x-request-id", "3f1c2d9e-8a47-4f0e-9d55-0c6b1a2e7f43"),
    ("x-claim-first-name", "Maira"),
    ("x-claim-last-name", "Brivkalne"),
];

pub const STAGES: &[Stage] = &[
    Stage { name: "JSON scan", baseline: "serde_json", scales: true, prepare: scan },
    Stage { name: "scan, score", baseline: "serde_json, no scoring", scales: true, prepare: scan_and_score },
    Stage { name: "facts, score", baseline: "", scales: false, prepare: |length| score(length, &json!([])) },
    Stage { name: "facts, score, 3 rules", baseline: "", scales: false, prepare: |length| score(length, &rules()) },
    Stage { name: "render", baseline: "serde_json, from its values", scales: true, prepare: render },
    Stage { name: "decision headers", baseline: "", scales: false, prepare: assert },
    Stage { name: "audit line", baseline: "", scales: false, prepare: audit },
    Stage { name: "answer, GCM", baseline: "aes-gcm, base64", scales: false, prepare: answer_gcm },
    Stage { name: "answer, CBC", baseline: "cbc, base64", scales: false, prepare: answer_cbc },
    Stage { name: "headers of any other request", baseline: "", scales: false, prepare: pass },
    Stage { name: "exchange, plaintext", baseline: "serde_json, no scoring", scales: true, prepare: plain_exchange },
    Stage {
        name: "exchange, GCM",
        baseline: "base64, aes-gcm, serde_json, no scoring",
        scales: true,
        prepare: |length| sealed_exchange("AES/GCM/NoPadding", length, ciphers::open_gcm::<ciphers::Aes256Gcm>),
    },
    Stage {
        name: "exchange, CBC",
        baseline: "base64, cbc, serde_json, no scoring",
        scales: true,
        prepare: |length| sealed_exchange("AES/CBC/PKCS5Padding", length, ciphers::open_cbc),
    },
];

fn rules() -> Value {
    json!([
        {"name": "young", "when": "person.age < 21 && document.subtype == \"passport\"", "then": "review", "reason": "underage-person"},
        {"name": "weak-face", "when": "has(face.score) && face.score < 2.0", "then": "review", "reason": "other"},
        {"name": "low", "when": "score < 60", "then": "reject", "reason": "other"},
    ])
}

fn config(encryption: Option<&str>, rules: &Value) -> Rc<Config> {
    let mut json = json!({
        "match": {"paths": ["/kyc"]},
        "evidence": {"claims": {
            "firstName": {"header": "x-claim-first-name"},
            "lastName": {"header": "x-claim-last-name"},
        }},
        "rules": rules,
        "requestBody": {
            "customer": {"names": ["${first_name}", "${last_name}"], "document": "${doc_no}"},
            "decision": "${decision}",
            "payload": "${payload}",
        },
        "headers": [{"headerName": "x-customer", "headerValue": "${user_id}"}],
    });
    if let Some(cipher) = encryption {
        json["requestEncryption"] = json!({
            "enable": true, "key": "env:KEY", "keyEncoding": "hex", "cipherSpec": cipher, "ivParamSpec": "prefix",
        });
    }
    let environment = |name: &str| (name == "KEY").then(|| ciphers::HEX_KEY.to_owned());
    let parsed = Config::parse(json.to_string().as_bytes(), &environment);
    Rc::new(parsed.unwrap_or_else(|problems| panic!("{problems}")))
}

fn now() -> Timestamp {
    Timestamp::constant(1_795_262_400, 0)
}

fn parse(payload: &[u8]) -> Value {
    serde_json::from_slice(payload).expect("JSON")
}

/// The template's body from a parsed payload, which is moved.
fn rewrite(payload: Value) -> Vec<u8> {
    let identity = &payload["kyc_info"]["document"]["identity_data"];
    let customer = json!({
        "names": [identity["Given name(s)"], identity["Surname"]],
        "document": identity["Document number"],
    });
    let body = Map::from_iter([
        ("customer".to_owned(), customer),
        ("decision".to_owned(), "accept".into()),
        ("payload".to_owned(), payload),
    ]);
    serde_json::to_vec(&body).expect("JSON")
}

fn claims<'d>(config: &Config, document: &'d Document<'_>) -> Claims<'d> {
    let header = |name: &str| HEADERS.iter().find(|(known, _)| *known == name);
    let header = |name: &str| header(name).map(|(_, value)| Cow::Borrowed(value.as_bytes()));
    Claims::draw(&config.evidence.claims, header, document.root())
}

fn verdict(config: &Config, document: &Document<'_>) -> Verdict {
    let case = Case {
        kyc: Kyc::read(document.root()).expect("V3"),
        claims: &claims(config, document),
        evidence: &config.evidence,
        settings: &config.settings,
        today: date(2026, 11, 21),
        authority: Some("kyc.bank.test"),
        path: "/kyc",
    };
    judge(&case, &config.default_profile.rules)
}

fn leak(payload: Vec<u8>) -> &'static Document<'static> {
    Box::leak(Box::new(Document::scan(payload.leak(), LIMITS).expect("JSON")))
}

fn scan(length: usize) -> Sides {
    let payload = payload::json(length);
    let same = payload.clone();
    Sides {
        bytes: payload.len(),
        product: Side::new(move || Document::scan(&payload, LIMITS).is_ok()),
        baseline: Some(Side::new(move || parse(&same))),
    }
}

fn scan_and_score(length: usize) -> Sides {
    let (payload, config) = (payload::json(length), config(None, &json!([])));
    let same = payload.clone();
    Sides {
        bytes: payload.len(),
        product: Side::new(move || verdict(&config, &Document::scan(&payload, LIMITS).expect("JSON"))),
        baseline: Some(Side::new(move || parse(&same))),
    }
}

fn score(length: usize, rules: &Value) -> Sides {
    let (document, config) = (leak(payload::json(length)), config(None, rules));
    Sides { bytes: length, product: Side::new(move || verdict(&config, document)), baseline: None }
}

fn render(length: usize) -> Sides {
    let payload = payload::json(length);
    let (bytes, parsed, config) = (payload.len(), parse(&payload), config(None, &json!([])));
    let document = leak(payload);
    let verdict = verdict(&config, document);
    let product = move || {
        let claims = claims(&config, document);
        let kyc = Kyc::read(document.root()).expect("V3");
        let date_order = config.evidence.date_order;
        let scope = Scope::new(kyc, &claims, &verdict, now(), date_order);
        config.default_profile.request_body.as_ref().expect("a template").render(&scope)
    };
    Sides { bytes, product: Side::new(product), baseline: Some(Side::from(move || parsed.clone(), rewrite)) }
}

fn assert(length: usize) -> Sides {
    let (document, config) = (leak(payload::json(length)), config(None, &json!([])));
    let verdict = verdict(&config, document);
    let product = move || {
        decision_headers::of_verdict(
            &config.decision,
            &verdict,
            "0123456789abcdef",
            "b7b9b0a4-7c57-4f69-8a55-6f2d7f6d9c01",
        )
    };
    Sides { bytes: length, product: Side::new(product), baseline: None }
}

fn audit(length: usize) -> Sides {
    let (config, body) = (config(None, &json!([])), payload::json(length));
    let record = exchange(&config, config.initial_settings(), &body).record;
    Sides { bytes: length, product: Side::new(move || record.audit_line(1234)), baseline: None }
}

fn answer_gcm(_: usize) -> Sides {
    answer("AES/GCM/NoPadding", ciphers::seal_gcm)
}

fn answer_cbc(_: usize) -> Sides {
    answer("AES/CBC/PKCS5Padding", ciphers::seal_cbc)
}

fn answer(cipher: &str, baseline: fn(&[u8]) -> Vec<u8>) -> Sides {
    let envelope = ciphers::envelope(cipher, 32, BodyEncoding::Base64);
    Sides {
        bytes: ANSWER.len(),
        product: Side::new(move || envelope.seal(black_box(ANSWER), *ciphers::FRESH).expect("short enough")),
        baseline: Some(Side::new(move || STANDARD.encode(baseline(black_box(ANSWER))))),
    }
}

fn pass(_: usize) -> Sides {
    let config = config(None, &json!([]));
    let product = move || {
        let headers = HEADERS.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes()));
        let elsewhere = headers.map(|(name, value)| (name, if name == b":path" { b"/balance" } else { value }));
        request_head::read(&config, elsewhere).kyc.is_some()
    };
    Sides { bytes: 0, product: Side::new(product), baseline: None }
}

/// What the gate does for a post, but for Envoy's calls.
fn exchange(config: &Rc<Config>, settings: Option<Rc<Settings>>, body: &[u8]) -> Ruling {
    let headers = HEADERS.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes()));
    let length = body.len().to_string();
    let request_head = request_head::read(config, headers.chain([(&b"content-length"[..], length.as_bytes())]));
    let opened = Exchange::open(
        Rc::clone(config),
        settings,
        request_head.kyc.expect("a KYC post"),
        now(),
        &MemoryBudget::default(),
    );
    let mut exchange = opened.ok().expect("taken in");
    assert!(chunks(body).all(|chunk| exchange.take(chunk).is_ok()), "too large");
    exchange.finish(*ciphers::FRESH)
}

/// The product's side of an exchange, audit line included.
fn told_exchange(config: Rc<Config>, body: Vec<u8>) -> Side {
    let settings = config.initial_settings();
    assert_eq!(exchange(&config, settings.clone(), &body).record.error, None);
    Side::new(move || {
        let ruling = exchange(&config, settings.clone(), &body);
        (ruling.record.audit_line(1234), ruling)
    })
}

fn plain_exchange(length: usize) -> Sides {
    let body = payload::json(length);
    let same = body.clone();
    Sides {
        bytes: body.len(),
        product: told_exchange(config(None, &json!([])), body),
        baseline: Some(Side::new(move || rewrite(parse(&collect(&same))))),
    }
}

fn sealed_exchange(cipher: &str, length: usize, open: fn(&mut [u8]) -> &mut [u8]) -> Sides {
    let body = ciphers::sealed(ciphers::envelope(cipher, 32, BodyEncoding::Base64), length);
    let same = body.clone();
    let baseline = move || rewrite(parse(open(&mut STANDARD.decode(collect(&same)).expect("base64"))));
    Sides {
        bytes: body.len(),
        product: told_exchange(config(Some(cipher), &json!([])), body),
        baseline: Some(Side::new(baseline)),
    }
}
