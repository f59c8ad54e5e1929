//! The functions that a rule can call: those of CEL's standard library that fit, and two of its strings extension.

use ::cel::Env;
use ::cel::common::types::CelString;

use crate::words;

use super::symbols::{ScalarType, ValueType};

/// Returns the environment in which rules are evaluated.
pub(super) fn environment() -> Env {
    let mut env = Env::default().with_optional_support(false).with_stdlib();
    // They can be declared twice only by us; a rule that missed one would be refused by its sample.
    let _ = ::cel::add_member_overload!(env, fn lower_ascii: (CelString) -> CelString);
    let _ = ::cel::add_member_overload!(env, fn upper_ascii: (CelString) -> CelString);
    env
}

const NAMES: [&str; 9] =
    ["size", "contains", "startsWith", "endsWith", "lowerAscii", "upperAscii", "int", "double", "string"];

/// Returns the function whose name is nearest to one that isn't any function's.
pub(super) fn meant(name: &str) -> Option<String> {
    words::meant(name, NAMES).filter(|meant| *meant != name).map(str::to_owned)
}

/// Returns what a function gives for arguments of these types, its target first; `None` when there is no such function.
pub(super) fn result(name: &str, is_member: bool, arguments: &[ValueType]) -> Option<ValueType> {
    match (name, is_member, arguments) {
        ("size", _, [ValueType::TEXT | ValueType::List(_) | ValueType::Empty]) => Some(ValueType::INT),
        ("contains" | "startsWith" | "endsWith", true, [ValueType::TEXT, ValueType::TEXT]) => Some(ValueType::BOOL),
        ("lowerAscii" | "upperAscii", true, [ValueType::TEXT]) => Some(ValueType::TEXT),
        ("int", false, [ValueType::INT | ValueType::DOUBLE | ValueType::TEXT]) => Some(ValueType::INT),
        ("double", false, [ValueType::INT | ValueType::DOUBLE | ValueType::TEXT]) => Some(ValueType::DOUBLE),
        (
            "string",
            false,
            [ValueType::Scalar(ScalarType::Bool | ScalarType::Int | ScalarType::Double | ScalarType::Text)],
        ) => Some(ValueType::TEXT),
        _ => None,
    }
}

fn lower_ascii(this: &CelString<'_>) -> CelString<'static> {
    this.to_ascii_lowercase().into()
}

fn upper_ascii(this: &CelString<'_>) -> CelString<'static> {
    this.to_ascii_uppercase().into()
}
