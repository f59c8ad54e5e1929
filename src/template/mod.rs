//! Field macros: `requestBody` and `headers[].headerValue` (gate.md 7.2).

pub mod filter;
pub mod line;
pub mod macros;
pub mod scope;
pub mod tree;

pub use line::Line;
pub use macros::MacroError;
pub use scope::Scope;
pub use tree::{Template, TemplateProblem};
