//! Findings as JSON, for programs.

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::check::{FileReport, Finding, Severity};

use super::lines::Lines;

/// Writes one object.
pub(super) fn write(reports: &[FileReport], output: &mut dyn Write) -> io::Result<()> {
    let count = |severity| reports.iter().map(|report| report.count(severity)).sum::<usize>();
    let whole = json!({
        "version": env!("CARGO_PKG_VERSION"),
        "errors": count(Severity::Error),
        "warnings": count(Severity::Warning),
        "files": reports.iter().map(file).collect::<Vec<_>>(),
    });
    serde_json::to_writer_pretty(&mut *output, &whole)?;
    writeln!(output)
}

fn file(report: &FileReport) -> Value {
    let lines = Lines::new(&report.text);
    json!({
        "file": report.path.display().to_string(),
        "gates": report.gates,
        "findings": report.findings.iter().map(|found| finding(&lines, found)).collect::<Vec<_>>(),
        "omitted": report.more,
    })
}

fn finding(lines: &Lines<'_>, finding: &Finding) -> Value {
    let (start, end) = lines.range(&finding.at);
    json!({
        "code": finding.code.id(),
        "severity": finding.code.severity().as_str(),
        "message": finding.message,
        "help": finding.remedy,
        "path": finding.path,
        "line": start.line,
        "column": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    })
}
