//! `kyc-gate settings`: the settings of a running gate.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use kyc_gate::config::Config;
use kyc_gate::scoring::Settings as Document;
use serde_json::json;

use crate::failure::Failure;
use crate::http::Connection;
use crate::manifest::Manifest;
use crate::settings::{Api, Change, Durability, InForce, Put, Source, between};
use crate::{gate, input, terminal};

/// Most bytes of a report.
const MAX_REPORT: u64 = 256 << 20;

/// Shows, compares and replaces the settings of a gate.
///
/// A running gate's settings API (`settingsApi` of its configuration) serves weights, thresholds and minimum ages. Its
/// token is read from the environment variable KYC_GATE_TOKEN, or for a gateway in front of it a name and a password
/// from KYC_GATE_USER and KYC_GATE_PASSWORD; never from an argument.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  export KYC_GATE_TOKEN=…
  kyc-gate settings get https://gate.bank.example > settings.json
  kyc-gate settings get envoy.yaml > proposed.json
  kyc-gate settings diff https://gate.bank.example settings.json
  kyc-gate settings put https://gate.bank.example settings.json --with-report report.html")]
pub struct Settings {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(clap::Subcommand)]
enum Verb {
    /// Prints the settings in force, or those of a configuration: all of them, as a start for others.
    Get(Get),
    /// Replaces the settings, if nobody else has meanwhile.
    Put(PutArgs),
    /// Compares two settings in words: exit status 1 where they differ.
    Diff(Diff),
}

/// Prints the settings in force, every value written out, and their revision to stderr.
///
/// They are a running gate's, or those that a configuration begins with; that needs neither network nor secrets.
#[derive(clap::Args)]
struct Get {
    /// The gate, its settings API where it has another path than /kyc-settings, or a file with its configuration.
    #[arg(value_name = "URL|FILE")]
    gate: String,
    #[command(flatten)]
    connection: Connection,
}

/// Replaces the settings of a gate.
///
/// What differs is shown first. The update counts only if the settings that it was compared with are still in force;
/// otherwise nothing changes and the exit status is 1.
#[derive(clap::Args)]
struct PutArgs {
    /// The gate, or its settings API where it has another path than /kyc-settings.
    url: String,
    /// The settings (JSON), or `-` for stdin. What they omit keeps its shipped value.
    file: PathBuf,
    /// Replaces only the settings of this revision.
    #[arg(long, value_name = "REVISION")]
    if_match: Option<String>,
    /// A report of `kyc-gate replay` (HTML or JSON), which must be about this very change.
    #[arg(long, value_name = "REPORT")]
    with_report: Option<PathBuf>,
    #[command(flatten)]
    connection: Connection,
}

/// Compares two settings.
#[derive(clap::Args)]
struct Diff {
    /// What is in force: a gate's URL, a file with settings, or `-`.
    old: String,
    /// What is proposed: likewise.
    new: String,
    /// How the differences are written.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    connection: Connection,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

impl Settings {
    /// Carries it out.
    ///
    /// # Errors
    /// A gate that can't be asked, settings that can't be read.
    pub fn run(&self) -> Result<ExitCode, Failure> {
        match &self.verb {
            Verb::Get(get) => get.run(),
            Verb::Put(put) => put.run(),
            Verb::Diff(diff) => diff.run(),
        }
    }
}

impl Get {
    fn run(&self) -> Result<ExitCode, Failure> {
        match Source::of(&self.gate)? {
            Source::Gate(url) => {
                let in_force = Api::new(&url, &self.connection)?.get()?;
                write_document(&in_force.settings)?;
                tell(&in_force);
            }
            Source::File(path) => {
                let config = gate::load_without_secrets(Some(&path))?.config;
                let has_store = config.settings_api.as_ref().is_some_and(|api| api.store.is_some());
                if has_store && !config.settings_given {
                    return Err(Failure::Usage(format!(
                        "{}: the settings are in the settings service; ask the gate for them, by its URL",
                        path.display()
                    )));
                }
                write_document(&config.settings)?;
                tell_of(&path, &config);
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn write_document(settings: &Document) -> Result<(), Failure> {
    let document: serde_json::Value = serde_json::from_str(settings.document()).unwrap_or_default();
    writeln!(anstream::stdout(), "{document:#}")?;
    Ok(())
}

/// Tells the revision of a configuration's settings, and where others may be in force.
fn tell_of(path: &Path, config: &Config) {
    terminal::tell(format_args!("revision {}, of {}", config.settings.revision(), path.display()));
    if config.settings_api.is_some() {
        terminal::tell(format_args!("settings that were put since then only the gate tells, by its URL"));
    }
    let own: Vec<_> = config
        .all_profiles()
        .filter_map(|profile| profile.name.as_deref().filter(|_| profile.settings.is_some()))
        .collect();
    if !own.is_empty() {
        terminal::tell(format_args!("profiles with kycSettings of their own: {}", own.join(", ")));
    }
}

impl PutArgs {
    fn run(&self) -> Result<ExitCode, Failure> {
        let url = Api::url(&self.url)?;
        let new = Source::File(self.file.clone()).settings(&self.connection)?;
        let api = Api::new(&url, &self.connection)?;
        let old = api.get()?;
        if let Some(wanted) = self.if_match.as_deref().filter(|wanted| wanted.trim_matches('"') != old.revision) {
            return refuse(&format!("revision {} is in force, not {}", old.revision, wanted.trim_matches('"')));
        }
        if let Some(report) = &self.with_report
            && let Some(why) = unfit(report, &old, &new)?
        {
            return refuse(&format!("{}: {why}", report.display()));
        }
        if old.revision == new.revision() {
            terminal::tell(format_args!("nothing to change: revision {} is in force already", old.revision));
            return Ok(ExitCode::SUCCESS);
        }
        write_text(&between(&old.settings, &new))?;
        match api.put(&new, &old.revision)? {
            Put::Done(in_force) => {
                tell(&in_force);
                Ok(ExitCode::SUCCESS)
            }
            Put::Refused(why) => refuse(&why),
        }
    }
}

impl Diff {
    fn run(&self) -> Result<ExitCode, Failure> {
        let settings = |text: &str| Source::of(text)?.settings(&self.connection);
        let (old, new) = (settings(&self.old)?, settings(&self.new)?);
        let changes = between(&old, &new);
        match self.format {
            Format::Text => write_text(&changes)?,
            Format::Json => {
                let document = json!({ "from": old.revision(), "to": new.revision(), "changes": changes });
                writeln!(anstream::stdout(), "{document:#}")?;
            }
        }
        Ok(if old.revision() == new.revision() { ExitCode::SUCCESS } else { ExitCode::from(1) })
    }
}

/// Returns why a report isn't about this change; `None` where it is.
fn unfit(report: &Path, old: &InForce, new: &Document) -> Result<Option<String>, Failure> {
    let text = input::read(report, MAX_REPORT)?;
    let Some(manifest) = Manifest::find(&String::from_utf8_lossy(&text)) else {
        return Ok(Some("has no manifest: is it a report of kyc-gate replay?".to_owned()));
    };
    let differing = |of: &str, reported: &str, real: &str| {
        (reported != real).then(|| format!("is about {of} of revision {reported}, not {real}"))
    };
    let proposed = differing("a proposal", &manifest.proposed.settings, new.revision());
    Ok(proposed.or_else(|| differing("a change from settings", &manifest.baseline.settings, &old.revision)))
}

fn write_text(changes: &[Change]) -> Result<(), Failure> {
    let mut out = anstream::stdout();
    let longest = changes.iter().map(|change| change.path.len()).max().unwrap_or_default();
    for Change { path, says, .. } in changes {
        writeln!(out, "{path:longest$}  {says}")?;
    }
    Ok(())
}

/// Tells the revision in force, and how long it lasts.
fn tell(in_force: &InForce) {
    let lasts = match in_force.durability {
        Some(Durability::Process) => ", until Envoy stops: the gate has no store",
        Some(Durability::Store) => ", kept by the settings service",
        None => "",
    };
    terminal::tell(format_args!("revision {} is in force{lasts}", in_force.revision));
}

fn refuse(why: &str) -> Result<ExitCode, Failure> {
    terminal::tell(format_args!("nothing has changed: {why}"));
    Ok(ExitCode::from(1))
}
