//! The configuration: whatever it is, it is taken or refused as a whole, and no value is ever shown.

use kyc_gate::config::{Config, Problems};
use serde_json::Value;

/// Stands in every value, and in nothing that the gate writes itself. No part of a variable's name, which is shown.
pub const MARK: &str = "~m4rk!";
const SECRET: &str = "S3cr3tS3cr3tS3cr3tS3cr3tS3cr3tS3";

/// Parses any bytes as a configuration, then the same with a mark in every string.
pub fn run(data: &[u8]) {
    // Names are shown, and a fuzzer soon learns what it is that is looked for.
    let names_secret = data.windows(SECRET.len()).any(|bytes| bytes == SECRET.as_bytes());
    assert!(names_secret || !problems(data).contains(SECRET));
    if let Some(marked) = serde_json::from_slice(data).ok().and_then(|json| marked(&json)) {
        assert!(!problems(marked.to_string().as_bytes()).contains(MARK));
    }
}

/// What is told of a configuration, without and with its variables.
fn problems(bytes: &[u8]) -> String {
    let environments = [|_: &str| None, |_: &str| Some(SECRET.to_owned())];
    environments.map(|environment| told(Config::parse(bytes, &environment))).concat()
}

fn told(parsed: Result<Config, Problems>) -> String {
    match parsed {
        Ok(config) => {
            assert!(config.max_body_bytes > 0 && !config.methods.is_empty() && !config.paths.is_empty());
            assert!(config.decision.header_prefix.ends_with('-'));
            String::new()
        }
        Err(problems) => {
            assert!(!problems.0.is_empty());
            let text = problems.to_string();
            assert_eq!(text.lines().count(), problems.0.len() + 1, "{text}");
            text
        }
    }
}

/// The same document with a mark in every string that isn't the name of a member. `None` where there is one already.
pub fn marked(document: &Value) -> Option<Value> {
    (!document.to_string().contains(MARK)).then(|| with_marks(document))
}

fn with_marks(value: &Value) -> Value {
    match value {
        Value::String(text) => format!("{text}{MARK}").into(),
        Value::Array(elements) => elements.iter().map(with_marks).collect(),
        Value::Object(members) => members.iter().map(|(name, member)| (name.clone(), with_marks(member))).collect(),
        other => other.clone(),
    }
}
