//! Scoring: whole cases, and each check, rule and setting at its boundaries.

#[path = "scoring/address.rs"]
pub mod address;
#[path = "scoring/cases.rs"]
pub mod cases;
#[path = "scoring/claims.rs"]
pub mod claims;
#[path = "scoring/decision.rs"]
pub mod decision;
#[path = "scoring/identity.rs"]
pub mod identity;
#[path = "scoring/person.rs"]
pub mod person;
#[path = "scoring/post.rs"]
pub mod post;
#[path = "scoring/settings.rs"]
pub mod settings;

pub fn run() {
    cases::run();
    settings::run();
    claims::run();
    identity::run();
    person::run();
    address::run();
    decision::run();
}
