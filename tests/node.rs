//! The core's tables once more, as WebAssembly in node: the same bytes must give the same answers there.
#![cfg(all(target_arch = "wasm32", target_os = "unknown"))]

use wasm_bindgen_test::wasm_bindgen_test;

#[allow(dead_code, reason = "the native tests take more from these files than `run`")]
mod tables {
    pub mod crypto;
    pub mod document;
    pub mod lengths;
    pub mod scanner;
    #[cfg(feature = "simd")]
    pub mod simd;
    #[cfg(feature = "simd")]
    pub mod simd_vectors;
    pub mod template;
    pub mod wycheproof;
}

#[wasm_bindgen_test]
fn crypto() {
    tables::crypto::run();
    tables::wycheproof::run();
    tables::lengths::run(1600);
}

#[cfg(feature = "simd")]
#[wasm_bindgen_test]
fn simd_blocks_and_hashes() {
    tables::simd::blocks();
    tables::simd::hashes();
}

#[cfg(feature = "simd")]
#[wasm_bindgen_test]
fn simd_modes() {
    tables::simd::counters(4200);
    tables::simd::chains();
}

#[cfg(feature = "simd")]
#[wasm_bindgen_test]
fn simd_messages() {
    tables::simd::messages(4200);
}

#[cfg(feature = "simd")]
#[wasm_bindgen_test]
fn simd_vectors() {
    tables::simd_vectors::nist();
    tables::simd_vectors::wycheproof();
}

#[wasm_bindgen_test]
fn document() {
    tables::document::run();
}

#[wasm_bindgen_test]
fn scanner() {
    tables::scanner::run();
}

#[wasm_bindgen_test]
fn template() {
    tables::template::run();
}
