//! What `check` says of the shipped files: nothing; and of each of their spoilt copies: exactly what was spoilt.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use kyc_gate_cli::check::{self, CALLBACKS, Code, FileReport, HOST_CALLS, Options};
use kyc_gate_cli::find::File;
use kyc_gate_cli::report::line_around;
use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn said(report: &FileReport) -> Vec<String> {
    report.findings.iter().map(|finding| format!("{} {}", finding.code.id(), finding.message)).collect()
}

/// The YAML files below a directory, but for Helm's templates, which make some.
fn yaml_files(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.ends_with("templates") {
            continue;
        }
        if path.is_dir() {
            yaml_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            found.push(path);
        }
    }
}

#[test]
fn nothing_is_said_of_what_is_shipped() {
    let mut files = Vec::new();
    yaml_files(&root().join("envoy"), &mut files);
    files.extend(["native", "gateway"].map(|name| root().join(format!("cli/tests/data/{name}.yaml"))));
    let mut gates = 0;
    for path in files {
        let report = check::check(&path, &fs::read(&path).unwrap(), &Options::default());
        gates += report.gates.len();
        // What has no gate has none: dashboards, alerts, a chart's values.
        let said: Vec<_> = said(&report).into_iter().filter(|_| !report.gates.is_empty()).collect();
        assert!(said.is_empty(), "{}: {said:#?}", path.display());
    }
    assert!(gates >= 8, "{gates}");
}

#[test]
fn what_is_spoilt_is_said_and_nothing_else() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("data/spoilt.json")).unwrap();
    assert!(cases.len() >= 40);
    let failed: Vec<String> = cases.iter().filter_map(|case| judge(case).err()).collect();
    assert!(failed.is_empty(), "{} of {}:\n{}", failed.len(), cases.len(), failed.join("\n"));
}

/// One Envoy in several files, which are named in one call or stand as files in one ConfigMap.
#[test]
fn nothing_is_said_of_files_that_belong_together() {
    let names = ["envoy", "listener", "filter", "routes", "clusters"];
    let texts = names.map(|name| {
        let path = root().join(format!("cli/tests/data/xds/{name}.yaml"));
        (path.clone(), fs::read_to_string(path).unwrap())
    });
    let files = texts.iter().map(|(path, text)| (path.clone(), File::read(text.as_bytes()))).collect();
    let reports = check::check_all(files, &Options::default());
    for report in &reports {
        assert!(report.findings.is_empty(), "{}: {:#?}", report.path.display(), said(report));
    }
    let data: serde_json::Map<_, _> =
        names.iter().zip(&texts).map(|(name, (_, text))| (format!("{name}.yaml"), text.as_str().into())).collect();
    let map = serde_json::json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "a" }, "data": data });
    let report = check::check(Path::new("map.json"), map.to_string().as_bytes(), &Options::default());
    assert!(report.gates == ["kyc-gate"] && report.findings.is_empty(), "{:?}: {:#?}", report.gates, said(&report));
}

/// What is wrong in a file without a gate, which belongs to one in another file, is told of a directory too.
#[test]
fn a_directory_is_told_of_as_a_whole() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("directory");
    drop(fs::remove_dir_all(&folder));
    fs::create_dir_all(folder.join("xds")).unwrap();
    for name in ["envoy", "listener", "filter", "routes", "clusters"] {
        let text = fs::read_to_string(root().join(format!("cli/tests/data/xds/{name}.yaml"))).unwrap();
        fs::write(folder.join(format!("xds/{name}.yaml")), text.replace("\"GET|HEAD\"", "\"GET|POST\"")).unwrap();
    }
    let istio = fs::read_to_string(root().join("envoy/istio/kyc-gate.yaml")).unwrap();
    let (filter, others) = istio.split_once("---\n").unwrap();
    fs::write(folder.join("filter.yaml"), filter).unwrap();
    fs::write(folder.join("others.yaml"), others.replace("- name: KYC_REQUEST_KEY", "- name: OTHER")).unwrap();
    fs::write(folder.join("unrelated.yaml"), "kind: ConfigMap\napiVersion: v1\n").unwrap();
    let done = Command::new(env!("CARGO_BIN_EXE_kyc-gate")).args(["check", "--json"]).arg(&folder).output().unwrap();
    let said: Value = serde_json::from_slice(&done.stdout).unwrap();
    let files = said["files"].as_array().unwrap().iter();
    let told = files.flat_map(|file| {
        let name = Path::new(file["file"].as_str().unwrap()).file_name().unwrap().to_str().unwrap();
        file["findings"].as_array().unwrap().iter().map(move |finding| format!("{name} {}", finding["code"]))
    });
    assert_eq!(told.collect::<Vec<_>>(), ["others.yaml \"K0314\"", "routes.yaml \"K0331\""]);
    assert_eq!(done.status.code(), Some(1));
}

#[test]
fn a_route_has_a_buffer_of_its_own_from_1_37_on() {
    let path = root().join("envoy/envoy.yaml");
    let mut text = fs::read_to_string(&path).unwrap();
    let change = "per_connection_buffer_limit_bytes: ";
    text = text.replacen(&format!("{change}16777216"), &format!("{change}131072"), 1);
    let host = text.lines().find(|line| line.trim_start().starts_with("domains:")).unwrap().to_owned();
    let indentation = &host[..host.len() - host.trim_start().len()];
    text = text.replacen(&host, &format!("{host}\n{indentation}request_body_buffer_limit: 16777216"), 1);
    for (version, wanted) in [(None, 0), (Some("1.37"), 0), (Some("1.40"), 0), (Some("1.36"), 1)] {
        let envoy = version.map(|version| version.parse().unwrap());
        let report = check::check(&path, text.as_bytes(), &Options { envoy, ..Options::default() });
        let found: Vec<_> = said(&report);
        assert!(
            found.len() == wanted && found.iter().all(|line| line.starts_with("K0330 ")),
            "{version:?}: {found:#?}"
        );
    }
}

fn judge(case: &Value) -> Result<(), String> {
    let text = |name: &str| case[name].as_str().unwrap_or_else(|| panic!("{case}"));
    let name = text("name");
    let path = root().join(text("file"));
    let original = fs::read_to_string(&path).unwrap();
    let spoilt = original.replacen(text("find"), text("put"), 1);
    if spoilt == original {
        return Err(format!("{name}: nothing to replace in {}", text("file")));
    }
    let envoy = case["envoy"].as_str().map(|version| version.parse().unwrap());
    // Files that are given in the same call, as they are or in part.
    let with = case["with"].as_array().cloned().unwrap_or_default();
    let with = with.iter().map(|name| root().join(name.as_str().unwrap()));
    let mut files = vec![(path.clone(), File::read(spoilt.as_bytes()))];
    files.extend(with.map(|path| (path.clone(), File::read(&fs::read(&path).unwrap()))));
    let allowed = case["allow"].as_str().map(|code| Code::from_id(code).unwrap()).into_iter().collect();
    let reports = check::check_all(files, &Options { envoy, allowed, ..Options::default() });
    let found: Vec<_> = reports.iter().flat_map(|one| one.findings.iter().map(move |finding| (one, finding))).collect();
    let [(report, finding)] = found.as_slice() else {
        return Err(format!("{name}: {:#?}", reports.iter().flat_map(said).collect::<Vec<_>>()));
    };
    let place = case["in"].as_str().unwrap_or(text("file"));
    if report.path != root().join(place) {
        return Err(format!("{name}: {} in {}", finding.code.id(), report.path.display()));
    }
    let line = &report.text[line_around(&report.text, finding.at.start)];
    if finding.code.id() == text("code") && line.contains(text("line")) && !finding.at.is_empty() {
        return Ok(());
    }
    Err(format!("{name}: {} at {line:?}: {}", finding.code.id(), finding.message))
}

/// All codes of surroundings are in the table; K0302 and K0329 have tests of their own.
#[test]
fn the_table_has_every_code_of_the_surroundings() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("data/spoilt.json")).unwrap();
    let spoilt: BTreeSet<&str> = cases.iter().map(|case| case["code"].as_str().unwrap()).collect();
    let own = ["K0302", "K0329"];
    let codes = Code::ALL.iter().filter(|code| code.number() > 300).map(|code| code.id());
    let untold: Vec<String> = codes.filter(|id| !spoilt.contains(id.as_str()) && !own.contains(&id.as_str())).collect();
    assert!(untold.is_empty(), "{untold:?}");
}

/// `tests/manifests` compares the shipped list with the sources and with the built module.
#[test]
fn capabilities_are_those_of_the_shipped_bootstrap() {
    let bootstrap = fs::read_to_string(root().join("envoy/envoy.yaml")).unwrap();
    let (_, block) = bootstrap.split_once("allowed_capabilities:\n").unwrap();
    let lines = block.lines().map_while(|line| line.trim().strip_suffix(": {}"));
    let shipped: BTreeSet<&str> = lines.collect();
    assert_eq!(HOST_CALLS.iter().chain(&CALLBACKS).copied().collect::<BTreeSet<_>>(), shipped);
}

#[test]
fn wasm_objects_without_the_hold_are_refused() {
    let plugin = "apiVersion: extensions.istio.io/v1alpha1\nkind: WasmPlugin\nmetadata: { name: kyc-gate }\nspec:\n  \
        url: oci://example.com/kyc-gate\n  sha256: \"00\"\n";
    let policy = "apiVersion: gateway.envoyproxy.io/v1alpha1\nkind: EnvoyExtensionPolicy\nmetadata: { name: a }\nspec:\n  \
        wasm:\n  - name: kyc-gate\n    code: { type: Image, image: { url: a, sha256: b } }\n";
    for text in [plugin, policy] {
        let report = check::check(Path::new("file"), text.as_bytes(), &Options::default());
        assert_eq!(report.findings.iter().map(|one| one.code).collect::<Vec<_>>(), [Code::NoHoldField], "{text}");
    }
    let open = policy.replace("    code:", "    failOpen: true\n    code:");
    let report = check::check(Path::new("file"), open.as_bytes(), &Options::default());
    assert!(report.findings.iter().any(|finding| finding.code == Code::FailsOpen));
}

#[test]
fn a_second_gate_is_told() {
    let original = fs::read_to_string(root().join("cli/tests/data/native.yaml")).unwrap();
    let (before, rest) = original.split_once("          - name: kyc-gate\n").unwrap();
    let (gate, after) = rest.split_once("          - name: envoy.filters.http.router\n").unwrap();
    let entry = format!("          - name: kyc-gate\n{gate}");
    let text = format!("{before}{entry}{entry}          - name: envoy.filters.http.router\n{after}");
    let report = check::check(Path::new("file"), text.as_bytes(), &Options::default());
    assert_eq!(report.findings.iter().map(|one| one.code).collect::<Vec<_>>(), [Code::TwoGates]);
    assert_eq!(report.gates, ["kyc-gate-1", "kyc-gate-2"]);
}
