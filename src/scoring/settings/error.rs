//! What is wrong with a settings document.

/// One thing wrong with a settings document, as Rebilly's `invalidFields` tell it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsProblem {
    /// Dot path, e.g. `identityProof.weights.isTampered`; empty for the whole document.
    pub field: String,
    /// What is wrong; never the value.
    pub message: String,
}
