//! Headers that the gate fills with a person's data, in logs and traces.

use crate::check::code::Code;
use crate::check::finding::Finding;
use crate::source::Node;

use super::part::Part;
use super::scene::Scene;

/// Macros that don't tell who a person is.
const IMPERSONAL: [&str; 21] = [
    "address_score",
    "app_id",
    "decision",
    "doc_name",
    "doc_subtype",
    "doc_type",
    "document_status",
    "explanation",
    "face_score",
    "failed_checks",
    "identity_score",
    "issuing_state",
    "issuing_state_code",
    "liveness_score",
    "reasons",
    "received_at",
    "requester_id",
    "rules",
    "score",
    "settings_revision",
    "skipped_checks",
];
/// Filters that leave nothing to read of a value.
const HIDING: [&str; 2] = ["|sha256", "|mask"];
/// Operators of access logs that write a header of the request.
const OPERATORS: [&str; 2] = ["%REQ(", "%REQUEST_HEADER("];
/// Headers that access logs send beside their own format.
const LIST: &str = "additional_request_headers_to_log";

/// Looks at the listener's access log, the router's and the traces.
pub(super) fn check(scene: &Scene<'_>, manager: Part<'_>, findings: &mut Vec<Finding>) {
    let headers = headers(scene);
    if headers.is_empty() {
        return;
    }
    // The router has a log of its own.
    for name in ["access_log", "tracing", "http_filters"] {
        let Some(node) = manager.root.get(name) else { continue };
        told(manager, node, &headers, findings);
    }
}

/// Looks at what writes headers to logs and traces.
pub(super) fn told(place: Part<'_>, node: &Node, headers: &[String], findings: &mut Vec<Finding>) {
    let mut tell = |node: &Node, header: &str| {
        let message = format!("what the gate puts into {header} about a person is logged here");
        let finding = place.value(Code::DecryptedElsewhere, node, message);
        findings
            .push(finding.instead(format!("leave out {header}, or write |sha256 or |mask into the header's macro")));
    };
    let text = node.text().unwrap_or_default();
    for written in OPERATORS.iter().flat_map(|operator| text.split(operator).skip(1)) {
        let names = written.split(')').next().unwrap_or_default().split(['?', ':']);
        if let Some(header) = named(headers, names) {
            tell(node, header);
        }
    }
    if let Some(name) = node.path(&["request_header", "name"])
        && let Some(header) = named(headers, name.text().into_iter())
    {
        tell(name, header);
    }
    for name in node.get(LIST).map(Node::elements).unwrap_or_default() {
        if let Some(header) = named(headers, name.text().into_iter()) {
            tell(name, header);
        }
    }
    // The gate's own configuration isn't a log.
    let is_configuration = |name: &str| matches!(name, "configuration" | "filter_config" | "filterConfig");
    let members = node.members().iter().filter(|(name, _)| !is_configuration(name)).map(|(_, member)| member);
    node.elements().iter().chain(members).for_each(|child| told(place, child, headers, findings));
}

fn named<'h, 'n>(headers: &'h [String], mut names: impl Iterator<Item = &'n str>) -> Option<&'h String> {
    names.find_map(|name| headers.iter().find(|header| header.eq_ignore_ascii_case(name.trim())))
}

/// Returns the headers that the gate fills with something of a person's that can be read.
pub(super) fn headers(scene: &Scene<'_>) -> Vec<String> {
    let Some(root) = scene.gate.configuration.root() else { return Vec::new() };
    let entries = root.get("headers").map(Node::elements).unwrap_or_default();
    let personal = entries.iter().filter(|entry| entry.text_of("headerValue").is_some_and(is_personal));
    personal.filter_map(|entry| entry.text_of("headerName").map(str::to_owned)).collect()
}

/// Returns whether a text has a macro that stands for something of a person's.
fn is_personal(text: &str) -> bool {
    // $${ is no macro.
    text.replace("$${", "").split("${").skip(1).any(|rest| {
        let inner = rest.split('}').next().unwrap_or_default();
        let name = inner.split(['|', ':']).next().unwrap_or_default().trim();
        let is_hidden = HIDING.iter().any(|filter| inner.replace(' ', "").contains(filter));
        !is_hidden && !IMPERSONAL.contains(&name)
    })
}

#[cfg(test)]
mod tests {
    use super::is_personal;

    #[test]
    fn a_macro_is_personal_unless_it_is_known_or_hidden() {
        for text in ["${name}", "a ${decision} ${field:Surname}", "${/kyc_info/x}", "${dob|date(%Y)}", "${claim:city}"]
        {
            assert!(is_personal(text), "{text}");
        }
        for text in ["v2", "${decision}", "${user_id|sha256}", "${doc_no | mask}", "${score:-0}", "$${name}"] {
            assert!(!is_personal(text), "{text}");
        }
    }
}
