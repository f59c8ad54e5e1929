//! Secrets that stand in for those that aren't there: a configuration can be checked without its keys.

use std::collections::HashMap;

use kyc_gate::config::SecretName;
use kyc_gate::crypto::CipherSpec;

use crate::source::{Node, Style};

/// Key bits where the configuration doesn't say.
const DEFAULT_BITS: usize = 256;
/// A digit that only base64 has, whose lower bits are zero as the last digit's must be.
const BASE64_DIGIT: &str = "g";

/// Returns for each secret that a configuration names (`env:NAME`, `sds:NAME`) a value that fits its place.
#[must_use]
pub fn placeholders(root: &Node) -> HashMap<String, String> {
    let mut found = HashMap::new();
    // Keys first: what fits there is fit for a header too.
    for name in ["requestEncryption", "responseDecryption"] {
        if let Some(block) = root.get(name) {
            envelope(block, &mut found);
        }
    }
    if let Some(block) = root.get("signature") {
        signature(block, &mut found);
    }
    others(root, &mut found);
    found
}

fn named(node: Option<&Node>) -> Option<&str> {
    node?.text().filter(|text| SecretName::of(text).is_some())
}

fn envelope(block: &Node, found: &mut HashMap<String, String>) {
    let spec = block.text_of("cipherSpec").and_then(|text| text.parse::<CipherSpec>().ok());
    let bytes = spec.and_then(|spec| spec.key_bits).unwrap_or(DEFAULT_BITS) / 8;
    let key = key(block.text_of("keyEncoding"), bytes);
    let previous = block.get("previousKeys").map(Node::elements).unwrap_or_default();
    for node in block.get("key").into_iter().chain(previous) {
        if let Some(name) = named(Some(node)) {
            found.entry(name.to_owned()).or_insert_with(|| key.clone());
        }
    }
    if let Some(name) = named(block.get("ivParamSpec")) {
        let configured = block.get("ivBytes").and_then(Node::integer).and_then(|bytes| usize::try_from(bytes).ok());
        let bytes = configured.filter(|bytes| *bytes <= 16).or(spec.map(|spec| spec.iv_bytes)).unwrap_or(16);
        found.entry(name.to_owned()).or_insert_with(|| "0".repeat(bytes * 2));
    }
}

/// Returns the text of a key: without an encoding, one that only a single encoding makes a key of.
fn key(encoding: Option<&str>, bytes: usize) -> String {
    let digits = (bytes * 4).div_ceil(3);
    match encoding {
        Some("base64") => BASE64_DIGIT.repeat(digits),
        Some("utf8") => "k".repeat(bytes),
        None if bytes == 16 => BASE64_DIGIT.repeat(digits),
        _ => "0".repeat(bytes * 2),
    }
}

fn signature(block: &Node, found: &mut HashMap<String, String>) {
    let Some(name) = named(block.get("key")) else { return };
    let is_hmac = block.text_of("algorithm") == Some("hmac-sha256");
    let text = match block.text_of("keyEncoding") {
        Some("hex") => "0".repeat(64),
        // Not base64, so that nothing else is a key.
        Some("utf8") | None if is_hmac => "!".repeat(32),
        Some("utf8") => "k".repeat(32),
        _ => BASE64_DIGIT.repeat(43),
    };
    found.entry(name.to_owned()).or_insert(text);
}

/// All other secrets stand for texts.
fn others(node: &Node, found: &mut HashMap<String, String>) {
    if let Some(name) = named(Some(node)) {
        found.entry(name.to_owned()).or_insert_with(|| "placeholder".to_owned());
    }
    node.children().for_each(|child| others(child, found));
}

/// Returns the names of the variables that a configuration names, each with the first place that does.
#[must_use]
pub fn variables(root: &Node) -> Vec<(&str, &Node)> {
    named_by("env:", root)
}

/// Returns the names of the secrets of SDS that a configuration names, each with the first place that does.
#[must_use]
pub fn sds_secrets(root: &Node) -> Vec<(&str, &Node)> {
    named_by("sds:", root)
}

fn named_by<'n>(prefix: &str, root: &'n Node) -> Vec<(&'n str, &'n Node)> {
    let mut found: Vec<(&str, &Node)> = Vec::new();
    collect(prefix, root, &mut found);
    found
}

fn collect<'n>(prefix: &str, node: &'n Node, found: &mut Vec<(&'n str, &'n Node)>) {
    if let crate::source::Kind::Scalar(scalar) = &node.kind
        && scalar.style != Style::JsonBare
        && let Some(name) = scalar.text.strip_prefix(prefix)
        && !found.iter().any(|(known, _)| *known == name)
    {
        found.push((name, node));
    }
    node.children().for_each(|child| collect(prefix, child, found));
}
