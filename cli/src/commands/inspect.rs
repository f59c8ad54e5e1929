//! `kyc-gate inspect`: what a built artifact is.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::failure::Failure;
use crate::inspect::{Inspected, Module};
use crate::terminal;

/// Longest line of names.
const LINE: usize = 84;

/// Tells what a Wasm module, a native module or an OCI image is.
///
/// Version, digest, what it asks of the machine, the Envoys that it is tested with, what it calls and what is called in
/// it. Exit status 1 where it isn't kyc-gate, can't be pulled, or isn't the one that it is compared with.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  kyc-gate inspect dist/kyc_gate.wasm
  kyc-gate inspect downloaded.wasm --verify dist/kyc_gate.wasm
  kyc-gate inspect image.tar --format json | jq -r .module.sha256")]
pub struct Inspect {
    /// A module, the folder of an OCI image layout, or an archive of one.
    file: PathBuf,
    /// A module or image that must hold the very same module, such as one that you have built yourself.
    #[arg(long, value_name = "FILE")]
    verify: Option<PathBuf>,
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
        let mut inspected = Inspected::read(&self.file)?;
        if let Some(other) = &self.verify {
            let other_module = Inspected::read(other)?.module;
            if other_module.sha256 != inspected.module.sha256 {
                let (path, digest) = (other.display(), &other_module.sha256);
                inspected.findings.push(format!("isn't the module of {path}, whose sha256 is {digest}"));
            }
        }
        match self.format {
            Format::Text => write_text(&inspected)?,
            Format::Json => {
                let text = serde_json::to_string_pretty(&inspected).map_err(|error| Failure::Write(error.into()))?;
                writeln!(anstream::stdout(), "{text}")?;
            }
        }
        for finding in &inspected.findings {
            terminal::tell(format_args!("{}: {finding}", self.file.display()));
        }
        Ok(if inspected.findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
    }
}

fn write_text(inspected: &Inspected) -> Result<(), Failure> {
    let Module { kind, version, bytes, sha256, features, abi, envoys, host_calls, callbacks } = &inspected.module;
    let mut out = anstream::stdout();
    let mut line = |name: &str, value: String| writeln!(out, "{name:<12}{value}");
    if let Some(image) = &inspected.image {
        line("image", image.digest.clone())?;
        line("layers", image.layers.join(", "))?;
        for (key, value) in image.annotations.iter().chain(&image.labels) {
            line("", format!("{}: {}", key.escape_debug(), value.escape_debug()))?;
        }
    }
    line("module", format!("{kind}, {bytes} bytes"))?;
    line("version", version.clone().unwrap_or_else(|| "not told".to_owned()))?;
    line("sha256", sha256.clone())?;
    line("features", if features.is_empty() { "none".to_owned() } else { features.join(", ") })?;
    line("interface", abi.clone().unwrap_or_else(|| "none".to_owned()))?;
    if !envoys.is_empty() {
        line("tested with", format!("Envoy {}", envoys.join(", ")))?;
    }
    for (name, calls) in [("host calls", host_calls), ("callbacks", callbacks)] {
        let lines = wrapped(calls);
        line(name, lines.first().cloned().unwrap_or_else(|| "none".to_owned()))?;
        lines.iter().skip(1).try_for_each(|text| line("", text.clone()))?;
    }
    Ok(())
}

/// Joins names to lines that fit a terminal.
fn wrapped(names: &[String]) -> Vec<String> {
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
    lines
}
