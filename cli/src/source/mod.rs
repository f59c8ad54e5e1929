//! Files with positions: YAML and JSON as one tree whose nodes know where they stand, and texts inside of texts (the
//! JSON in a block scalar, the bootstrap in a ConfigMap) whose bytes can be found again in the file.
//!
//! Everything here is bounded: bytes, nodes (those that aliases repeat included) and depth.

mod alignment;
mod document;
mod json;
mod node;
mod text;
mod yaml;

pub use document::{Document, MAX_DEPTH, MAX_NODES, MAX_REPEATED, SyntaxError, parse};
pub use json::parse as parse_json;
#[cfg(test)]
pub(crate) use node::LOOKS;
pub use node::{Dialect, Kind, Node, Scalar, Style, camel_case};
pub use text::Text;
