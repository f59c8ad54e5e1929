//! `env:NAME`: values that stand in the VM's environment.

use zeroize::Zeroizing;

use crate::crypto::KeyEncoding;

use super::node::ConfigNode;
use super::problem::{Cause, Warning};

/// How names end whose values are secrets; `client_assertion_type` (RFC 7521) is none.
const SECRET_ENDINGS: [&str; 10] = [
    "access-key",
    "api-key",
    "apikey",
    "assertion",
    "authorization",
    "cookie",
    "credential",
    "credentials",
    "subscription-key",
    "token",
];
const SECRET_PARTS: [&str; 3] = ["secret", "password", "passwd"];

/// Looks up a variable of the VM.
pub(super) type Environment<'e> = &'e dyn Fn(&str) -> Option<String>;

/// Returns the variable that a text names, if it has the form `env:NAME`.
pub(super) fn named(text: &str) -> Option<&str> {
    let name = text.strip_prefix("env:")?;
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let shaped = name.bytes().all(legal) && name.bytes().next().is_some_and(|first| !first.is_ascii_digit());
    shaped.then_some(name)
}

/// Returns the value of a variable, wiped on drop. Envoy leaves a missing `host_env_keys` entry out without a word.
pub(super) fn value(name: &str, environment: Environment<'_>) -> Result<Zeroizing<String>, Cause> {
    let value = environment(name).map(Zeroizing::new).filter(|value| !value.is_empty());
    value.ok_or_else(|| Cause::UnsetVariable(name.to_owned()))
}

/// Returns the value of a variable that is used as it is, so that white space around it can't be meant.
pub(super) fn plain_value(name: &str, environment: Environment<'_>) -> Result<Zeroizing<String>, Cause> {
    let value = value(name, environment)?;
    if value.trim().len() == value.len() { Ok(value) } else { Err(Cause::WhiteSpace(name.to_owned())) }
}

/// Decodes what a variable holds. White space around base64 or hex is ignored, with a warning; around a text that is
/// the secret itself, it is refused.
pub(super) fn decoded<T, E: Into<Cause>>(
    node: &ConfigNode<'_>,
    name: &str,
    text: &str,
    encoding: Option<KeyEncoding>,
    decode: impl Fn(&str, Option<KeyEncoding>) -> Result<T, E>,
) -> Option<T> {
    let inner = text.trim();
    if inner.len() < text.len() {
        let encodings = [KeyEncoding::Base64, KeyEncoding::Hex];
        let is_text = match encoding {
            Some(encoding) => encoding == KeyEncoding::Utf8,
            None => !encodings.iter().any(|encoding| decode(inner, Some(*encoding)).is_ok()),
        };
        if is_text {
            node.refuse(Cause::WhiteSpace(name.to_owned()));
            return None;
        }
        node.warn(Warning::WhiteSpace(name.to_owned()));
    }
    decode(inner, encoding).map_err(|error| node.refuse(error.into())).ok()
}

/// Returns the value of a header or a form's field that is `env:NAME`, printable. `None` for any other text; that is
/// refused where the field's name tells that a secret belongs there.
pub(super) fn header_value(
    text: &str,
    name: Option<&str>,
    environment: Environment<'_>,
) -> Result<Option<Zeroizing<String>>, Cause> {
    if let Some(variable) = named(text) {
        let secret = plain_value(variable, environment)?;
        return if is_printable(&secret) {
            Ok(Some(secret))
        } else {
            Err(Cause::UnprintableVariable(variable.to_owned()))
        };
    }
    if name.is_some_and(is_secret) { Err(Cause::LiteralSecret) } else { Ok(None) }
}

/// Returns whether a text is visible ASCII and spaces.
pub(super) fn is_printable(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ')
}

/// Returns whether what has this name is a secret: a header, a form's field or a query's.
pub(super) fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace('_', "-");
    SECRET_ENDINGS.iter().any(|ending| name.ends_with(ending)) || SECRET_PARTS.iter().any(|part| name.contains(part))
}

/// Returns the variable that holds a secret; a secret in the configuration itself is refused.
pub(super) fn secret<'c>(node: &ConfigNode<'c>) -> Option<&'c str> {
    node.parsed(|text| named(text).ok_or(Cause::LiteralSecret))
}
