//! The posts whose decision changes, as CSV (RFC 4180).

use std::io::Write;

use csv::{Terminator, WriterBuilder};

use crate::failure::Failure;
use crate::replay::result::{Outcomes, scores};

const HEADER: [&str; 9] =
    ["place", "id", "from", "to", "score_in_force", "score_proposed", "failed_in_force", "failed_proposed", "causes"];

/// Writes a row for each post whose decision changes.
///
/// # Errors
/// What can't be written.
pub fn write(outcomes: &Outcomes, out: impl Write) -> Result<(), Failure> {
    let mut writer = WriterBuilder::new().terminator(Terminator::Any(b'\n')).from_writer(out);
    let failed = |error: csv::Error| match error.into_kind() {
        csv::ErrorKind::Io(error) => Failure::Write(error),
        _ => Failure::Usage("a row can't be written as CSV".to_owned()),
    };
    writer.write_record(HEADER).map_err(failed)?;
    for flip in outcomes.flips() {
        let outcome = outcomes.conclude(flip.pattern);
        let checks = [flip.pattern.old, flip.pattern.new].map(|side| {
            let failed = side.judged().map(|judged| judged.failed().map(|check| check.to_string()).collect::<Vec<_>>());
            failed.unwrap_or_default().join(" ")
        });
        let causes = outcomes.policies.causes(flip.pattern).into_iter();
        let causes: Vec<String> =
            causes.filter(|(_, share)| *share != 0.0).map(|(cause, share)| format!("{cause}={share:.3}")).collect();
        let [old_score, new_score] = scores(&outcome);
        let [old_checks, new_checks] = checks;
        let row = [
            unspread(flip.place),
            unspread(flip.id),
            outcome.from.as_str().to_owned(),
            outcome.to.as_str().to_owned(),
            old_score,
            new_score,
            old_checks,
            new_checks,
            causes.join("; "),
        ];
        writer.write_record(&row).map_err(failed)?;
    }
    writer.flush()?;
    Ok(())
}

/// Keeps spreadsheets from taking a text of somebody else's for a formula.
fn unspread(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) && text != "-" { format!("'{text}") } else { text }
}
