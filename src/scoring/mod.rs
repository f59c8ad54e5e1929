//! From evidence to a decision, by Rebilly's weights and thresholds.
//!
//! Each check ends as pass, fail or skip; a proof's score is 100 less the weights of its failed checks, never below 0;
//! thresholds and rules make a decision of it. Nothing that leaves this room holds identity data.

mod address;
mod age;
pub(crate) mod age_limit;
mod agreement;
pub mod arithmetic;
mod assessment;
mod birth;
mod case;
pub mod cel;
pub mod check;
pub mod code;
pub mod compared_field;
mod country;
pub mod evidence;
pub mod evidence_view;
mod expiry;
pub mod explanation;
mod face;
mod identity;
pub mod judge;
mod person;
mod place;
mod reading;
mod reason;
mod report;
pub mod rule;
pub mod settings;
mod signal;
mod sources;
pub(crate) mod subtype;
mod unreadable;
pub mod verdict;

pub use case::Case;
pub use cel::{Expression, ExpressionError};
pub use check::{AddressCheck, CheckId, CheckOutcome, IdentityCheck};
pub use code::CheckCode;
pub use compared_field::{ComparedField, Disagreement};
pub use evidence::{Claim, ClaimSource, Claims, Evidence};
pub use judge::judge;
pub use rule::{Condition, Rule, RuleAction};
pub use settings::{Settings, SettingsProblem};
pub use signal::Signal;
pub use subtype::SUBTYPES;
pub use verdict::{CheckResult, CountedRule, Decision, FiredRule, ProofVerdict, Reason, Verdict};
