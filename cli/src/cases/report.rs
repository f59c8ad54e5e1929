//! How cases ended, for people and for what reads it in a pipeline.

use std::fmt::Write as _;
use std::io::{self, Write};

use comfy_table::{ContentArrangement, Table, presets};
use serde_json::{Value, json};

use crate::explain::mask::{self, printable};
use crate::report::github::{data, property};
use crate::report::junit::escaped;
use crate::terminal::{BAD, FAINT, GOOD, STRONG, columns, inert, inert_json, styled, width};

use super::compare::Difference;
use super::coverage::Coverage;
use super::run::Outcome;

/// How it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people: what failed, expected and got side by side.
    Text,
    /// One JSON document.
    Json,
    /// JUnit's XML.
    Junit,
    /// Annotations of GitHub Actions.
    Github,
}

/// What is told beside the outcomes.
pub struct Told<'t> {
    /// What the cases exercise, where that is asked for.
    pub coverage: Option<&'t Coverage>,
    /// Whether identity data may be shown.
    pub show_data: bool,
}

/// Writes how cases ended.
///
/// # Errors
/// What can't be written.
pub fn write(format: Format, outcomes: &[Outcome], told: &Told<'_>, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Text => text(outcomes, told, out),
        Format::Json => writeln!(out, "{}", inert_json(&format!("{:#}", document(outcomes, told)))),
        Format::Junit => junit(outcomes, told, out),
        Format::Github => github(outcomes, told, out),
    }
}

/// Returns what came, where it may be shown.
fn got(outcome: &Outcome, difference: &Difference, told: &Told<'_>) -> String {
    // What a body or a header has is the payload's; all else is the gate's own words.
    let is_data = ["body", "response", "headers"].iter().any(|name| difference.what.starts_with(name));
    if is_data && !told.show_data && !outcome.is_invented && difference.got != "nothing" {
        mask::text_or_date(&difference.got)
    } else {
        printable(&difference.got)
    }
}

fn text(outcomes: &[Outcome], told: &Told<'_>, out: &mut dyn Write) -> io::Result<()> {
    for outcome in outcomes {
        let (mark, style) = if outcome.passed() { ("✓", GOOD) } else { ("✗", BAD) };
        let place = printable(&format!("{}:{}", outcome.case.file.display(), outcome.case.line));
        let room = columns().saturating_sub(width(&place) + 4);
        let name = printable(&outcome.case.name);
        let gap = room.saturating_sub(width(&name));
        let place = if gap > 0 { format!("{:gap$} {}", "", styled(FAINT, &place)) } else { String::new() };
        writeln!(out, "{} {name}{place}", styled(style, mark))?;
        if let Some(failure) = &outcome.failure {
            writeln!(out, "    {}", inert(failure))?;
        }
        if !outcome.differences.is_empty() {
            writeln!(out, "{}", side_by_side(outcome, told))?;
        }
    }
    let failed = outcomes.iter().filter(|outcome| !outcome.passed()).count();
    let passed = outcomes.len() - failed;
    let summary = if failed == 0 { format!("{passed} passed") } else { format!("{failed} failed, {passed} passed") };
    writeln!(out, "\n{}", styled(if failed == 0 { GOOD } else { BAD }.bold(), &summary))?;
    told.coverage.map_or(Ok(()), |coverage| uncovered(coverage, out))
}

fn side_by_side(outcome: &Outcome, told: &Told<'_>) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(u16::try_from(columns().saturating_sub(4)).unwrap_or(100));
    table.set_header(["", "expected", "got"]);
    for difference in &outcome.differences {
        table.add_row([printable(&difference.what), printable(&difference.expected), got(outcome, difference, told)]);
        if let Some(why) = &difference.why {
            table.add_row(["", "", why]);
        }
    }
    table.lines().map(|line| format!("   {}", line.trim_end())).collect::<Vec<_>>().join("\n")
}

fn uncovered(coverage: &Coverage, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n{}", styled(STRONG, "Coverage"))?;
    for (part, missing, all) in coverage.missing() {
        writeln!(out, "  {:<12} {} of {all}", part.as_str(), all - missing.len())?;
        for name in missing {
            writeln!(out, "    {}", styled(FAINT, name))?;
        }
    }
    Ok(())
}

fn document(outcomes: &[Outcome], told: &Told<'_>) -> Value {
    let cases = outcomes.iter().map(|outcome| {
        let differences = outcome.differences.iter().map(|difference| {
            json!({
                "what": difference.what,
                "expected": difference.expected,
                "got": got(outcome, difference, told),
                "why": difference.why,
            })
        });
        json!({
            "name": outcome.case.name,
            "file": outcome.case.file.display().to_string(),
            "line": outcome.case.line,
            "passed": outcome.passed(),
            "failure": outcome.failure,
            "differences": differences.collect::<Vec<_>>(),
        })
    });
    let cases: Vec<Value> = cases.collect();
    let failed = outcomes.iter().filter(|outcome| !outcome.passed()).count();
    let mut document = json!({ "passed": outcomes.len() - failed, "failed": failed, "cases": cases });
    if let (Some(coverage), Some(members)) = (told.coverage, document.as_object_mut()) {
        let parts = coverage.missing().into_iter().map(|(part, missing, all)| {
            (part.as_str().to_owned(), json!({ "all": all, "exercised": all - missing.len(), "missing": missing }))
        });
        members.insert("coverage".to_owned(), Value::Object(parts.collect()));
    }
    document
}

/// Returns why a case failed, a line for each difference.
fn why(outcome: &Outcome, told: &Told<'_>) -> String {
    let mut lines: Vec<String> = outcome.failure.iter().cloned().collect();
    for difference in &outcome.differences {
        let got = got(outcome, difference, told);
        let mut line = format!("{}: expected {}, got {got}", difference.what, printable(&difference.expected));
        if let Some(why) = &difference.why {
            let _ = write!(line, " ({why})");
        }
        lines.push(line);
    }
    lines.join("\n")
}

fn junit(outcomes: &[Outcome], told: &Told<'_>, out: &mut dyn Write) -> io::Result<()> {
    let count = |is_error: bool| {
        outcomes.iter().filter(|outcome| !outcome.passed() && outcome.failure.is_some() == is_error).count()
    };
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    let (tests, failures, errors) = (outcomes.len(), count(false), count(true));
    writeln!(out, "<testsuite name=\"kyc-gate\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\">")?;
    for outcome in outcomes {
        let file = escaped(&outcome.case.file.display().to_string());
        let (name, line) = (escaped(&outcome.case.name), outcome.case.line);
        write!(out, "  <testcase classname=\"{file}\" name=\"{name}\" file=\"{file}\" line=\"{line}\"")?;
        if outcome.passed() {
            writeln!(out, "/>")?;
        } else {
            let kind = if outcome.failure.is_some() { "error" } else { "failure" };
            writeln!(out, ">\n    <{kind}>{}</{kind}>\n  </testcase>", escaped(&why(outcome, told)))?;
        }
    }
    writeln!(out, "</testsuite>")
}

/// Writes a workflow command for each failed case.
fn github(outcomes: &[Outcome], told: &Told<'_>, out: &mut dyn Write) -> io::Result<()> {
    for outcome in outcomes.iter().filter(|outcome| !outcome.passed()) {
        let (file, line) = (property(&outcome.case.file.display().to_string()), outcome.case.line);
        let title = property(&outcome.case.name);
        writeln!(out, "::error file={file},line={line},title={title}::{}", data(&why(outcome, told)))?;
    }
    for (part, missing, all) in told.coverage.map(Coverage::missing).unwrap_or_default() {
        if !missing.is_empty() {
            let told = data(&missing.join("\n"));
            writeln!(out, "::notice title=coverage of {}: {} of {all}::{told}", part.as_str(), all - missing.len())?;
        }
    }
    Ok(())
}
