//! Compiling and evaluating a condition.

use std::sync::{Arc, LazyLock};

use ::cel::common::types::CelBool;
use ::cel::{Context, Env, ExecutionError, IdedExpr, Value};

use super::error::ExpressionError;
use super::variables::Variables;
use super::{checker, functions, sample, syntax};

static ENVIRONMENT: LazyLock<Arc<Env>> = LazyLock::new(|| Arc::new(functions::environment()));

/// A compiled condition.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    text: String,
    tree: IdedExpr,
}

/// A condition could not be evaluated: something it names is absent or too large, or a number is out of range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unevaluated;

impl Expression {
    /// Compiles a condition. `docs/rules.md` describes the variables.
    ///
    /// ```
    /// use kyc_gate::scoring::Expression;
    ///
    /// assert!(Expression::compile("document.expired && score < 90").is_ok());
    /// let error = Expression::compile("document.expired && person.shoe_size > 40").unwrap_err();
    /// assert_eq!(error.to_string(), "at 1:27: unknown member");
    /// ```
    ///
    /// # Errors
    /// No CEL, too long or too costly, an unknown name, a wrong type, or no condition.
    pub fn compile(text: &str) -> Result<Self, ExpressionError> {
        let tree = syntax::parse(text)?;
        checker::check(&tree).map_err(|(node, flaw)| syntax::locate(text, node, &flaw))?;
        let expression = Self { text: text.to_owned(), tree };
        // The checks above say that it can be evaluated; the sample makes sure that the crate agrees.
        match sample::with_variables(|variables| expression.result(variables).map(|_| ())) {
            Some(Ok(())) => Ok(expression),
            Some(Err(error)) if depends_on_data(&error) => Ok(expression),
            _ => Err(ExpressionError { at: None, cause: "can't be evaluated".to_owned() }),
        }
    }

    /// Returns the condition as it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns whether it holds.
    ///
    /// # Errors
    /// See [`Unevaluated`].
    pub(in crate::scoring) fn evaluate(&self, variables: &Variables<'_>) -> Result<bool, Unevaluated> {
        self.result(variables).map_err(|_| Unevaluated)
    }

    fn result(&self, variables: &Variables<'_>) -> Result<bool, ExecutionError> {
        let mut context = Context::with_env(Arc::clone(&ENVIRONMENT));
        context.set_variable_resolver(variables);
        let value = Value::resolve_val(&self.tree, &context)?;
        let holds = value.downcast_ref::<CelBool>().map(|holds| *holds.inner());
        holds.ok_or_else(|| ExecutionError::InternalError("no condition".to_owned()))
    }
}

/// Returns whether another request could be evaluated.
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
