//! What posts in flight may hold together, and that all of it is given back.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "tables/rows.rs"]
mod rows;

use std::rc::Rc;

use jiff::Timestamp;
use kyc_gate::config::Config;
use kyc_gate::confirmation::ResponseError;
use kyc_gate::exchange::refusal::ErrorCode;
use kyc_gate::exchange::request_head::{self, RequestHead};
use kyc_gate::exchange::{Command, Exchange, Ruling, Waiting};
use kyc_gate::http::MemoryBudget;
use proptest::prelude::*;
use serde_json::{Value, json};

use rows::each;

const BODY: usize = 100_000;
/// What counts of a post beside its body: what the gate needs for a stream, and its headers.
const BESIDE: usize = 2_000;
const CAP: usize = 2 * (BODY + BESIDE);

fn config(extra: &Value) -> Rc<Config> {
    let mut json = json!({ "limits": { "maxBodyBytes": BODY, "maxInflightBytes": CAP } });
    json.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
    Rc::new(Config::parse(json.to_string().as_bytes(), &|_| None).expect("sound"))
}

fn head(config: &Config, more: &[(&str, &str)]) -> RequestHead {
    let mut headers = vec![(":method", "POST"), (":path", "/kyc"), ("content-type", "application/json")];
    headers.extend(more);
    let pairs = headers.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes()));
    request_head::read(config, pairs).kyc.expect("a KYC post")
}

fn now() -> Timestamp {
    "2026-11-21T12:00:00Z".parse().unwrap()
}

fn open(config: &Rc<Config>, inflight: &MemoryBudget, length: Option<usize>) -> Result<Exchange, Box<Ruling>> {
    let length = length.map(|length| length.to_string());
    let headers: Vec<_> = length.iter().map(|length| ("content-length", length.as_str())).collect();
    Exchange::open(Rc::clone(config), config.initial_settings(), head(config, &headers), now(), inflight)
}

/// A post of which all but the last byte has come.
fn nearly_whole(config: &Rc<Config>, inflight: &MemoryBudget) -> Exchange {
    let mut exchange = open(config, inflight, Some(BODY)).ok().expect("fits");
    assert!(exchange.take(&vec![b' '; BODY - 1]).is_ok());
    exchange
}

#[test]
fn what_does_not_fit_is_refused_by_its_headers_with_a_time_to_come_back() {
    let (config, inflight) = (config(&json!({})), MemoryBudget::default());
    let (first, second) = (nearly_whole(&config, &inflight), nearly_whole(&config, &inflight));
    let refused = open(&config, &inflight, Some(BODY)).err().expect("full");
    assert_eq!(refused.record.error, Some(ErrorCode::Overloaded));
    let Command::LocalReply(reply) = refused.command else { panic!("forwarded") };
    assert_eq!((reply.status, reply.details), (503, "kyc_gate_overloaded"));
    assert_eq!(reply.headers, [("retry-after".to_owned(), "1".to_owned())]);
    drop(first);
    assert!(open(&config, &inflight, Some(BODY)).is_ok());
    let _ = second.finish([0; 16]);
    assert_eq!(inflight.bytes(), 0);
}

#[test]
fn what_is_announced_reserves_nothing() {
    let (config, inflight) = (config(&json!({})), MemoryBudget::default());
    let announced: Vec<_> = (0..50).map(|_| open(&config, &inflight, Some(BODY)).ok().expect("fits")).collect();
    assert!(inflight.bytes() < announced.len() * BESIDE);
    let mut honest = open(&config, &inflight, Some(BODY)).ok().expect("fits");
    assert!(honest.take(&vec![b' '; BODY]).is_ok());
}

#[test]
fn what_grows_too_large_is_refused_when_it_does() {
    let (config, inflight) = (config(&json!({})), MemoryBudget::default());
    let first = nearly_whole(&config, &inflight);
    let mut second = open(&config, &inflight, None).ok().expect("says nothing of its size");
    assert!(second.take(&vec![b' '; BODY / 2]).is_ok());
    let third = open(&config, &inflight, Some(1)).ok().expect("fits");
    assert!(second.room() < BODY / 2, "so much of the next chunk is worth a look");
    assert_eq!(second.take(&vec![b' '; second.room() + 1]), Err(ErrorCode::Overloaded));
    let ruling = second.abandon(ErrorCode::Overloaded);
    assert_eq!((ruling.record.error, ruling.record.body_bytes), (Some(ErrorCode::Overloaded), BODY / 2));
    drop((first, third));
    assert_eq!(inflight.bytes(), 0);
}

/// Longer than any claim that can match.
const LONG: usize = 8_000;

#[test]
fn all_that_is_kept_of_a_stream_counts() {
    let extra = json!({
        "evidence": {"claims": {"lastName": {"header": "x-last"}, "line1": {"header": "x-line"}}},
        "authorization": {"bearer": [{"tokenSha256": "ab".repeat(32)}]},
        "responseBody": {},
    });
    let (config, inflight) = (config(&extra), MemoryBudget::default());
    let counted = |before: usize| inflight.bytes() - before;

    let (long, token) = ("x".repeat(LONG), format!("Bearer {}", "x".repeat(LONG)));
    let bare = Exchange::open(Rc::clone(&config), config.initial_settings(), head(&config, &[]), now(), &inflight);
    let without = counted(0);
    assert!((1..BESIDE).contains(&without), "the stream itself: {without}");
    drop(bare);
    for (header, most) in [(("x-last", &long), 800), (("x-line", &long), 1_300), (("authorization", &token), LONG + 10)]
    {
        let (name, value) = (header.0, header.1.as_str());
        let headers = [(name, value), (name, if name == "authorization" { "" } else { value })];
        let count = if name == "authorization" { 1 } else { 2 };
        let head = head(&config, &headers[..count]);
        let waiting = Waiting::new(Rc::clone(&config), config.initial_settings(), head, now(), &inflight);
        let held = counted(without);
        assert!((most / 2..=most).contains(&held), "{name}: {held}");
        drop(waiting);
        assert_eq!(inflight.bytes(), 0);
    }

    let waiting = Waiting::new(Rc::clone(&config), config.initial_settings(), head(&config, &[]), now(), &inflight);
    let mut waiting = waiting.ok().expect("fits");
    let payload = include_str!("data/relid-v3-passport.json");
    assert!(waiting.take(payload.as_bytes()).is_ok());
    assert!(counted(without) >= payload.len(), "a body that waits for its caller's authorization");
    let exchange = waiting.admit().ok().expect("fits");
    assert!(counted(without) >= payload.len(), "a body that waits for its end");

    let Command::Forward(forward) = exchange.finish([0; 16]).command else { panic!("answered") };
    let mut response = forward.response.expect("reads the answer");
    drop(forward.body);
    let expecting = inflight.bytes();
    assert!((1_000..BESIDE).contains(&expecting), "ids that wait for the response: {expecting}");
    assert!(response.take(&config, &vec![b' '; LONG]).is_ok());
    assert!(counted(expecting) >= LONG, "the response");
    let mut others = inflight.reserve(CAP);
    assert!(others.resize(others.free()));
    assert_eq!(response.room(&config), 0);
    assert_eq!(response.take(&config, &vec![b' '; 2 * LONG]), Err(ResponseError::Overloaded));
    drop((response, others));
    assert_eq!(inflight.bytes(), 0);
}

/// Going on as it came takes no memory of the module's.
#[test]
fn where_errors_go_on_so_does_this_one() {
    each([json!({ "mode": "shadow" }), json!({ "onError": "forward" })], |decision| {
        let (config, inflight) = (config(&json!({ "decision": decision })), MemoryBudget::default());
        let _full = [nearly_whole(&config, &inflight), nearly_whole(&config, &inflight)];
        let Command::Forward(forward) = open(&config, &inflight, Some(BODY)).err().expect("full").command else {
            panic!("answered")
        };
        assert!(forward.set.contains(&("x-kyc-decision".to_owned(), "error".to_owned())));
    });
}

#[derive(Debug, Clone)]
enum Event {
    Open(Option<usize>),
    Chunk(usize, usize),
    Finish(usize),
    Reset(usize),
}

fn event() -> impl Strategy<Value = Event> {
    let post = 0_usize..8;
    prop_oneof![
        prop::option::of(0..=BODY).prop_map(Event::Open),
        (post.clone(), 0_usize..60_000).prop_map(|(post, size)| Event::Chunk(post, size)),
        post.clone().prop_map(Event::Finish),
        post.prop_map(Event::Reset),
    ]
}

proptest! {
    /// Whatever comes in whatever order, no more than the cap is held, a post alone always fits, and in the end
    /// nothing is left.
    #[test]
    fn the_count_is_right(events in prop::collection::vec(event(), 0..60)) {
        let (config, inflight) = (config(&json!({})), MemoryBudget::default());
        let mut posts: Vec<Exchange> = Vec::new();
        for event in events {
            match event {
                Event::Open(length) => {
                    let alone = posts.is_empty();
                    match open(&config, &inflight, length) {
                        Ok(post) => posts.push(post),
                        Err(_) => prop_assert!(!alone),
                    }
                }
                Event::Chunk(at, size) if at < posts.len() => {
                    let alone = posts.len() == 1;
                    let taken = posts[at].take(&vec![b' '; size]);
                    prop_assert!(taken != Err(ErrorCode::Overloaded) || !alone);
                    if let Err(code) = taken {
                        let _ = posts.swap_remove(at).abandon(code);
                    }
                }
                Event::Finish(at) if at < posts.len() => drop(posts.swap_remove(at).finish([0; 16])),
                Event::Reset(at) if at < posts.len() => drop(posts.swap_remove(at)),
                Event::Chunk(..) | Event::Finish(_) | Event::Reset(_) => {}
            }
            prop_assert!(inflight.bytes() <= CAP);
        }
        posts.clear();
        prop_assert_eq!(inflight.bytes(), 0);
    }
}
