//! `kyc-gate check`: what is wrong with configurations and with what stands around them.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::check::{self, Code, Envoy, FileReport, Options, Secrets, Severity};
use crate::failure::Failure;
use crate::find::File;
use crate::report::{self, Format};
use crate::{files, input, terminal};

/// Most bytes of all files together.
const MAX_BYTES: usize = 64 << 20;
/// Most values of all files together, which all stay in memory.
const MAX_VALUES: usize = 2_000_000;

/// Checks configurations, and the Envoy, Istio and Kubernetes files that hold them.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  kyc-gate check envoy/envoy.yaml
  kyc-gate check --envoy 1.36 --format github deploy/
  helm template chart | kyc-gate check -

Exit status: 0 nothing to report, 1 findings, 2 a file that can't be read, a directory without a
configuration of the gate, or a wrong argument.
docs/check.md tells more, docs/diagnostics.md what each code means.")]
pub struct Check {
    /// Plugin configurations, or files that hold some; directories are searched, `-` is stdin.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// How findings are written.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// The same as `--format json`.
    #[arg(long, hide = true, conflicts_with = "format")]
    json: bool,
    /// Check the secrets too, by the variables of this environment.
    #[arg(long)]
    secrets: bool,
    /// The Envoy that will load it, 1.36 to 1.40: tells what that doesn't know.
    #[arg(long, value_name = "VERSION")]
    envoy: Option<Envoy>,
    /// Don't report these codes; may be given more than once.
    #[arg(long, value_name = "CODE", value_delimiter = ',', value_parser = code)]
    allow: Vec<Code>,
}

impl Check {
    /// Checks all files and writes what there is to say.
    ///
    /// # Errors
    /// A file that can't be read, directories without any configuration, or an output that can't be written.
    pub fn run(&self) -> Result<ExitCode, Failure> {
        let mut files = Vec::new();
        let mut named = Vec::new();
        let (mut bytes, mut values) = (0, 0);
        for file in files::named(&self.files)? {
            let content = input::read(&file.path, input::MAX_CONFIG_BYTES)?;
            bytes += content.len();
            if bytes > MAX_BYTES {
                return Err(Failure::Usage(format!("more than {MAX_BYTES} bytes in all files")));
            }
            let read = File::read(&content);
            values += read.values();
            if values > MAX_VALUES {
                return Err(Failure::Usage(format!("more than {MAX_VALUES} values in all files")));
            }
            named.push(file.is_named);
            files.push((file.path, read));
        }
        let secrets = if self.secrets { Secrets::Environment } else { Secrets::Placeholders };
        let options = Options { secrets, envoy: self.envoy, allowed: self.allow.clone() };
        let reports = check::check_all(files, &options).into_iter().zip(named);
        // What a directory holds besides is nobody's business.
        let reports: Vec<_> =
            reports.filter(|(report, is_named)| *is_named || report.is_certain).map(|(report, _)| report).collect();
        if reports.is_empty() {
            // A pipeline must not take silence for consent.
            let names = Vec::from_iter(self.files.iter().map(|path| path.display().to_string())).join(", ");
            return Err(Failure::Usage(format!("{names}: no file there holds a configuration of the gate")));
        }
        let mut output = anstream::stdout().lock();
        let format = if self.json { Format::Json } else { self.format };
        report::write(format, &reports, &mut output)?;
        output.flush()?;
        if format == Format::Text {
            summarise(&reports);
            tell_what_stood_in(&reports);
        }
        let is_clean = reports.iter().all(|report| report.findings.is_empty());
        Ok(ExitCode::from(u8::from(!is_clean)))
    }
}

/// Counts on stderr what was found.
fn summarise(reports: &[FileReport]) {
    let count = |severity| reports.iter().map(|report| report.count(severity)).sum::<usize>();
    let some = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    if errors + warnings > 0 {
        let files = some(reports.len(), "file");
        terminal::tell(format_args!("{}, {} in {files}", some(errors, "error"), some(warnings, "warning")));
        let first = reports.iter().flat_map(|report| &report.findings).next();
        if let Some(finding) = first {
            terminal::tell(format_args!("kyc-gate help {} tells more", finding.code.id()));
        }
    }
}

/// Says on stderr which secrets nobody looked at.
fn tell_what_stood_in(reports: &[FileReport]) {
    let names: BTreeSet<&str> = reports.iter().flat_map(|report| &report.stood_in).map(String::as_str).collect();
    if !names.is_empty() {
        let names = Vec::from_iter(names).join(", ");
        terminal::tell(format_args!(
            "note: no secrets were looked at; with --secrets, those in {names} are checked too"
        ));
    }
}

fn code(text: &str) -> Result<Code, String> {
    Code::from_id(text).ok_or_else(|| "no such code; docs/diagnostics.md lists them".to_owned())
}
