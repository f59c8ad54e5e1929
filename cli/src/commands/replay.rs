//! `kyc-gate replay`: what a change of policy does to recorded posts.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use jiff::Timestamp;

use crate::failure::Failure;
use crate::judged::parse_header;
use crate::replay::condition::Condition;
use crate::replay::difference;
use crate::replay::output::{write_csv, write_json, write_text};
use crate::replay::pattern::Policies;
use crate::replay::policy::Policy;
use crate::replay::posts::Given;
use crate::replay::report;
use crate::replay::result::{Outcomes, file_name};
use crate::replay::run::{self, AuditOptions, Input};
use crate::replay::summary::Summary;
use crate::{at, terminal};

/// Scores recorded posts under two policies and tells what changes.
#[derive(clap::Args)]
#[command(group(clap::ArgGroup::new("input").required(true).args(["files", "audit"])))]
#[command(group(clap::ArgGroup::new("proposal").required(true).multiple(true).args(["config", "settings"])))]
#[command(after_help = "Examples:
  kyc-gate replay --audit envoy.log --baseline gate.json --settings proposed.json
  kyc-gate replay posts.ndjson --baseline old.json --config new.json --html report.html
  kyc-gate replay posts/ --at 2026-11-29 --baseline old.json --config new.json --fail-if 'reject>+0.5%'")]
pub struct Replay {
    /// Recorded posts: NDJSON, a directory of files, or a file with one post; `-` for stdin.
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Logs with audit lines, in place of posts: no payloads and no keys are needed.
    #[arg(long, value_name = "LOG", num_args = 1..)]
    audit: Vec<PathBuf>,
    /// The configuration in force.
    #[arg(long, value_name = "FILE")]
    baseline: PathBuf,
    /// The proposed configuration; the one in force without it.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Settings in force that aren't in the configuration, as `settings get` writes them.
    #[arg(long, value_name = "FILE")]
    baseline_settings: Option<PathBuf>,
    /// Proposed settings that aren't in the configuration.
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
    /// When posts came that don't say: a day, an instant (RFC 3339), or `now`.
    #[arg(long, value_name = "TIME", value_parser = at::parse, conflicts_with = "audit")]
    at: Option<Timestamp>,
    /// A header of every post, such as a claim; can be given several times.
    #[arg(long, short = 'H', value_name = "NAME=VALUE", value_parser = parse_header, conflicts_with = "audit")]
    header: Vec<(String, String)>,
    /// Take audit lines of other configurations too, as if only their weights and thresholds had differed.
    #[arg(long, conflicts_with = "files")]
    any_revision: bool,
    /// Fail (exit status 1) on a condition such as 'reject>+0.5%'; can be given several times.
    #[arg(long, value_name = "CONDITION")]
    fail_if: Vec<Condition>,
    /// Write the report: one HTML file that needs nothing else.
    #[arg(long, value_name = "REPORT")]
    html: Option<PathBuf>,
    /// Print JSON.
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// Print the posts whose decision changes, as CSV.
    #[arg(long)]
    csv: bool,
    /// Show ids as they are, and not their digests.
    #[arg(long)]
    show_data: bool,
}

impl Replay {
    /// Scores everything and prints what changes. The exit status is 1 where a condition of `--fail-if` holds.
    ///
    /// # Errors
    /// A file that can't be read, a configuration that the gate refuses, or nothing to score.
    pub fn run(self) -> Result<ExitCode, Failure> {
        self.html.as_deref().map_or(Ok(()), can_be_written)?;
        let policies =
            Policies { old: Policy::load(&self.baseline, self.baseline_settings.as_deref())?, new: self.proposed()? };
        let command = self.command();
        let is_audit = !self.audit.is_empty();
        let input = if is_audit {
            Input::Audit(self.audit, AuditOptions { any_revision: self.any_revision })
        } else {
            Input::Posts(self.files, Given { headers: self.header, at: self.at })
        };
        let replayed = run::run(&policies, &input, self.show_data)?;
        let summary = Summary::new(&policies, &replayed.tally);
        let judgements: Vec<_> = self.fail_if.iter().map(|condition| condition.judge(&summary)).collect();
        let scored = summary.posts;
        let nothing = (scored == 0).then(|| nothing_scored(&summary, replayed.tally.other_lines, is_audit));
        let holds = judgements.iter().any(|judged| judged.holds);
        let difference = difference::sentences(&policies);
        let outcomes = Outcomes { policies, replayed, summary, difference, judgements, is_audit, command };
        if let Some(path) = self.html.as_ref().filter(|_| scored > 0) {
            let written = File::create(path).and_then(|file| report::write(&outcomes, BufWriter::new(file)));
            written.map_err(|error| Failure::WriteFile { path: path.clone(), error })?;
        }
        if self.json {
            write_json(&outcomes, BufWriter::new(std::io::stdout().lock()))?;
        } else if self.csv {
            write_csv(&outcomes, BufWriter::new(std::io::stdout().lock()))?;
        } else {
            write_text(&outcomes, BufWriter::new(anstream::stdout().lock()))?;
        }
        for judged in outcomes.judgements.iter().filter(|judged| judged.holds) {
            terminal::tell(format_args!("kyc-gate: {} holds: {}", judged.condition, judged.found));
        }
        if let Some(why) = nothing {
            // A pipeline must not take silence for consent, nor a report about nothing.
            let report = if self.html.is_some() { ", and there is no report" } else { "" };
            return Err(Failure::Usage(format!("nothing could be scored{report}: {why}")));
        }
        Ok(if holds { ExitCode::from(1) } else { ExitCode::SUCCESS })
    }

    fn proposed(&self) -> Result<Policy, Failure> {
        let settings = self.settings.as_deref().or_else(|| {
            // Settings that aren't in the configuration in force aren't in a proposed one either, unless it says so.
            self.baseline_settings.as_deref().filter(|_| self.config.is_none())
        });
        Policy::load(self.config.as_deref().unwrap_or(&self.baseline), settings)
    }

    /// Returns the command as it could be given again, without where its output goes.
    fn command(&self) -> String {
        let mut words = vec!["kyc-gate replay".to_owned()];
        let path = |path: &PathBuf| quoted(&file_name(path));
        words.extend(self.files.iter().map(path));
        if !self.audit.is_empty() {
            words.push("--audit".to_owned());
            words.extend(self.audit.iter().map(path));
        }
        let files = [
            ("--baseline", Some(&self.baseline)),
            ("--config", self.config.as_ref()),
            ("--baseline-settings", self.baseline_settings.as_ref()),
            ("--settings", self.settings.as_ref()),
        ];
        for (option, file) in files {
            words.extend(file.map(|file| format!("{option} {}", path(file))));
        }
        words.extend(self.at.map(|at| format!("--at {at}")));
        // A header may be a claim, which is nobody else's business.
        words.extend(self.header.iter().map(|(name, _)| format!("--header {name}=…")));
        if self.any_revision {
            words.push("--any-revision".to_owned());
        }
        if self.show_data {
            words.push("--show-data".to_owned());
        }
        words.extend(self.fail_if.iter().map(|condition| format!("--fail-if '{condition}'")));
        words.join(" ")
    }
}

/// Says why nothing could be scored.
fn nothing_scored(summary: &Summary, other_lines: u64, is_audit: bool) -> String {
    match (summary.read, is_audit) {
        (0, true) if other_lines > 0 => format!("none of the {other_lines} lines is an audit line of the gate"),
        (0, true) => "the log is empty".to_owned(),
        (0, false) => "there are no posts".to_owned(),
        (1, _) => "the only one is not eligible (why: under Posts)".to_owned(),
        (read, _) => format!("none of {read} is eligible (why: under Posts)"),
    }
}

/// Refuses what a report can't be written to, before the work and not after it.
fn can_be_written(path: &Path) -> Result<(), Failure> {
    let unfit = |why: String| Err(Failure::Usage(format!("--html {}: {why}", path.display())));
    if path == Path::new("-") {
        return unfit("the report needs a file; stdout has the result".to_owned());
    }
    if path.is_dir() {
        return unfit("this is a folder; name a file in it".to_owned());
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    match folder.filter(|folder| !folder.is_dir()) {
        Some(folder) => unfit(format!("there is no folder {}; make it first", folder.display())),
        None => Ok(()),
    }
}

fn quoted(text: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./:@%+,".contains(letter);
    if !text.is_empty() && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}
