//! How much memory a post takes at most while it is in the gate: 2.5 times its body, and nothing afterwards.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![cfg(not(target_arch = "wasm32"))]

#[path = "tables/rows.rs"]
mod rows;

use std::rc::Rc;
use std::sync::atomic::Ordering::Relaxed;

use kyc_gate::config::Config;
use kyc_gate::exchange::{Body, Command, Exchange, request_head};
use kyc_gate::http::MemoryBudget;
use serde_json::{Value, json};

#[path = "memory/allocator.rs"]
mod allocator;

use allocator::{MOST, NOW};

use rows::each;

/// A passport with images of so many bytes, a third of them the portrait.
fn payload(size: usize) -> String {
    let passport = include_str!("data/relid-v3-passport.json");
    let image = "/9j/".repeat(size / 12);
    let page = format!("\"document\": {{\"extra_pages\": [\"{image}\", \"{image}\"],");
    passport.replacen("/9j/", &image, 1).replacen("\"document\": {", &page, 1)
}

#[test]
fn a_post_takes_two_and_a_half_times_its_body() {
    // The tables of field names, letters and countries are made once, and kept.
    let _ = measured(&json!({"requestBody": ""}), true);
    let encrypted = json!({"requestEncryption": {
        "enable": true, "key": "env:KEY", "keyEncoding": "hex", "cipherSpec": "AES/GCM/NoPadding", "ivParamSpec": "prefix",
    }});
    let templates = [
        json!(""),
        json!({"all": "${payload}", "decision": "${decision}"}),
        json!({"pages": "${/kyc_info/document/extra_pages}", "portrait": "<${/kyc_info/document/extra_pages/0}>"}),
    ];
    each([json!({}), encrypted], |config| {
        for template in &templates {
            for length_is_known in [true, false] {
                let mut config: Value = config.clone();
                config["requestBody"] = template.clone();
                let (times, kept) = measured(&config, length_is_known);
                assert_eq!(kept, 0, "something is kept");
                assert!(times <= 2.5, "{times} times the body: {config}, length known: {length_is_known}");
            }
        }
    });
}

/// Returns the most memory that a post takes, in lengths of its body, and the bytes that are left when it has gone.
fn measured(config: &Value, length_is_known: bool) -> (f64, usize) {
    const KEY: &str = "000102030405060708090a0b0c0d0e0f";
    let environment = |name: &str| (name == "KEY").then(|| KEY.to_owned());
    let config = Rc::new(Config::parse(config.to_string().as_bytes(), &environment).ok().unwrap());
    let payload = payload(4 << 20);
    let body = match &config.request_encryption {
        Some(envelope) => envelope.seal(payload.as_bytes(), [9; 16]).unwrap(),
        None => payload.clone().into_bytes(),
    };
    let length = body.len().to_string();
    let mut headers =
        vec![(&b":method"[..], &b"POST"[..]), (b":path", b"/kyc"), (b"content-type", b"application/json")];
    if length_is_known {
        headers.push((b"content-length", length.as_bytes()));
    }
    let head = request_head::read(&config, headers.into_iter()).kyc.unwrap();
    // Computed once for a configuration, and kept by it.
    let _ = config.revision(config.initial_settings().as_deref());
    let before = NOW.load(Relaxed);
    MOST.store(before, Relaxed);
    let now = "2026-11-21T12:00:00Z".parse().unwrap();
    let mut exchange =
        Exchange::open(Rc::clone(&config), config.initial_settings(), head, now, &MemoryBudget::default())
            .ok()
            .unwrap();
    for chunk in body.chunks(65_536) {
        // As Envoy hands it out: in memory that is the gate's.
        let handed_out = chunk.to_vec();
        assert!(exchange.take(&handed_out).is_ok());
    }
    let ruling = exchange.finish([7; 16]);
    let Command::Forward(forward) = &ruling.command else { panic!("answered") };
    if let Body::Replace(pieces) = &forward.body {
        let longest = pieces.iter().map(<[u8]>::len).max();
        assert!(longest >= Some(1 << 20), "the images are not whole");
    }
    let most = MOST.load(Relaxed) - before;
    drop(ruling);
    (most as f64 / body.len() as f64, NOW.load(Relaxed).saturating_sub(before))
}
