//! What posts in flight may hold together, and that all of it is given back.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "tables/rows.rs"]
mod rows;

use std::rc::Rc;

use kyc_gate::config::Config;
use kyc_gate::exchange::refusal::ErrorCode;
use kyc_gate::exchange::{Command, Exchange, Ruling, request_head};
use kyc_gate::http::MemoryBudget;
use proptest::prelude::*;
use serde_json::{Value, json};

use rows::each;

const BODY: usize = 1000;
const CAP: usize = 2 * BODY;

fn config(extra: &Value) -> Rc<Config> {
    let mut json = json!({ "limits": { "maxBodyBytes": BODY, "maxInflightBytes": CAP } });
    json.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
    Rc::new(Config::parse(json.to_string().as_bytes(), &|_| None).expect("sound"))
}

fn open(config: &Rc<Config>, inflight: &MemoryBudget, length: Option<usize>) -> Result<Exchange, Box<Ruling>> {
    let length = length.map(|length| length.to_string());
    let mut headers = vec![(":method", "POST"), (":path", "/kyc"), ("content-type", "application/json")];
    headers.extend(length.iter().map(|length| ("content-length", length.as_str())));
    let pairs = headers.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes()));
    let head = request_head::read(config, pairs).kyc.expect("a KYC post");
    Exchange::open(
        Rc::clone(config),
        config.initial_settings(),
        head,
        "2026-11-21T12:00:00Z".parse().unwrap(),
        inflight,
    )
}

#[test]
fn what_does_not_fit_is_refused_by_its_headers_with_a_time_to_come_back() {
    let (config, inflight) = (config(&json!({})), MemoryBudget::default());
    let first = open(&config, &inflight, Some(BODY)).ok().expect("fits");
    let second = open(&config, &inflight, Some(BODY)).ok().expect("fits");
    assert_eq!(inflight.bytes(), CAP);
    let refused = open(&config, &inflight, Some(1)).err().expect("full");
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
fn what_grows_too_large_is_refused_when_it_does() {
    let (config, inflight) = (config(&json!({})), MemoryBudget::default());
    let _first = open(&config, &inflight, Some(BODY)).ok().expect("fits");
    let mut second = open(&config, &inflight, None).ok().expect("says nothing of its size");
    assert!(second.take(&[b' '; 400]).is_ok());
    let third = open(&config, &inflight, Some(200)).ok().expect("fits");
    assert_eq!(second.take(&[b' '; 500]), Err(ErrorCode::Overloaded));
    let ruling = second.abandon(ErrorCode::Overloaded);
    assert_eq!((ruling.record.error, ruling.record.body_bytes), (Some(ErrorCode::Overloaded), 400));
    drop(third);
    assert_eq!(inflight.bytes(), BODY);
}

/// Going on as it came takes no memory of the module's.
#[test]
fn where_errors_go_on_so_does_this_one() {
    each([json!({ "mode": "shadow" }), json!({ "onError": "forward" })], |decision| {
        let (config, inflight) = (config(&json!({ "decision": decision })), MemoryBudget::default());
        let _full = [open(&config, &inflight, Some(BODY)), open(&config, &inflight, Some(BODY))];
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
        (post.clone(), 0_usize..600).prop_map(|(post, size)| Event::Chunk(post, size)),
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
