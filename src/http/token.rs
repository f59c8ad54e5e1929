//! Tokens (RFC 9110 section 5.6.2).

/// Returns whether a text is a token. Pseudo headers are none: they start with a colon.
#[must_use]
pub fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}
