//! `kyc-gate help`: what a code or a command means.

use std::io::Write as _;
use std::process::ExitCode;

use clap::CommandFactory as _;

use crate::args::Args;
use crate::check::Code;
use crate::failure::Failure;

/// The pages of all codes, each under a heading of its own.
const PAGES: &str = include_str!("../../../docs/diagnostics.md");

/// Explains a diagnostic's code, or a command.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  kyc-gate help K0101
  kyc-gate help explain")]
pub struct Help {
    /// A code such as K0101, or a command.
    #[arg(value_name = "CODE|COMMAND")]
    topic: Option<String>,
}

impl Help {
    /// Writes the page of a code, or the help of a command, to stdout.
    ///
    /// # Errors
    /// Neither is called so, or stdout can't be written.
    pub fn run(&self) -> Result<ExitCode, Failure> {
        let mut command = Args::command();
        command.build();
        let mut output = anstream::stdout().lock();
        let Some(topic) = &self.topic else {
            write!(output, "{}", command.render_help().ansi())?;
            return Ok(ExitCode::SUCCESS);
        };
        if let Some(code) = Code::from_id(topic) {
            writeln!(output, "{}", page(code))?;
        } else if let Some(found) = command.find_subcommand_mut(topic) {
            write!(output, "{}", found.render_long_help().ansi())?;
        } else {
            let message = format!("neither a code nor a command: {topic:?}; docs/diagnostics.md lists the codes");
            return Err(Failure::Usage(message));
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Returns the page of a code, its heading first.
#[must_use]
pub fn page(code: Code) -> &'static str {
    let heading = format!("### {}:", code.id());
    let Some((_, rest)) = PAGES.split_once(&heading) else { return code.title() };
    let end = rest.find("\n#").unwrap_or(rest.len());
    let start = PAGES.len() - rest.len() - code.id().len() - 1;
    PAGES.get(start..start + code.id().len() + 1 + end).unwrap_or_default().trim()
}
