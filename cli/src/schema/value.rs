//! Schemas of single values: words, numbers, texts.

use kyc_gate::words::Word;
use serde_json::{Value, json};

/// A text that isn't blank: the white space is Unicode's, as Rust trims it.
pub(super) const NOT_BLANK: &str =
    "[^\\u0009-\\u000d\\u0020\\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
/// `env:NAME`, `sds:NAME`.
pub(super) const SECRET: &str = "^(env:[A-Za-z_][A-Za-z0-9_]*|sds:[!#-)+-\\[\\]-~]{1,256})$";
/// A secret's name among the sources of SDS, or all of them.
pub(super) const SDS_NAME: &str = "^(\\*|[!#-)+-\\[\\]-~]{1,256})$";
/// A token (RFC 9110 section 5.6.2).
pub(super) const TOKEN: &str = "^[!#$%&'*+\\-.^_`|~0-9A-Za-z]+$";
/// A path as requests have it, less the query.
pub(super) const PATH: &str = "^/[!\"$->@-~]*$";
/// A JSON pointer (RFC 6901) to something in a document.
pub(super) const POINTER: &str = "^/([^~]|~[01])*$";
/// A member's name, a dotted path or a JSON pointer.
pub(super) const LOCATOR: &str = "^(/([^~]|~[01])*|[^/.\\[\\]$*][^.\\[\\]$*]*(\\.[^.\\[\\]$*]+)*)$";
/// A SHA-256 in hex.
pub(super) const SHA256: &str = "^[0-9A-Fa-f]{64}$";
/// A name that metrics carry.
pub(super) const NAME: &str = "^[a-z0-9-]{1,64}$";

/// Returns a pattern that matches a word in any case. Of the word, letters and digits stay what they are; all else is
/// part of the pattern.
pub(super) fn any_case(pattern: &str) -> String {
    pattern
        .chars()
        .map(|character| {
            let (upper, lower) = (character.to_ascii_uppercase(), character.to_ascii_lowercase());
            if upper == lower { character.to_string() } else { format!("[{upper}{lower}]") }
        })
        .collect()
}

/// Returns the spellings of a closed set of words.
pub(super) fn spellings<T: Word>() -> Vec<&'static str> {
    T::WORDS.iter().map(|word| word.word()).collect()
}

/// Returns the schema of one of a closed set of words.
pub(super) fn word<T: Word>(default: Option<T>, description: &str) -> Value {
    one_of(&spellings::<T>(), default.map(Word::word), description)
}

/// Returns the schema of one of a few words.
pub(super) fn one_of(words: &[&str], default: Option<&str>, description: &str) -> Value {
    described(json!({ "type": "string", "enum": words }), default.map(Value::from), description)
}

/// Returns the schema of an integer; `16.0` is one too.
pub(super) fn integer(least: u64, most: u64, default: Option<u64>, description: &str) -> Value {
    let schema = json!({ "type": "integer", "minimum": least, "maximum": most });
    described(schema, default.map(Value::from), description)
}

/// Returns the schema of a number from 0.
pub(super) fn number(most: u32, default: f64, description: &str) -> Value {
    described(json!({ "type": "number", "minimum": 0, "maximum": most }), Some(default.into()), description)
}

/// Returns the schema of a switch.
pub(super) fn switch(default: Option<bool>, description: &str) -> Value {
    described(json!({ "type": "boolean" }), default.map(Value::from), description)
}

/// Returns the schema of a text of some form.
pub(super) fn text(pattern: &str, description: &str, examples: &[&str]) -> Value {
    let mut schema = json!({ "type": "string", "pattern": pattern, "description": description });
    if !examples.is_empty() {
        insert(&mut schema, "examples", json!(examples));
    }
    schema
}

/// Returns the schema of a secret: always its name.
pub(super) fn secret(description: &str, example: &str) -> Value {
    text(SECRET, &format!("{description} A secret: `env:NAME`, or `sds:NAME` natively."), &[example])
}

/// Returns the schema of an object with these members and no others.
pub(super) fn object(title: &str, description: &str, required: &[&str], properties: Value) -> Value {
    let mut schema = json!({ "title": title, "description": description, "type": "object" });
    if !required.is_empty() {
        insert(&mut schema, "required", json!(required));
    }
    insert(&mut schema, "additionalProperties", json!(false));
    insert(&mut schema, "properties", properties);
    schema
}

/// Returns the schema of a list.
pub(super) fn list(items: Value, description: &str) -> Value {
    json!({ "type": "array", "description": description, "items": items })
}

/// Adds a member to a schema.
pub(super) fn with(mut schema: Value, key: &str, value: Value) -> Value {
    insert(&mut schema, key, value);
    schema
}

/// Returns a reference to a definition of the same document.
pub(super) fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{name}") })
}

fn described(schema: Value, default: Option<Value>, description: &str) -> Value {
    let schema = with(schema, "description", description.into());
    match default {
        Some(default) => with(schema, "default", default),
        None => schema,
    }
}

fn insert(schema: &mut Value, key: &str, value: Value) {
    if let Some(members) = schema.as_object_mut() {
        members.insert(key.to_owned(), value);
    }
}
