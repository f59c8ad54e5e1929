//! The facts of a payload: tables of cases, and properties of reading what anybody may send.
#![cfg(not(target_arch = "wasm32"))]

#[path = "tables/facts.rs"]
mod facts;

#[test]
fn reads() {
    facts::run();
}
