//! The vector ciphers against the reference implementations, natively: there the algorithms are the same, only the
//! registers aren't.
#![cfg(all(not(target_arch = "wasm32"), feature = "simd"))]

#[macro_use]
#[path = "tables/rows.rs"]
mod rows;
mod tables {
    pub mod simd;
    pub mod simd_vectors;
}

use tables::{simd, simd_vectors};

#[test]
fn blocks() {
    simd::blocks();
}

#[test]
fn permutations() {
    simd::permutations(300);
}

#[test]
fn hashes() {
    simd::hashes();
}

#[test]
fn counters() {
    simd::counters(700);
}

#[test]
fn chains() {
    simd::chains();
}

#[test]
fn messages() {
    simd::messages(600);
}

#[test]
fn nist() {
    simd_vectors::nist();
}

#[test]
fn wycheproof() {
    simd_vectors::wycheproof();
}
