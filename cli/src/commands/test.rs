//! `kyc-gate test`: cases as data.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::cases::{self, Coverage, Format, Told};
use crate::failure::Failure;
use crate::{files, input, terminal};

/// Most bytes of a file of cases.
const MAX_BYTES: u64 = 64 << 20;

/// Runs cases that stand in YAML or JSON files, expected and got side by side.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  kyc-gate test cases.yaml
  kyc-gate test policy/ --coverage
  kyc-gate test policy/ --filter underage
  kyc-gate test policy/ --format junit > report.xml

A file of cases:
  cases:
    - name: somebody else's face goes to review
      config: gate.json                          # a file, or the configuration itself
      sample: clean                              # or payload, payloadFile, body, bodyFile
      patch: { kyc_info: { face_matcher_result: { score: 0.4 } } }
      at: 2026-11-29
      expect: { decision: review, failed: [hasMatchingFaceProof], body: { who: MAIRA } }

With `defaults` beside `cases`, what all of them share stands there once; a file may also be one case. \
`kyc-gate schema case` has all of it. A case that \
expects nothing, an unknown key and an unknown check are errors. Of a directory, files with neither \
\"cases\" nor \"expect\" are left alone, and told. Exit status 1: a case failed.")]
pub struct Test {
    /// Files of cases, or directories with some.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Tell which checks, rules, thresholds and macros no case exercises.
    #[arg(long)]
    coverage: bool,
    /// Run only the cases whose name contains this.
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    /// How the outcome is written.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Show identity data of payloads that aren't samples.
    #[arg(long)]
    show_data: bool,
}

impl Test {
    /// Writes the outcome to stdout.
    ///
    /// # Errors
    /// Files that can't be read, or that hold no cases or wrong ones.
    pub fn run(&self) -> Result<ExitCode, Failure> {
        let mut all = Vec::new();
        let mut problems = Vec::new();
        let mut without = Vec::new();
        for file in files::named(&self.files)? {
            let text = String::from_utf8(input::read(&file.path, MAX_BYTES)?);
            let read = match &text {
                Ok(text) => cases::read(&file.path, text, file.is_named),
                Err(_) => Err(vec![format!("{}: not UTF-8", file.path.display())]),
            };
            match read {
                Ok(Some(cases)) => all.extend(cases),
                Ok(None) => without.push(file.path.display().to_string()),
                Err(wrong) => problems.extend(wrong),
            }
        }
        if !problems.is_empty() {
            return Err(Failure::Usage(problems.join("\n       ")));
        }
        if !without.is_empty() {
            terminal::tell(format_args!("note: no cases in {}", without.join(", ")));
        }
        let wanted = self.filter.as_deref().unwrap_or_default();
        all.retain(|case| case.name.contains(wanted));
        if all.is_empty() {
            let which = self.filter.as_ref().map(|filter| format!(" whose name contains \"{filter}\""));
            return Err(Failure::Usage(format!("there are no cases{}", which.unwrap_or_default())));
        }
        let mut coverage = Coverage::default();
        let outcomes: Vec<_> = all.into_iter().map(|case| cases::run(case, &mut coverage)).collect();
        let told = Told { coverage: self.coverage.then_some(&coverage), show_data: self.show_data };
        let mut stdout = anstream::stdout().lock();
        cases::write(self.format, &outcomes, &told, &mut stdout)?;
        stdout.flush()?;
        Ok(if outcomes.iter().all(cases::Outcome::passed) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}
