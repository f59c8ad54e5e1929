//! `kyc-gate completions`: completions for a shell.

use std::io::Write as _;
use std::process::ExitCode;

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::args::Args;
use crate::failure::Failure;

/// Prints completions for a shell.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  kyc-gate completions bash > ~/.local/share/bash-completion/completions/kyc-gate
  kyc-gate completions zsh > ~/.zfunc/_kyc-gate
  kyc-gate completions fish > ~/.config/fish/completions/kyc-gate.fish")]
pub struct Completions {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    /// Writes them to stdout.
    ///
    /// # Errors
    /// Stdout can't be written.
    pub fn run(&self) -> Result<ExitCode, Failure> {
        // Into memory first: the generator panics where it can't write.
        let mut text = Vec::new();
        clap_complete::generate(self.shell, &mut Args::command(), "kyc-gate", &mut text);
        anstream::stdout().write_all(&text)?;
        Ok(ExitCode::SUCCESS)
    }
}
