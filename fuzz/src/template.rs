//! Templates: what they write is JSON, and header values are one line, whatever the payload.

use arbitrary::Arbitrary;
use kyc_gate::payload::date::DateOrder;
use kyc_gate::payload::{Document, Kyc, Limits};
use kyc_gate::scoring::{Claim, Claims};
use kyc_gate::template::{HeaderTemplate, Scope, Template};
use serde_json::Value;

use super::facts::verdict;
use super::payload::Made;

const PASSPORT: &[u8] = include_bytes!("../../tests/data/relid-v3-passport.json");

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    /// The passport if there is none.
    payload: Option<Made<'a>>,
    seconds: u32,
    claim: [char; 2],
    /// The template: JSON, or a text in a string.
    template: &'a str,
}

/// Compiles any template and renders it over a payload.
pub fn run(data: &[u8]) {
    let Some(input) = super::read::<Input<'_>>(data) else { return };
    let text = Value::String(input.template.to_owned());
    let template = serde_json::from_str(input.template).unwrap_or(text);
    let compiled = Template::compile(&template);
    let line = HeaderTemplate::compile(input.template);
    let bytes = input.payload.as_ref().map_or(PASSPORT.to_vec(), |made| made.bytes(false));
    let Ok(document) = Document::scan(&bytes, Limits::default()) else { return };
    let Ok(kyc) = Kyc::read(document.root()) else { return };
    let mut claims = Claims::default();
    claims.set(Claim::FirstName, input.claim.iter().collect::<String>().into());
    let verdict = verdict(kyc.clone(), &claims, &[]);
    let received_at = jiff::Timestamp::from_second(input.seconds.into()).unwrap();
    let scope = Scope::new(kyc, &claims, &verdict, received_at, DateOrder::Dmy);
    match compiled {
        Ok(compiled) => {
            let out = compiled.render(&scope).pieces(&bytes).collect::<Vec<_>>().concat();
            check(&out, &template);
        }
        Err(problems) => assert!(!problems.is_empty()),
    }
    if let Ok(line) = line {
        let line = line.render(&scope);
        assert!(!line.chars().any(char::is_control) && line.trim() == line, "{line:?}");
    }
}

fn check(out: &[u8], template: &Value) {
    let text = std::str::from_utf8(out).unwrap();
    match serde_json::from_slice::<Value>(out) {
        Ok(rendered) => {
            if !template.to_string().contains('$') {
                assert_eq!(&rendered, template);
            }
        }
        // Numbers and depths of the payload that serde_json can't represent go on as they came.
        Err(why) => {
            let why = why.to_string();
            assert!(why.starts_with("number out of range") || why.starts_with("recursion limit"), "{why}: {text}");
        }
    }
}
