//! Message signatures, by the vectors of their RFCs.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[macro_use]
#[path = "tables/rows.rs"]
mod rows;
#[path = "tables/signature.rs"]
mod table;
