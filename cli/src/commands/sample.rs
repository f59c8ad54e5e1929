//! `kyc-gate sample`: payloads of invented people.

use std::io::Write as _;
use std::process::ExitCode;

use clap::ValueEnum as _;
use jiff::Timestamp;

use crate::failure::Failure;
use crate::{at, sample, terminal};

/// Writes a V3 payload of an invented person.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  kyc-gate sample clean > payload.json
  kyc-gate sample expired | kyc-gate explain -
  kyc-gate sample underage --seed 3 | kyc-gate seal -c gate.json | kyc-gate explain - -c gate.json

Every date is relative to today, or to --at: what is clean today is clean next year. Equal arguments give equal bytes. \
Machine readable zones and their check digits are right. Nobody is meant.")]
pub struct Sample {
    /// What is the matter with it; --list tells them all.
    #[arg(value_enum, default_value_t = sample::Kind::Clean, hide_possible_values = true)]
    kind: sample::Kind,
    /// Lists the kinds.
    #[arg(long)]
    list: bool,
    /// The day to which dates are relative [default: today].
    #[arg(long, value_name = "TIME", value_parser = at::parse)]
    at: Option<Timestamp>,
    /// Another person, with other numbers, dates and ids.
    #[arg(long, default_value_t = 0, value_name = "NUMBER")]
    seed: u64,
}

impl Sample {
    /// Writes the payload, or the list of kinds, to stdout.
    ///
    /// # Errors
    /// Stdout can't be written.
    pub fn run(&self) -> Result<ExitCode, Failure> {
        let mut stdout = anstream::stdout().lock();
        if self.list {
            for kind in sample::Kind::value_variants() {
                let about = kind.to_possible_value().and_then(|value| value.get_help().map(ToString::to_string));
                let lines = terminal::wrapped(&about.unwrap_or_default(), terminal::columns().saturating_sub(15));
                for (at, line) in lines.iter().enumerate() {
                    writeln!(stdout, "{:<14} {line}", if at == 0 { kind.name() } else { "" })?;
                }
            }
            return Ok(ExitCode::SUCCESS);
        }
        let today = at::day(self.at.unwrap_or_else(Timestamp::now));
        let payload = sample::make(self.kind, today, self.seed);
        writeln!(stdout, "{payload:#}")?;
        Ok(ExitCode::SUCCESS)
    }
}
