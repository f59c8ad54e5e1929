//! The published schemas are what `kyc-gate schema` prints, and say what the gate's own readers do.
//!
//! Thousands of documents are made from the repository's own ones and from the schemas, and judged by both. What a
//! schema can't tell is listed in cli/tests/schemas/beyond.json, each with its reason.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]

#[path = "schemas/audit.rs"]
mod audit;
#[path = "schemas/beyond.rs"]
mod beyond;
#[path = "schemas/config.rs"]
mod config;
#[path = "shared/dice.rs"]
mod dice;
#[path = "schemas/generate.rs"]
mod generate;
#[path = "schemas/mutate.rs"]
mod mutate;
#[path = "schemas/payload.rs"]
mod payload;

use std::fs;
use std::path::{Path, PathBuf};

use jsonschema::Validator;
use kyc_gate_cli::commands::schema;
use kyc_gate_cli::schema::Subject;
use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn json(path: &str) -> Value {
    serde_json::from_str(&read(path)).unwrap()
}

fn validator(subject: Subject) -> Validator {
    let schema = subject.schema();
    jsonschema::meta::validate(&schema).unwrap_or_else(|error| panic!("{}: {error}", subject.file()));
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
}

/// With `SCHEMAS=overwrite` in the environment they are written.
#[test]
fn the_published_schemas_are_the_commands_output() {
    let folder = root().join("schema");
    for subject in Subject::ALL {
        let (file, text) = (folder.join(subject.file()), schema::text(subject).ok().unwrap() + "\n");
        if std::env::var_os("SCHEMAS").is_some_and(|how| how == "overwrite") {
            fs::create_dir_all(&folder).unwrap();
            fs::write(&file, &text).unwrap();
        }
        assert_eq!(fs::read_to_string(&file).unwrap_or_default(), text, "{}", file.display());
    }
    let published = fs::read_dir(folder).unwrap().count();
    assert_eq!(published, Subject::ALL.len(), "something else in schema/");
}

/// Editors show descriptions, so nothing may be without one.
#[test]
fn every_member_is_described() {
    for subject in [Subject::Config, Subject::Audit] {
        described(&subject.schema(), "", subject.file());
    }
}

fn described(schema: &Value, path: &str, file: &str) {
    for (name, member) in schema["properties"].as_object().into_iter().flatten() {
        let path = format!("{path}/{name}");
        assert!(member["description"].is_string() || member["$ref"].is_string(), "{file}: {path} has no description");
        described(member, &path, file);
        described(&member["items"], &path, file);
    }
}
