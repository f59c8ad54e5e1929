//! `env:NAME`, `sds:NAME`: values that don't stand in the configuration.

use zeroize::Zeroizing;

use crate::crypto::KeyEncoding;

use super::node::ConfigNode;
use super::problem::{Cause, Warning};
use super::secrets::{Sds, SecretName, Secrets};

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

/// Texts of which one fits wherever a secret is read: 32, 24 and 16 bytes in base64 and hex, 16 and 12 bytes.
const STAND_INS: [&str; 8] = [
    "ggggggggggggggggggggggggggggggggggggggggggg",
    "gggggggggggggggggggggggggggggggg",
    "gggggggggggggggggggggg",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "000000000000000000000000000000000000000000000000",
    "00000000000000000000000000000000",
    "gggggggggggggggg",
    "000000000000000000000000",
];

/// What a secret holds.
pub(super) enum SecretValue {
    /// Its text, wiped on drop.
    Text(Zeroizing<String>),
    /// It is still to come by SDS. What is read with it is never used.
    Pending,
}

/// Returns what a text names, if it has the form of a secret.
pub(super) fn named(text: &str, secrets: &Secrets<'_>) -> Option<SecretName> {
    let name = SecretName::of(text)?;
    if let SecretName::Sds(name) = &name {
        secrets.mentioned.borrow_mut().insert(name.clone());
    }
    Some(name)
}

/// Returns the value of a secret. Envoy leaves a missing `host_env_keys` entry out without a word, and gives an empty
/// text while a secret of SDS hasn't come.
pub(super) fn value(name: &SecretName, secrets: &Secrets<'_>) -> Result<SecretValue, Cause> {
    let text = match name {
        SecretName::Variable(name) => {
            let value = (secrets.environment)(name).map(Zeroizing::new).filter(|value| !value.is_empty());
            value.ok_or_else(|| Cause::UnsetVariable(name.clone()))?
        }
        SecretName::Sds(name) => {
            secrets.needed.borrow_mut().insert(name.clone());
            let bytes = match secrets.sds {
                Sds::Unknown => return Err(Cause::NoSds),
                Sds::Later => return Ok(SecretValue::Pending),
                Sds::Delivered(delivered) => delivered(name).filter(|bytes| !bytes.is_empty()),
            };
            let bytes = bytes.ok_or_else(|| Cause::AbsentSecret(name.clone()))?;
            let text = std::str::from_utf8(&bytes).map_err(|_| Cause::SecretText(name.clone()))?;
            Zeroizing::new(text.to_owned())
        }
    };
    Ok(SecretValue::Text(text))
}

/// Returns the value of a secret that is used as it is, so that white space around it can't be meant.
pub(super) fn plain_value(name: &SecretName, secrets: &Secrets<'_>) -> Result<Zeroizing<String>, Cause> {
    match value(name, secrets)? {
        SecretValue::Text(text) if text.trim().len() == text.len() => Ok(text),
        SecretValue::Text(_) => Err(Cause::WhiteSpace(name.clone())),
        SecretValue::Pending => Ok(Zeroizing::new("pending".to_owned())),
    }
}

/// Decodes what a secret holds. White space around base64 or hex is ignored, with a warning; around a text that is
/// the secret itself, it is refused.
pub(super) fn decoded<T, E: Into<Cause>>(
    node: &ConfigNode<'_>,
    name: &SecretName,
    value: &SecretValue,
    encoding: Option<KeyEncoding>,
    decode: impl Fn(&str, Option<KeyEncoding>) -> Result<T, E>,
) -> Option<T> {
    let text = match value {
        SecretValue::Text(text) => text,
        SecretValue::Pending => return STAND_INS.iter().find_map(|text| decode(text, encoding).ok()),
    };
    let inner = text.trim();
    if inner.len() < text.len() {
        let encodings = [KeyEncoding::Base64, KeyEncoding::Hex];
        let is_text = match encoding {
            Some(encoding) => encoding == KeyEncoding::Utf8,
            None => !encodings.iter().any(|encoding| decode(inner, Some(*encoding)).is_ok()),
        };
        if is_text {
            node.refuse(Cause::WhiteSpace(name.clone()));
            return None;
        }
        node.warn(Warning::WhiteSpace(name.clone()));
    }
    decode(inner, encoding).map_err(|error| node.refuse(error.into())).ok()
}

/// Returns the value of a header or a form's field that names a secret, printable. `None` for any other text; that is
/// refused where the field's name tells that a secret belongs there.
pub(super) fn header_value(
    text: &str,
    name: Option<&str>,
    secrets: &Secrets<'_>,
) -> Result<Option<Zeroizing<String>>, Cause> {
    if let Some(named) = named(text, secrets) {
        let secret = plain_value(&named, secrets)?;
        return if is_printable(&secret) { Ok(Some(secret)) } else { Err(Cause::UnprintableVariable(named)) };
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

/// Returns what holds a secret; a secret in the configuration itself is refused.
pub(super) fn secret(node: &ConfigNode<'_>, secrets: &Secrets<'_>) -> Option<SecretName> {
    node.parsed(|text| named(text, secrets).ok_or(Cause::LiteralSecret))
}
