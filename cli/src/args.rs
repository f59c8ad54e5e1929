//! The arguments: clap's declarations, from which help, completions and man pages are made too.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{ColorChoice, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum as _};

use crate::commands;
use crate::failure::Failure;

/// Version, the revision of the core inside, and the commit that it was built from.
pub const VERSION: &str =
    concat!(env!("CARGO_PKG_VERSION"), " (core ", env!("KYC_GATE_CORE"), ", commit ", env!("KYC_GATE_COMMIT"), ")");

/// Checks kyc-gate's configurations, explains its decisions and replays recorded posts.
#[derive(Parser)]
#[command(name = "kyc-gate", version = VERSION, disable_help_subcommand = true, max_term_width = 100)]
pub struct Args {
    /// What is done.
    #[command(subcommand)]
    pub command: Command,
    /// When to use colours; `NO_COLOR` is respected.
    #[command(flatten)]
    pub color: Color,
}

impl Args {
    /// Reads the arguments of this process.
    ///
    /// # Errors
    /// The exit status, where clap answers itself: with help, the version, or what is wrong.
    pub fn read() -> Result<Self, ExitCode> {
        let given: Vec<OsString> = std::env::args_os().collect();
        let command = Self::command().color(when_given(&given).map_or(ColorChoice::Auto, When::of_clap));
        let read = command.try_get_matches_from(given).and_then(|matches| Self::from_arg_matches(&matches));
        read.map_err(|answer| {
            let printed = answer.print().map_err(Failure::Write);
            let failed = |failure: Failure| {
                failure.report();
                failure.status()
            };
            let status = printed.map_or_else(failed, |()| u8::try_from(answer.exit_code()).unwrap_or(2));
            ExitCode::from(status)
        })
    }
}

/// Returns what `--color` asks for, so that it counts for what clap says before it has read everything.
fn when_given(arguments: &[OsString]) -> Option<When> {
    let mut arguments =
        arguments.iter().filter_map(|argument| argument.to_str()).take_while(|argument| *argument != "--");
    let value = arguments.find_map(|argument| match argument.strip_prefix("--color") {
        Some("") => Some(None),
        Some(value) => value.strip_prefix('=').map(Some),
        None => None,
    })?;
    When::from_str(value.or_else(|| arguments.next())?, false).ok()
}

/// When to use colours.
#[derive(clap::Args)]
pub struct Color {
    /// When to use colours.
    #[arg(long = "color", value_enum, default_value_t = When::Auto, global = true, value_name = "WHEN")]
    when: When,
}

/// When to use colours.
#[derive(Clone, Copy, clap::ValueEnum)]
enum When {
    /// On a terminal.
    Auto,
    /// Also into files and pipes.
    Always,
    /// Never.
    Never,
}

impl When {
    fn of_clap(self) -> ColorChoice {
        match self {
            Self::Auto => ColorChoice::Auto,
            Self::Always => ColorChoice::Always,
            Self::Never => ColorChoice::Never,
        }
    }
}

impl Color {
    /// Makes it count for all output.
    pub fn write_global(&self) {
        match self.when {
            When::Auto => anstream::ColorChoice::Auto,
            When::Always => anstream::ColorChoice::Always,
            When::Never => anstream::ColorChoice::Never,
        }
        .write_global();
    }
}

/// The commands, one file each in `commands/`.
#[derive(Subcommand)]
pub enum Command {
    /// Checks configurations, and the Envoy, Istio and Kubernetes files that hold them.
    Check(commands::check::Check),
    /// Prints completions for a shell.
    Completions(commands::completions::Completions),
    /// Tells the decision on a post, and why.
    Explain(commands::explain::Explain),
    /// Explains a diagnostic's code, or a command.
    Help(commands::help::Help),
    /// Writes the manifests of a deployment, with your own names in them.
    Init(commands::init::Init),
    /// Tells what a Wasm module, a native module or an OCI image is.
    Inspect(commands::inspect::Inspect),
    /// Makes a fresh key, as text for a Secret.
    Keygen(commands::keygen::Keygen),
    /// Writes the man pages.
    Man(commands::man::Man),
    /// Decrypts a body.
    Open(commands::open::Open),
    /// Posts a payload, and says what the answer means.
    Post(commands::post::Post),
    /// Writes the body that the backend would get, and nothing else.
    Render(commands::render::Render),
    /// Scores recorded posts under two policies and tells what changes.
    Replay(commands::replay::Replay),
    /// Writes a V3 payload of an invented person.
    Sample(commands::sample::Sample),
    /// Prints a JSON Schema for editors and validators.
    Schema(commands::schema::Schema),
    /// Encrypts a payload as REL-ID would.
    Seal(commands::seal::Seal),
    /// Shows, compares and replaces the settings of a running gate.
    Settings(commands::settings::Settings),
    /// Runs cases that stand in YAML or JSON files.
    Test(commands::test::Test),
}
