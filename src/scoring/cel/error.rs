//! Why an expression is refused.

use std::fmt;

use crate::words::probably;

use super::symbols::ValueType;

/// Why an expression is refused, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpressionError {
    /// Line and column, both from 1, columns in characters.
    pub at: Option<(usize, usize)>,
    /// What is wrong there, without a word of the expression, but with the known one that is nearest to it.
    pub cause: String,
}

impl fmt::Display for ExpressionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((line, column)) = self.at {
            write!(f, "at {line}:{column}: ")?;
        }
        f.write_str(&self.cause)
    }
}

impl std::error::Error for ExpressionError {}

/// What is wrong with a syntactically sound expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Flaw {
    #[error("must be a condition: true or false, not {0}")]
    NotBoolean(ValueType),
    #[error("unknown variable{}", probably(.0.as_deref()))]
    UnknownVariable(Option<String>),
    #[error("unknown member{}", probably(.0.as_deref()))]
    UnknownMember(Option<String>),
    #[error("no such check{}", probably(.0.as_deref()))]
    UnknownCheck(Option<String>),
    #[error("unknown function, or not for these arguments{}", probably(.0.as_deref()))]
    UnknownFunction(Option<String>),
    #[error("{0} can't be used with {1}")]
    Operand(&'static str, ValueType),
    #[error("{0} can't be used with {1} and {2}")]
    Operands(&'static str, ValueType, ValueType),
    #[error("the two sides of : must have the same type, not {0} and {1}")]
    Branches(ValueType, ValueType),
    #[error("a list holds values of one type, not of {0} and {1}")]
    MixedList(ValueType, ValueType),
    #[error("a list can't hold {0}")]
    NestedList(ValueType),
    #[error("needs the name in quotes between the brackets")]
    DynamicName,
    #[error("has members; name one of them")]
    WholeObject,
    #[error("never so: a check ends as \"pass\", \"fail\" or \"skip\"")]
    NoOutcome,
    #[error("never so: {0}")]
    Never(String),
    #[error("never or always so: {0}")]
    Always(String),
    #[error("names a variable of the gate; take another name")]
    Shadowed,
    #[error("{0} can't be used in rules")]
    Unsupported(&'static str),
    #[error("nested too deep")]
    TooDeep,
    #[error("may take too many steps: fewer or smaller lists inside each other")]
    TooCostly,
}
