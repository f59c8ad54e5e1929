//! Conditions of rules in CEL, the Common Expression Language.
//!
//! The `cel` crate parses and evaluates; this room bounds what it is given, gives names a type, and tells before the
//! first request whether an expression is a condition at all. An expression that was compiled evaluates to true,
//! false or [`Unevaluated`], in bounded time, whatever the payload holds.

mod checker;
mod domain;
mod error;
mod expression;
mod functions;
mod limits;
mod sample;
mod symbols;
mod syntax;
mod variables;
mod view;

pub use error::ExpressionError;
pub use expression::{Expression, Unevaluated};
pub(super) use variables::{KnownValues, Variables};
