//! Conditions of rules in CEL, the Common Expression Language.
//!
//! The `cel` crate parses and evaluates; this room bounds what it is given, gives names a type, and tells before the
//! first request whether an expression is a condition at all. An expression that was compiled evaluates to true,
//! false or [`Unevaluated`], in bounded time, whatever the payload holds.

mod checker;
mod facts;
mod functions;
mod kind;
mod names;
mod problem;
mod sample;
mod syntax;
mod view;

use std::sync::{Arc, LazyLock};

use ::cel::common::types::CelBool;
use ::cel::{Context, Env, ExecutionError, IdedExpr, Value};

pub(super) use facts::Facts;
pub use problem::ExpressionError;

/// Most items of a list that rules may see.
const MOST_ITEMS: usize = 64;
/// Longest text that rules may see, in bytes.
const LONGEST_TEXT: usize = 1024;

static ENVIRONMENT: LazyLock<Arc<Env>> = LazyLock::new(|| Arc::new(functions::environment()));

/// A compiled condition.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    tree: IdedExpr,
}

/// A condition could not be evaluated: something it names is absent or too large, or a number is out of range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unevaluated;

impl Expression {
    /// Compiles a condition. `docs/rules.md` describes the variables.
    ///
    /// # Errors
    /// No CEL, too long or too costly, an unknown name, a wrong type, or no condition.
    pub fn compile(text: &str) -> Result<Self, ExpressionError> {
        let tree = syntax::parse(text)?;
        checker::check(&tree).map_err(|(node, flaw)| syntax::locate(text, node, &flaw))?;
        let expression = Self { tree };
        // The checks above say that it can be evaluated; the sample makes sure that the crate agrees.
        match sample::with_facts(|facts| expression.result(facts).map(|_| ())) {
            Some(Ok(())) => Ok(expression),
            Some(Err(error)) if depends_on_data(&error) => Ok(expression),
            _ => Err(ExpressionError { at: None, cause: "can't be evaluated".to_owned() }),
        }
    }

    /// Whether it holds.
    ///
    /// # Errors
    /// See [`Unevaluated`].
    pub(super) fn evaluate(&self, facts: &Facts<'_>) -> Result<bool, Unevaluated> {
        self.result(facts).map_err(|_| Unevaluated)
    }

    fn result(&self, facts: &Facts<'_>) -> Result<bool, ExecutionError> {
        let mut context = Context::with_env(Arc::clone(&ENVIRONMENT));
        context.set_variable_resolver(facts);
        let value = Value::resolve_val(&self.tree, &context)?;
        let holds = value.downcast_ref::<CelBool>().map(|holds| *holds.inner());
        holds.ok_or_else(|| ExecutionError::InternalError("no condition".to_owned()))
    }
}

/// Whether another request could be evaluated.
fn depends_on_data(error: &ExecutionError) -> bool {
    use ExecutionError::{DivisionByZero, FunctionError, IndexOutOfBounds, NoSuchKey, Overflow, RemainderByZero};
    matches!(
        error,
        NoSuchKey(_)
            | IndexOutOfBounds(_)
            | DivisionByZero(_)
            | RemainderByZero(_)
            | Overflow(..)
            | FunctionError { .. }
    )
}
