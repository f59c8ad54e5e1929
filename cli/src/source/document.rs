//! Documents: what YAML and JSON files hold.

use std::ops::Range;
use std::rc::Rc;

use super::node::Node;
use super::text::Text;
use super::{json, yaml};

/// Most values of a file, those that aliases repeat included.
pub const MAX_NODES: usize = 1_000_000;
/// Most bytes of texts that aliases repeat.
pub const MAX_REPEATED: usize = 32 << 20;
/// Deepest nesting of a file.
pub const MAX_DEPTH: usize = 128;

/// A document: its text and its root.
#[derive(Debug)]
pub struct Document {
    /// The text in which its nodes stand.
    pub text: Rc<Text>,
    /// Its root.
    pub root: Node,
    /// Whether it is all of the text, rather than one of several documents.
    pub is_whole: bool,
    /// The key of a ConfigMap or a Secret under which the text stands: the name of a file, once that is mounted.
    pub key: Option<String>,
}

impl Document {
    /// Returns the documents of a text.
    #[must_use]
    pub fn all(text: &Rc<Text>, roots: Vec<Node>) -> Vec<Self> {
        let is_whole = roots.len() == 1;
        roots.into_iter().map(|root| Self { text: Rc::clone(text), root, is_whole, key: None }).collect()
    }
}

/// Why a text is neither YAML nor JSON, or too much of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// Where, in the text.
    pub at: Range<usize>,
    /// What is wrong there.
    pub message: String,
    /// Whether it is a bound that it exceeds, rather than the grammar.
    pub is_bound: bool,
}

impl SyntaxError {
    pub(super) fn new(at: usize, message: impl Into<String>) -> Self {
        Self { at: at..at, message: message.into(), is_bound: false }
    }

    pub(super) fn too_many(at: usize) -> Self {
        let message = format!("more than {MAX_NODES} values, those that aliases repeat included");
        Self { is_bound: true, ..Self::new(at, message) }
    }

    pub(super) fn too_long(at: usize) -> Self {
        let message = format!("aliases that repeat more than {MAX_REPEATED} bytes");
        Self { is_bound: true, ..Self::new(at, message) }
    }

    pub(super) fn too_deep(at: usize) -> Self {
        Self { is_bound: true, ..Self::new(at, format!("nested deeper than {MAX_DEPTH} levels")) }
    }
}

/// Parses a text: JSON where it is some, else YAML, of which there may be several documents. Those before an error are
/// there too.
#[must_use]
pub fn parse(text: &str) -> (Vec<Node>, Option<SyntaxError>) {
    if !text.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '[']) {
        return yaml::parse(text);
    }
    let error = match json::parse(text) {
        Ok(root) => return (vec![root], None),
        Err(error) => error,
    };
    match yaml::parse(text) {
        (roots, None) => (roots, None),
        (roots, Some(bound)) if bound.is_bound => (roots, Some(bound)),
        // JSON with an error is more likely than YAML that begins with a brace.
        (roots, Some(_)) => (roots, Some(error)),
    }
}
