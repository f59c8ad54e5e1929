//! A file with its documents, those that stand in its texts included.

use std::ops::Range;
use std::rc::Rc;

use kyc_gate::config::Config;

use crate::source::{self, Document, Node, SyntaxError, Text};

/// How deep a text may stand in a text: the plugin configuration in a bootstrap in a ConfigMap in a List is less.
const MAX_EMBEDDED: usize = 3;
/// Most texts of a document that are looked into.
const MAX_TEXTS: usize = 1_000;
/// What a text that holds an Envoy configuration with the gate can't do without.
const MARKS: [&str; 3] = ["filters.http.wasm", "filters.http.dynamic_modules", "filters.http.dynamicModules"];

/// A file, read.
pub struct File {
    /// Its text.
    pub text: Rc<Text>,
    /// Its documents, then those in texts of theirs.
    pub documents: Vec<Document>,
    /// Why some of it can't be read.
    pub error: Option<ReadError>,
}

/// Why a file, or the rest of it, can't be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadError {
    /// Bytes that are no UTF-8, from there on.
    NotUtf8(usize),
    /// Neither YAML nor JSON, or more than is read.
    Syntax(SyntaxError),
}

impl File {
    /// Reads a file of at most [`crate::input::MAX_CONFIG_BYTES`] bytes.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Self {
        let (content, invalid) = match std::str::from_utf8(bytes) {
            Ok(text) => (text.to_owned(), None),
            Err(error) => (String::from_utf8_lossy(bytes).into_owned(), Some(error.valid_up_to())),
        };
        let text = Rc::new(Text::file(content));
        if let Some(at) = invalid {
            return Self { text, documents: Vec::new(), error: Some(ReadError::NotUtf8(at)) };
        }
        let (roots, error) = source::parse(text.as_str());
        let mut documents = Document::all(&text, roots);
        // A JSON text that is broken may still be the gate's, which says best what is wrong with it.
        let is_broken_json = error.is_some() && documents.is_empty() && text.as_str().trim_start().starts_with('{');
        if is_broken_json && !is_foreign(text.as_str()) && error.as_ref().is_some_and(|error| !error.is_bound) {
            let root = Node {
                kind: source::Kind::Scalar(source::Scalar {
                    text: text.as_str().to_owned(),
                    style: source::Style::JsonBare,
                }),
                at: 0..text.as_str().len(),
                key: None,
            };
            return Self { documents: Document::all(&text, vec![root]), text, error: None };
        }
        expand(&mut documents);
        Self { text, documents, error: error.map(ReadError::Syntax) }
    }

    /// Returns a range in the file where nothing better is known: its first character.
    #[must_use]
    pub fn start(&self) -> Range<usize> {
        0..self.text.as_str().len().min(1)
    }
}

/// Adds the documents that stand in texts of others.
fn expand(documents: &mut Vec<Document>) {
    let mut begin = 0;
    for _ in 0..MAX_EMBEDDED {
        let end = documents.len();
        let found: Vec<Document> = documents.get(begin..end).unwrap_or_default().iter().flat_map(embedded).collect();
        documents.extend(found);
        begin = end;
    }
}

/// Returns the documents in texts of one.
fn embedded(document: &Document) -> Vec<Document> {
    let mut found = Vec::new();
    let mut texts = 0;
    look_into(&document.root, is_config_map(&document.root), &mut |node, is_data| {
        let Some(content) = node.text() else { return };
        let holds_filter = content.contains(": ") && MARKS.iter().any(|mark| content.contains(mark));
        let may_be_plugin = is_data && content.trim_start().starts_with('{');
        if (!holds_filter && !may_be_plugin) || texts == MAX_TEXTS {
            return;
        }
        texts += 1;
        let source::Kind::Scalar(scalar) = &node.kind else { return };
        let (roots, _) = source::parse(content);
        let roots: Vec<_> = roots.into_iter().filter(|root| holds_filter || is_bare(root)).collect();
        if !roots.is_empty() {
            let text = document.text.scalar(node.at.clone(), scalar.style, content);
            found.extend(Document::all(&Rc::new(text), roots));
        }
    });
    found
}

fn look_into<'d>(node: &'d Node, is_data: bool, found: &mut impl FnMut(&'d Node, bool)) {
    found(node, is_data);
    for child in node.children() {
        look_into(child, is_data || is_config_map(child), found);
    }
}

fn is_config_map(node: &Node) -> bool {
    matches!(node.text_of("kind"), Some("ConfigMap" | "Secret"))
}

/// Returns whether a document is a plugin configuration by itself: it has keys of one.
#[must_use]
pub fn is_bare(root: &Node) -> bool {
    // Every other JSON document may name its schema.
    let has = |name: &&str| *name != "$schema" && root.members().iter().any(|(key, _)| key == name);
    root.is_map() && Config::KEYS.iter().any(has) && !is_other(root)
}

/// Returns whether a document is known to be another one than a plugin configuration.
pub(super) fn is_other(root: &Node) -> bool {
    FOREIGN_KEYS.iter().any(|name| root.members().iter().any(|(key, _)| key == name))
}

/// Keys of other documents at their top.
const FOREIGN_KEYS: [&str; 9] = [
    "static_resources",
    "staticResources",
    "dynamic_resources",
    "resources",
    "apiVersion",
    "kind",
    "@type",
    "typed_config",
    "http_filters",
];

/// Returns whether a text that can't be parsed looks like another document than a plugin configuration.
fn is_foreign(text: &str) -> bool {
    FOREIGN_KEYS.iter().any(|key| text.contains(&format!("\"{key}\"")))
}
