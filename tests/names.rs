//! Names: the labelled pairs, and the page that reports on them.
#![allow(clippy::unwrap_used)] // Tests may fail loudly.
#![cfg(not(target_arch = "wasm32"))]

#[macro_use]
#[path = "tables/rows.rs"]
mod rows;
#[path = "tables/names.rs"]
mod names;

#[test]
#[ignore = "writes docs/names.md, for scripts/names"]
fn write_the_page() {
    std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/names.md"), names::page()).unwrap();
}
