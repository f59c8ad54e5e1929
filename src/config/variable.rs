//! `env:NAME`: values that stand in the VM's environment.

use zeroize::Zeroizing;

use super::node::Node;
use super::problem::Cause;

/// Looks up a variable of the VM.
pub(super) type Environment<'e> = &'e dyn Fn(&str) -> Option<String>;

/// The variable that a text names, if it has the form `env:NAME`.
pub(super) fn named(text: &str) -> Option<&str> {
    let name = text.strip_prefix("env:")?;
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let shaped = name.bytes().all(legal) && name.bytes().next().is_some_and(|first| !first.is_ascii_digit());
    shaped.then_some(name)
}

/// The value of a variable, wiped on drop. Envoy leaves a missing `host_env_keys` entry out without a word.
pub(super) fn value(name: &str, environment: Environment<'_>) -> Result<Zeroizing<String>, Cause> {
    let value = environment(name).map(Zeroizing::new).filter(|value| !value.is_empty());
    value.ok_or_else(|| Cause::UnsetVariable(name.to_owned()))
}

/// The variable that holds a secret; a secret in the configuration itself is refused.
pub(super) fn secret<'c>(node: &Node<'c>) -> Option<&'c str> {
    node.parsed(|text| named(text).ok_or(Cause::LiteralSecret))
}
