//! `kyc-gate test`: what passes, what fails, what is refused, and what it says in each format.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // Tests may fail loudly.

use std::path::{Path, PathBuf};
use std::process::Command;

use kyc_gate_cli::{schema, source};
use serde_json::Value;

const CONFIG: &str = r#"{
    "requestEncryption": { "enable": true, "algorithm": "AES", "key": "env:NOT_SET", "cipherSpec": "AES/GCM/NoPadding" },
    "requestBody": { "who": "${name}", "born": "${dob:-unknown}", "decision": "${decision}" },
    "rules": [{ "name": "foreign", "when": "document.issuing_state != \"LV\"", "then": "review" }]
}"#;

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str, files: &[(&str, &str)]) -> Self {
        let folder = std::env::temp_dir().join(format!("kyc-gate-test-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        for (file, content) in files {
            std::fs::write(folder.join(file), content).unwrap();
        }
        Self(folder)
    }

    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_kyc-gate"))
            .arg("test")
            .args(arguments)
            .current_dir(&self.0)
            .env("COLUMNS", "100")
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all::<&Path>(&self.0);
    }
}

const CASES: &str = r#"
defaults: { config: gate.json, at: 2026-11-29 }
cases:
  - name: clean
    expect: { decision: accept, score: 100, failed: [], rules: [], body: { who: MAIRA ELZA BERZKALNE, born: "1991-07-31" } }
  - name: no birth
    patch: { kyc_info: { document: { identity_data: { Date of birth: null }, identity_data_details: null } } }
    expect: { checks: { dateOfBirth: BIRTH_DATE_MISSING, hasMinimalAge: fail }, decision: reject }
  - name: foreign
    sample: id-card
    seed: 2
    expect: { decision: review, rules: [foreign], headers: { x-kyc-rules: foreign, x-kyc-mode: null } }
  - name: in the clear
    asSent: true
    expect: { decision: error, error: unreadable-body, cause: plaintext, status: 400 }
  - name: another configuration
    configPatch: { decision: { onAccept: deny } }
    expect: { action: deny, status: 403, response: { type: "urn:kyc-gate:rejected" } }
"#;

#[test]
fn cases_that_hold_pass() {
    let birth = born();
    let cases = CASES.replace("1991-07-31", &birth);
    let folder = Folder::new("holds", &[("gate.json", CONFIG), ("cases.yaml", &cases), ("payload.json", "{}")]);
    let (code, told, error) = folder.run(&["."]);
    assert_eq!((code, error.as_str()), (0, "note: no cases in ./gate.json, ./payload.json\n"), "{told}");
    assert!(told.ends_with("5 passed\n"), "{told}");
    let (code, told, _) = folder.run(&["cases.yaml", "--filter", "foreign", "--format", "json", "--coverage"]);
    let told: Value = serde_json::from_str(&told).unwrap();
    assert_eq!((code, &told["passed"]), (0, &Value::from(1)));
    let missing = |part: &str| told["coverage"][part]["missing"].to_string();
    assert!(
        missing("rules").contains("expired-document never fires") && !missing("rules").contains("foreign never fires")
    );
    assert!(missing("macros").contains("${dob:-unknown} is never missing") && !missing("macros").contains("decision"));
    assert!(missing("thresholds").contains("identity score never gives reject"));
}

/// The sample's date of birth, as the command itself writes it.
fn born() -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_kyc-gate")).args(["sample", "--at", "2026-11-29"]).output().unwrap();
    let payload: Value = serde_json::from_slice(&output.stdout).unwrap();
    payload["kyc_info"]["document"]["identity_data"]["Date of birth"].as_str().unwrap().to_owned()
}

#[test]
fn what_is_otherwise_than_expected_is_told() {
    for (expect, told) in [
        ("decision: reject", "decision: expected reject, got accept"),
        ("score: 99", "score: expected 99, got 100"),
        ("failed: [lastName]", "failed: expected lastName, got none"),
        ("skipped: []", "skipped: expected none, got isPublishedOnline"),
        ("checks: { lastName: skip }", "checks.lastName: expected skip, got pass (NAME_SOURCES_AGREE"),
        ("checks: { lastName: NAME_MISSING }", "checks.lastName: expected NAME_MISSING, got NAME_SOURCES_AGREE"),
        ("checks: { address.city: pass }", "checks.address.city: expected pass, got not made"),
        ("codes: [PHONE_MISSING]", "codes: expected PHONE_MISSING, got PORTRAIT_PRESENT"),
        ("rules: [underage]", "rules: expected underage, got none"),
        ("reasons: [other]", "reasons: expected other, got none"),
        ("body: { who: X }", "body.who: expected X, got MAIRA ELZA BERZKALNE"),
        ("body: { who: null }", "body.who: expected nothing, got MAIRA ELZA BERZKALNE"),
        ("body: { a: { b: 1 } }", "body.a: expected {\"b\":1}, got nothing"),
        ("headers: { x-kyc-score: 1 }", "headers.x-kyc-score: expected 1, got 100"),
        ("headers: { X-Kyc-Decision: null }", "headers.X-Kyc-Decision: expected nothing, got accept"),
        ("status: 200", "status: expected 200, got nothing"),
        ("response: { result: true }", "response: expected {\"result\":true}, got nothing"),
        ("error: invalid-payload", "error: expected invalid-payload, got nothing"),
        ("cause: json", "cause: expected json, got nothing"),
        ("action: deny", "action: expected deny, got forward"),
        ("mode: shadow", "mode: expected shadow, got enforce"),
        ("profile: a", "profile: expected a, got nothing"),
        ("identityScore: 3", "identityScore: expected 3, got 100"),
        ("addressScore: 3", "addressScore: expected 3, got nothing"),
        ("disagreements: [surname]", "disagreements: expected surname, got none"),
        ("counted: [x]", "counted: expected x, got none"),
        ("passed: []", "passed: expected none, got containsImage"),
    ] {
        let case = format!("name: one\nconfig: gate.json\nat: 2026-11-29\nexpect: {{ {expect} }}\n");
        let folder = Folder::new("fails", &[("gate.json", CONFIG), ("case.yaml", &case)]);
        for format in ["github", "junit"] {
            let (code, out, error) = folder.run(&["case.yaml", "--format", format]);
            assert_eq!((code, error.as_str()), (1, ""), "{expect}");
            let plain = out.replace("&quot;", "\"");
            assert!(plain.contains(told), "{expect}: {plain}");
        }
        let (code, out, _) = folder.run(&["case.yaml"]);
        assert!(code == 1 && out.contains("expected") && out.ends_with("1 failed, 0 passed\n"), "{out}");
    }
}

/// Returns whether a text is one document that fits the published schema.
fn fits_schema(text: &str) -> bool {
    let (roots, error) = source::parse(text);
    let ([root], None) = (roots.as_slice(), error) else { return false };
    let schema = jsonschema::validator_for(&schema::Subject::Case.schema()).unwrap();
    schema.is_valid(&root.json(source::Dialect::Kubernetes))
}

#[test]
fn the_schema_takes_what_the_command_takes() {
    assert!(fits_schema(CASES));
    assert!(fits_schema("expect: { decision: accept }\n"));
}

/// Whatever nobody would look at is refused, with its place.
#[test]
fn nothing_passes_quietly() {
    for (case, told) in [
        ("name: x\n", "case.yaml:1:1: expects nothing"),
        ("expect: {}\n", "expects nothing"),
        ("expect: { body: {} }\n", "case.yaml:1:11: body expects nothing"),
        ("expect: { checks: {} }\n", "checks expects nothing"),
        ("expect: { decisio: accept }\n", "unknown key decisio: did you mean decision?"),
        ("expect: { decision: yes }\n", "decision must be accept"),
        ("expect: { checks: { lastname: pass } }\n", "unknown check lastname: did you mean lastName?"),
        ("expect: { checks: { lastName: passed } }\n", "must be pass, fail, skip or a reason code"),
        ("expect: { mode: shade }\n", "mode must be enforce or shadow"),
        ("expect: { error: unreadable }\n", "unknown error code unreadable"),
        ("expect: { cause: jsn }\n", "unknown cause jsn: did you mean json?"),
        ("expect: { codes: [NAMES_MISSING] }\n", "unknown reason code NAMES_MISSING: did you mean NAME_MISSING?"),
        ("expect: { reasons: [others] }\n", "unknown reason others: did you mean other?"),
        ("expect: { disagreements: [name] }\n", "unknown field name"),
        ("expect: { failed: lastName }\n", "failed must be a list of names"),
        ("expect: { failed: [lastNames] }\n", "unknown check lastNames: did you mean lastName?"),
        ("expect: { score: 101 }\n", "score must be a whole number from 0 to 100"),
        ("expekt: { score: 1 }\nexpect: { score: 1 }\n", "unknown key expekt: did you mean expect?"),
        ("sample: cleanx\nexpect: { score: 1 }\n", "unknown sample cleanx: did you mean clean?"),
        ("sample: clean\npayload: {}\nexpect: { score: 1 }\n", "only"),
        ("at: yesterday\nexpect: { score: 1 }\n", "must be a day"),
        ("seed: many\nexpect: { score: 1 }\n", "seed must be a whole number"),
        ("headers: [a]\nexpect: { score: 1 }\n", "headers must be a mapping"),
        ("config: [a]\nexpect: { score: 1 }\n", "config must be a file's path"),
        ("cases: []\n", "there are no cases"),
        ("defaults: { expect: { score: 1 } }\ncases: [{ expect: { score: 1 } }]\n", "unknown key expect"),
        ("cases: [{ name: a, expect: { score: 1 } }, { name: a, expect: { score: 2 } }]\n", "another case called"),
        ("a: [\n", "case.yaml:"),
        ("expect: { score: 1 }\n---\nexpect: { score: 2 }\n", "must be one document"),
    ] {
        // What no schema tells: days, and names that are there twice.
        let is_untold = ["must be a day", "another case called"].contains(&told);
        assert_eq!(fits_schema(case), is_untold, "{case}");
        let folder = Folder::new("refused", &[("case.yaml", case)]);
        let (code, out, error) = folder.run(&["case.yaml"]);
        assert_eq!((code, out.as_str()), (2, ""), "{case}");
        assert!(error.contains(told), "{case}: {error}");
    }
    let folder = Folder::new("empty", &[("gate.json", CONFIG)]);
    let (code, _, error) = folder.run(&["."]);
    assert!(code == 2 && error.contains("there are no cases"), "{error}");
}
