//! The types of rule expressions. There are few on purpose, so that each can be told before a request comes.

use std::fmt;

use super::names::Object;

/// A type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Scalar(Scalar),
    List(Scalar),
    /// `[]`, a list of anything.
    Empty,
    Object(Object),
}

/// What a list can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scalar {
    Bool,
    Int,
    Double,
    Text,
    /// How a check ended: `"pass"`, `"fail"` or `"skip"`.
    CheckOutcome,
}

impl Kind {
    pub(super) const BOOL: Self = Self::Scalar(Scalar::Bool);
    pub(super) const INT: Self = Self::Scalar(Scalar::Int);
    pub(super) const DOUBLE: Self = Self::Scalar(Scalar::Double);
    pub(super) const TEXT: Self = Self::Scalar(Scalar::Text);
    pub(super) const OUTCOME: Self = Self::Scalar(Scalar::CheckOutcome);
    pub(super) const INTS: Self = Self::List(Scalar::Int);
    pub(super) const TEXTS: Self = Self::List(Scalar::Text);

    /// The type of a value that may be one or the other.
    pub(super) fn join(self, other: Self) -> Option<Self> {
        match (self, other) {
            (left, right) if left == right => Some(left),
            (Self::Empty, Self::List(item)) | (Self::List(item), Self::Empty) => Some(Self::List(item)),
            _ => None,
        }
    }

    /// Whether `==` can tell the two apart.
    pub(super) fn compares_with(self, other: Self) -> bool {
        match (self, other) {
            (Self::Scalar(left), Self::Scalar(right)) => left.compares_with(right),
            (Self::List(left), Self::List(right)) => left.compares_with(right),
            (Self::List(_) | Self::Empty, Self::List(_) | Self::Empty) => true,
            _ => false,
        }
    }

    pub(super) fn is_number(self) -> bool {
        matches!(self, Self::INT | Self::DOUBLE)
    }
}

impl Scalar {
    pub(super) fn compares_with(self, other: Self) -> bool {
        use Scalar::{CheckOutcome, Double, Int, Text};
        self == other
            || matches!((self, other), (Int, Double) | (Double, Int) | (Text, CheckOutcome) | (CheckOutcome, Text))
    }
}

impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Double => "double",
            Self::Text => "string",
            Self::CheckOutcome => "outcome of a check",
        })
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scalar(scalar) => scalar.fmt(f),
            Self::List(item) => write!(f, "list of {item}"),
            Self::Empty => f.write_str("list"),
            Self::Object(_) => f.write_str("object"),
        }
    }
}
