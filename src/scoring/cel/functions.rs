//! The functions that a rule can call: those of CEL's standard library that fit, and two of its strings extension.

use ::cel::Env;
use ::cel::common::types::CelString;

use super::kind::{Kind, Scalar};

/// The environment in which rules are evaluated.
pub(super) fn environment() -> Env {
    let mut env = Env::default().with_optional_support(false).with_stdlib();
    // They can be declared twice only by us; a rule that missed one would be refused by its sample.
    let _ = ::cel::add_member_overload!(env, fn lower_ascii: (CelString) -> CelString);
    let _ = ::cel::add_member_overload!(env, fn upper_ascii: (CelString) -> CelString);
    env
}

/// What a function gives for arguments of these types, its target first; `None` when there is no such function.
pub(super) fn result(name: &str, is_member: bool, arguments: &[Kind]) -> Option<Kind> {
    match (name, is_member, arguments) {
        ("size", _, [Kind::TEXT | Kind::List(_) | Kind::Empty]) => Some(Kind::INT),
        ("contains" | "startsWith" | "endsWith", true, [Kind::TEXT, Kind::TEXT]) => Some(Kind::BOOL),
        ("lowerAscii" | "upperAscii", true, [Kind::TEXT]) => Some(Kind::TEXT),
        ("int", false, [Kind::INT | Kind::DOUBLE | Kind::TEXT]) => Some(Kind::INT),
        ("double", false, [Kind::INT | Kind::DOUBLE | Kind::TEXT]) => Some(Kind::DOUBLE),
        ("string", false, [Kind::Scalar(Scalar::Bool | Scalar::Int | Scalar::Double | Scalar::Text)]) => {
            Some(Kind::TEXT)
        }
        _ => None,
    }
}

fn lower_ascii(this: &CelString<'_>) -> CelString<'static> {
    this.to_ascii_lowercase().into()
}

fn upper_ascii(this: &CelString<'_>) -> CelString<'static> {
    this.to_ascii_uppercase().into()
}
