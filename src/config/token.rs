//! HTTP tokens and header names.

use super::problem::Cause;

/// Whether a text is a token (RFC 9110 section 5.6.2). Pseudo headers are none: they start with a colon.
pub(super) fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

/// A header name in lower case, as Envoy keeps them, that is none of the decision headers, with `_` for `-` either: those
/// are removed from every request, so the client can't send one and the configuration can't set one.
pub(super) fn header_name(text: &str, decision_prefix: &str) -> Result<String, Cause> {
    if !is_token(text) {
        return Err(Cause::HeaderName);
    }
    let name = text.to_ascii_lowercase();
    if name.replace('_', "-").starts_with(&decision_prefix.replace('_', "-")) {
        Err(Cause::DecisionHeader)
    } else {
        Ok(name)
    }
}
