//! A made-up post in which nothing is absent, to try rules on while the configuration is read.

use jiff::civil::date;

use crate::payload::{Document, Kyc, Limits};
use crate::scoring::case::Case;
use crate::scoring::check::{CheckId, CheckOutcome};
use crate::scoring::code::CheckCode;
use crate::scoring::evidence::{Claims, Evidence};
use crate::scoring::reading::Reading;
use crate::scoring::settings::Settings;
use crate::scoring::verdict::CheckResult;

use super::variables::Variables;

const PAYLOAD: &str = include_str!("sample.json");

/// Runs with the variables of the sample, which the tests hold to be readable.
pub(super) fn with_variables<T>(look: impl FnOnce(&Variables<'_>) -> T) -> Option<T> {
    let document = Document::scan(PAYLOAD.as_bytes(), Limits::default()).ok()?;
    let case = Case {
        kyc: Kyc::read(document.root()).ok()?,
        claims: &Claims::default(),
        evidence: &Evidence::default(),
        settings: &Settings::default(),
        today: date(2025, 1, 1),
        authority: Some("kyc.example.com"),
        path: "/kyc",
    };
    let outcomes = [CheckOutcome::Pass, CheckOutcome::Fail, CheckOutcome::Skip].into_iter().cycle();
    let checks: Vec<_> = CheckId::all()
        .zip(outcomes)
        .map(|(check, outcome)| CheckResult { check, outcome, points: 0, code: CheckCode::PortraitPresent })
        .collect();
    let identity = Reading::new(&case, case.kyc.identity());
    let address = case.kyc.address().map(|proof| Reading::new(&case, proof));
    let variables = Variables {
        case: &case,
        identity: &identity,
        address: address.as_ref(),
        checks: &checks,
        identity_score: 75,
        address_score: Some(80),
        known: Default::default(),
    };
    Some(look(&variables))
}

#[cfg(test)]
mod tests {
    use super::super::symbols::{Namespace, Symbol};
    use super::super::symbols::{ScalarType, ValueType};
    use super::super::variables::VariableValue;
    use super::*;

    const REFERENCE: &str = include_str!("../../../docs/rules.md");

    /// Every name has a value in the sample, of the type that it is said to have, and a line in the reference.
    #[test]
    fn nothing_is_absent_and_all_types_are_true() {
        let read = with_variables(|variables| {
            let mut namespaces = vec![(String::new(), Namespace::Root)];
            while let Some((path, namespace)) = namespaces.pop() {
                for (name, symbol) in namespace.entries() {
                    let path = format!("{path}{name}");
                    if let Symbol::Namespace(inner) = symbol {
                        namespaces.push((format!("{path}."), *inner));
                        continue;
                    }
                    let value = variables.value(*symbol, name).unwrap_or_else(|| panic!("{path}"));
                    assert_eq!(type_of(&value), symbol.value_type(), "{path}");
                    // The address proof has the document's members and no lines of its own.
                    let documented = path.replace("address.", "document.");
                    assert!(REFERENCE.contains(&format!("| `{documented}` | {} |", symbol.value_type())), "{path}");
                }
            }
            for check in CheckId::all() {
                assert!(variables.value(Symbol::Check(check), "").is_some());
            }
        });
        assert!(read.is_some());
    }

    fn type_of(value: &VariableValue<'_>) -> ValueType {
        match value {
            VariableValue::Bool(_) => ValueType::BOOL,
            VariableValue::Int(_) => ValueType::INT,
            VariableValue::Double(_) => ValueType::DOUBLE,
            VariableValue::Text(_) => ValueType::TEXT,
            VariableValue::Ints(items) => {
                assert!(!items.is_empty());
                ValueType::List(ScalarType::Int)
            }
            VariableValue::Texts(items) => {
                assert!(!items.is_empty());
                ValueType::List(ScalarType::Text)
            }
        }
    }
}
