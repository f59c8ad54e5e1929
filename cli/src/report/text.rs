//! Findings for people: each with its line, underlined.

use std::io::{self, Write};
use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};

use crate::check::{FileReport, Finding, Severity};

use super::lines::Lines;

/// Columns to fit into where there is no terminal.
const DEFAULT_WIDTH: usize = 140;
/// Most gates of a file that are named.
const MOST_NAMES: usize = 8;
/// Most bytes that are shown of a line on each side of what is underlined.
const MOST_AROUND: usize = 400;

/// Writes findings, file by file.
pub(super) fn write(reports: &[FileReport], output: &mut dyn Write) -> io::Result<()> {
    let renderer = Renderer::styled().decor_style(DecorStyle::Ascii).term_width(width());
    for report in reports {
        if report.findings.is_empty() {
            let names = names(&report.gates);
            let names = if names.is_empty() { names } else { format!("{names}: ") };
            writeln!(output, "{}: {names}nothing to report", report.path.display())?;
        }
        let lines = Lines::new(&report.text);
        for finding in &report.findings {
            writeln!(output, "{}\n", rendered(&renderer, report, &lines, finding))?;
        }
        if report.more > 0 {
            writeln!(output, "{}: {} more", report.path.display(), report.more)?;
        }
    }
    Ok(())
}

/// Returns the names of gates, of many the first.
fn names(gates: &[String]) -> String {
    let shown = gates.get(..MOST_NAMES).unwrap_or(gates).join(", ");
    match gates.len().saturating_sub(MOST_NAMES) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// Returns how wide the terminal is.
fn width() -> usize {
    terminal_size::terminal_size().map_or(DEFAULT_WIDTH, |(width, _)| usize::from(width.0))
}

fn rendered(renderer: &Renderer, report: &FileReport, lines: &Lines<'_>, finding: &Finding) -> String {
    let level = match finding.code.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let position = lines.position(finding.at.start);
    let line = lines.around(finding.at.start);
    let shown = window(&report.text, line.clone(), &finding.at);
    let source = report.text.get(shown.clone()).unwrap_or_default();
    let start = finding.at.start.clamp(shown.start, shown.end) - shown.start;
    let end = finding.at.end.clamp(shown.start, shown.end) - shown.start;
    let span = char_boundary(source, start)..char_boundary(source, end.max(start));
    let path = report.path.display().to_string();
    let snippet = Snippet::source(source).line_start(position.line).annotation(AnnotationKind::Primary.span(span));
    let title = level.primary_title(finding.message.as_str()).id(finding.code.id());
    let help = Level::HELP.message(finding.remedy.as_ref());
    let group = if shown == line {
        title.element(snippet.path(path)).element(help)
    } else {
        // Columns of what is shown aren't those of the line.
        let path = format!("{path}:{}:{}", position.line, position.column);
        title.element(Origin::path(path)).element(snippet).element(help)
    };
    renderer.render(&[group])
}

/// Returns the part of a line that is shown: all of it, unless it is very long.
fn window(text: &str, line: Range<usize>, at: &Range<usize>) -> Range<usize> {
    let start = at.start.saturating_sub(MOST_AROUND).max(line.start);
    let end = at.start.saturating_add(MOST_AROUND).min(line.end);
    let start = (start..=at.start).find(|at| text.is_char_boundary(*at)).unwrap_or(line.start);
    let end = (end..=line.end).find(|at| text.is_char_boundary(*at)).unwrap_or(line.end);
    start.min(end)..end
}

fn char_boundary(text: &str, at: usize) -> usize {
    (at..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len())
}
