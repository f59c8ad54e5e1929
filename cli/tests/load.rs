//! `--config` of the commands takes whatever holds a configuration.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

use kyc_gate_cli::failure::Failure;
use kyc_gate_cli::gate;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Writes a file with these texts as documents.
fn file(name: &str, text: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, text).unwrap();
    path
}

fn plugin(name: &str, path: &str) -> String {
    format!(
        "---\napiVersion: extensions.istio.io/v1alpha1\nkind: WasmPlugin\nmetadata: {{ name: kyc-gate-{name} }}\nspec:\n  \
        pluginConfig:\n    match: {{ paths: [{path}] }}\n"
    )
}

#[test]
fn a_bootstrap_with_its_key() {
    let config = gate::load(Some(&root().join("envoy/envoy.yaml"))).unwrap_or_else(|failure| panic!("{failure}"));
    assert!(config.request_encryption.is_some());
    assert!(gate::load(None).is_ok_and(|config| config.request_encryption.is_none()));
}

#[test]
fn one_of_several() {
    let path = file("several.yaml", &(plugin("a", "/a") + &plugin("b", "/b")));
    let picked = |choice: &str| {
        let argument = PathBuf::from(format!("{}#{choice}", path.display()));
        gate::load(Some(&argument)).map(|config| config.paths.clone())
    };
    assert_eq!(picked("kyc-gate-b").ok().unwrap(), ["/b"]);
    assert_eq!(picked("1").ok().unwrap(), ["/a"]);
    assert!(matches!(picked("c"), Err(Failure::NoSuchGate { .. })));
    assert!(matches!(picked("0"), Err(Failure::NoSuchGate { .. })));
    assert!(matches!(gate::load(Some(&path)), Err(Failure::SeveralGates { names, .. }) if names.len() == 2));
    let same = file("same.yaml", &(plugin("a", "/a") + &plugin("b", "/a")));
    assert_eq!(gate::load(Some(&same)).ok().unwrap().paths, ["/a"]);
}

#[test]
fn none() {
    let path = file("none.yaml", "apiVersion: v1\nkind: Secret\n");
    assert!(matches!(gate::load(Some(&path)), Err(Failure::NoGate { .. })));
    let path = file("broken.yaml", "a: [\n");
    assert!(gate::load(Some(&path)).is_err_and(|failure| failure.to_string().contains("broken.yaml:2:1")));
    let path = file("empty.json", "\n");
    assert_eq!(gate::load(Some(&path)).ok().unwrap().paths, ["/kyc"]);
}
