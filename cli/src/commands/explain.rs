//! `kyc-gate explain`: the decision on one post, and why.

use std::io::Write as _;
use std::process::ExitCode;

use crate::explain::{self, text};
use crate::failure::Failure;
use crate::judged::PostArgs;
use crate::{terminal, words};

/// Tells the decision on a post, each check with the evidence that it used, and how near another decision is.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  kyc-gate explain payload.json
  kyc-gate explain post.bin --config gate.json --show-data
  kyc-gate sample mismatch | kyc-gate explain - -c gate.json -H x-claimed-name=Maira
  kyc-gate explain payload.json --json | jq '.checks[] | select(.outcome == \"fail\")'

An encrypted payload is opened with the configuration's key. Names, dates and the like are masked, also in the body, \
unless --show-data asks for them; secrets never show. Exit status 1 says that the post could not be judged.")]
pub struct Explain {
    #[command(flatten)]
    post: PostArgs,
    /// Show identity data instead of masking it.
    #[arg(long)]
    show_data: bool,
    /// Write JSON.
    #[arg(long)]
    json: bool,
}

impl Explain {
    /// Writes the account to stdout.
    ///
    /// # Errors
    /// See [`crate::judged::PostArgs::read`]; or stdout can't be written.
    pub fn run(&self) -> Result<ExitCode, Failure> {
        let Some(judged) = self.post.read()?.judge()? else {
            if self.json {
                writeln!(anstream::stdout(), "{{\n  \"decision\": \"untouched\"\n}}")?;
            } else {
                writeln!(anstream::stdout(), "UNTOUCHED  {}", words::NO_POST)?;
            }
            return Ok(ExitCode::SUCCESS);
        };
        let account = explain::account(&judged, self.show_data);
        let mut stdout = anstream::stdout().lock();
        if self.json {
            let json = serde_json::to_string_pretty(&account).map_err(|error| Failure::Usage(error.to_string()))?;
            writeln!(stdout, "{}", terminal::inert_json(&json))?;
        } else {
            write!(stdout, "{}", text::text(&account, terminal::columns()))?;
        }
        stdout.flush()?;
        Ok(if account.error.is_some() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}
