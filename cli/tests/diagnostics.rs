//! The codes, their pages, and the formats of findings.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, reason = "a test fails by panicking")]

use std::path::Path;

use kyc_gate_cli::check::{self, Code, FileReport, Options, Severity};
use kyc_gate_cli::commands::help;
use kyc_gate_cli::report::{self, Format};
use serde_json::Value;

const PAGES: &str = include_str!("../../docs/diagnostics.md");

#[test]
fn codes_have_numbers_of_their_own() {
    assert!(Code::ALL.windows(2).all(|pair| pair[0].number() < pair[1].number()));
    for code in Code::ALL {
        assert_eq!(Code::from_id(&code.id()), Some(*code));
        assert_eq!(Code::from_id(&code.id().to_lowercase()), Some(*code));
    }
    for none in ["", "K", "K101", "K00101", "K9999", "Kä01", "0101"] {
        assert_eq!(Code::from_id(none), None, "{none}");
    }
}

#[test]
fn every_code_has_a_page_and_every_page_a_code() {
    let headings = PAGES.lines().filter_map(|line| line.strip_prefix("### "));
    let codes = Code::ALL.iter().map(|code| format!("{}: {}", code.id(), code.title()));
    assert_eq!(headings.collect::<Vec<_>>(), codes.collect::<Vec<_>>());
    for code in Code::ALL {
        let page: String = help::page(*code).split_whitespace().collect::<Vec<_>>().join(" ");
        let severity = match code.severity() {
            Severity::Error => "Error",
            Severity::Warning => "Warning",
        };
        assert!(page.starts_with(&code.id()), "{page}");
        assert!(page.ends_with(&format!("{severity}. Instead: {}.", code.remedy())), "{page}");
        assert!(page.matches("K0").count() == 1, "{page}");
    }
}

fn reports() -> Vec<FileReport> {
    let spoilt = "{ \"match\": { \"path\": [\"<&,:%>\"] },\n  \"decision\": { \"onError\": \"forward\" } }";
    let warned = "{ \"decision\": { \"onError\": \"forward\" } }";
    let files = [("a dir/é,1.json", spoilt), ("clean.yaml", "match: { paths: [/kyc] }\n"), ("warned.json", warned)];
    files.map(|(path, text)| check::check(Path::new(path), text.as_bytes(), &Options::default())).into()
}

fn written(format: Format) -> String {
    let mut written = Vec::new();
    report::write(format, &reports(), &mut written).unwrap();
    String::from_utf8(written).unwrap()
}

#[test]
fn json_has_everything() {
    let json: Value = serde_json::from_str(&written(Format::Json)).unwrap();
    assert_eq!((&json["errors"], &json["warnings"]), (&1.into(), &1.into()));
    assert_eq!(json["files"].as_array().unwrap().len(), 3);
    let finding = &json["files"][0]["findings"][0];
    assert_eq!((&finding["code"], &finding["path"]), (&"K0104".into(), &"match.path".into()));
    assert_eq!((&finding["line"], &finding["column"], &finding["endColumn"]), (&1.into(), &14.into(), &20.into()));
}

/// What SARIF 2.1.0 requires: sections 3.13, 3.14, 3.18, 3.19, 3.27, 3.30 and 3.49.
#[test]
fn sarif_has_what_its_schema_requires() {
    let log: Value = serde_json::from_str(&written(Format::Sarif)).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    assert!(run["tool"]["driver"]["name"].is_string());
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(run["results"].as_array().unwrap().len(), 2);
    for result in run["results"].as_array().unwrap() {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(["error", "warning"].contains(&result["level"].as_str().unwrap()));
        assert!(result["message"]["text"].is_string());
        let place = &result["locations"][0]["physicalLocation"];
        let uri = place["artifactLocation"]["uri"].as_str().unwrap();
        assert!(uri.bytes().all(|byte| byte.is_ascii_graphic()), "{uri}");
        for member in ["startLine", "startColumn", "endLine", "endColumn"] {
            assert!(place["region"][member].as_u64().unwrap() > 0);
        }
    }
    assert_eq!(
        run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
        "a%20dir/%C3%A9%2C1.json"
    );
}

#[test]
fn junit_counts_and_escapes() {
    let xml = written(Format::Junit);
    assert!(xml.contains("<testsuites name=\"kyc-gate check\" tests=\"3\" failures=\"2\">"), "{xml}");
    assert_eq!(xml.matches("<testcase ").count(), 3);
    assert_eq!(xml.matches("<failure ").count(), 2);
    assert_eq!(xml.matches("</failure>").count(), 2);
}

#[test]
fn github_escapes_what_ends_a_property() {
    let commands = written(Format::Github);
    let lines: Vec<&str> = commands.lines().collect();
    assert_eq!(lines.len(), 2);
    assert!(lines[0].starts_with("::error file=a dir/é%2C1.json,line=1,col=14,"), "{commands}");
    assert!(lines[1].starts_with("::warning file=warned.json,line=1,"), "{commands}");
}
