//! Findings as workflow commands of GitHub Actions, which shows them beside the lines of a pull request.

use std::io::{self, Write};

use crate::check::FileReport;

use super::lines::Lines;

/// Writes a command for each finding.
pub(super) fn write(reports: &[FileReport], output: &mut dyn Write) -> io::Result<()> {
    for report in reports {
        let lines = Lines::new(&report.text);
        let file = property(&report.path.display().to_string());
        for finding in &report.findings {
            let (start, end) = lines.range(&finding.at);
            let title = property(&format!("{} {}", finding.code.id(), finding.code.title()));
            let text = data(&format!("{}\n{}", finding.message, finding.remedy));
            let level = finding.code.severity().as_str();
            writeln!(
                output,
                "::{level} file={file},line={},col={},endLine={},endColumn={},title={title}::{text}",
                start.line, start.column, end.line, end.column
            )?;
        }
    }
    Ok(())
}

/// Escapes what stands behind a workflow command.
pub(crate) fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes the value of a workflow command's property.
pub(crate) fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
