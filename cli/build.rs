//! Tells the binary what it was built from: the core's revision, and the commit where there is one.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest, Sha256};

/// Digits of a revision: as many as the gate's own have.
const DIGITS: usize = 16;

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=../src");
    println!("cargo:rerun-if-env-changed=KYC_GATE_COMMIT");
    println!("cargo:rustc-env=KYC_GATE_CORE={}", core(&root));
    println!("cargo:rustc-env=KYC_GATE_COMMIT={}", commit(&root).unwrap_or_else(|| "unknown".to_owned()));
}

/// Digests the names and texts of the core's sources. Two programs with one core give the same answers.
fn core(root: &Path) -> String {
    let mut digest = Sha256::new();
    let source = root.join("src");
    for file in files(&source) {
        let name = file.strip_prefix(&source).unwrap_or(&file).display().to_string();
        let text = fs::read(&file).unwrap_or_default();
        for part in [name.as_bytes(), &text] {
            digest.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            digest.update(part);
        }
    }
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect::<String>().chars().take(DIGITS).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut files: Vec<_> = entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect();
    files.sort();
    files
}

/// Returns the commit: the one that a packager names, or git's. Not for debug builds, which would compile anew after
/// each commit.
fn commit(root: &Path) -> Option<String> {
    if let Some(named) = std::env::var("KYC_GATE_COMMIT").ok().filter(|named| !named.is_empty()) {
        return Some(named);
    }
    if std::env::var("PROFILE").is_ok_and(|profile| profile == "debug") {
        return None;
    }
    let commit = git(root, &["rev-parse", "HEAD"])?;
    for file in ["HEAD", "logs/HEAD", "index"] {
        let path = git(root, &["rev-parse", "--path-format=absolute", "--git-path", file])?;
        println!("cargo:rerun-if-changed={path}");
    }
    let changed =
        git(root, &["status", "--porcelain", "--untracked-files=no"]).is_some_and(|changes| !changes.is_empty());
    let short: String = commit.chars().take(12).collect();
    Some(if changed { format!("{short}, changed") } else { short })
}

/// Asks git, which may be missing, as the repository may.
fn git(root: &Path, arguments: &[&str]) -> Option<String> {
    let done = Command::new("git").arg("-C").arg(root).args(arguments).output().ok()?;
    let text = String::from_utf8(done.stdout).ok().filter(|_| done.status.success())?;
    Some(text.trim().to_owned())
}
