//! The configuration: whatever it is, it is taken or refused as a whole, and no value is ever shown.

use kyc_gate::config::{Config, Problems};
use serde_json::Value;

/// Stands in every value, and in nothing that the gate writes itself. No part of a variable's name, which is shown.
pub const MARK: &str = "~m4rk!";
const SECRET: &str = "S3cr3tS3cr3tS3cr3tS3cr3tS3cr3tS3";

/// Parses any bytes as a configuration, then the same with a mark in every string.
pub fn run(data: &[u8]) {
    check(data);
    if let Some(marked) = serde_json::from_slice(data).ok().and_then(|json| marked(&json)) {
        check(marked.to_string().as_bytes());
    }
}

fn check(bytes: &[u8]) {
    for environment in [|_: &str| None, |_: &str| Some(SECRET.to_owned())] {
        match Config::parse(bytes, &environment) {
            Ok(config) => {
                assert!(config.max_body_bytes > 0 && !config.methods.is_empty() && !config.paths.is_empty());
                assert!(config.decision.header_prefix.ends_with('-'));
            }
            Err(problems) => check_problems(&problems),
        }
    }
}

fn check_problems(problems: &Problems) {
    assert!(!problems.0.is_empty());
    let text = problems.to_string();
    assert!(!text.contains(MARK) && !text.contains(SECRET), "{text}");
    assert_eq!(text.lines().count(), problems.0.len() + 1, "{text}");
}

/// The same document with a mark in every string that isn't the name of a member. `None` where there is one already:
/// names are shown, and a fuzzer soon learns what it is that is looked for.
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
