//! `kyc-gate init`: without values of one's own the manifests are the shipped ones, and `check` has nothing to report.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use kyc_gate_cli::init::{Kind, Values};

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kyc-gate")).args(arguments).current_dir(folder).output().unwrap()
}

fn said(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    text(&output.stdout) + &text(&output.stderr)
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Returns a bootstrap without the comment that it begins with.
fn body(bootstrap: &str) -> &str {
    bootstrap.split_once("\n\nadmin:").unwrap().1
}

#[test]
fn without_values_the_manifests_are_the_shipped_ones() {
    for kind in Kind::ALL {
        let written = kind.manifest(&Values::default()).unwrap();
        match kind {
            Kind::Envoy => assert_eq!(body(&written), body(kind.shipped())),
            _ => assert_eq!(written, kind.shipped(), "{kind:?}"),
        }
    }
}

/// A file of one's own lies anywhere: what its comments send a reader to is named from the repository's root, and
/// nothing in it tells how the repository's own demo is started.
#[test]
fn comments_hold_in_a_file_of_ones_own() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let manifests = Kind::ALL.iter().map(|kind| (format!("{kind:?}"), kind.manifest(&Values::default()).unwrap()));
    let wasm = Values { wasm: true, ..Values::default() };
    for (kind, manifest) in manifests.chain([("Wasm".to_owned(), Kind::Gateway.manifest(&wasm).unwrap())]) {
        let comments: Vec<_> = manifest.lines().filter_map(|line| line.trim_start().strip_prefix('#')).collect();
        let words = comments.iter().flat_map(|line| line.split([' ', ',', ';'])).map(|word| word.trim_end_matches('.'));
        let files =
            words.filter(|word| word.ends_with(".md") || word.ends_with(".yaml") || word.ends_with("Dockerfile"));
        for file in files {
            assert!(
                file.contains('/') && root.join(file).is_file(),
                "{kind}: {file} is none of the repository's files"
            );
        }
        let text = comments.join("\n");
        assert!(!text.contains("scripts/demo") && !text.contains("From the root"), "{kind}: {text}");
    }
}

#[test]
fn the_gateway_with_wasm_is_what_is_shipped_for_it() {
    let path = |name: &str| Path::new(env!("CARGO_MANIFEST_DIR")).join("../envoy/gateway").join(name);
    let read = |name: &str| fs::read_to_string(path(name)).unwrap();
    let manifest = Kind::Gateway.manifest(&Values { wasm: true, ..Values::default() }).unwrap();
    let shipped = read("kyc-gate.yaml");
    let (kept, replaced): (Vec<_>, Vec<_>) =
        shipped.trim_end().split("\n---\n").partition(|document| !document.contains("kind: EnvoyExtensionPolicy"));
    assert_eq!(replaced.len(), 1);
    let written: Vec<&str> = manifest.trim_end().split("\n---\n").collect();
    assert_eq!(written.len(), kept.len() + 1);
    for document in kept.into_iter().chain([read("wasm.yaml").trim_end()]) {
        assert!(written.contains(&document), "{document}");
    }
}

/// Every option of every kind: what it puts in, and what of the shipped manifest is gone.
#[test]
fn each_value_takes_the_place_of_the_shipped_one() {
    let digest = "1".repeat(64);
    type Row<'r> = (&'r str, &'r [&'r str], &'r [&'r str], &'r [&'r str]);
    let rows: &[Row<'_>] = &[
        ("envoy", &["--path", "/a", "--path", "/b/c"], &["\"paths\": [\"/a\", \"/b/c\"]"], &["[\"/kyc\"]"]),
        (
            "envoy",
            &["--host", "kyc.bank.example", "--host", "*.example"],
            &["domains: [\"kyc.bank.example\", \"*.example\"]"],
            &["domains: [\"*\"]"],
        ),
        (
            "envoy",
            &["--listen", "0.0.0.0:8443"],
            &["address: 0.0.0.0, port_value: 8443", "arrive at 0.0.0.0:8443"],
            &["10000"],
        ),
        (
            "envoy",
            &["--backend", "kyc.svc:8080"],
            &["- name: backend\n    type: STRICT_DNS", "address: kyc.svc, port_value: 8080"],
            &["18080"],
        ),
        (
            "envoy",
            &["--backend", "[::1]:8080"],
            &["- name: backend\n    type: STATIC", "address: \"::1\", port_value: 8080"],
            &["18080"],
        ),
        (
            "envoy",
            &["--review", "people:1"],
            &["- name: manual-review\n    type: STRICT_DNS", "address: people, port_value: 1 "],
            &["18081"],
        ),
        (
            "envoy",
            &["--buffer-bytes", "4194304"],
            &["_bytes: 4194304", "\"maxBodyBytes\": 4194304"],
            &["_bytes: 16777216", "Bytes\": 16777216"],
        ),
        (
            "envoy",
            &["--key", "MY_KEY"],
            &["host_env_keys: [MY_KEY]", "\"env:MY_KEY\""],
            &["KYC_REQUEST_KEY", "key_values", "a3lj"],
        ),
        (
            "envoy",
            &["--module", "/etc/envoy/kyc_gate.wasm"],
            &["filename: /etc/envoy/kyc_gate.wasm"],
            &["dist/kyc_gate.wasm\n"],
        ),
        (
            "gateway",
            &["--wasm", "--namespace", "pay", "--path", "/a"],
            &["kind: EnvoyPatchPolicy", "name: pay/kyc-gate/https", "\"paths\": [\"/a\"]"],
            &["kind: EnvoyExtensionPolicy", "namespace: kyc\n"],
        ),
        ("istio", &["--path", "/a"], &["\"paths\": [\"/a\"]", "notPaths: [\"/a\"]"], &["\"/kyc\""]),
        (
            "istio",
            &["--key", "MY_KEY"],
            &["host_env_keys: [MY_KEY]", "- name: MY_KEY", "\"env:MY_KEY\""],
            &["KYC_REQUEST_KEY"],
        ),
        ("istio", &["--sha256", &digest], &[&digest], &["0000000000"]),
        (
            "istio",
            &["--module", "https://a.example/k.wasm"],
            &["uri: https://a.example/k.wasm"],
            &["artifacts.example.com"],
        ),
        ("istio", &["--namespace", "pay"], &["namespace: pay\n"], &["namespace: kyc\n", "namespace kyc"]),
        (
            "istio",
            &["--app", "onboarding"],
            &["app: onboarding\n", "kyc-backend:1.0.0"],
            &["app: kyc-backend", "name: kyc-backend"],
        ),
        ("istio", &["--image", "r.example/b:2", "--app", "b"], &["image: r.example/b:2\n"], &["kyc-backend"]),
        (
            "istio",
            &["--buffer-bytes", "4194304"],
            &["_bytes: 4194304", "\"limits\": { \"maxBodyBytes\": 4194304 },\n                  \"match\""],
            &["16777216"],
        ),
        (
            "sidecar",
            &["--host", "kyc.bank.example"],
            &["domains: [\"kyc.bank.example\"]"],
            &["- name: kyc\n                  domains: [\"*\"]"],
        ),
        ("sidecar", &["--path", "/a"], &["\"paths\": [\"/a\"]"], &["\"/kyc\""]),
        ("sidecar", &["--key", "MY_KEY"], &["- name: MY_KEY", "\"env:MY_KEY\""], &["KYC_REQUEST_KEY"]),
        ("sidecar", &["--module", "r.example/kyc-gate:2"], &["image: r.example/kyc-gate:2\n"], &["kyc-gate:0.1.0"]),
        ("sidecar", &["--namespace", "pay"], &["namespace: pay\n"], &["namespace: kyc\n"]),
        ("sidecar", &["--buffer-bytes", "4194304"], &["_bytes: 4194304"], &["_bytes: 16777216"]),
        ("gateway", &["--path", "/a", "--path", "/b"], &["\"paths\": [\"/a\", \"/b\"]"], &["\"/kyc\""]),
        (
            "gateway",
            &["--host", "kyc.bank.example:8443", "--host", "*.example"],
            &["hostnames: [\"kyc.bank.example\", \"*.example\"]"],
            &["kyc.example.com"],
        ),
        ("gateway", &["--key", "MY_KEY"], &["- name: MY_KEY", "\"env:MY_KEY\""], &["KYC_REQUEST_KEY"]),
        ("gateway", &["--module", "r.example/modules:2"], &["image: r.example/modules:2\n"], &["kyc-gate-modules"]),
        (
            "gateway",
            &["--namespace", "pay"],
            &[
                "  namespace: pay\n",
                "owning-gateway-namespace: pay\n",
                "kubernetes.io/metadata.name: envoy-gateway-system",
            ],
            &["namespace: kyc\n"],
        ),
        (
            "gateway",
            &["--app", "onboarding"],
            &["{ name: onboarding, port: 80 }", "values: [onboarding, kyc-manual-review]"],
            &["kyc-backend"],
        ),
        (
            "gateway",
            &["--buffer-bytes", "4194304"],
            &[
                "bufferLimit: 4194304\n",
                "WindowSize: 4194304\n",
                "\"limits\": { \"maxBodyBytes\": 4194304 },\n        \"match\"",
            ],
            &["16777216"],
        ),
    ];
    let folder = folder("init-values");
    for (at, (kind, options, there, gone)) in rows.iter().enumerate() {
        let file = format!("{at}.yaml");
        let output = run(&folder, &[&["init", kind, "-o", &file], *options].concat());
        assert!(output.status.success(), "{kind} {options:?}: {}", said(&output));
        let written = fs::read_to_string(folder.join(&file)).unwrap();
        for text in *there {
            assert!(written.contains(text), "{kind} {options:?}: {text} is missing");
        }
        for text in *gone {
            assert!(!written.contains(text), "{kind} {options:?}: {text} is still there");
        }
        let checked = run(&folder, &["check", &file]);
        assert!(checked.status.success(), "{kind} {options:?}: {}", said(&checked));
    }
}

#[test]
fn what_has_no_place_is_refused() {
    let folder = folder("init-refused");
    for (arguments, wanted) in [
        (&["init", "istio", "--listen", "0.0.0.0:1"][..], "--listen has no place in the manifests of init istio"),
        (&["init", "sidecar", "--listen", "0.0.0.0:1"], "--listen has no place in the manifests of init sidecar"),
        (&["init", "gateway", "--backend", "a:1"], "--backend has no place in the manifests of init gateway"),
        (&["init", "gateway", "--review", "a:1"], "--review has no place"),
        (&["init", "gateway", "--image", "a"], "--image has no place"),
        (&["init", "istio", "--host", "a.example"], "--host has no place"),
        (&["init", "envoy", "--namespace", "kyc"], "--namespace has no place"),
        (&["init", "sidecar", "--sha256", &"0".repeat(64)], "--sha256 has no place"),
        (&["init", "envoy", "--path", "kyc"], "must start with '/'"),
        (&["init", "envoy", "-o", "/dev/null/x"], "Not a directory"),
    ] {
        let output = run(&folder, arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(said(&output).contains(wanted), "{arguments:?}: {}", said(&output));
    }
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
}

#[test]
fn a_file_is_overwritten_only_by_force() {
    let folder = folder("init-force");
    fs::write(folder.join("envoy.yaml"), "mine").unwrap();
    let output = run(&folder, &["init", "envoy"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("envoy.yaml is there already; --force overwrites it"), "{}", said(&output));
    assert_eq!(fs::read_to_string(folder.join("envoy.yaml")).unwrap(), "mine");
    assert!(run(&folder, &["init", "envoy", "--force"]).status.success());
    let written = fs::read_to_string(folder.join("envoy.yaml")).unwrap();
    assert_eq!(written, Kind::Envoy.manifest(&Values::default()).unwrap());
    assert_eq!(run(&folder, &["init", "istio", "-o", "-"]).stdout, Kind::Istio.shipped().as_bytes());
}
