//! A file with its documents, those that stand in its texts included.

use std::ops::Range;
use std::rc::Rc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kyc_gate::config::Config;

use crate::source::{self, Document, MAX_NODES, Node, SyntaxError, Text};

/// How deep a text may stand in a text: the plugin configuration in a bootstrap in a ConfigMap in a List is less.
const MAX_EMBEDDED: usize = 3;
/// Most texts of a document that are looked into.
const MAX_TEXTS: usize = 1_000;
/// What a text that holds an Envoy configuration with the gate can't do without.
const MARKS: [&str; 3] = ["filters.http.wasm", "filters.http.dynamic_modules", "filters.http.dynamicModules"];

/// What a file of a ConfigMap that holds a part of Envoy's configuration can't do without: routes, a listener, clusters
/// or a bootstrap that are joined with the filter.
const PART_MARKS: [&str; 6] = [
    "envoy.config.route.v3.",
    "envoy.config.listener.v3.",
    "envoy.config.cluster.v3.",
    "network.http_connection_manager",
    "static_resources",
    "staticResources",
];

/// A file, read.
pub struct File {
    /// Its text.
    pub text: Rc<Text>,
    /// Its documents, then those in texts of theirs.
    pub documents: Vec<Document>,
    /// Why some of it can't be read.
    pub error: Option<ReadError>,
    /// Texts in it that hold an Envoy configuration with the gate and can't be read: where, and why.
    pub broken: Vec<(Range<usize>, SyntaxError)>,
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
            return Self { text, documents: Vec::new(), error: Some(ReadError::NotUtf8(at)), broken: Vec::new() };
        }
        let (roots, error) = source::parse(text.as_str());
        let mut documents = Document::all(&text, roots);
        // A JSON text that is broken may still be the gate's, which says best what is wrong with it.
        let is_broken_json = error.as_ref().is_some_and(|error| !error.is_bound) && documents.is_empty();
        let begin = text.as_str().trim_start();
        // Two braces begin a template of Helm's.
        let is_json = begin.starts_with('{') && !begin.starts_with("{{") && !is_foreign(begin);
        if is_broken_json && is_json {
            let root = unparsed(text.as_str());
            return Self { documents: Document::all(&text, vec![root]), text, error: None, broken: Vec::new() };
        }
        let broken = expand(&mut documents);
        Self { text, documents, error: error.map(ReadError::Syntax), broken }
    }

    /// Returns how many values its documents have.
    #[must_use]
    pub fn values(&self) -> usize {
        self.documents.iter().map(|document| document.root.values()).sum()
    }

    /// Returns a range in the file where nothing better is known: its first character.
    #[must_use]
    pub fn start(&self) -> Range<usize> {
        0..self.text.as_str().len().min(1)
    }
}

/// Returns a text that can't be parsed as a value of its own.
fn unparsed(text: &str) -> Node {
    let scalar = source::Scalar { text: text.to_owned(), style: source::Style::JsonBare };
    Node { kind: source::Kind::Scalar(scalar), at: 0..text.len(), key: None }
}

/// Adds the documents that stand in texts of others, as long as there aren't too many values. Returns what of them
/// can't be read.
fn expand(documents: &mut Vec<Document>) -> Vec<(Range<usize>, SyntaxError)> {
    let mut broken = Vec::new();
    let mut left = MAX_NODES;
    let mut begin = 0;
    for _ in 0..MAX_EMBEDDED {
        let end = documents.len();
        for at in begin..end {
            let Some(document) = documents.get(at) else { break };
            let found = embedded(document, &mut left, &mut broken);
            documents.extend(found);
        }
        begin = end;
    }
    broken
}

/// Returns the documents in texts of one.
fn embedded(document: &Document, left: &mut usize, broken: &mut Vec<(Range<usize>, SyntaxError)>) -> Vec<Document> {
    let mut found = Vec::new();
    let mut texts = 0;
    look_into(&document.root, Data::of(&document.root), None, &mut |node, data, key| {
        let source::Kind::Scalar(scalar) = &node.kind else { return };
        let decoded = if data == Data::Base64 { decoded(&scalar.text) } else { None };
        let content = decoded.as_deref().unwrap_or(&scalar.text);
        let holds = |marks: &[&str]| content.contains(": ") && marks.iter().any(|mark| content.contains(mark));
        let is_envoys = holds(&MARKS) || (data != Data::No && holds(&PART_MARKS));
        let may_be_plugin = data != Data::No && content.trim_start().starts_with('{');
        if (!is_envoys && !may_be_plugin) || texts == MAX_TEXTS {
            return;
        }
        texts += 1;
        let text = || match &decoded {
            Some(content) => document.text.encoded(node.at.clone(), content.clone()),
            None => document.text.scalar(node.at.clone(), scalar.style, content),
        };
        let (roots, error) = source::parse(content);
        if let Some(error) = error {
            if is_envoys {
                let at = error.at.start..error.at.end.max(error.at.start.saturating_add(1));
                broken.push((text().span(at), error));
            } else if !is_foreign(content) && is_told_by_keys(content) {
                found.extend(Document::all(&Rc::new(text()), vec![unparsed(content)]));
                return;
            }
        }
        let roots: Vec<_> = roots.into_iter().filter(|root| is_envoys || is_bare(root)).collect();
        let Some(rest) = left.checked_sub(roots.iter().map(Node::values).sum()).filter(|_| !roots.is_empty()) else {
            return;
        };
        *left = rest;
        let key = key.filter(|_| data != Data::No).map(str::to_owned);
        found
            .extend(Document::all(&Rc::new(text()), roots).into_iter().map(|one| Document { key: key.clone(), ..one }));
    });
    found
}

/// Decodes a text of base64.
fn decoded(text: &str) -> Option<String> {
    let digits: String = text.split_ascii_whitespace().collect();
    String::from_utf8(STANDARD.decode(digits).ok()?).ok()
}

/// Returns whether a text that can't be parsed has keys of the gate's own.
fn is_told_by_keys(text: &str) -> bool {
    OWN_KEYS.iter().any(|key| text.contains(&format!("\"{key}\"")))
}

/// What a value is in a ConfigMap or a Secret.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Data {
    /// Nothing of that kind.
    No,
    /// A member of theirs.
    Plain,
    /// A text in base64.
    Base64,
}

impl Data {
    fn of(object: &Node) -> Self {
        match object.text_of("kind") {
            Some("ConfigMap" | "Secret") => Self::Plain,
            _ => Self::No,
        }
    }

    /// Returns what a member of an object of this kind is.
    fn member(self, kind: Option<&str>, key: &str) -> Self {
        match (kind, key) {
            (Some("ConfigMap"), "binaryData") | (Some("Secret"), "data") => Self::Base64,
            (Some("ConfigMap" | "Secret"), _) => Self::Plain,
            _ => self,
        }
    }
}

fn look_into<'d>(
    node: &'d Node,
    data: Data,
    key: Option<&'d str>,
    found: &mut impl FnMut(&'d Node, Data, Option<&'d str>),
) {
    found(node, data, key);
    for element in node.elements() {
        look_into(element, data, None, found);
    }
    let kind = node.text_of("kind");
    for (key, member) in node.members() {
        look_into(member, data.member(kind, key), Some(key), found);
    }
}

/// Keys that no other document has.
const OWN_KEYS: [&str; 9] = [
    "requestEncryption",
    "responseDecryption",
    "requestBody",
    "responseBody",
    "kycSettings",
    "evidence",
    "shippedRules",
    "accessTokenEndpoint",
    "settingsApi",
];

/// Returns whether a document is a plugin configuration by itself: it has a key that only such a one has, or most of
/// its keys are those of one.
#[must_use]
pub fn is_bare(root: &Node) -> bool {
    // Every other JSON document may name its schema.
    let members = || root.members().iter().filter(|(key, _)| key != "$schema");
    let own = members().filter(|(key, node)| Config::KEYS.contains(&key.as_str()) && fits(key, node)).count();
    let is_told = members().any(|(key, _)| OWN_KEYS.contains(&key.as_str())) || own * 2 >= members().count();
    own > 0 && is_told && !is_other(root)
}

/// Returns whether a key that other documents have too, such as `rules`, has a value as a configuration's has.
fn fits(key: &str, node: &Node) -> bool {
    match key {
        "rules" | "headers" => matches!(node.kind, source::Kind::List(_)),
        key if OWN_KEYS.contains(&key) => true,
        _ => node.is_map(),
    }
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
