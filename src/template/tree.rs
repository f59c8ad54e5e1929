//! A JSON template with macros in its strings.

use super::macros::MacroError;
use super::scope::Scope;

/// A compiled `requestBody`.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    literal: Vec<u8>,
}

/// One thing wrong with a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateProblem {
    /// Dot path inside the template, e.g. `customer.names.0`; empty for the template itself.
    pub path: String,
    /// What is wrong.
    pub error: MacroError,
}

impl Template {
    /// Compiles a JSON template; object order is kept.
    ///
    /// # Errors
    /// All problems at once.
    pub fn compile(template: &serde_json::Value) -> Result<Self, Vec<TemplateProblem>> {
        let _ = template;
        todo!()
    }
    /// Renders to JSON text: literals and spans of the payload spliced together. Always valid JSON.
    pub fn render(&self, scope: &Scope<'_>, out: &mut Vec<u8>) {
        let _ = (&self.literal, scope.received_at, out);
        todo!()
    }
}
