//! `kyc-gate man`: man pages.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Command, CommandFactory as _};
use clap_mangen::Man as Page;

use crate::args::Args;
use crate::failure::Failure;

/// Writes the man pages, one for each command, or prints the first of them.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  kyc-gate man | man -l -
  kyc-gate man ~/.local/share/man/man1")]
pub struct Man {
    /// The folder that they are written into; it is made where it is missing.
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
}

impl Man {
    /// Writes them.
    ///
    /// # Errors
    /// The folder or stdout can't be written.
    pub fn run(&self) -> Result<ExitCode, Failure> {
        let mut command = Args::command().version(env!("CARGO_PKG_VERSION"));
        command.build();
        let Some(folder) = &self.folder else {
            anstream::stdout().write_all(&rendered(&command)?)?;
            return Ok(ExitCode::SUCCESS);
        };
        fs::create_dir_all(folder).map_err(|error| Failure::WriteFile { path: folder.clone(), error })?;
        let mut pages = vec![("kyc-gate".to_owned(), command)];
        while let Some((name, command)) = pages.pop() {
            let path = folder.join(format!("{name}.1"));
            fs::write(&path, rendered(&command)?).map_err(|error| Failure::WriteFile { path, error })?;
            let inner = command.get_subcommands().filter(|inner| !inner.is_hide_set());
            pages.extend(inner.map(|inner| (format!("{name}-{}", inner.get_name()), inner.clone())));
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn rendered(command: &Command) -> Result<Vec<u8>, Failure> {
    let mut page = Vec::new();
    Page::new(command.clone()).render(&mut page)?;
    Ok(page)
}
