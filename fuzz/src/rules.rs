//! Rules: any text is compiled or refused, and what was compiled can be evaluated on any payload.

use arbitrary::Arbitrary;
use kyc_gate::payload::{Document, Kyc, Limits};
use kyc_gate::scoring::{Claims, Condition, Expression, Rule, RuleAction};

use super::facts::verdict;
use super::payload::Made;

const PASSPORT: &[u8] = include_bytes!("../../tests/data/relid-v3-passport.json");

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    payload: Option<Made<'a>>,
    expression: &'a str,
}

/// Compiles an expression and judges a payload by it.
pub fn run(data: &[u8]) {
    let Some(input) = super::read::<Input<'_>>(data) else { return };
    let expression = match Expression::compile(input.expression) {
        Ok(expression) => expression,
        Err(error) => {
            let lines = input.expression.split('\n').count();
            assert!(error.at.is_none_or(|(line, column)| line >= 1 && line <= lines + 1 && column >= 1), "{error}");
            return;
        }
    };
    let when = Condition::Expression(Box::new(expression));
    let rule = Rule { name: "r".to_owned(), when, then: RuleAction::Reject, reason: None };
    let bytes = input.payload.map_or(PASSPORT.to_vec(), |made| made.bytes(false));
    let Ok(document) = Document::scan(&bytes, Limits::default()) else { return };
    let Ok(kyc) = Kyc::read(document.root()) else { return };
    let [first, second] = [(); 2].map(|()| verdict(kyc.clone(), &Claims::default(), std::slice::from_ref(&rule)));
    assert_eq!(first, second);
}
