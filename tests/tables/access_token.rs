//! The token for the backend: what is asked for, what answers grant, and several workers that share one.

use std::rc::Rc;

use CallFailure::{Lifetime, NoToken, NotJson, Status, Timeout, TokenType, TooLarge, Unreachable, UnsafeToken};
use kyc_gate::access_token::{Endpoint, FetchReport, TokenSource};
use kyc_gate::config::Config;
use kyc_gate::exchange::refusal::ErrorCode;
use kyc_gate::exchange::{Command, Exchange, Forward, Ruling, request_head};
use kyc_gate::http::{CallFailure, MAX_RESPONSE_BYTES, MemoryBudget};
use kyc_gate::shared::Outage;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::settings_api::Shared;
use crate::rows::each;

pub const SECOND: u64 = 1_000_000_000;
const PASSPORT: &str = include_str!("../data/relid-v3-passport.json");

tables![
    calls,
    grants,
    fetches_once_for_all,
    refreshes_ahead,
    survives_an_outage,
    outlives_a_worker,
    distrusts,
    keeps_ways_apart,
    carries
];

pub type Worker = TokenSource<Shared>;

fn block(more: &Value) -> Value {
    let mut block = json!({"cluster": "login", "url": "https://login.test:8443/token?a=b"});
    for (key, value) in more.as_object().unwrap() {
        block[key] = value.clone();
    }
    block
}

fn config(more: &Value, rest: &Value) -> Rc<Config> {
    let mut json = json!({
        "headers": [{"headerName": "Authorization", "headerValue": "Bearer __ACCESS_TOKEN_PLACEHOLDER__"}],
        "accessTokenEndpoint": block(more),
    });
    for (key, value) in rest.as_object().unwrap() {
        json[key] = value.clone();
    }
    let environment = |name: &str| (name == "SECRET").then(|| "s3cret +".to_owned());
    Config::parse(json.to_string().as_bytes(), &environment)
        .map(Rc::new)
        .unwrap_or_else(|problems| panic!("{problems}"))
}

pub fn endpoint(more: &Value) -> Rc<Endpoint> {
    Rc::clone(config(more, &json!({})).access_token_endpoint.as_ref().unwrap())
}

pub fn workers(count: usize) -> Vec<Worker> {
    let (shared, endpoint) = (Shared::default(), endpoint(&json!({"timeoutMs": 5000})));
    (0..count).map(|_| TokenSource::new(Rc::clone(&endpoint), b"gate", shared.clone())).collect()
}

pub fn answer(token: &str, expires_in: u64) -> String {
    json!({"access_token": token, "token_type": "bearer", "expires_in": expires_in}).to_string()
}

pub fn token(worker: &Worker, now: u64) -> Option<String> {
    worker.token(now).map(|token| token.to_string())
}

fn calls() {
    let plain = endpoint(&json!({"postParameters": [
        {"name": "grant_type", "value": "client_credentials"}, {"name": "client_secret", "value": "env:SECRET"},
    ]}));
    assert_eq!(
        plain.call_headers(),
        [
            (":method", "POST"),
            (":path", "/token?a=b"),
            (":authority", "login.test:8443"),
            ("content-type", "application/x-www-form-urlencoded"),
            ("accept", "application/json"),
        ]
    );
    let body = plain.call_body();
    let body = body.as_ref().map(|body| body.as_str());
    assert_eq!(body, Some("grant_type=client_credentials&client_secret=s3cret%20%2B"));
    assert_eq!((plain.lifetime_seconds, plain.upstream.timeout_ms), (300, 5000));
    let get = endpoint(&json!({"method": "GET", "url": "http://l/t", "headers": [
        {"name": "Accept", "value": "*/*"}, {"name": "authorization", "value": "env:SECRET"},
    ]}));
    assert_eq!(
        get.call_headers(),
        [(":method", "GET"), (":path", "/t"), (":authority", "l"), ("accept", "*/*"), ("authorization", "s3cret +"),]
    );
    assert!(get.call_body().is_none());
    let typed = endpoint(&json!({"headers": [{"name": "content-type", "value": "text/plain"}]}));
    assert_eq!(typed.call_headers().iter().filter(|(name, _)| *name == "content-type").count(), 1);
}

fn grants() {
    let plain = endpoint(&json!({"lifetimeSeconds": 120}));
    let read = |endpoint: &Endpoint, body: &str| {
        let issued = endpoint.read(Some(200), body.as_bytes());
        issued.map(|issued| (issued.token.to_string(), issued.lifetime.as_millis()))
    };
    let some = |token: &str, milliseconds| Ok((token.to_owned(), milliseconds));
    let long = "x".repeat(8192);
    let rows = [
        (r#"{"access_token":"a","expires_in":60}"#, some("a", 60_000)),
        (r#"{"access_token":"a","expires_in":"60","token_type":"BEARER"}"#, some("a", 60_000)),
        (r#"{"access_token":"a","expires_in":" 3.6e3 ","token_type":"BearerToken"}"#, some("a", 3_600_000)),
        (r#"{"access_token":"a","expires_in":0.5,"token_type":"bearertoken"}"#, some("a", 500)),
        (r#"{"access_token":"a","expires_in":null,"token_type":""}"#, some("a", 120_000)),
        (r#"{"access_token":"a","token_type":null}"#, some("a", 120_000)),
        (r#"{"access_token":"a","expires_in":99999999999}"#, some("a", 366 * 24 * 3_600_000)),
        (r#"{"access_token":"!\"a.b-c~\\","x":{"access_token":"b"}}"#, some("!\"a.b-c~\\", 120_000)),
        (r#"{"access_token":"a","expires_in":1e99}"#, Err(Lifetime)),
        (r#"{"access_token":"a","expires_in":0}"#, Err(Lifetime)),
        (r#"{"access_token":"a","expires_in":"0"}"#, Err(Lifetime)),
        (r#"{"access_token":"a","expires_in":-60}"#, Err(Lifetime)),
        (r#"{"access_token":"a","expires_in":""}"#, Err(Lifetime)),
        (r#"{"access_token":"a","expires_in":"-1"}"#, Err(Lifetime)),
        (r#"{"access_token":"a","expires_in":"1h"}"#, Err(Lifetime)),
        (r#"{"access_token":"a","expires_in":"inf"}"#, Err(Lifetime)),
        (r#"{"access_token":"a","expires_in":[60]}"#, Err(Lifetime)),
        (r#"{"access_token":"a","token_type":"mac"}"#, Err(TokenType)),
        (r#"{"access_token":"a","token_type":"bearer token"}"#, Err(TokenType)),
        (r#"{"access_token":"a","token_type":1}"#, Err(TokenType)),
        (r#"{"access_token":""}"#, Err(NoToken)),
        (r#"{"access_token":"a b"}"#, Err(UnsafeToken)),
        (r#"{"access_token":"a\r\nb: c"}"#, Err(UnsafeToken)),
        (r#"{"access_token":"a\u0000"}"#, Err(UnsafeToken)),
        (r#"{"access_token":"a\u007f"}"#, Err(UnsafeToken)),
        (r#"{"access_token":"\u00e4"}"#, Err(UnsafeToken)),
        (r#"{"access_token":1}"#, Err(NoToken)),
        (r#"{"access_token":null}"#, Err(NoToken)),
        (r#"{"access_token":"a","access_token":"b"}"#, Err(NotJson)),
        (r#"{"token":"a"}"#, Err(NoToken)),
        (r#"["access_token"]"#, Err(NoToken)),
        ("access_token=a", Err(NotJson)),
        ("", Err(NotJson)),
    ];
    each(rows, |(body, expected)| {
        assert_eq!(read(&plain, body), expected, "{body}");
    });
    assert_eq!(read(&plain, &format!(r#"{{"access_token":"{long}"}}"#)), some(&long, 120_000));
    assert_eq!(read(&plain, &format!(r#"{{"access_token":"{long}x"}}"#)), Err(UnsafeToken));
    let statuses = [
        (None, "", Unreachable),
        (Some(201), "", Status),
        (Some(401), "{}", Status),
        (Some(503), "busy", Status),
        (Some(503), "upstream connect error or disconnect/reset before headers", Unreachable),
        (Some(503), "no healthy upstream", Unreachable),
        (Some(504), "upstream request timeout", Timeout),
        (Some(504), "", Status),
    ];
    each(statuses, |(status, body, failure)| {
        assert_eq!(plain.read(status, body.as_bytes()).err(), Some(failure), "{status:?} {body}");
        assert!(plain.read(status, answer("a", 60).as_bytes()).is_err(), "{status:?}");
    });
    let padded = |size: usize| answer("a", 60) + &" ".repeat(size - answer("a", 60).len());
    assert!(read(&plain, &padded(MAX_RESPONSE_BYTES)).is_ok());
    assert_eq!(read(&plain, &padded(MAX_RESPONSE_BYTES + 1)), Err(TooLarge));
    let rows = [
        (json!({"accessTokenLocator": "t"}), r#"{"t":"a","expires_in":60}"#),
        (json!({"accessTokenLocator": "d.t", "expiresInLocator": "d.e"}), r#"{"d":{"t":"a","e":60}}"#),
        (json!({"accessTokenLocator": "/d/0/a~1b", "expiresInLocator": "/d/1"}), r#"{"d":[{"a/b":"a"},60]}"#),
    ];
    each(rows, |(locators, body)| {
        assert_eq!(read(&endpoint(&json!({"responseBody": locators})), body), some("a", 60_000), "{body}");
    });
}

const OK: FetchReport = FetchReport { ok: true, outage: None };
const FAILED: FetchReport = FetchReport { ok: false, outage: None };

fn fetches_once_for_all() {
    let workers = workers(3);
    let now = 1000 * SECOND;
    assert!(workers.iter().all(|worker| token(worker, now).is_none()));
    let turns: Vec<_> = workers.iter().map(|worker| worker.takes_turn(now)).collect();
    assert_eq!(turns, [true, false, false]);
    assert!(!workers[1].takes_turn(now + 5 * SECOND), "the call is under way");
    assert_eq!(workers[0].fetched(Some((200, answer("one", 100).as_bytes())), now, now + SECOND), OK);
    for worker in &workers {
        assert_eq!(token(worker, now + SECOND).as_deref(), Some("one"));
        assert!(!worker.takes_turn(now + 74 * SECOND), "there is one");
    }
    // Counted from when it was asked for, and not to the last second.
    assert_eq!(token(&workers[2], now + 90 * SECOND - 1).as_deref(), Some("one"));
    assert_eq!(token(&workers[2], now + 90 * SECOND), None);
}

/// After three quarters of the lifetime and up to a tenth later, as the token says.
fn refreshes_ahead() {
    let mut times = Vec::new();
    for number in 0..200 {
        let workers = workers(2);
        assert!(workers[0].takes_turn(0));
        workers[0].fetched(Some((200, answer(&format!("token-{number}"), 1000).as_bytes())), 0, SECOND);
        let due = (0..1000).find(|&second| {
            let peek = workers[1].takes_turn(second * SECOND);
            assert!(!peek || !workers[0].takes_turn(second * SECOND), "one at a time");
            peek
        });
        times.push(due.unwrap());
        assert!(token(&workers[1], due.unwrap() * SECOND).is_some(), "the old one is still good");
    }
    let (first, last) = (times.iter().min().unwrap(), times.iter().max().unwrap());
    assert!(*first >= 750 && *last <= 851 && last - first > 80, "{first} to {last}");
}

fn survives_an_outage() {
    let workers = workers(2);
    assert!(workers[0].takes_turn(0));
    assert_eq!(workers[0].fetched(Some((200, answer("old", 100).as_bytes())), 0, 0), OK);
    let mut now = 86 * SECOND;
    let mut calls = Vec::new();
    let failures: [Option<(u16, &[u8])>; 4] = [None, Some((500, b"")), Some((200, b"garbage")), Some((401, b"{}"))];
    for (at, failure) in failures.into_iter().enumerate() {
        while !workers[at % 2].takes_turn(now) {
            now += SECOND / 4;
        }
        calls.push(now / SECOND);
        let expected = if at == 0 {
            FetchReport { outage: Some(Outage::Began(CallFailure::Unreachable)), ..FAILED }
        } else {
            FAILED
        };
        assert_eq!(workers[at % 2].fetched(failure, now, now), expected);
        assert_eq!(token(&workers[0], now).is_some(), now < 90 * SECOND, "the old one stays in use while it is valid");
    }
    assert_eq!(calls, [86, 87, 89, 93], "with pauses of 1, 2, 4 seconds");
    // However long it takes, the pause stays bounded.
    for _ in 0..80 {
        now += 31 * SECOND;
        assert!(workers[0].takes_turn(now));
        assert_eq!(workers[0].fetched(None, now, now), FAILED);
    }
    now += 30 * SECOND;
    assert!(workers[1].takes_turn(now));
    let back = workers[1].fetched(Some((200, answer("new", 100).as_bytes())), now, now);
    assert_eq!(back, FetchReport { ok: true, outage: Some(Outage::Ended) });
    assert_eq!(token(&workers[0], now).as_deref(), Some("new"));
}

/// A worker that took the turn and vanished doesn't block the others for longer than its call could have lasted.
fn outlives_a_worker() {
    let workers = workers(2);
    assert!(workers[0].takes_turn(0));
    assert!(!workers[1].takes_turn(6 * SECOND - 1));
    assert!(workers[1].takes_turn(6 * SECOND));
}

fn distrusts() {
    let workers = workers(2);
    assert!(workers[0].takes_turn(0));
    workers[0].fetched(Some((200, answer("revoked", 1000).as_bytes())), 0, 0);
    workers[1].distrust(29 * SECOND);
    assert!(!workers[0].takes_turn(29 * SECOND), "too young to be the cause");
    workers[1].distrust(30 * SECOND);
    assert_eq!(token(&workers[0], 30 * SECOND).as_deref(), Some("revoked"), "until there is another");
    assert!(workers[0].takes_turn(30 * SECOND));
    workers[0].fetched(Some((200, answer("fresh", 1000).as_bytes())), 30 * SECOND, 30 * SECOND);
    workers[1].distrust(31 * SECOND);
    assert!(!workers[1].takes_turn(32 * SECOND));
    // A token of twenty seconds is old after two.
    let short = self::workers(1);
    assert!(short[0].takes_turn(0));
    short[0].fetched(Some((200, answer("short", 20).as_bytes())), 0, 0);
    short[0].distrust(2 * SECOND);
    assert!(short[0].takes_turn(2 * SECOND));
}

/// A token got in another way, or by another plugin, is another token.
fn keeps_ways_apart() {
    let shared = Shared::default();
    let source = |more: &Value, plugin: &[u8]| TokenSource::new(endpoint(more), plugin, shared.clone());
    let first = source(&json!({}), b"gate");
    assert!(first.takes_turn(0));
    first.fetched(Some((200, answer("a", 100).as_bytes())), 0, 0);
    let parameter = |name: &str, value: &str| json!({"postParameters": [{"name": name, "value": value}]});
    assert!(source(&json!({}), b"gate").token(0).is_some());
    let rows = [
        (json!({}), &b"other"[..]),
        (json!({"url": "https://login.test:8443/token?a=c"}), b"gate"),
        (json!({"cluster": "other"}), b"gate"),
        (parameter("scope", "a"), b"gate"),
        (parameter("client_secret", "env:SECRET"), b"gate"),
        (json!({"headers": [{"name": "x", "value": "y"}]}), b"gate"),
    ];
    each(rows, |(more, plugin)| {
        assert!(source(&more, plugin).token(0).is_none(), "{more}");
    });
}

fn post(config: &Rc<Config>, token: Option<&str>) -> Ruling {
    let headers = [(":method", "POST"), (":path", "/kyc"), (":authority", "plain.test")];
    let pairs = headers.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes()));
    let head = request_head::read(config, pairs).kyc.expect("a KYC post");
    let opened = Exchange::open(
        Rc::clone(config),
        config.initial_settings(),
        head,
        "2026-11-21T12:00:00Z".parse().unwrap(),
        &MemoryBudget::default(),
    );
    let mut exchange = opened.ok().expect("taken in");
    assert!(exchange.take(PASSPORT.as_bytes()).is_ok());
    if exchange.needs_access_token() {
        exchange.set_access_token(token.map(|token| Zeroizing::new(token.to_owned())));
    }
    exchange.finish([0; 16])
}

fn carries() {
    let authorization = |forward: &Forward| {
        forward.set.iter().find(|(name, _)| name == "authorization").map(|(_, value)| value.clone())
    };
    let forwarded = |ruling: Ruling| match ruling.command {
        Command::Forward(forward) => authorization(&forward),
        Command::LocalReply(reply) => panic!("{}", reply.status),
    };
    let enforced = config(&json!({}), &json!({"decision": {"onError": "forward"}}));
    assert_eq!(forwarded(post(&enforced, Some("abc"))).as_deref(), Some("Bearer abc"));
    let refused = post(&enforced, None);
    assert_eq!(
        (refused.record.error, refused.record.requester_id.is_some()),
        (Some(ErrorCode::UpstreamTokenUnavailable), true)
    );
    let Command::LocalReply(reply) = refused.command else { panic!("forwarded without a token") };
    assert_eq!((reply.status, reply.headers), (503, vec![("retry-after".to_owned(), "1".to_owned())]));
    each([json!({"onAccept": "respond"}), json!({"onAccept": "deny"}), json!({"mode": "shadow"})], |decision| {
        let ruling = post(&config(&json!({}), &json!({"decision": decision})), None);
        assert!(ruling.record.error.is_none(), "{decision}");
    });
    let profiles = json!({"profiles": [{"name": "plain", "match": {"authorities": ["plain.test"]}, "headers": []}]});
    assert_eq!(forwarded(post(&config(&json!({}), &profiles), None)), None);
}
