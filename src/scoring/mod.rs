//! From evidence to a decision, by Rebilly's weights and thresholds.

pub mod check;
pub mod evidence;
pub mod judge;
pub mod rule;
pub mod settings;
pub mod verdict;

pub use check::{AddressCheck, CheckId, IdentityCheck, Outcome};
pub use evidence::{Claim, ClaimSource, Claims, Evidence};
pub use judge::{Case, judge};
pub use rule::{Condition, Rule};
pub use settings::{Settings, SettingsProblem};
pub use verdict::{Decision, ProofVerdict, Reason, Verdict};
