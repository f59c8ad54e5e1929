//! `kyc-gate check`: what is wrong with configurations and with what stands around them.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::check::{self, FileReport, Secrets};
use crate::failure::Failure;
use crate::report::{self, Format};
use crate::{files, input};

/// Checks configurations, and the Envoy, Istio and Kubernetes files that hold them.
#[derive(clap::Args)]
pub struct Check {
    /// Plugin configurations, or files that hold some; directories are searched, `-` is stdin.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// How findings are written.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Check the secrets too, by the variables of this environment.
    #[arg(long)]
    secrets: bool,
}

impl Check {
    /// Checks all files and writes what there is to say.
    ///
    /// # Errors
    /// A file that can't be read, or an output that can't be written.
    pub fn run(&self) -> Result<ExitCode, Failure> {
        let secrets = if self.secrets { Secrets::Environment } else { Secrets::Placeholders };
        let mut reports = Vec::new();
        for file in files::named(&self.files)? {
            let bytes = input::read(&file.path, input::MAX_CONFIG_BYTES)?;
            let report = check::check(&file.path, &bytes, secrets);
            if file.is_named || !report.gates.is_empty() {
                reports.push(report);
            }
        }
        let mut output = anstream::stdout().lock();
        report::write(self.format, &reports, &mut output)?;
        output.flush()?;
        if self.format == Format::Text {
            tell_what_stood_in(&reports);
        }
        let is_clean = reports.iter().all(|report| report.findings.is_empty());
        Ok(ExitCode::from(u8::from(!is_clean)))
    }
}

/// Says on stderr which secrets nobody looked at.
fn tell_what_stood_in(reports: &[FileReport]) {
    let names: BTreeSet<&str> = reports.iter().flat_map(|report| &report.stood_in).map(String::as_str).collect();
    if !names.is_empty() {
        let names = Vec::from_iter(names).join(", ");
        anstream::eprintln!("note: no secrets were looked at; with --secrets, those in {names} are checked too");
    }
}
