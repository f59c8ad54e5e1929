//! How findings are written: for people, and for what reads them in a pipeline.

pub(crate) mod github;
mod json;
pub(crate) mod junit;
mod lines;
mod sarif;
mod text;

use std::io::{self, Write};

use crate::check::FileReport;

pub use lines::{Lines, Position, line_around};

/// A format of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people: each line that is wrong, underlined.
    Text,
    /// For programs.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// JUnit's XML, for test reports.
    Junit,
    /// Workflow commands of GitHub Actions.
    Github,
}

/// Writes findings.
///
/// # Errors
/// What can't be written.
pub fn write(format: Format, reports: &[FileReport], output: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Text => text::write(reports, output),
        Format::Json => json::write(reports, output),
        Format::Sarif => sarif::write(reports, output),
        Format::Junit => junit::write(reports, output),
        Format::Github => github::write(reports, output),
    }
}
