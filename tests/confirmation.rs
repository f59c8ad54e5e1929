//! The backend's answer, by its table and by arbitrary ones.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "tables/confirmation.rs"]
mod table;

#[test]
fn table() {
    table::run();
}
