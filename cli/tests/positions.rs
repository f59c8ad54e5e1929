//! Where findings point: a file with marks around what must be underlined, for each way to write a configuration.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, reason = "a test fails by panicking")]

use std::path::Path;

use kyc_gate_cli::check::{self, Code, Options};

/// Checks a file in which `«` and `»` stand around what the only finding must point at.
fn check(marked: &str, code: Code) {
    let start = marked.find('«').unwrap();
    let end = marked.find('»').unwrap() - '«'.len_utf8();
    let text = marked.replace(['«', '»'], "");
    let report = check::check(Path::new("file"), text.as_bytes(), &Options::default());
    let found: Vec<_> = report.findings.iter().filter(|finding| finding.code.number() < 300).collect();
    assert_eq!(found.len(), 1, "{text}\n{found:#?}");
    let found = found[0];
    assert_eq!(found.code, code, "{text}");
    let shown = (&text[found.at.clone()], &text[start..end]);
    assert_eq!(found.at, start..end, "{text}\npoints at {:?}, not {:?}", shown.0, shown.1);
}

/// A filter with a configuration, indented.
fn filter(kind: &str, value: &str) -> String {
    let head = "name: kyc-gate\ntyped_config:\n  \"@type\": type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm\n  \
        config:\n    configuration:\n      \"@type\": type.googleapis.com/google.protobuf.";
    format!("{head}{kind}\n      value: {value}")
}

#[test]
fn points_into_bare_configurations() {
    check(r#"{ "match": { «"path"»: [] } }"#, Code::MisspeltKey);
    check("{\n  \"limits\": { \"maxDepth\": «\"64\"» }\n}\n", Code::Integer);
    check("{\n  \"audit\": {}\n  «\"»match\": {}\n}", Code::Json);
    check("{\"audit\": {}, «\"»audit\": {}}", Code::Json);
    check("{ \"audit\": {}, «1»}", Code::Json);
    check("match:\n  paths: [«kyc»]\n", Code::Path);
    check("# ünïcode\nmatch:\n  methods: [POST]\n  «path»: [/kyc]\n", Code::MisspeltKey);
}

#[test]
fn points_into_block_scalars() {
    check(&filter("StringValue", "|\n        {\n          «\"decisions\"»: {}\n        }\n"), Code::MisspeltKey);
    check(
        &filter(
            "StringValue",
            "|-\n\n\n        {\n\n          \"limits\": {\n      \n            \"maxDepth\": «0»}\n        }",
        ),
        Code::Integer,
    );
    check(&filter("StringValue", "|2\n          {\n         «\"decisions\"»: {}\n        }\n"), Code::MisspeltKey);
    check(
        &filter("StringValue", ">-\n        {\n        \"audit\": {},\n        «\"decisions\"»: {}\n        }\n"),
        Code::MisspeltKey,
    );
    check(
        &filter("StringValue", "|\r\n        {\r\n          «\"decisions\"»: {}\r\n        }\r\n"),
        Code::MisspeltKey,
    );
    check(&filter("StringValue", "|\n        {\n          \"ä\": «{»\n"), Code::Json);
}

#[test]
fn points_into_quoted_scalars() {
    check(&filter("StringValue", "'{ \"audit\": {}, «\"decisions\"»: {} }'"), Code::MisspeltKey);
    check(
        &filter("StringValue", "'{ \"rules\": [{\"name\": \"a''\", \"when\": «\"x\"», \"then\": \"count\"}] }'")
            .replace("a''", "a"),
        Code::Expression,
    );
    check(&filter("StringValue", r#""{ \"audit\": {},\n \u0020 \t «\"decisions\"»: {} }""#), Code::MisspeltKey);
    check(
        &filter("StringValue", "\"{ \\\"audit\\\": {},\n         \\\n         «\\\"decisions\\\"»: {} }\""),
        Code::MisspeltKey,
    );
    let json = r#"{"static_resources": {"a": {"name": "kyc-gate", "typed_config": {"@type": "x/envoy.extensions.filters.http.wasm.v3.Wasm", "config": {"configuration": {"@type": "x/google.protobuf.StringValue", "value": "{\n «\"decisions\"»: {}}"}}}}}}"#;
    check(json, Code::MisspeltKey);
}

#[test]
fn points_into_mappings() {
    check(&filter("Struct", "\n        «decisions»: {}\n"), Code::MisspeltKey);
    check(&filter("Struct", "{ limits: { maxDepth: «no» } }\n"), Code::Integer);
    // Envoy makes a text of a number with a fraction.
    check(&filter("Struct", "{ evidence: { face: { minScore: «1.5» } } }\n"), Code::Number);
    let plugin = "apiVersion: extensions.istio.io/v1alpha1\nkind: WasmPlugin\nmetadata: { name: kyc-gate }\nspec:\n  pluginConfig:\n    ";
    check(&format!("{plugin}audit: {{ «user»: sha256 }}\n"), Code::MisspeltKey);
    let policy = "apiVersion: gateway.envoyproxy.io/v1alpha1\nkind: EnvoyExtensionPolicy\nmetadata: {name: x}\nspec:\n  dynamicModule:\n  - name: kyc-gate\n    config: { «decisions»: {} }\n";
    check(policy, Code::MisspeltKey);
}

#[test]
fn points_through_two_texts() {
    let inner = filter("StringValue", "|\n        {\n          «\"decisions\"»: {}\n        }\n");
    let indented: String = inner.lines().map(|line| format!("    {line}\n")).collect();
    check(&format!("apiVersion: v1\nkind: ConfigMap\ndata:\n  envoy.yaml: |\n{indented}"), Code::MisspeltKey);
    let quoted = inner.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    check(
        &format!("apiVersion: v1\nkind: List\nitems:\n- kind: ConfigMap\n  data:\n    envoy.yaml: \"{quoted}\"\n"),
        Code::MisspeltKey,
    );
    check(
        "apiVersion: v1\nkind: ConfigMap\ndata:\n  gate.json: |\n    { «\"decisions\"»: {}, \"audit\": {} }\n",
        Code::MisspeltKey,
    );
    check(
        "a: 1\n---\napiVersion: v1\nkind: ConfigMap\ndata: {gate.json: '{ «\"decisions\"»: {}, \"audit\": {} }'}\n",
        Code::MisspeltKey,
    );
}

#[test]
fn points_at_what_should_hold_a_missing_key() {
    check(r#"{ "rules": [{ «"name"»: "a", "then": "count" }] }"#, Code::Missing);
    check(r#"{ «"signature"»: {"keyId": "a", "algorithm": "ed25519"} }"#, Code::Missing);
}
