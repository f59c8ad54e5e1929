//! HTTP tokens and header names.

use crate::http::is_token;

use super::problem::Cause;

/// Returns whether a header's name starts with the prefix of the decision headers. CGI-like backends (WSGI, Rack, PHP)
/// get names without case and with every character but letters and digits as one and the same, so the names are
/// compared like that.
pub(crate) fn is_decision_header(name: &[u8], prefix: &str) -> bool {
    name.get(..prefix.len()).is_some_and(|start| {
        start.iter().zip(prefix.bytes()).all(|(&byte, wanted)| {
            let folded = if byte.is_ascii_alphanumeric() { byte.to_ascii_lowercase() } else { b'-' };
            folded == wanted
        })
    })
}

/// Reads a header name in lower case, as Envoy keeps them, that is none of the decision headers: those are removed from
/// every request, so the client can't send one and the configuration can't set one.
pub(super) fn header_name(text: &str, decision_prefix: &str) -> Result<String, Cause> {
    if !is_token(text) {
        return Err(Cause::HeaderName);
    }
    let name = text.to_ascii_lowercase();
    if is_decision_header(name.as_bytes(), decision_prefix) { Err(Cause::DecisionHeader) } else { Ok(name) }
}
