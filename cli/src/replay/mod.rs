//! What a change of policy does to recorded posts (`docs/replay.md`).

pub mod audit;
pub mod audit_line;
pub mod cause;
pub mod condition;
pub mod difference;
pub mod judged;
pub mod manifest;
pub mod output;
pub mod pattern;
pub mod policy;
pub mod posts;
mod progress;
pub mod recorded;
pub mod report;
pub mod result;
pub mod run;
pub mod shapley;
pub mod slices;
pub mod source;
pub mod summary;
pub mod tally;
pub mod unknown;
