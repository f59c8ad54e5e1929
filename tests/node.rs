//! The core's tables once more, as WebAssembly in node: the same bytes must give the same answers there.
#![cfg(all(target_arch = "wasm32", target_os = "unknown"))]
#![allow(dead_code, reason = "the native tests use more of the tables' helpers")]

use wasm_bindgen_test::wasm_bindgen_test;

#[macro_use]
#[path = "tables/rows.rs"]
mod rows;
#[path = "tables/access_token.rs"]
mod access_token;
#[path = "tables/authorization.rs"]
mod authorization;
#[path = "tables/causes.rs"]
mod causes;
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
#[path = "tables/json_members.rs"]
mod json_members;
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
#[path = "tables/senders.rs"]
mod senders;
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
fn every_length() {
    lengths::run(1600);
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
