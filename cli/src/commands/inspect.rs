//! `kyc-gate inspect`: what a built artifact is.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::failure::Failure;
use crate::inspect::{Crate, Image, Inspected, Kind, Module, Platform};
use crate::terminal;

/// Longest line of names.
const LINE: usize = 84;
/// What begins a line of names after the first.
const INDENT: &str = "\n            ";

/// Tells what a Wasm module, a native module or an OCI image is.
///
/// Version, digest, whether it decides as this program does, what it asks of the machine, the Envoys that it is tested
/// with, what it calls, what is called in it, and its crates. Exit status 1 where it isn't kyc-gate, can't be pulled,
/// or isn't the one that it is compared with.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  kyc-gate inspect dist/kyc_gate.wasm
  kyc-gate inspect downloaded.wasm --verify dist/kyc_gate.wasm
  kyc-gate inspect kyc-gate-native.oci.tar --platform linux/arm64
  kyc-gate inspect image.tar --format json | jq -r .module.sha256")]
pub struct Inspect {
    /// A module, the folder of an OCI image layout, or an archive of one.
    file: PathBuf,
    /// A module or image that must hold the very same module, such as one that you have built yourself.
    #[arg(long, value_name = "FILE")]
    verify: Option<PathBuf>,
    /// Which image, of one for several platforms [default: linux/amd64, or the first].
    #[arg(long, value_name = "OS/ARCHITECTURE")]
    platform: Option<Platform>,
    /// How it is written.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

impl Inspect {
    /// Writes what it is.
    ///
    /// # Errors
    /// A file that can't be read, or is neither a module nor an image.
    pub fn run(&self) -> Result<ExitCode, Failure> {
        let mut inspected = Inspected::read(&self.file, self.platform.as_ref())?;
        if let Some(other) = &self.verify {
            let other_module = Inspected::read(other, self.platform.as_ref())?.module;
            if other_module.sha256 != inspected.module.sha256 {
                let (path, digest) = (other.display(), &other_module.sha256);
                inspected.findings.push(format!("isn't the module of {path}, whose sha256 is {digest}"));
            }
        }
        match self.format {
            Format::Text => write_text(&inspected)?,
            Format::Json => {
                let text = serde_json::to_string_pretty(&inspected).map_err(|error| Failure::Write(error.into()))?;
                writeln!(anstream::stdout(), "{}", terminal::inert_json(&text))?;
            }
        }
        for finding in &inspected.findings {
            terminal::tell(format_args!("{}: {finding}", self.file.display()));
        }
        Ok(if inspected.findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
    }
}

fn write_text(inspected: &Inspected) -> Result<(), Failure> {
    let Module { kind, version, core, bytes, sha256, features, abi, envoys, host_calls, callbacks, crates } =
        &inspected.module;
    let mut lines = Vec::new();
    let mut line = |name: &'static str, value: String| lines.push((name, value));
    if let Some(Image { digest, index, platform, platforms, layers, annotations, labels, .. }) = &inspected.image {
        line("image", digest.clone());
        if let Some(platform) = platform {
            line("platform", format!("{platform}, of {}", listed(platforms)));
        }
        if let Some(index) = index {
            line("index", index.clone());
        }
        line("layers", terminal::inert(&layers.join(", ")));
        // Labels mostly stand among the annotations as well, for those who read no labels.
        let own = labels.iter().filter(|(key, value)| annotations.get(*key) != Some(*value));
        for (key, value) in annotations.iter().chain(own) {
            line("", terminal::inert(&format!("{key}: {value}")));
        }
    }
    line("module", format!("{kind}, {bytes} bytes"));
    line("version", version.clone().unwrap_or_else(|| "not told".to_owned()));
    line("core", core.as_deref().map_or_else(|| "not told".to_owned(), compared));
    line("sha256", sha256.clone());
    line("features", if features.is_empty() { "none".to_owned() } else { features.join(", ") });
    line("interface", abi.clone().unwrap_or_else(|| "none".to_owned()));
    if !envoys.is_empty() {
        line("tested with", format!("Envoy {}", envoys.join(", ")));
    }
    line("host calls", wrapped(host_calls).unwrap_or_else(|| "none".to_owned()));
    line("callbacks", wrapped(callbacks).unwrap_or_else(|| "none".to_owned()));
    let crates = crates.as_ref().map(|crates| wrapped(&inside(crates)).unwrap_or_else(|| "none".to_owned()));
    line("crates", crates.unwrap_or_else(|| "not told".to_owned()));
    let mut out = anstream::stdout();
    for (name, value) in lines {
        writeln!(out, "{name:<12}{}", value.replace('\n', INDENT))?;
    }
    Ok(())
}

/// Compares a core with the one of this program: with the same, `explain` and `replay` say what the module decides.
fn compared(core: &str) -> String {
    let own = env!("KYC_GATE_CORE");
    if core == own { format!("{core}, as in this program") } else { format!("{core}; in this program {own}") }
}

fn listed(platforms: &[Platform]) -> String {
    platforms.iter().map(Platform::to_string).collect::<Vec<_>>().join(", ")
}

/// Returns the crates that are in the module, but not those that have only built it.
fn inside(crates: &[Crate]) -> Vec<String> {
    let inside = crates.iter().filter(|one| one.kind == Kind::Runtime);
    inside.map(|one| format!("{} {}", one.name, one.version)).collect()
}

/// Joins names to lines that fit a terminal; `None` for no names.
fn wrapped(names: &[String]) -> Option<String> {
    let mut lines: Vec<String> = Vec::new();
    for name in names {
        match lines.last_mut() {
            Some(line) if line.len() + name.len() + 2 <= LINE => {
                line.push_str(", ");
                line.push_str(name);
            }
            _ => lines.push(name.clone()),
        }
    }
    (!lines.is_empty()).then(|| lines.join("\n"))
}
