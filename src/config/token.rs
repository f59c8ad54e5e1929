//! HTTP tokens and header names.

use super::problem::Cause;

/// Whether a text is a token (RFC 9110 section 5.6.2). Pseudo headers are none: they start with a colon.
pub(super) fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

/// Whether a header's name, in any case, has the prefix of the decision headers. `_` counts as `-`: CGI-like backends
/// (WSGI, Rack, PHP) can't tell them apart.
pub(crate) fn is_decision_header(name: &[u8], prefix: &str) -> bool {
    name.get(..prefix.len()).is_some_and(|start| {
        start.iter().zip(prefix.bytes()).all(|(&byte, wanted)| {
            let folded = if byte == b'_' { b'-' } else { byte.to_ascii_lowercase() };
            folded == wanted
        })
    })
}

/// A header name in lower case, as Envoy keeps them, that is none of the decision headers: those are removed from
/// every request, so the client can't send one and the configuration can't set one.
pub(super) fn header_name(text: &str, decision_prefix: &str) -> Result<String, Cause> {
    if !is_token(text) {
        return Err(Cause::HeaderName);
    }
    let name = text.to_ascii_lowercase();
    if is_decision_header(name.as_bytes(), decision_prefix) { Err(Cause::DecisionHeader) } else { Ok(name) }
}
