//! A made-up post in which nothing is absent, to try rules on while the configuration is read.

use jiff::civil::date;

use crate::payload::{Document, Kyc, Limits};
use crate::scoring::case::Case;
use crate::scoring::check::{CheckId, CheckOutcome};
use crate::scoring::code::CheckCode;
use crate::scoring::evidence::{Claims, Evidence};
use crate::scoring::settings::Settings;
use crate::scoring::verdict::CheckResult;

use super::Facts;

const PAYLOAD: &str = include_str!("sample.json");

/// Runs with the facts of the sample, which the tests hold to be readable.
pub(super) fn with_facts<T>(look: impl FnOnce(&Facts<'_>) -> T) -> Option<T> {
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
    let address = case.address();
    let facts =
        Facts { case: &case, address: address.as_ref(), checks: &checks, identity_score: 75, address_score: Some(80) };
    Some(look(&facts))
}

#[cfg(test)]
mod tests {
    use super::super::facts::Drawn;
    use super::super::kind::{Kind, Scalar};
    use super::super::names::{Meaning, Object};
    use super::*;

    const REFERENCE: &str = include_str!("../../../docs/rules.md");

    /// Every name has a value in the sample, of the type that it is said to have, and a line in the reference.
    #[test]
    fn nothing_is_absent_and_all_types_are_true() {
        let read = with_facts(|facts| {
            let mut objects = vec![(String::new(), Object::Root)];
            while let Some((path, object)) = objects.pop() {
                for (name, meaning) in object.entries() {
                    let path = format!("{path}{name}");
                    if let Meaning::Object(inner) = meaning {
                        objects.push((format!("{path}."), *inner));
                        continue;
                    }
                    let drawn = facts.draw(*meaning, name).unwrap_or_else(|| panic!("{path}"));
                    assert_eq!(kind_of(&drawn), meaning.kind(), "{path}");
                    // The address proof has the document's members and no lines of its own.
                    let documented = path.replace("address.", "document.");
                    assert!(REFERENCE.contains(&format!("| `{documented}` | {} |", meaning.kind())), "{path}");
                }
            }
            for check in CheckId::all() {
                assert!(facts.draw(Meaning::Check(check), "").is_some());
            }
        });
        assert!(read.is_some());
    }

    fn kind_of(drawn: &Drawn<'_>) -> Kind {
        match drawn {
            Drawn::Bool(_) => Kind::BOOL,
            Drawn::Int(_) => Kind::INT,
            Drawn::Double(_) => Kind::DOUBLE,
            Drawn::Text(_) => Kind::TEXT,
            Drawn::Ints(items) => {
                assert!(!items.is_empty());
                Kind::List(Scalar::Int)
            }
            Drawn::Texts(items) => {
                assert!(!items.is_empty());
                Kind::List(Scalar::Text)
            }
        }
    }
}
