//! Findings as SARIF 2.1.0 (OASIS), for code scanning.

use std::io::{self, Write};
use std::path::Path;

use serde_json::{Value, json};

use crate::check::{Code, FileReport, Finding, Severity};

use super::lines::Lines;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Writes one log with one run.
pub(super) fn write(reports: &[FileReport], output: &mut dyn Write) -> io::Result<()> {
    let mut codes: Vec<Code> = reports.iter().flat_map(|report| &report.findings).map(|finding| finding.code).collect();
    codes.sort();
    codes.dedup();
    let results: Vec<Value> = reports.iter().flat_map(|report| file(report, &codes)).collect();
    let driver = json!({
        "name": "kyc-gate",
        "version": env!("CARGO_PKG_VERSION"),
        "rules": codes.iter().copied().map(rule).collect::<Vec<_>>(),
    });
    let run = json!({ "tool": { "driver": driver }, "columnKind": "unicodeCodePoints", "results": results });
    serde_json::to_writer_pretty(&mut *output, &json!({ "$schema": SCHEMA, "version": "2.1.0", "runs": [run] }))?;
    writeln!(output)
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn rule(code: Code) -> Value {
    json!({
        "id": code.id(),
        "name": format!("{code:?}"),
        "shortDescription": { "text": code.title() },
        "help": { "text": code.remedy() },
        "defaultConfiguration": { "level": level(code.severity()) },
    })
}

fn file(report: &FileReport, codes: &[Code]) -> Vec<Value> {
    let lines = Lines::new(&report.text);
    let uri = uri(&report.path);
    report.findings.iter().map(|finding| result(finding, &lines, &uri, codes)).collect()
}

fn result(finding: &Finding, lines: &Lines<'_>, uri: &str, codes: &[Code]) -> Value {
    let (start, end) = lines.range(&finding.at);
    let region = json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    });
    json!({
        "ruleId": finding.code.id(),
        "ruleIndex": codes.iter().position(|code| *code == finding.code),
        "level": level(finding.code.severity()),
        "message": { "text": format!("{}; {}", finding.message, finding.remedy) },
        "locations": [{ "physicalLocation": { "artifactLocation": { "uri": uri }, "region": region } }],
    })
}

/// Returns a path as a reference (RFC 3986): relative as it is, absolute with its scheme.
fn uri(path: &Path) -> String {
    let mut uri = String::from(if path.is_absolute() { "file://" } else { "" });
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'-' if path == Path::new("-") => uri.push_str("stdin"),
            byte if byte.is_ascii_alphanumeric() || b"/-._~".contains(byte) => uri.push(char::from(*byte)),
            byte => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}
