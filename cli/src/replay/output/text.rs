//! A replay's result for a terminal.

use std::io::Write;

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

use crate::failure::Failure;
use crate::replay::condition::percent;
use crate::replay::pattern::State;
use crate::replay::policy::Policy;
use crate::replay::result::{Outcomes, file_name, scores};
use crate::replay::summary::CheckFigures;
use crate::terminal::{self, STRONG};

/// Writes the result.
///
/// # Errors
/// What can't be written.
pub fn write(outcomes: &Outcomes, mut out: impl Write) -> Result<(), Failure> {
    let out = &mut out;
    policies(outcomes, out)?;
    section(out, "Difference")?;
    if outcomes.difference.is_empty() {
        writeln!(out, "  None that could change a decision.")?;
    }
    for sentence in &outcomes.difference {
        paragraph(out, 2, sentence)?;
    }
    section(out, "Posts")?;
    counts(outcomes, out)?;
    if outcomes.summary.posts == 0 {
        paragraph(out, 2, "Nothing could be scored, so there is nothing to compare.")?;
        out.flush()?;
        return Ok(());
    }
    section(out, "Decisions")?;
    decisions(outcomes, out)?;
    section(out, "From (rows, in force) to (columns, proposed)")?;
    transitions(outcomes, out)?;
    section(out, "Checks")?;
    checks(outcomes, out)?;
    if outcomes.summary.flips > 0 {
        section(out, "What changed them")?;
        causes(outcomes, out)?;
    }
    if !outcomes.judgements.is_empty() {
        section(out, "Conditions")?;
    }
    for judged in &outcomes.judgements {
        let verdict = if judged.holds { "holds, so this replay fails" } else { "doesn't hold" };
        paragraph(out, 2, &format!("{}  found {}: {verdict}", judged.condition, judged.found))?;
    }
    if outcomes.summary.flips > 0 {
        section(out, "Posts whose decision changes")?;
        flips(outcomes, out)?;
    }
    out.flush()?;
    Ok(())
}

fn section(out: &mut impl Write, title: &str) -> std::io::Result<()> {
    writeln!(out)?;
    let columns = terminal::own_columns().unwrap_or(usize::MAX);
    terminal::wrapped(title, columns).iter().try_for_each(|line| writeln!(out, "{}", terminal::styled(STRONG, line)))
}

/// Writes a text, broken into lines on a terminal. In a pipe each is one, for those who look for words.
fn paragraph(out: &mut impl Write, indent: usize, text: &str) -> std::io::Result<()> {
    let Some(columns) = terminal::own_columns() else { return writeln!(out, "{:indent$}{text}", "") };
    for (at, line) in terminal::wrapped(text, columns.saturating_sub(indent + 2)).iter().enumerate() {
        writeln!(out, "{:1$}{line}", "", if at == 0 { indent } else { indent + 2 })?;
    }
    Ok(())
}

fn policies(outcomes: &Outcomes, out: &mut impl Write) -> Result<(), Failure> {
    let mut table = table(&["", "configuration", "revision", "settings"], &[]);
    let row = |name: &str, policy: &Policy| {
        [name.to_owned(), file_name(&policy.path), policy.config_revision.clone(), policy.settings_revision.clone()]
    };
    table.add_row(row("in force", &outcomes.policies.old));
    table.add_row(row("proposed", &outcomes.policies.new));
    show(out, &table)
}

fn counts(outcomes: &Outcomes, out: &mut impl Write) -> Result<(), Failure> {
    let (summary, tally) = (&outcomes.summary, &outcomes.replayed.tally);
    paragraph(out, 2, &format!("{} {} read, {} scored", summary.read, outcomes.items(), summary.posts))?;
    if outcomes.is_audit && tally.other_lines > 0 {
        let lines = if tally.other_lines == 1 { "line" } else { "lines" };
        paragraph(out, 2, &format!("{} other {lines} of the log skipped", tally.other_lines))?;
    }
    for (reason, (count, first)) in &tally.ineligible {
        let place = outcomes.place(*first);
        paragraph(out, 2, &format!("{count} not eligible, {}: {} (first: {place})", reason.word(), reason.text()))?;
    }
    let unknown = summary.proposed(State::Unknown);
    if unknown > 0 {
        let told = "scored in force, but what is proposed for them can't be known from audit lines:";
        paragraph(out, 2, &format!("{unknown} {told}"))?;
    }
    for (why, count) in &summary.unknowns {
        paragraph(out, 4, &format!("{count} {}: {}", why.as_str(), why.text()))?;
    }
    Ok(())
}

fn decisions(outcomes: &Outcomes, out: &mut impl Write) -> Result<(), Failure> {
    let summary = &outcomes.summary;
    let mut table = table(&["", "in force", "", "proposed", "", "difference"], &[1, 2, 3, 4, 5]);
    for state in summary.states() {
        let (before, after) = (summary.in_force(state), summary.proposed(state));
        let shares = [before, after].map(|count| percent(count, summary.posts));
        table.add_row([
            state.as_str().to_owned(),
            before.to_string(),
            format!("{:.1}%", shares[0]),
            after.to_string(),
            format!("{:.1}%", shares[1]),
            signed(shares[1] - shares[0]),
        ]);
    }
    show(out, &table)
}

fn signed(points: f64) -> String {
    let text = format!("{points:+.1}");
    if text == "+0.0" || text == "-0.0" { "0.0".to_owned() } else { text }
}

fn transitions(outcomes: &Outcomes, out: &mut impl Write) -> Result<(), Failure> {
    let summary = &outcomes.summary;
    let states = summary.states();
    let header: Vec<&str> = [""].into_iter().chain(states.iter().map(|state| state.as_str())).collect();
    let mut table = table(&header, &(1..=states.len()).collect::<Vec<_>>());
    for from in states.iter().filter(|state| **state != State::Unknown) {
        let counts = states.iter().map(|to| match summary.transition(*from, *to) {
            0 => "\u{b7}".to_owned(),
            count => count.to_string(),
        });
        table.add_row([from.as_str().to_owned()].into_iter().chain(counts).collect::<Vec<_>>());
    }
    show(out, &table)?;
    let share = percent(summary.flips, summary.posts);
    let decisions = if summary.posts == 1 { "decision changes" } else { "decisions change" };
    paragraph(out, 2, &format!("{} of {} {decisions} ({share:.1}%)", summary.flips, summary.posts))?;
    Ok(())
}

fn checks(outcomes: &Outcomes, out: &mut impl Write) -> Result<(), Failure> {
    let mut table = table(&["", "failed", "", "no evidence", "points", "flips"], &[1, 2, 3, 4, 5]);
    for figures in &outcomes.summary.checks {
        table.add_row([
            figures.check.to_string(),
            both(figures.failed.map(|count| count.to_string())),
            both(rates(figures)),
            both(figures.skipped.map(|count| count.to_string())),
            both(figures.points.map(range)),
            share(figures.share.sum()),
        ]);
    }
    show(out, &table)
}

fn rates(figures: &CheckFigures) -> [String; 2] {
    let ([before, after], [failed_before, failed_after]) = (figures.made, figures.failed);
    [percent(failed_before, before), percent(failed_after, after)].map(|rate| format!("{rate:.1}%"))
}

/// Writes a weight, or the least and the most of several profiles.
fn range((least, most): (u8, u8)) -> String {
    if least == most { least.to_string() } else { format!("{least} to {most}") }
}

/// Writes what is in force and proposed, or both at once where they are the same.
fn both([before, after]: [String; 2]) -> String {
    if before == after { before } else { format!("{before} \u{2192} {after}") }
}

fn share(flips: f64) -> String {
    let text = format!("{flips:.1}");
    if matches!(text.as_str(), "0.0" | "-0.0") { "\u{b7}".to_owned() } else { text }
}

fn causes(outcomes: &Outcomes, out: &mut impl Write) -> Result<(), Failure> {
    let summary = &outcomes.summary;
    let mut table = table(&["", "decisions", "", "worse", "better"], &[1, 2, 3, 4]);
    for (cause, caused) in &summary.causes {
        let all = crate::replay::condition::number(summary.flips);
        table.add_row([
            cause.to_string(),
            share(caused.sum()),
            format!("{:.0}%", caused.sum() * 100.0 / all),
            share(caused.worse),
            share(caused.better),
        ]);
    }
    show(out, &table)
}

fn flips(outcomes: &Outcomes, out: &mut impl Write) -> Result<(), Failure> {
    for flip in outcomes.flips() {
        let outcome = outcomes.conclude(flip.pattern);
        let mut causes = outcomes.policies.causes(flip.pattern);
        causes.sort_by(|(_, one), (_, other)| other.total_cmp(one));
        let causes = causes.iter().filter(|(_, share)| *share > 0.0).map(|(cause, _)| cause.to_string());
        let (from, to) = (outcome.from.as_str(), outcome.to.as_str());
        let causes = causes.collect::<Vec<_>>().join(", ");
        let told = format!(
            "{}  {from} \u{2192} {to}  {}  {}  {causes}",
            terminal::padded(&flip.id, 16),
            both(scores(&outcome)),
            flip.place
        );
        match terminal::own_columns() {
            Some(columns) if terminal::width(&told) + 2 > columns => paragraph(out, 2, &told)?,
            _ => writeln!(out, "  {told}")?,
        }
    }
    Ok(())
}

fn table(header: &[&str], right: &[usize]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    if let Some(columns) = terminal::own_columns() {
        table.set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(u16::try_from(columns.saturating_sub(1)).unwrap_or(u16::MAX));
    }
    table.set_header(header.to_vec());
    for at in right {
        if let Some(column) = table.column_mut(*at) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

fn show(out: &mut impl Write, table: &Table) -> Result<(), Failure> {
    for line in table.lines() {
        writeln!(out, " {}", line.trim_end())?;
    }
    Ok(())
}
