//! The module's crates are those of cli/tests/module-crates.txt: what the command line needs stays outside of it.
#![allow(clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
fn the_module_has_the_crates_that_are_listed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let done = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "-e", "normal", "--target", "wasm32-wasip1", "-p", "kyc-gate"])
        .args(["--prefix", "none", "--format", "{p}"])
        .current_dir(folder)
        .output()
        .expect("cargo");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let tree = String::from_utf8(done.stdout).expect("UTF-8");
    let found: BTreeSet<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    let listed = fs::read_to_string(folder.join("tests/module-crates.txt")).expect("the list");
    let listed: BTreeSet<&str> = listed.lines().filter(|line| !line.starts_with('#')).collect();
    let more: Vec<_> = found.difference(&listed).collect();
    let gone: Vec<_> = listed.difference(&found).collect();
    assert!(more.is_empty() && gone.is_empty(), "not listed: {more:?}; listed and not there: {gone:?}");
}
