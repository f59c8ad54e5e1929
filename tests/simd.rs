//! The vector ciphers against the reference implementations, natively: there the algorithms are the same, only the
//! registers aren't.
#![cfg(all(not(target_arch = "wasm32"), feature = "simd"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "tables/simd.rs"]
mod tables;

#[test]
fn blocks() {
    tables::blocks();
}

#[test]
fn hashes() {
    tables::hashes();
}

#[test]
fn counters() {
    tables::counters(700);
}

#[test]
fn chains() {
    tables::chains();
}

#[test]
fn messages() {
    tables::messages(600);
}
