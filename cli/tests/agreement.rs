//! `check` says what Envoy will do: it finds something exactly where the gate refuses a configuration, however that is
//! written. `tests/e2e/test_check.py` asks Envoy itself.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::fs;
use std::path::Path;

use kyc_gate::config::Config;
use kyc_gate_cli::check::{self, Finding, Options, Secrets};
use serde_json::{Value, json};

/// A filter with a configuration, its variables beside it.
fn filter(configuration: Value, variables: &Value) -> Value {
    let kind = "type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm";
    let vm = json!({ "environment_variables": { "key_values": variables } });
    let config = json!({ "configuration": configuration, "vm_config": vm });
    json!({ "resources": [{ "name": "kyc-gate", "typed_config": { "@type": kind, "config": config } }] })
}

/// What is said about the configuration itself.
fn said(file: &str) -> Vec<Finding> {
    let options = Options { secrets: Secrets::Environment, ..Options::default() };
    let report = check::check(Path::new("file"), file.as_bytes(), &options);
    assert_eq!(report.gates.len(), 1, "{file}");
    report.findings.into_iter().filter(|finding| (100..200).contains(&finding.code.number())).collect()
}

/// Compares what is said with what the gate says, for each way to write a configuration.
fn compare(name: &str, text: &str, variables: &Value) {
    let environment = |name: &str| variables[name].as_str().map(str::to_owned);
    let problems = Config::parse(text.as_bytes(), &environment).err().map(|problems| problems.0).unwrap_or_default();
    let string = json!({ "@type": "type.googleapis.com/google.protobuf.StringValue", "value": text });
    let mut ways = vec![("StringValue", string)];
    if let Ok(object @ Value::Object(_)) = serde_json::from_str(text)
        && problems.iter().all(|problem| !problem.cause.to_string().contains("JSON at"))
    {
        let kind = "type.googleapis.com/google.protobuf.Struct";
        ways.push(("Struct", json!({ "@type": kind, "value": object })));
    }
    for (way, configuration) in ways {
        let file = serde_json::to_string_pretty(&filter(configuration, variables)).unwrap();
        let mut told: Vec<_> = said(&file).into_iter().map(|finding| finding.path.unwrap()).collect();
        let mut expected: Vec<_> = problems.iter().map(|problem| problem.path.clone()).collect();
        // In the order of the file there, of the document here: the same but for keys that are missing.
        told.sort();
        expected.sort();
        assert_eq!(told, expected, "{name} as {way}");
    }
}

fn cases(text: &str) -> Vec<Value> {
    serde_json::from_str(text).unwrap()
}

#[test]
fn the_tables_of_configurations() {
    let tables =
        [include_str!("../../tests/data/config-accepted.json"), include_str!("../../tests/data/config-refused.json")];
    for case in tables.into_iter().flat_map(cases) {
        let text = case["text"].as_str().map_or_else(|| case["config"].to_string(), str::to_owned);
        let variables = if case["env"].is_null() { json!({}) } else { case["env"].clone() };
        compare(case["name"].as_str().unwrap(), &text, &variables);
    }
}

#[test]
fn the_configurations_of_faults() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/data/faults");
    let mut seen = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let case: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        if case["config"].is_object() {
            seen += 1;
            compare(&path.display().to_string(), &case["config"].to_string(), &json!({}));
        }
    }
    assert!(seen > 10, "{seen}");
}

/// A configuration that the gate accepts with its secrets is accepted without them too.
#[test]
fn placeholders_fit() {
    for case in cases(include_str!("../../tests/data/config-accepted.json")) {
        let text = case["text"].as_str().map_or_else(|| case["config"].to_string(), str::to_owned);
        let string = json!({ "@type": "type.googleapis.com/google.protobuf.StringValue", "value": text });
        let file = filter(string, &json!({})).to_string();
        let report = check::check(Path::new("file"), file.as_bytes(), &Options::default());
        let found: Vec<_> =
            report.findings.iter().filter(|finding| (100..200).contains(&finding.code.number())).collect();
        assert!(found.is_empty(), "{}: {found:#?}", case["name"]);
    }
    let full = include_str!("../../tests/data/config-full.json");
    let report = check::check(Path::new("file"), full.as_bytes(), &Options::default());
    let errors: Vec<_> = report.findings.iter().filter(|finding| (100..200).contains(&finding.code.number())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}
