//! Scoring: whole cases, and each check, rule and setting at its boundaries.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // Tests may fail loudly.

#[path = "scoring/address.rs"]
pub mod address;
#[path = "scoring/age.rs"]
pub mod age;
#[path = "scoring/agreement.rs"]
pub mod agreement;
#[path = "scoring/cases.rs"]
pub mod cases;
#[path = "scoring/claims.rs"]
pub mod claims;
#[path = "scoring/decision.rs"]
pub mod decision;
#[path = "scoring/explanation.rs"]
pub mod explanation;
#[path = "scoring/face.rs"]
pub mod face;
#[path = "scoring/identity.rs"]
pub mod identity;
#[path = "scoring/person.rs"]
pub mod person;
#[path = "scoring/post.rs"]
pub mod post;
#[path = "scoring/rules.rs"]
pub mod rules;
#[path = "scoring/scan.rs"]
pub mod scan;
#[path = "scoring/settings.rs"]
pub mod settings;
