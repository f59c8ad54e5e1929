//! `kyc-gate replay`: what a change of policy does to recorded posts.

use std::fs::File;
use std::io::BufWriter;
use std::path::PathBuf;
use std::process::ExitCode;

use jiff::Timestamp;

use crate::failure::Failure;
use crate::replay::condition::Condition;
use crate::replay::difference;
use crate::replay::output::{write_csv, write_json, write_text};
use crate::replay::pattern::Policies;
use crate::replay::policy::Policy;
use crate::replay::posts::Given;
use crate::replay::recorded;
use crate::replay::report;
use crate::replay::result::Outcomes;
use crate::replay::run::{self, AuditOptions, Input};
use crate::replay::summary::Summary;

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
    #[arg(long, value_name = "TIME", value_parser = instant)]
    at: Option<Timestamp>,
    /// A header of every post, such as a claim; can be given several times.
    #[arg(long, value_name = "NAME=VALUE", value_parser = header)]
    header: Vec<(String, String)>,
    /// Take audit lines of other configurations too, as if only their weights and thresholds had differed.
    #[arg(long, requires = "audit")]
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
        let holds = judgements.iter().any(|judged| judged.holds);
        let difference = difference::sentences(&policies);
        let outcomes = Outcomes { policies, replayed, summary, difference, judgements, is_audit, command };
        if let Some(path) = &self.html {
            let file = File::create(path).map_err(|error| Failure::Read { path: path.clone(), error })?;
            report::write(&outcomes, BufWriter::new(file))?;
        }
        if self.json {
            write_json(&outcomes, BufWriter::new(std::io::stdout().lock()))?;
        } else if self.csv {
            write_csv(&outcomes, BufWriter::new(std::io::stdout().lock()))?;
        } else {
            write_text(&outcomes, BufWriter::new(anstream::stdout().lock()))?;
        }
        for judged in outcomes.judgements.iter().filter(|judged| judged.holds) {
            anstream::eprintln!("kyc-gate: {} holds: {}", judged.condition, judged.found);
        }
        if outcomes.summary.posts == 0 {
            // A pipeline must not take silence for consent.
            return Err(Failure::Usage("nothing could be scored".to_owned()));
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
        let path = |path: &PathBuf| quoted(&path.display().to_string());
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
        words.extend(self.fail_if.iter().map(|condition| format!("--fail-if '{condition}'")));
        words.join(" ")
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

fn instant(text: &str) -> Result<Timestamp, &'static str> {
    if text == "now" {
        return Ok(Timestamp::now());
    }
    recorded::time(text).ok_or("must be a day (2026-11-29), an instant (2026-11-29T12:00:00Z) or now")
}

fn header(text: &str) -> Result<(String, String), &'static str> {
    let (name, value) = text.split_once('=').ok_or("must be NAME=VALUE")?;
    Ok((name.to_ascii_lowercase(), value.to_owned()))
}
