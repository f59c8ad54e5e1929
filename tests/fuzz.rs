//! The seeds of the fuzzers once more, without a fuzzer: what was found stays mended, and the targets don't rot.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Instant;

#[path = "../fuzz/src/lib.rs"]
mod fuzz;

use fuzz::TARGETS;

/// What the tests of `cli/` replay: `cli/tests/hostile.rs`.
const OF_THE_COMMAND_LINE: [&str; 1] = ["find"];

fn names(directory: &str) -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz").join(directory);
    let entries = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).collect()
}

#[test]
fn every_target_has_a_fuzzer_and_seeds() {
    let targets: BTreeSet<String> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    let all: BTreeSet<String> = targets.into_iter().chain(OF_THE_COMMAND_LINE.map(str::to_owned)).collect();
    assert_eq!(names("fuzz_targets"), all);
    assert_eq!(names("seeds"), all);
}

/// The seeds of a target with their paths.
fn seeds(target: &str) -> Vec<(String, Vec<u8>)> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(target);
    let paths = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    paths.map(|path| (path.display().to_string(), fs::read(&path).unwrap())).collect()
}

#[test]
fn seeds_keep_the_promises() {
    for (name, run) in TARGETS {
        let seeds = seeds(name);
        assert!(!seeds.is_empty(), "{name} has no seeds");
        for (path, seed) in seeds {
            assert!(std::panic::catch_unwind(|| run(&seed)).is_ok(), "{path}");
        }
    }
}

/// A fuzzer without a memory, for machines where there is no other: seeds with bytes changed, dropped and swapped
/// between them. `KYC_GATE_FUZZ_ROUNDS` sets how often for each seed.
#[test]
fn damaged_seeds_keep_the_promises() {
    let rounds = std::env::var("KYC_GATE_FUZZ_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(8);
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    for (name, run) in TARGETS {
        let seeds = seeds(name);
        let begun = Instant::now();
        for (path, seed) in &seeds {
            for _ in 0..rounds {
                let (_, other) = &seeds[dice.below(seeds.len())];
                let damaged = dice.damaged(seed, other);
                let kept = std::panic::catch_unwind(|| run(&damaged)).is_ok();
                assert!(kept, "{path}, damaged: \"{}\"", damaged.escape_ascii());
            }
        }
        println!("{name}: {} executions in {:.1?}", seeds.len() * rounds, begun.elapsed());
    }
}

/// Xorshift: the same numbers at every run.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, most: usize) -> usize {
        usize::try_from(self.next() % most.max(1) as u64).unwrap()
    }

    fn damaged(&mut self, seed: &[u8], other: &[u8]) -> Vec<u8> {
        let mut bytes = seed.to_vec();
        for _ in 0..=self.below(4) {
            let at = self.below(bytes.len() + 1);
            let end = (at + self.below(8)).min(bytes.len());
            match self.below(5) {
                0 => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << self.below(8)),
                1 => drop(bytes.drain(at..end)),
                2 => bytes.insert(at, br#"{}[]":,\ u0%<^$|'"#[self.below(17)]),
                3 => {
                    let piece = bytes[at..end].to_vec();
                    let to = self.below(bytes.len() + 1);
                    bytes.splice(to..to, piece);
                }
                _ => {
                    let from = self.below(other.len() + 1);
                    let piece = &other[from..(from + self.below(64)).min(other.len())];
                    bytes.splice(at..end, piece.iter().copied());
                }
            }
        }
        bytes
    }
}
