//! The core's tables once more, as WebAssembly in node: the same bytes must give the same answers there.
#![cfg(all(target_arch = "wasm32", target_os = "unknown"))]
#![allow(dead_code, reason = "the native tests use more of the tables' helpers")]

use wasm_bindgen_test::wasm_bindgen_test;

#[path = "tables/access_token.rs"]
mod access_token;
#[path = "tables/authorization.rs"]
mod authorization;
#[path = "tables/config.rs"]
mod config;
#[path = "tables/confirmation.rs"]
mod confirmation;
#[path = "tables/crypto.rs"]
mod crypto;
#[path = "tables/document.rs"]
mod document;
#[path = "tables/encodings.rs"]
mod encodings;
#[path = "tables/facts.rs"]
mod facts;
#[path = "tables/lengths.rs"]
mod lengths;
#[path = "tables/names.rs"]
mod names;
#[path = "tables/pieces.rs"]
mod pieces;
#[path = "tables/profiles.rs"]
mod profiles;
#[path = "tables/replay.rs"]
mod replay;
#[path = "tables/scanner.rs"]
mod scanner;
#[path = "tables/scoring.rs"]
mod scoring;
#[path = "tables/settings_api.rs"]
mod settings_api;
#[path = "tables/signature.rs"]
mod signature;
#[cfg(all(feature = "simd", target_feature = "simd128"))]
#[path = "tables/simd.rs"]
mod simd;
#[cfg(all(feature = "simd", target_feature = "simd128"))]
#[path = "tables/simd_vectors.rs"]
mod simd_vectors;
#[path = "tables/template.rs"]
mod template;
#[path = "tables/wycheproof.rs"]
mod wycheproof;

#[wasm_bindgen_test]
fn access_tokens() {
    access_token::run();
}

#[wasm_bindgen_test]
fn callers() {
    authorization::run();
}

#[wasm_bindgen_test]
fn configurations() {
    config::run();
}

#[wasm_bindgen_test]
fn replays() {
    replay::run();
}

#[wasm_bindgen_test]
fn confirmations() {
    confirmation::run();
}

#[wasm_bindgen_test]
fn signatures() {
    signature::run();
}

#[wasm_bindgen_test]
fn envelopes() {
    crypto::run();
}

#[wasm_bindgen_test]
fn body_encodings() {
    encodings::run();
}

#[wasm_bindgen_test]
fn every_length() {
    lengths::run(1600);
}

#[wasm_bindgen_test]
fn pieces_of_bodies() {
    pieces::run();
    pieces::encodings();
    pieces::memory();
}

#[cfg(all(feature = "simd", target_feature = "simd128"))]
#[wasm_bindgen_test]
fn simd_blocks_and_hashes() {
    simd::blocks();
    simd::permutations(600);
    simd::hashes();
}

#[cfg(all(feature = "simd", target_feature = "simd128"))]
#[wasm_bindgen_test]
fn simd_modes() {
    simd::counters(4200);
    simd::chains();
}

#[cfg(all(feature = "simd", target_feature = "simd128"))]
#[wasm_bindgen_test]
fn simd_messages() {
    simd::messages(4200);
}

#[cfg(all(feature = "simd", target_feature = "simd128"))]
#[wasm_bindgen_test]
fn simd_published_vectors() {
    simd_vectors::nist();
    simd_vectors::wycheproof();
}

#[wasm_bindgen_test]
fn wycheproof_vectors() {
    wycheproof::run();
}

#[wasm_bindgen_test]
fn scanner_verdicts() {
    scanner::run();
}

#[wasm_bindgen_test]
fn documents() {
    document::run();
}

#[wasm_bindgen_test]
fn facts_of_payloads() {
    facts::run();
}

#[wasm_bindgen_test]
fn labelled_names() {
    names::run();
}

#[wasm_bindgen_test]
fn profiles_of_posts() {
    profiles::run();
}

#[wasm_bindgen_test]
fn scoring_cases() {
    scoring::run();
}

#[wasm_bindgen_test]
fn settings_calls() {
    settings_api::run();
}

#[wasm_bindgen_test]
fn templates() {
    template::run();
}
