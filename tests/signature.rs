//! Message signatures, by the vectors of their RFCs.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "tables/signature.rs"]
mod table;

#[test]
fn vectors() {
    table::run();
}
