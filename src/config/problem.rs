//! What can be wrong with a configuration.

/// One thing wrong: where and why, never the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Path of the key, e.g. `decision.onReject` or `rules[2].name`.
    pub path: String,
    /// What is wrong there.
    pub cause: Cause,
}

/// All that is wrong with a configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

/// Why a key is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Cause {
    /// No such key.
    #[error("unknown key")]
    UnknownKey,
}
