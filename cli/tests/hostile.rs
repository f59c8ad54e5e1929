//! Hostile files: a clear answer, in bounded time and memory.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use kyc_gate_cli::check::{self, Code, FileReport, Options};

#[path = "shared/dice.rs"]
mod dice;
#[path = "fuzz/find.rs"]
mod find;

use dice::Dice;

/// Far more than any takes on a machine that does nothing else.
const PATIENCE: Duration = Duration::from_secs(60);

fn report(bytes: &[u8]) -> FileReport {
    let begun = Instant::now();
    let report = check::check(Path::new("file"), bytes, &Options::default());
    assert!(begun.elapsed() < PATIENCE, "{:?} for {} bytes", begun.elapsed(), bytes.len());
    report
}

fn codes(bytes: &[u8]) -> Vec<Code> {
    report(bytes).findings.iter().map(|finding| finding.code).collect()
}

fn shipped() -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let names = [
        "envoy/envoy.yaml",
        "envoy/istio/kyc-gate.yaml",
        "envoy/sidecar/kyc-gate.yaml",
        "cli/tests/data/native.yaml",
        "cli/tests/data/gateway.yaml",
        "tests/data/config-full.json",
        "fuzz/seeds/find/configmap.yaml",
        "fuzz/seeds/find/aliases.yaml",
    ];
    names.iter().map(|name| fs::read(root.join(name)).unwrap()).collect()
}

#[test]
fn bombs_are_told() {
    let mut laughs = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let inner = vec![format!("*a{}", level - 1); 10].join(", ");
        laughs.push_str(&format!("a{level}: &a{level} [{inner}]\n"));
    }
    let text = format!("\"{}\"", "a".repeat(1000));
    let long = format!("a: &a {text}\nb: [{}]\n", vec!["*a"; 1_000_000].join(","));
    for bomb in [
        laughs,
        long,
        "[".repeat(1_000_000),
        "{\"a\":".repeat(1_000_000),
        "- ".repeat(100_000),
        "{a: ".repeat(100_000),
        (0..2_000).map(|level| format!("{}a:\n", " ".repeat(level))).collect(),
        format!("[{}1]", "1,".repeat(2_000_000)),
        "--- a\n".repeat(1_100_000),
    ] {
        assert_eq!(codes(bomb.as_bytes()), [Code::TooLarge], "{}", &bomb[..40]);
    }
}

#[test]
fn an_alias_to_itself_is_told() {
    assert_eq!(codes(b"static_resources: &a\n  b: *a\n"), [Code::NotYaml]);
}

#[test]
fn a_million_problems_are_told_in_part() {
    let keys: String = (0..90_000).map(|at| format!(",\"k{at}\":1")).collect();
    let found = report(format!("{{\"match\":{{}}{keys}}}").as_bytes());
    assert_eq!((found.findings.len(), found.more), (1_000, 89_000));
    assert!(found.findings.iter().all(|finding| finding.code == Code::UnknownKey));
    // Beyond the gate's own limit there is one.
    let keys: String = (0..200_000).map(|at| format!(",\"k{at}\":1")).collect();
    assert_eq!(codes(format!("{{\"match\":{{}}{keys}}}").as_bytes()), [Code::Json]);
}

#[test]
fn many_gates_are_checked() {
    let gate =
        "---\napiVersion: extensions.istio.io/v1alpha1\nkind: WasmPlugin\nmetadata: { name: kyc-gate }\nspec: {}\n";
    let found = report(gate.repeat(2_000).as_bytes());
    assert_eq!((found.gates.len(), found.findings.len(), found.more), (1_000, 1_000, 1));
    assert_eq!(found.findings[0].code, Code::TooLarge);
}

#[test]
fn what_is_no_text_is_told() {
    assert_eq!(codes(b"match:\n  paths: [\xff\xfe]\n"), [Code::NotUtf8]);
    assert_eq!(codes(b"\x00\x01\x02"), [Code::NotYaml]);
    assert_eq!(codes(b""), [Code::NoGate]);
    assert_eq!(codes(b" \n\t\n"), [Code::NoGate]);
    assert_eq!(codes("\u{feff}match: { paths: [/kyc] }\n".as_bytes()), []);
    assert_eq!(codes(b"just a text"), [Code::NoGate]);
    let utf16: Vec<u8> = "match: {}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(codes(&utf16), [Code::NotYaml]);
}

#[test]
fn seeds_of_the_fuzzer_are_told() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/seeds/find");
    for entry in fs::read_dir(folder).unwrap() {
        find::run(&fs::read(entry.unwrap().path()).unwrap());
    }
}

#[test]
fn files_cut_anywhere_are_told() {
    for text in shipped() {
        for at in (0..text.len()).step_by(text.len() / 40 + 1) {
            find::run(&text[..at]);
        }
    }
}

#[test]
fn long_lines_are_shown_in_part() {
    let text = format!("{{\"match\": {{}}, \"x\": \"{}\", \"colour\": 1}}", "é".repeat(100_000));
    let found = report(text.as_bytes());
    let mut written = Vec::new();
    kyc_gate_cli::report::write(kyc_gate_cli::report::Format::Text, &[found], &mut written).unwrap();
    assert!(written.len() < 10_000, "{}", written.len());
}

/// Seeds with bytes changed, dropped and copied. `KYC_GATE_FUZZ_ROUNDS` sets how often for each seed; `scripts/fuzz
/// find` goes on from here.
#[test]
fn damaged_files_are_told() {
    let rounds: usize = std::env::var("KYC_GATE_FUZZ_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(40);
    let seeds = shipped();
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    for seed in &seeds {
        for _ in 0..rounds {
            let damaged = damaged(&mut dice, seed);
            let kept = std::panic::catch_unwind(|| find::run(&damaged)).is_ok();
            assert!(kept, "damaged: \"{}\"", damaged.escape_ascii());
        }
    }
}

fn damaged(dice: &mut Dice, seed: &[u8]) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=dice.below(6) {
        let at = dice.below(bytes.len() + 1);
        let end = (at + dice.below(40)).min(bytes.len());
        match dice.below(4) {
            0 => drop(bytes.drain(at..end)),
            1 => bytes.insert(at, b"{}[]\":,\\ -|>&*!%#\n'?"[dice.below(20)]),
            2 => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << (*byte & 6)),
            _ => {
                let piece = bytes[at..end].to_vec();
                let to = dice.below(bytes.len() + 1);
                bytes.splice(to..to, piece);
            }
        }
    }
    bytes
}

/// Runs the program on a path.
fn run(path: &Path) -> (Option<i32>, String) {
    let done = Command::new(env!("CARGO_BIN_EXE_kyc-gate")).arg("check").arg(path).output().unwrap();
    (done.status.code(), String::from_utf8_lossy(&done.stderr).into_owned())
}

#[cfg(unix)]
#[test]
fn links_in_circles_are_told() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("links");
    drop(fs::remove_dir_all(&folder));
    fs::create_dir_all(folder.join("inner")).unwrap();
    std::os::unix::fs::symlink("loop.yaml", folder.join("loop.yaml")).unwrap();
    std::os::unix::fs::symlink("..", folder.join("inner/up")).unwrap();
    fs::write(folder.join("inner/gate.yaml"), "match: { paths: [/kyc] }\n").unwrap();
    fs::write(folder.join("package.json"), "{ \"name\": \"other\" }\n").unwrap();
    assert_eq!(run(&folder).0, Some(0));
    let (status, said) = run(&folder.join("loop.yaml"));
    assert_eq!(status, Some(2), "{said}");
    let (status, said) = run(&folder.join("nothing.yaml"));
    assert!(status == Some(2) && said.contains("nothing.yaml"), "{said}");
}

#[test]
fn huge_files_are_not_read() {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("huge.yaml");
    let file = fs::File::create(&path).unwrap();
    file.set_len(1 << 34).unwrap();
    let (status, said) = run(&path);
    fs::remove_file(&path).unwrap();
    assert!(status == Some(2) && said.contains("larger than"), "{said}");
}
