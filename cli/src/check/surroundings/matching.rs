//! Whether requests can be what the gate watches for.

use crate::check::code::Code;
use crate::check::config;
use crate::check::finding::Finding;
use crate::source::Node;

use super::scene::Scene;

pub(super) fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let Some(root) = scene.gate.configuration.root() else { return };
    let Some(block) = root.get("match") else { return };
    let finding = |code, node: &Node, message: &str| {
        let at = if node.text().is_some() { node.at.clone() } else { node.mark() };
        Finding::new(code, config::outward(scene.gate, at), message)
    };
    for path in block.get("paths").map(Node::elements).unwrap_or_default() {
        if path.text().is_some_and(is_normalised_away) {
            findings.push(finding(Code::DeadPath, path, "Envoy writes this path otherwise before the gate sees it"));
        }
    }
    let Some(methods) = block.get("methods") else { return };
    let has_post = methods.elements().iter().any(|method| method.text() == Some("POST"));
    if scene.config.is_some() && !has_post {
        findings.push(finding(Code::NoPost, methods, "REL-ID's posts aren't watched"));
    }
}

/// Returns whether `normalize_path` (RFC 3986 section 6.2.2), `merge_slashes` or the handling of escaped slashes
/// changes a path.
fn is_normalised_away(path: &str) -> bool {
    let has_dots = path.split('/').any(|segment| matches!(segment, "." | ".."));
    let escapes = path.split('%').skip(1).filter_map(|rest| u8::from_str_radix(rest.get(..2)?, 16).ok());
    let is_decoded = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/\\".contains(&byte);
    has_dots || path.contains("//") || { escapes }.any(is_decoded)
}
