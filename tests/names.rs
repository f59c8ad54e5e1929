//! Names: the labelled pairs, and the page that reports on them.
#![allow(clippy::unwrap_used)] // Tests may fail loudly.
#![cfg(not(target_arch = "wasm32"))]

#[path = "tables/names.rs"]
mod names;

#[test]
fn labelled_pairs() {
    names::run();
}

#[test]
#[ignore = "writes docs/names.md, for scripts/names"]
fn write_the_page() {
    std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/names.md"), names::page()).unwrap();
}
