//! Who may call, what a call may say, and what becomes of the settings, with and without a store.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::rows::each;
use kyc_gate::http::{CallFailure, LocalReply, MemoryBudget, Upstream};
use kyc_gate::scoring::{IdentityCheck, Settings};
use kyc_gate::settings_api::{Head, Registry, Request, RequestStart, SettingsApi, Store, Update, UpdateStart};
use kyc_gate::shared::{Expected, Outage, SharedData};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

pub const SECOND: u64 = 1_000_000_000;
const TOKEN: &str = "s3cret-token";
const MAX_BODY: usize = 256 * 1024;

tables![
    authorizes,
    knows_its_methods,
    bounds_the_body,
    bounds_what_is_held,
    validates,
    shows,
    replaces_without_a_store,
    compares_conditions,
    compares_unwanted_revisions,
    does_not_lose_an_update,
    follows_its_configuration,
    has_nothing_before_the_store_was_asked,
    writes_through,
    keeps_what_the_store_refuses_out,
    stores_one_update_at_a_time,
    polls_once_for_all,
    survives_an_outage,
    refuses_garbage_from_the_store,
    drops_a_poll_that_an_update_overtook,
    recovers_from_a_caller_that_went_away,
    costs_one_look_up
];

/// What the workers of a process share, with a hook for what happens in the middle of things.
#[derive(Default)]
struct Table {
    values: RefCell<BTreeMap<String, (Vec<u8>, u32)>>,
    version: Cell<u32>,
    looks: Cell<usize>,
    bytes: Cell<usize>,
    before_next_write: RefCell<Option<Box<dyn FnOnce()>>>,
}

#[derive(Clone, Default)]
pub struct Shared(Rc<Table>);

impl Shared {
    /// Has something happen between the next look-up and the write that follows it.
    pub fn before_next_write(&self, hook: impl FnOnce() + 'static) {
        *self.0.before_next_write.borrow_mut() = Some(Box::new(hook));
    }
}

impl SharedData for Shared {
    fn get(&self, key: &str) -> Option<(Vec<u8>, u32)> {
        let value = self.0.values.borrow().get(key).cloned();
        self.0.looks.set(self.0.looks.get() + 1);
        self.0.bytes.set(self.0.bytes.get() + value.as_ref().map_or(0, |(bytes, _)| bytes.len()));
        value
    }

    fn set(&self, key: &str, value: &[u8], expected: Expected) -> bool {
        let hook = self.0.before_next_write.borrow_mut().take();
        if let Some(hook) = hook {
            hook();
        }
        let there = self.0.values.borrow().get(key).map(|(_, version)| *version);
        let free = match expected {
            Expected::Anything => true,
            Expected::Nothing => there.is_none(),
            Expected::Version(version) => there == Some(version),
        };
        if free {
            self.0.version.set(self.0.version.get() + 1);
            self.0.values.borrow_mut().insert(key.to_owned(), (value.to_vec(), self.0.version.get()));
        }
        free
    }
}

/// A process: its workers have the same configuration and share a table.
pub struct Cluster {
    shared: Shared,
    api: Rc<SettingsApi>,
    initial: Option<Rc<Settings>>,
}

pub type Worker = Registry<Shared>;

impl Cluster {
    pub fn new(store: Option<Store>, initial: Option<Settings>) -> Self {
        let bearer_sha256 = Sha256::digest(TOKEN).into();
        let api = Rc::new(SettingsApi { path: "/kyc-settings".to_owned(), bearer_sha256, store });
        Self { shared: Shared::default(), api, initial: initial.map(Rc::new) }
    }

    fn stored(initial: Option<Settings>) -> Self {
        let store = Store {
            upstream: Upstream {
                cluster: "store".to_owned(),
                authority: "store.test".to_owned(),
                path: "/settings".to_owned(),
                timeout_ms: 5000,
            },
            poll_seconds: 30,
            credentials: Vec::new(),
        };
        Self::new(Some(store), initial)
    }

    pub fn worker(&self) -> Worker {
        self.plugin("kyc-gate")
    }

    fn plugin(&self, name: &str) -> Worker {
        let initial = self.initial.clone();
        Registry::new(Rc::clone(&self.api), "x-kyc-", initial, name.as_bytes(), self.shared.clone())
    }
}

/// Settings that differ by one weight.
pub fn settings(weight: u8) -> Settings {
    Settings::from_json(&document(weight)).unwrap()
}

/// The same with every value written out.
fn effective(weight: u8) -> Value {
    serde_json::from_str(settings(weight).document()).unwrap()
}

fn document(weight: u8) -> Value {
    json!({ "identityProof": { "weights": { "issueDate": weight } } })
}

fn weight(worker: &Worker) -> Option<u8> {
    worker.settings().map(|settings| settings.identity_weight(IdentityCheck::IssueDate))
}

fn header<'r>(reply: &'r LocalReply, name: &str) -> Option<&'r str> {
    reply.headers.iter().find(|(set, _)| set == name).map(|(_, value)| value.as_str())
}

pub fn revision_of(reply: &LocalReply) -> Option<String> {
    header(reply, "x-kyc-settings-revision").map(str::to_owned)
}

fn body(reply: &LocalReply) -> Value {
    serde_json::from_slice(&reply.body).unwrap()
}

fn assert_problem(reply: &LocalReply, status: u32, code: &str) {
    assert_eq!((reply.status, reply.content_type), (status, "application/problem+json"));
    let problem = body(reply);
    assert_eq!(problem["type"], format!("urn:kyc-gate:{code}"));
    assert_eq!(problem["status"], status);
    assert!(problem["title"].as_str().is_some_and(|title| !title.is_empty()));
}

/// Opens a call with these headers beside the right token.
fn open(headers: &[(&str, &str)]) -> RequestStart {
    let token = format!("Bearer {TOKEN}");
    open_as(&[&[("authorization", token.as_str())], headers].concat())
}

fn open_as(headers: &[(&str, &str)]) -> RequestStart {
    let pairs = headers.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes()));
    Request::open(&Cluster::new(None, None).api, Head::read(pairs), MemoryBudget::default().reserve(usize::MAX))
}

fn answered(start: RequestStart) -> LocalReply {
    match start {
        RequestStart::Reply(reply) => reply,
        RequestStart::Show => panic!("shown"),
        RequestStart::Read(_) => panic!("read"),
    }
}

fn reading(start: RequestStart) -> Request {
    match start {
        RequestStart::Read(request) => request,
        RequestStart::Show => panic!("shown"),
        RequestStart::Reply(reply) => panic!("answered {}", reply.status),
    }
}

pub fn finish(body: &[u8]) -> Result<Update, LocalReply> {
    let mut request = reading(open(&[(":method", "PUT")]));
    request.take(body)?;
    request.finish()
}

fn update(weight: u8, conditions: &[&str]) -> Update {
    let conditions = conditions.iter().map(|value| ("If-Match", *value));
    let headers: Vec<_> = [(":method", "PUT")].into_iter().chain(conditions).collect();
    let mut request = reading(open(&headers));
    assert!(request.take(document(weight).to_string().as_bytes()).is_ok());
    request.finish().ok().expect("sound")
}

pub fn put(worker: &Worker, weight: u8, now: u64) -> LocalReply {
    concluded(worker.update(&update(weight, &[]), now))
}

pub fn put_if(worker: &Worker, weight: u8, revision: &str, now: u64) -> LocalReply {
    concluded(worker.update(&update(weight, &[revision]), now))
}

fn concluded(start: UpdateStart) -> LocalReply {
    match start {
        UpdateStart::Reply(reply) => reply,
        UpdateStart::Save { .. } => panic!("sent to the store"),
    }
}

fn sent(start: UpdateStart) -> u64 {
    match start {
        UpdateStart::Save { until } => until,
        UpdateStart::Reply(reply) => panic!("answered {}", reply.status),
    }
}

fn authorizes() {
    let right = format!("Bearer {TOKEN}");
    let allowed = ["Bearer s3cret-token", "bearer s3cret-token", "BEARER   s3cret-token "];
    each(allowed, |value| {
        assert!(matches!(open_as(&[(":method", "GET"), ("Authorization", value)]), RequestStart::Show), "{value}");
    });
    let refused: [&[(&str, &str)]; 9] = [
        &[],
        &[("authorization", "")],
        &[("authorization", "Bearer")],
        &[("authorization", "Bearer ")],
        &[("authorization", "Bearer s3cret-tokem")],
        &[("authorization", "Basic s3cret-token")],
        &[("authorization", "s3cret-token")],
        &[("authorization", right.as_str()), ("authorization", right.as_str())],
        &[("authorization", "Bearer no"), ("authorization", right.as_str())],
    ];
    each(refused, |headers| {
        // Neither the method nor the body makes a difference to a stranger.
        for method in ["GET", "PUT", "DELETE"] {
            let reply = answered(open_as(&[&[(":method", method), ("content-type", "image/png")], headers].concat()));
            assert_problem(&reply, 401, "unauthorized");
            let challenge = header(&reply, "www-authenticate").unwrap();
            assert!(challenge.starts_with("Bearer realm="), "{challenge}");
            assert_eq!(challenge.contains("invalid_token"), !headers.is_empty());
        }
    });
}

fn knows_its_methods() {
    each(["GET", "HEAD"], |method| {
        assert!(matches!(open(&[(":method", method)]), RequestStart::Show));
    });
    each(["POST", "PATCH", "DELETE", "OPTIONS", "put", "TRACE"], |method| {
        let reply = answered(open(&[(":method", method)]));
        assert_problem(&reply, 405, "method-not-allowed");
        assert_eq!(header(&reply, "allow"), Some("GET, HEAD, PUT"));
    });
}

fn bounds_the_body() {
    let rows = [
        ([("content-type", "text/plain")], "content-type must be JSON"),
        ([("content-type", "image/png")], "content-type must be JSON"),
        ([("content-type", "application/octet-stream")], "content-type must be JSON"),
        ([("content-encoding", "gzip")], "content-encoding must be identity, not gzip"),
    ];
    each(rows, |(headers, detail)| {
        let reply = answered(open(&[&[(":method", "PUT")], &headers[..]].concat()));
        assert_problem(&reply, 415, "unsupported-media-type");
        let problem: Value = serde_json::from_slice(&reply.body).unwrap();
        assert_eq!(problem["detail"], detail);
    });
    for content_type in ["application/json", "application/json; charset=utf-8", "application/merge-patch+json"] {
        reading(open(&[(":method", "PUT"), ("content-type", content_type)]));
    }
    let length = (MAX_BODY + 1).to_string();
    let reply = answered(open(&[(":method", "PUT"), ("content-length", &length)]));
    assert_problem(&reply, 413, "body-too-large");
    let length = MAX_BODY.to_string();
    let mut request = reading(open(&[(":method", "PUT"), ("content-length", &length)]));
    assert!(request.take(&vec![b' '; MAX_BODY]).is_ok());
    assert_problem(&request.take(b" ").unwrap_err(), 413, "body-too-large");
}

/// Bodies count together with those of the posts.
fn bounds_what_is_held() {
    let inflight = MemoryBudget::default();
    let mut posts = inflight.reserve(1000);
    assert!(posts.resize(900));
    let token = format!("Bearer {TOKEN}");
    let headers = [(":method", "PUT"), ("content-type", "application/json"), ("authorization", token.as_str())];
    let open = || {
        let pairs = headers.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes()));
        reading(Request::open(&Cluster::new(None, None).api, Head::read(pairs), inflight.reserve(1000)))
    };
    let mut request = open();
    assert!(request.take(&[b' '; 50]).is_ok());
    let reply = request.take(&[b' '; 100]).unwrap_err();
    assert_problem(&reply, 503, "overloaded");
    assert_eq!(reply.headers, [("retry-after".to_owned(), "1".to_owned())]);
    drop((request, posts));
    assert_eq!(inflight.bytes(), 0);
    assert!(open().take(&[b' '; 900]).is_ok());
}

fn validates() {
    each(["", "{", "{} {}", "nope", "{\"uiVersion\":\"1\",\"uiVersion\":\"2\"}", "{\"a\":\"\\ud800\"}"], |text| {
        assert_problem(&finish(text.as_bytes()).err().expect(text), 400, "unreadable-body");
    });
    assert_problem(&finish(&[b'"', 0xff, b'"']).err().unwrap(), 400, "unreadable-body");
    assert_problem(&finish(&vec![b'['; MAX_BODY]).err().unwrap(), 400, "unreadable-body");
    let document = json!({
        "identityProof": {
            "weights": { "isTampered": 101, "isTamperd": 1 },
            "thresholds": { "rejectBelow": 90, "acceptAbove": 10 },
            "minimumAgeSettings": { "locationOverrides": [{ "country": "us", "minimumAge": 21 }] },
        },
        "addressProof": [],
    });
    let reply = finish(document.to_string().as_bytes()).err().unwrap();
    assert_problem(&reply, 422, "invalid-settings");
    let problem = body(&reply);
    let fields = problem["invalidFields"].as_array().unwrap();
    let named: Vec<_> = fields.iter().map(|field| field["field"].as_str().unwrap()).collect();
    let rows = [
        "identityProof.weights.isTampered",
        "identityProof.weights.isTamperd",
        "identityProof.thresholds.rejectBelow",
        "identityProof.minimumAgeSettings.locationOverrides.0.country",
        "addressProof",
    ];
    each(rows, |field| {
        assert!(named.contains(&field), "{field}: {named:?}");
    });
    assert!(fields.iter().all(|field| field.as_object().unwrap().len() == 2 && field["message"].is_string()));
    let reply = finish(b"[]").err().unwrap();
    assert_problem(&reply, 422, "invalid-settings");
    assert_eq!(body(&reply)["invalidFields"][0]["field"], "");
}

fn shows() {
    let worker = Cluster::new(None, Some(settings(20))).worker();
    let reply = worker.show();
    let revision = settings(20).revision().to_owned();
    assert_eq!((reply.status, reply.content_type), (200, "application/json"));
    assert_eq!(body(&reply), effective(20));
    assert_eq!(revision_of(&reply).as_deref(), Some(revision.as_str()));
    assert_eq!(header(&reply, "etag"), Some(format!("\"{revision}\"").as_str()));
    assert_eq!(header(&reply, "x-kyc-settings-durability"), Some("process"));
    let reply = Cluster::stored(Some(settings(20))).worker().show();
    assert_eq!(header(&reply, "x-kyc-settings-durability"), Some("store"));
}

fn replaces_without_a_store() {
    let cluster = Cluster::new(None, Some(settings(20)));
    let (one, other) = (cluster.worker(), cluster.worker());
    let held = other.settings().unwrap();
    let reply = put(&one, 30, SECOND);
    assert_eq!((reply.status, body(&reply)), (200, effective(30)));
    assert_eq!(revision_of(&reply).as_deref(), Some(settings(30).revision()));
    assert_eq!((weight(&one), weight(&other)), (Some(30), Some(30)));
    assert_eq!(body(&other.show()), effective(30));
    assert_eq!(held.identity_weight(IdentityCheck::IssueDate), 20, "what a request began with stays with it");
    assert_eq!(put(&other, 20, SECOND).status, 200);
    assert_eq!((weight(&one), weight(&other)), (Some(20), Some(20)), "back to the initial ones");
    assert_eq!(weight(&cluster.worker()), Some(20), "a worker that starts later");
}

fn compares_conditions() {
    let (now, then) = (settings(20).revision().to_owned(), settings(19).revision().to_owned());
    let rows = [
        (vec![], 200),
        (vec![now.clone()], 200),
        (vec![format!("\"{now}\"")], 200),
        (vec!["*".to_owned()], 200),
        (vec![format!("\"{then}\" , \"{now}\"")], 200),
        (vec![then.clone(), now.clone()], 200),
        (vec![then.clone()], 412),
        (vec![format!("\"{then}\"")], 412),
        (vec![format!("W/\"{now}\"")], 412),
        (vec![now.to_uppercase()], 412),
        (vec![String::new()], 412),
        (vec!["\"".to_owned()], 412),
        (vec![format!("\"{now}")], 412),
    ];
    each(rows, |(conditions, status)| {
        let worker = Cluster::new(None, Some(settings(20))).worker();
        let listed: Vec<&str> = conditions.iter().map(String::as_str).collect();
        let reply = concluded(worker.update(&update(30, &listed), SECOND));
        assert_eq!(reply.status, status, "{conditions:?}");
        assert_eq!(weight(&worker), Some(if status == 200 { 30 } else { 20 }));
        if status == 412 {
            assert_problem(&reply, 412, "precondition-failed");
            assert_eq!(revision_of(&reply), Some(now.clone()), "what is in force");
        }
    });
}

/// `If-None-Match` lets nothing replace what is there.
fn compares_unwanted_revisions() {
    let (now, then) = (settings(20).revision().to_owned(), settings(19).revision().to_owned());
    let rows: [(&[(&str, &str)], u32); 8] = [
        (&[("If-None-Match", "*")], 412),
        (&[("if-none-match", " * "), ("if-match", "*")], 412),
        (&[("if-none-match", "*"), ("if-match", &now)], 412),
        (&[("if-none-match", &now)], 412),
        (&[("if-none-match", &format!("W/\"{now}\""))], 412),
        (&[("if-none-match", &then)], 200),
        (&[("if-none-match", &then), ("if-match", &now)], 200),
        (&[("if-none-match", &then), ("if-match", &then)], 412),
    ];
    each(rows, |(conditions, status)| {
        for worker in [Cluster::new(None, Some(settings(20))).worker(), Cluster::stored(Some(settings(20))).worker()] {
            let headers: Vec<_> = [(":method", "PUT")].iter().chain(conditions).copied().collect();
            let mut request = reading(open(&headers));
            assert!(request.take(document(30).to_string().as_bytes()).is_ok());
            let update = request.finish().ok().unwrap();
            match worker.update(&update, SECOND) {
                UpdateStart::Reply(reply) => assert_eq!(reply.status, status, "{conditions:?}"),
                UpdateStart::Save { .. } => assert_eq!(status, 200, "{conditions:?}"),
            }
        }
    });
    let worker = Cluster::stored(None).worker();
    let mut request = reading(open(&[(":method", "PUT"), ("if-none-match", "*")]));
    assert!(request.take(document(30).to_string().as_bytes()).is_ok());
    let reply = concluded(worker.update(&request.finish().ok().unwrap(), SECOND));
    assert_eq!(reply.status, 412, "nothing is loaded, but there are settings");
}

/// Another worker's whole update fits between the look and the write of the first.
fn does_not_lose_an_update() {
    each([false, true], |already_written| {
        for (precondition, status, last) in [(true, 412, 40), (false, 200, 50)] {
            let cluster = Cluster::new(None, Some(settings(20)));
            let (one, other) = (cluster.worker(), cluster.worker());
            if already_written {
                put(&one, 25, SECOND);
            }
            let seen = one.settings().unwrap().revision().to_owned();
            let hook = move || assert_eq!(put(&other, 40, SECOND).status, 200);
            cluster.shared.before_next_write(hook);
            let reply = if precondition { put_if(&one, 50, &seen, SECOND) } else { put(&one, 50, SECOND) };
            assert_eq!((reply.status, weight(&one)), (status, Some(last)));
        }
    });
}

/// Whose updates count for whom.
fn follows_its_configuration() {
    let cluster = Cluster::new(None, Some(settings(20)));
    put(&cluster.worker(), 30, SECOND);
    assert_eq!(weight(&cluster.plugin("another plugin")), Some(20));
    let pushed = Cluster { initial: Some(Rc::new(settings(21))), ..Cluster::new(None, None) };
    let pushed = Cluster { shared: cluster.shared.clone(), ..pushed };
    assert_eq!(weight(&pushed.worker()), Some(21), "new settings in the configuration win");
    assert_eq!(weight(&cluster.worker()), Some(30), "workers that still drain keep theirs");

    let stored = Cluster::stored(Some(settings(20)));
    poll(&stored.worker(), SECOND, Some(200), &document(60));
    let pushed = Cluster { shared: stored.shared.clone(), ..Cluster::stored(Some(settings(21))) };
    assert_eq!(weight(&pushed.worker()), Some(60), "the store's win, whatever the configuration starts from");
}

/// Has a worker ask the store, which it must want to do.
fn poll(worker: &Worker, now: u64, status: Option<u16>, document: &Value) -> kyc_gate::settings_api::PollReport {
    assert!(worker.takes_poll(now), "not its turn");
    worker.polled(status, document.to_string().as_bytes())
}

fn has_nothing_before_the_store_was_asked() {
    let cluster = Cluster::stored(None);
    let (one, other) = (cluster.worker(), cluster.worker());
    assert!(one.settings().is_none());
    assert_problem(&one.show(), 503, "settings-unavailable");
    each(["*", settings(20).revision()], |precondition| {
        assert_problem(&put_if(&one, 30, precondition, SECOND), 412, "precondition-failed");
    });
    let polled = poll(&one, SECOND, Some(200), &document(20));
    assert!(polled.ok && polled.changed && polled.outage.is_none());
    assert_eq!((weight(&one), weight(&other)), (Some(20), Some(20)));
    let cluster = Cluster::stored(Some(settings(7)));
    assert_eq!(weight(&cluster.worker()), Some(7), "settings in the configuration serve until then");
}

fn writes_through() {
    let cluster = Cluster::stored(Some(settings(20)));
    let (one, other) = (cluster.worker(), cluster.worker());
    each([200, 201, 204].into_iter().enumerate(), |(at, status)| {
        let (old, new) = (weight(&one).unwrap(), 30 + u8::try_from(at).unwrap());
        let sent_update = update(new, &["*"]);
        let until = sent(one.update(&sent_update, SECOND));
        assert_eq!((weight(&one), weight(&other)), (Some(old), Some(old)), "not before the store has it");
        let reply = one.saved(&sent_update, until, Some(status));
        assert_eq!((reply.status, body(&reply)), (200, effective(new)));
        assert_eq!(header(&reply, "x-kyc-settings-durability"), Some("store"));
        assert_eq!((weight(&one), weight(&other)), (Some(new), Some(new)));
    });
}

fn keeps_what_the_store_refuses_out() {
    let rows = [
        (None, 503, "settings-store-unavailable"),
        (Some(503), 503, "settings-store-unavailable"),
        (Some(504), 503, "settings-store-unavailable"),
        (Some(429), 503, "settings-store-unavailable"),
        (Some(500), 502, "settings-store-refused"),
        (Some(422), 502, "settings-store-refused"),
        (Some(401), 502, "settings-store-refused"),
        (Some(301), 502, "settings-store-refused"),
        (Some(100), 502, "settings-store-refused"),
    ];
    each(rows, |(status, expected, code)| {
        let cluster = Cluster::stored(Some(settings(20)));
        let worker = cluster.worker();
        let sent_update = update(30, &[]);
        let until = sent(worker.update(&sent_update, SECOND));
        assert_problem(&worker.saved(&sent_update, until, status), expected, code);
        assert_eq!(weight(&worker), Some(20));
        sent(cluster.worker().update(&sent_update, SECOND));
    });
}

fn stores_one_update_at_a_time() {
    let cluster = Cluster::stored(Some(settings(20)));
    let (one, other) = (cluster.worker(), cluster.worker());
    let first = update(30, &[settings(20).revision()]);
    let until = sent(one.update(&first, SECOND));
    assert_eq!(until, 7 * SECOND, "the timeout, and a second");
    let reply = put(&other, 40, 2 * SECOND);
    assert_problem(&reply, 409, "settings-busy");
    assert_eq!(header(&reply, "retry-after"), Some("1"));
    assert_eq!(one.saved(&first, until, Some(200)).status, 200);
    assert_problem(&put_if(&other, 40, settings(20).revision(), 2 * SECOND), 412, "precondition-failed");
    let second = update(40, &[settings(30).revision()]);
    let until = sent(other.update(&second, 2 * SECOND));
    // Nothing holds for ever: should a worker vanish, others go on when its time is up.
    assert_problem(&put(&one, 50, until - 1), 409, "settings-busy");
    let third = update(50, &[]);
    let until_third = sent(one.update(&third, until));
    assert_eq!(other.saved(&second, until, Some(200)).status, 200, "late, but the store took it");
    assert_problem(&put(&other, 60, until), 409, "settings-busy");
    assert_eq!(one.saved(&third, until_third, Some(200)).status, 200);
    assert_eq!(weight(&other), Some(50));
}

fn polls_once_for_all() {
    let cluster = Cluster::stored(Some(settings(20)));
    let (one, other) = (cluster.worker(), cluster.worker());
    assert!(one.takes_poll(SECOND));
    assert!(!one.takes_poll(SECOND) && !other.takes_poll(SECOND) && !other.takes_poll(30 * SECOND));
    let polled = one.polled(Some(200), document(20).to_string().as_bytes());
    assert!(polled.ok);
    assert!(!one.takes_poll(30 * SECOND) && !other.takes_poll(30 * SECOND));
    let polled = poll(&other, 31 * SECOND, Some(200), &document(20));
    assert!(polled.ok && !polled.changed, "the same again");
    let polled = poll(&one, 61 * SECOND, Some(200), &document(33));
    assert!(polled.changed);
    assert_eq!((weight(&one), weight(&other)), (Some(33), Some(33)));
    // The worker whose turn it was has gone.
    assert!(one.takes_poll(91 * SECOND));
    assert!(other.takes_poll(121 * SECOND));
    assert!(!Cluster::new(None, Some(settings(20))).worker().takes_poll(SECOND), "nothing to poll");
}

fn survives_an_outage() {
    let cluster = Cluster::stored(None);
    let (one, other) = (cluster.worker(), cluster.worker());
    let polled = poll(&one, SECOND, None, &Value::Null);
    assert_eq!((polled.ok, polled.outage), (false, Some(Outage::Began(CallFailure::Unreachable))));
    assert!(!other.takes_poll(2 * SECOND - 1), "a second's rest, while there is nothing");
    let polled = poll(&other, 2 * SECOND, Some(503), &document(20));
    assert_eq!((polled.ok, polled.outage), (false, None), "told once, by whichever worker");
    assert!(one.settings().is_none());
    let polled = poll(&one, 3 * SECOND, Some(200), &document(20));
    assert_eq!((polled.ok, polled.outage), (true, Some(Outage::Ended)));
    assert_eq!(weight(&other), Some(20));
    assert!(!one.takes_poll(32 * SECOND), "no hurry any more");
    let polled = poll(&one, 33 * SECOND, None, &Value::Null);
    assert_eq!(
        (polled.ok, polled.outage, weight(&one)),
        (false, Some(Outage::Began(CallFailure::Unreachable)), Some(20))
    );
    assert!(!other.takes_poll(62 * SECOND));
    let polled = poll(&other, 63 * SECOND, Some(200), &document(20));
    assert_eq!((polled.ok, polled.outage, polled.changed), (true, Some(Outage::Ended), false));
}

fn refuses_garbage_from_the_store() {
    let sound = document(30).to_string();
    let padded = format!("{sound}{}", " ".repeat(MAX_BODY));
    let rows = [
        (Some(200), ""),
        (Some(200), "<html>"),
        (Some(200), "[]"),
        (Some(200), "{\"identityProof\":{\"weights\":{\"issueDate\":101}}}"),
        (Some(200), "{\"unknown\":1}"),
        (Some(200), "{\"uiVersion\":\"1\",\"uiVersion\":\"1\"}"),
        (Some(200), padded.as_str()),
        (Some(206), sound.as_str()),
        (Some(404), sound.as_str()),
        (None, sound.as_str()),
    ];
    each(rows, |(status, body)| {
        let worker = Cluster::stored(Some(settings(20))).worker();
        assert!(worker.takes_poll(SECOND));
        let polled = worker.polled(status, body.as_bytes());
        assert!(!polled.ok && !polled.changed, "{status:?}");
        assert_eq!(weight(&worker), Some(20));
    });
}

fn drops_a_poll_that_an_update_overtook() {
    each([false, true], |loaded_before| {
        let cluster = Cluster::stored(Some(settings(20)));
        let (one, other) = (cluster.worker(), cluster.worker());
        if loaded_before {
            poll(&one, SECOND, Some(200), &document(20));
        }
        let now = 100 * SECOND;
        assert!(one.takes_poll(now));
        let replacing = update(30, &[]);
        let until = sent(other.update(&replacing, now));
        assert_eq!(other.saved(&replacing, until, Some(200)).status, 200);
        let polled = one.polled(Some(200), document(20).to_string().as_bytes());
        assert!(polled.ok && !polled.changed);
        assert_eq!((weight(&one), weight(&other)), (Some(30), Some(30)));
        assert!(poll(&one, now + 30 * SECOND, Some(200), &document(35)).changed);
    });
}

fn recovers_from_a_caller_that_went_away() {
    let cluster = Cluster::stored(Some(settings(20)));
    let (one, other) = (cluster.worker(), cluster.worker());
    poll(&one, SECOND, Some(200), &document(20));
    let until = sent(one.update(&update(30, &[]), 2 * SECOND));
    one.abandoned(until);
    assert!(!other.takes_poll(until - 1));
    assert!(poll(&other, until, Some(200), &document(30)).changed, "the store took it after all");
    assert_eq!(weight(&one), Some(30));
    let now = until + SECOND;
    let late = update(40, &[]);
    let until = sent(one.update(&late, now));
    assert_eq!(one.saved(&late, until, Some(504)).status, 503);
    assert!(poll(&other, until, Some(200), &document(40)).changed, "it came too late to say so");
    // An update that fails never puts a poll off.
    let now = until + 29 * SECOND;
    let until = sent(one.update(&late, now));
    assert_eq!(one.saved(&late, until, None).status, 503);
    assert!(until > now + SECOND && other.takes_poll(now + SECOND));
}

/// A post costs one look-up of a few bytes, whatever the size of the document.
fn costs_one_look_up() {
    let cluster = Cluster::new(None, Some(settings(20)));
    let (one, other) = (cluster.worker(), cluster.worker());
    let looks = || (cluster.shared.0.looks.replace(0), cluster.shared.0.bytes.replace(0));
    each([false, true], |replaced| {
        if replaced {
            put(&one, 30, SECOND);
        }
        other.settings();
        looks();
        for _ in 0..10 {
            other.settings();
        }
        assert_eq!(looks(), (10, if replaced { 160 } else { 0 }));
    });
}
