//! How findings are written: for people, and for what reads them in a pipeline.

mod lines;
mod text;

use std::io::{self, Write};

use crate::check::FileReport;

pub use lines::{Lines, Position, line_around};

/// A format of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people: each line that is wrong, underlined.
    Text,
}

/// Writes findings.
///
/// # Errors
/// What can't be written.
pub fn write(format: Format, reports: &[FileReport], output: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Text => text::write(reports, output),
    }
}
