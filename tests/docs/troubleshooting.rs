//! `docs/troubleshooting.md` has an entry for each thing that the gate says.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use kyc_gate::confirmation::ResponseError;
use kyc_gate::crypto::UnreadableCause;
use kyc_gate::exchange::local_reply::denial;
use kyc_gate::exchange::refusal::ErrorCode;
use kyc_gate::http::CallFailure;

use crate::markdown::{Page, Table, code, page, table};

pub fn run() {
    let guide = page("docs/troubleshooting.md");
    every_code_has_an_entry(&guide);
    rows_are(&guide, "### `unreadable-body`", "cause", UnreadableCause::ALL.map(UnreadableCause::as_str).into());
    rows_are(&guide, "## Causes of an outage", "cause", CallFailure::ALL.map(CallFailure::as_str).into());
    every_refused_answer_has_a_row(&guide);
    every_log_line_has_a_row(&guide);
}

fn every_code_has_an_entry(guide: &Page) {
    let entries: BTreeSet<_> =
        guide.text.lines().filter_map(|line| line.strip_prefix("### `")?.strip_suffix('`')).collect();
    let details = denial("").details;
    let denied = details.strip_prefix("kyc_gate_").unwrap();
    let real = ErrorCode::ALL.map(ErrorCode::as_str).into_iter().chain([denied]).collect();
    assert_eq!(entries, real);

    let reference = page("docs/configuration.md");
    let of_api = table(reference.section("## `settingsApi`"), "code");
    let entries: BTreeSet<_> = entries
        .into_iter()
        .chain(first_words(&table(guide.section("### Codes of the settings API"), "code")))
        .map(str::to_owned)
        .collect();
    let missing: Vec<_> = first_words(&of_api).into_iter().filter(|code| !entries.contains(*code)).collect();
    assert_eq!(missing, Vec::<&str>::new());
}

/// The rows of a section's table begin with these words.
fn rows_are(guide: &Page, heading: &str, head: &str, real: Vec<&str>) {
    let table = table(guide.section(heading), head);
    assert_eq!(first_words(&table), real.into_iter().collect(), "{heading}");
}

fn first_words(table: &Table) -> BTreeSet<&str> {
    table.rows.iter().map(|row| code(&row[0])[0]).collect()
}

fn every_refused_answer_has_a_row(guide: &Page) {
    use ResponseError as Error;
    let all = [
        Error::Status(500),
        Error::Encoded,
        Error::Empty,
        Error::TooLarge,
        Error::NotJson,
        Error::Result,
        Error::ReferenceNumber,
        Error::UserId,
        Error::OtherUser,
        Error::Overloaded,
        Error::Unsealable,
    ];
    let rows = table(guide.section("### `bad-backend-answer`"), "the backend's answer was refused").rows;
    let said: BTreeSet<_> = rows.iter().map(|row| row[0].clone()).collect();
    assert_eq!(said, all.iter().map(ToString::to_string).collect());
}

/// What a source of the gate says behind `kyc-gate: ` begins like a row, up to the row's `…`; and each row's line is
/// said.
fn every_log_line_has_a_row(guide: &Page) {
    let table = table(guide.section("## Lines in Envoy's log"), "line");
    let listed: Vec<&str> =
        first_words(&table).into_iter().map(|row| row.split('…').next().unwrap().trim_end()).collect();
    let said = said_by(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/gate"));
    assert!(said.len() >= 15, "only {} were found", said.len());
    for line in &said {
        assert!(listed.iter().any(|row| line.starts_with(row)), "{line}");
    }
    for row in listed {
        assert!(said.iter().any(|line| line.starts_with(row)), "nothing says {row}");
    }
}

fn said_by(folder: &Path) -> BTreeSet<String> {
    let mut said = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            said.extend(said_by(&entry));
        } else {
            let source = fs::read_to_string(&entry).unwrap();
            let texts = source.split("\"kyc-gate: ").skip(1);
            said.extend(texts.map(|text| text.split(['"', '\\']).next().unwrap().trim_end().to_owned()));
        }
    }
    said
}
