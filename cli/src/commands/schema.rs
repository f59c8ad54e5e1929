//! `kyc-gate schema`: JSON Schemas of what goes in and what comes out.

use std::io::Write as _;
use std::process::ExitCode;

use crate::failure::Failure;
use crate::schema::Subject;

/// Prints a JSON Schema (2020-12) for editors and validators.
///
/// The schema says what the gate accepts, as far as a schema can: that a name stands twice, that a rule doesn't compile
/// or that a key isn't set is told by `check`. The published files in schema/ are this command's output.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  kyc-gate schema config > config.schema.json
  kyc-gate schema audit | jq '.properties | keys'

In an editor, name the file in the first line of a YAML file:
  # yaml-language-server: $schema=config.schema.json
and in a JSON configuration by a member, which has no effect otherwise:
  { \"$schema\": \"config.schema.json\" }")]
pub struct Schema {
    /// What the schema is of.
    #[arg(value_enum)]
    subject: Subject,
}

impl Schema {
    /// Writes the schema to stdout.
    ///
    /// # Errors
    /// Stdout can't be written.
    pub fn run(&self) -> Result<ExitCode, Failure> {
        writeln!(anstream::stdout(), "{}", text(self.subject)?)?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Returns the schema as it is published, without a line break behind it.
///
/// # Errors
/// It can't be written.
pub fn text(subject: Subject) -> Result<String, Failure> {
    serde_json::to_string_pretty(&subject.schema()).map_err(|error| Failure::Write(error.into()))
}
