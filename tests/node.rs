//! The core's tables once more, as WebAssembly in node: the same bytes must give the same answers there.
#![cfg(all(target_arch = "wasm32", target_os = "unknown"))]

use wasm_bindgen_test::wasm_bindgen_test;

#[allow(dead_code, reason = "the native tests take more from these files than `run`")]
mod tables {
    pub mod document;
    pub mod scanner;
    pub mod scoring;
    pub mod template;
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
fn scoring() {
    tables::scoring::run();
}

#[wasm_bindgen_test]
fn template() {
    tables::template::run();
}
