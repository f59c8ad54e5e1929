//! Cases as data: a post, a configuration, and what the gate should make of them.

mod case;
mod compare;
mod coverage;
mod macros;
mod patch;
mod read;
mod report;
mod run;

pub use case::{Case, Configuration, Expected, Post};
pub use compare::Difference;
pub use coverage::Coverage;
pub use patch::merge;
pub use read::read;
pub use report::{Format, Told, write};
pub use run::{Outcome, run};
