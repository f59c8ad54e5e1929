//! Findings as JUnit's XML, for test reports: a suite for each file, a failed case for each finding.

use std::io::{self, Write};

use crate::check::{FileReport, Finding, Severity};

use super::lines::Lines;

/// Writes one document.
pub(super) fn write(reports: &[FileReport], output: &mut dyn Write) -> io::Result<()> {
    let failures: usize = reports.iter().map(|report| report.findings.len()).sum();
    let tests: usize = reports.iter().map(|report| report.findings.len().max(1)).sum();
    writeln!(output, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(output, "<testsuites name=\"kyc-gate check\" tests=\"{tests}\" failures=\"{failures}\">")?;
    reports.iter().try_for_each(|report| suite(report, output))?;
    writeln!(output, "</testsuites>")
}

fn suite(report: &FileReport, output: &mut dyn Write) -> io::Result<()> {
    let file = escaped(&report.path.display().to_string());
    let (failures, tests) = (report.findings.len(), report.findings.len().max(1));
    writeln!(output, "  <testsuite name=\"{file}\" tests=\"{tests}\" failures=\"{failures}\">")?;
    if report.findings.is_empty() {
        writeln!(output, "    <testcase classname=\"{file}\" name=\"nothing to report\"/>")?;
    }
    let lines = Lines::new(&report.text);
    report.findings.iter().try_for_each(|finding| case(finding, &lines, &file, output))?;
    writeln!(output, "  </testsuite>")
}

fn case(finding: &Finding, lines: &Lines<'_>, file: &str, output: &mut dyn Write) -> io::Result<()> {
    let (start, _) = lines.range(&finding.at);
    let place = format!("{}:{}", start.line, start.column);
    let (id, message, remedy) = (finding.code.id(), escaped(&finding.message), escaped(&finding.remedy));
    let severity = match finding.code.severity() {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    writeln!(output, "    <testcase classname=\"{file}\" name=\"{id} at {place}\">")?;
    writeln!(output, "      <failure type=\"{id}\" message=\"{message}\">{severity}: {file}:{place}: {message}")?;
    writeln!(output, "help: {remedy}</failure>")?;
    writeln!(output, "    </testcase>")
}

/// Escapes what XML 1.0 gives a meaning, and replaces what it hasn't.
pub(crate) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' => escaped.push_str("&#10;"),
            '\t' => escaped.push('\t'),
            other if other.is_control() || matches!(other, '\u{fffe}' | '\u{ffff}') => escaped.push('\u{fffd}'),
            other => escaped.push(other),
        }
    }
    escaped
}
