//! Macros: their table of cases, and what holds for every payload.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[macro_use]
#[path = "tables/rows.rs"]
mod rows;
#[path = "tables/template.rs"]
mod table;

#[cfg(not(target_arch = "wasm32"))]
mod properties {
    use kyc_gate::payload::date::DateOrder;
    use kyc_gate::payload::{Document, Limits};
    use kyc_gate::template::{HeaderTemplate, Template};
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::table::{payload_with, render, with_scope};

    /// Text with more than its share of what JSON, headers and macros find special.
    fn text() -> impl Strategy<Value = String> {
        let special = prop::sample::select(
            "\"\\/\0\n\r\t\u{7f}\u{85}\u{2028}\u{2029}\u{feff}${}|:-~'𝄞é".chars().collect::<Vec<_>>(),
        );
        prop::collection::vec(prop_oneof![any::<char>(), special], 0..20)
            .prop_map(|characters| characters.into_iter().collect())
    }

    fn json_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            text().prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec((text(), inner), 0..4)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    /// A spelling of the string in JSON: each character as it is or escaped, as `escaped` says.
    fn spell(text: &str, escaped: u64) -> String {
        let spelled = text.chars().enumerate().map(|(index, character)| {
            let must = character < ' ' || character == '"' || character == '\\';
            if !must && escaped >> (index % 64) & 1 == 0 {
                return character.to_string();
            }
            character.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04X}")).collect()
        });
        format!("\"{}\"", spelled.collect::<String>())
    }

    /// Every pointer into `value`, with what it leads to.
    fn pointers(value: &Value, here: &str, found: &mut Vec<(String, Value)>) {
        found.push((here.to_owned(), value.clone()));
        let steps: Vec<(String, &Value)> = match value {
            Value::Array(elements) => {
                elements.iter().enumerate().map(|(i, element)| (i.to_string(), element)).collect()
            }
            Value::Object(members) => members.iter().map(|(name, member)| (name.clone(), member)).collect(),
            _ => Vec::new(),
        };
        for (step, inner) in steps {
            pointers(inner, &format!("{here}/{}", step.replace('~', "~0").replace('/', "~1")), found);
        }
    }

    /// Whether a pointer can be written in a macro.
    fn is_writable(pointer: &str) -> bool {
        !pointer.contains(['|', '}']) && !pointer.contains(":-") && !pointer.contains("${")
    }

    proptest! {
        #[test]
        fn strings_come_out_as_they_are(value in text(), escaped: u64) {
            let spelled = spell(&value, escaped);
            let payload = payload_with(&format!("{{\"A\":{spelled}}}"));
            let at = "${/kyc_info/document/identity_data/A";
            let template = json!([format!("{at}}}"), format!("<{at}}}>"), format!("{at}|lower}}"), format!("{at}|mask}}")]);
            let rendered = render(&template, &payload);
            let read: Vec<String> = serde_json::from_str(&rendered).unwrap();
            let masked = read[3].chars().zip(value.chars()).filter(|(shown, real)| shown == real).count();
            let first = format!("[{spelled},");
            prop_assert!(rendered.starts_with(&first));
            prop_assert_eq!(&read[..3], &[value.clone(), format!("<{value}>"), value.to_lowercase()]);
            prop_assert_eq!(read[3].chars().count(), value.chars().count());
            let length = value.chars().count();
            let least = if length < 8 { 0 } else { 4 };
            prop_assert!(masked >= least);
            prop_assert!(length >= 8 || read[3].chars().all(|shown| shown == '*'));
        }

        #[test]
        fn pointers_lead_anywhere(value in json_value()) {
            let mut places = Vec::new();
            pointers(&value, "/kyc_info/document/identity_data/A", &mut places);
            let payload = payload_with(&json!({ "A": value }).to_string());
            for (pointer, expected) in places.into_iter().filter(|(pointer, _)| is_writable(pointer)) {
                let rendered = render(&json!([format!("${{{pointer}}}"), format!(" ${{{pointer}}}")]), &payload);
                let text = match &expected {
                    Value::Null => String::new(),
                    Value::String(text) => text.clone(),
                    other => other.to_string(),
                };
                prop_assert_eq!(serde_json::from_str::<Value>(&rendered).unwrap(), json!([expected, format!(" {text}")]));
            }
        }

        #[test]
        fn payload_keeps_its_bytes(value in json_value(), pretty: bool) {
            let value = json!({ "A": value });
            let spelled = if pretty { serde_json::to_string_pretty(&value).unwrap() } else { value.to_string() };
            let payload = payload_with(&spelled);
            prop_assert_eq!(render(&json!("${payload}"), &payload), payload);
        }

        #[test]
        fn any_template_compiles_or_is_refused(
            text in prop_oneof![text(), macro_like()], key in text(), payload in json_value(),
        ) {
            let template = json!({key: [text, 1]});
            let Ok(compiled) = Template::compile(&template) else {
                prop_assert!(HeaderTemplate::compile(&text).is_err());
                return Ok(());
            };
            let line = HeaderTemplate::compile(&text).unwrap();
            let has_macro = text.replace("$${", "_").contains("${");
            prop_assert_eq!(line.is_literal(), !has_macro);
            let payload = payload_with(&json!({ "A": payload }).to_string());
            with_scope(&payload, DateOrder::Dmy, |scope| {
                let out = compiled.render(scope).pieces(payload.as_bytes()).collect::<Vec<_>>().concat();
                assert!(Document::scan(&out, Limits::default()).is_ok());
                assert!(!line.render(scope).contains(|c: char| c.is_control()));
            });
        }

        #[test]
        fn template_without_macros_is_itself(value in json_value()) {
            let plain: Value = serde_json::from_str(&value.to_string().replace('$', "S")).unwrap();
            prop_assert_eq!(render(&plain, &payload_with("{}")), plain.to_string());
        }
    }

    /// Text that is nearly a macro, or is one.
    fn macro_like() -> impl Strategy<Value = String> {
        let token = prop::sample::select(vec![
            "${",
            "${",
            "}",
            "}",
            "$${",
            "|",
            ":-",
            "name",
            "dob",
            "user_id",
            "payload",
            "field:",
            "claim:firstName",
            "/kyc_info",
            "/",
            "~1",
            "date(",
            "%d",
            "%-",
            "%100Y",
            "%",
            ")",
            "upper",
            "sha256",
            "mask",
            " ",
            "\"",
            "é",
        ]);
        let tokens = prop::collection::vec(token, 0..12).prop_map(|tokens| tokens.concat());
        let source =
            prop::sample::select(vec!["name", "dob", "score", "rules", "payload", "/kyc_info", "field:Surname"]);
        let steps = prop::sample::select(vec!["", "|upper", "|mask", ":-x", ":-x|lower", "|date(%F)", "|sha256:-\\\""]);
        let whole = (text(), source, steps, text())
            .prop_map(|(before, source, steps, after)| format!("{before}${{{source}{steps}}}{after}"));
        prop_oneof![tokens, whole]
    }
}
