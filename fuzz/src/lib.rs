//! What is fuzzed: each target takes any bytes and panics where the gate breaks a promise.
//!
//! The fuzzers in `fuzz_targets/` call these functions, and so does `tests/fuzz.rs`, which replays the seeds on every
//! run of the tests. Most inputs are structured: some bytes of choices, then a text, see each target's `Input`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::cast_possible_truncation,
    reason = "a target fails by panicking"
)]

pub mod authorization;
pub mod body;
pub mod config;
pub mod confirmation;
pub mod exchange;
pub mod facts;
pub mod mrz;
pub mod names;
mod payload;
pub mod replay;
pub mod rules;
pub mod scanner;
pub mod settings;
pub mod settings_api;
mod shared;
pub mod signature;
pub mod template;

/// Panics where these bytes break a promise.
pub type Target = fn(&[u8]);

/// Every target by its name: that of its file here and in `fuzz_targets/`, and of its directory in `seeds/`.
pub const TARGETS: [(&str, Target); 15] = [
    ("authorization", authorization::run),
    ("body", body::run),
    ("config", config::run),
    ("confirmation", confirmation::run),
    ("exchange", exchange::run),
    ("facts", facts::run),
    ("mrz", mrz::run),
    ("names", names::run),
    ("replay", replay::run),
    ("rules", rules::run),
    ("scanner", scanner::run),
    ("settings", settings::run),
    ("settings_api", settings_api::run),
    ("signature", signature::run),
    ("template", template::run),
];

/// The input that these bytes stand for, the last part of it being all that is left of them.
fn read<'a, I: arbitrary::Arbitrary<'a>>(data: &'a [u8]) -> Option<I> {
    I::arbitrary_take_rest(arbitrary::Unstructured::new(data)).ok()
}

/// Parts of `bytes` that together are all of it, parted at these places.
fn chunks<'b>(bytes: &'b [u8], cuts: &[u16]) -> Vec<&'b [u8]> {
    let mut places: Vec<usize> = cuts.iter().map(|cut| usize::from(*cut) % (bytes.len() + 1)).collect();
    places.extend([0, bytes.len()]);
    places.sort_unstable();
    places.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect()
}
