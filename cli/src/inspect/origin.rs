//! What a module tells of its making, in sections that `scripts/build` adds.

use std::io::Read as _;

use flate2::read::ZlibDecoder;
use serde::{Deserialize, Serialize};

use super::Module;

/// The list of crates, as cargo-auditable writes it: zlib's format with JSON in it.
pub(super) const CRATES: &str = ".dep-v0";
/// The revision of the core, by `scripts/build.d/core.py`.
pub(super) const CORE: &str = ".kyc-gate-core";
/// Digits of a revision.
const DIGITS: usize = 16;
/// What the crate of a module is called: the Wasm one's, the native one's.
const OURS: [&str; 2] = ["kyc-gate", "kyc-gate-native"];
/// Most bytes of the list, unpacked.
const MAX_BYTES: u64 = 8 << 20;

/// A crate that a module is made of.
#[derive(Serialize, Deserialize)]
pub struct Crate {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Whether it is in the module, or has only built it.
    #[serde(default)]
    pub kind: Kind,
}

/// What a crate is there for.
#[derive(Serialize, Deserialize, Clone, Copy, PartialEq, Eq, Default)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// It is in the module.
    #[default]
    Runtime,
    /// It ran while the others were compiled.
    Build,
}

#[derive(Deserialize)]
struct List {
    packages: Vec<Crate>,
}

/// Takes what a section tells. One that can't be read tells nothing.
pub(super) fn take(module: &mut Module, section: &str, contents: &[u8]) {
    match section {
        CRATES => {
            module.crates = crates(contents);
            let own = module.crates.iter().flatten().find(|one| OURS.contains(&one.name.as_str()));
            module.version = module.version.take().or_else(|| own.map(|own| own.version.clone()));
        }
        CORE => module.core = core(contents),
        _ => {}
    }
}

fn crates(packed: &[u8]) -> Option<Vec<Crate>> {
    let mut text = Vec::new();
    ZlibDecoder::new(packed).take(MAX_BYTES).read_to_end(&mut text).ok()?;
    let list: List = serde_json::from_slice(&text).ok()?;
    let is_plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.+".contains(&byte));
    let is_sound = |one: &Crate| is_plain(&one.name) && is_plain(&one.version);
    list.packages.iter().all(is_sound).then_some(list.packages)
}

fn core(text: &[u8]) -> Option<String> {
    let revision = std::str::from_utf8(text).ok()?;
    let is_one = revision.len() == DIGITS && revision.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_one.then(|| revision.to_owned())
}
