//! `kyc-gate inspect`: modules and images made here, sound and unsound ones.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

const TAR: &str = "application/vnd.oci.image.layer.v1.tar+gzip";
const MODULE: &str = "application/vnd.module.wasm.content.layer.v1+wasm";

fn section(kind: u8, content: &[u8]) -> Vec<u8> {
    [&[kind, u8::try_from(content.len()).unwrap()], content].concat()
}

fn name(text: &str) -> Vec<u8> {
    [&[u8::try_from(text.len()).unwrap()], text.as_bytes()].concat()
}

/// A module with one host call, one callback, and what the gate tells about itself; `code` is its only function.
fn module(version: &str, code: &[u8]) -> Vec<u8> {
    let import = [&[1][..], &name("env"), &name("proxy_log"), &[0, 0]].concat();
    let exports = [&[2][..], &name("proxy_on_configure"), &[0, 1], &name("proxy_abi_version_0_2_1"), &[0, 1]].concat();
    let body = [&[0], code, &[0x0b]].concat();
    let code = [&[1, u8::try_from(body.len()).unwrap()], &body[..]].concat();
    let told = format!("kyc_gate_unreadable_body kyc-gate module {version}\n");
    let sections = [
        section(1, &[1, 0x60, 0, 0]),
        section(2, &import),
        section(3, &[1, 0]),
        section(7, &exports),
        section(10, &code),
        section(0, &[name("told"), told.into_bytes()].concat()),
    ];
    [b"\0asm\x01\0\0\0".to_vec(), sections.concat()].concat()
}

/// A shared library's header and its table of one section, with a text between them.
fn library(text: &str) -> Vec<u8> {
    let mut bytes = b"\x7fELF\x02\x01\x01".to_vec();
    bytes.resize(64, 0);
    (bytes[18], bytes[0x3a], bytes[0x3c]) = (62, 64, 1);
    bytes.extend(text.as_bytes());
    let end = u64::try_from(bytes.len()).unwrap();
    bytes[0x28..0x30].copy_from_slice(&end.to_le_bytes());
    bytes.resize(bytes.len() + 64, 0);
    bytes
}

#[test]
fn a_native_module_tells_what_it_is() {
    let file = folder("inspect-native").join("libkyc_gate.so");
    let names = "\0envoy_dynamic_module_on_program_init\0kyc_gate_unreadable_body\0";
    fs::write(&file, library(&format!("{names}kyc-gate module x\nkyc-gate module 9.8.7\n"))).unwrap();
    let module = &json_of(&file)["module"];
    let told = ["version", "abi"].map(|key| module[key].as_str().unwrap());
    assert_eq!(told, ["9.8.7", "Envoy dynamic modules"]);
    // Of another project, it has no interface to Envoy.
    fs::write(&file, library("hello")).unwrap();
    assert_eq!(json_of(&file)["module"]["abi"], Value::Null);
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn inspect(arguments: &[&Path]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kyc-gate")).arg("inspect").args(arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn json_of(path: &Path) -> Value {
    serde_json::from_slice(&inspect(&[path, Path::new("--format"), Path::new("json")]).stdout).unwrap()
}

#[test]
fn a_module_tells_what_it_is() {
    let file = folder("inspect-module").join("kyc_gate.wasm");
    let bytes = module("9.8.7", &[]);
    fs::write(&file, &bytes).unwrap();
    let told = &json_of(&file)["module"];
    assert_eq!(
        (&told["kind"], &told["version"], &told["abi"]),
        (&json!("wasm"), &json!("9.8.7"), &json!("proxy-wasm 0.2.1"))
    );
    assert_eq!((&told["host_calls"], &told["callbacks"]), (&json!(["proxy_log"]), &json!(["proxy_on_configure"])));
    assert_eq!((&told["bytes"], &told["features"]), (&json!(bytes.len()), &json!([])));
    assert_eq!(told["sha256"], hex(&bytes));
    assert!(told["envoys"].as_array().unwrap().len() >= 5);
    // i32x4.splat of 0, dropped.
    fs::write(&file, module("9.8.7", &[0x41, 0, 0xfd, 17, 0x1a])).unwrap();
    assert_eq!(json_of(&file)["module"]["features"], json!(["simd128"]));
}

#[test]
fn what_is_no_module_is_told() {
    let folder = folder("inspect-unsound");
    let sound = module("1.0.0", &[]);
    let foreign = [&sound[..8], &section(1, &[1, 0x60, 0, 0])].concat();
    for (name, bytes, status, wanted) in [
        ("text", b"hello".to_vec(), 2, "neither a Wasm module, nor a native one, nor an OCI image"),
        ("nothing", Vec::new(), 2, "neither a Wasm module"),
        ("cut", sound[..sound.len() - 3].to_vec(), 2, "not a valid Wasm module"),
        ("foreign", foreign, 1, "is no module of kyc-gate"),
        ("foreign library", library("hello"), 1, "is no module of kyc-gate"),
        ("a library's first bytes", b"\x7fELF".to_vec(), 2, "ends too early"),
        ("half a library", library("hello")[..100].to_vec(), 2, "ends too early"),
        ("a library of 32 bits", b"\x7fELF\x01\x01\x01\0".to_vec(), 2, "64 bits"),
    ] {
        let file = folder.join(name);
        fs::write(&file, bytes).unwrap();
        let output = inspect(&[&file]);
        assert_eq!(output.status.code(), Some(status), "{name}: {}", said(&output));
        assert!(said(&output).contains(wanted), "{name}: {}", said(&output));
    }
}

#[test]
fn a_rebuilt_module_is_the_same_or_not() {
    let folder = folder("inspect-verify");
    let (one, same, other) = (folder.join("one"), folder.join("same"), folder.join("other"));
    fs::write(&one, module("1.0.0", &[])).unwrap();
    fs::write(&same, module("1.0.0", &[])).unwrap();
    fs::write(&other, module("1.0.1", &[])).unwrap();
    assert_eq!(inspect(&[&one, Path::new("--verify"), &same]).status.code(), Some(0));
    let output = inspect(&[&one, Path::new("--verify"), &other]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("isn't the module of"), "{}", said(&output));
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn layer(file: &str, bytes: &[u8]) -> Vec<u8> {
    let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    let mut header = tar::Header::new_ustar();
    header.set_size(bytes.len() as u64);
    header.set_mode(0o644);
    archive.append_data(&mut header, file, bytes).unwrap();
    archive.into_inner().unwrap().finish().unwrap()
}

/// Writes an image layout with these layers, and returns its folder.
fn image(name: &str, layers: &[(&str, Vec<u8>)]) -> PathBuf {
    let folder = folder(name);
    let blobs = folder.join("blobs/sha256");
    fs::create_dir_all(&blobs).unwrap();
    let blob = |bytes: &[u8]| {
        fs::write(blobs.join(hex(bytes)), bytes).unwrap();
        format!("sha256:{}", hex(bytes))
    };
    let layers: Vec<_> =
        layers.iter().map(|(kind, bytes)| json!({ "mediaType": kind, "digest": blob(bytes) })).collect();
    let config =
        blob(json!({ "config": { "Labels": { "org.opencontainers.image.version": "1.0.0" } } }).to_string().as_bytes());
    let manifest = json!({ "config": { "digest": config }, "layers": layers, "annotations": { "module.wasm.image/variant": "compat" } });
    let digest = blob(manifest.to_string().as_bytes());
    fs::write(folder.join("index.json"), json!({ "manifests": [{ "digest": digest }] }).to_string()).unwrap();
    folder
}

/// What stock Istio and Envoy Gateway can pull, and what they can't.
#[test]
fn images_can_be_pulled_or_not() {
    let wasm = module("1.0.0", &[]);
    for (name, layers, is_sound) in [
        ("inspect-compat", vec![(TAR, layer("plugin.wasm", &wasm))], true),
        ("inspect-base", vec![(TAR, layer("etc/x", b"")), (TAR, layer("plugin.wasm", &wasm))], true),
        ("inspect-oci", vec![("application/json", b"{}".to_vec()), (MODULE, wasm.clone())], true),
        ("inspect-three", vec![("a", b"a".to_vec()), ("b", b"b".to_vec()), (MODULE, wasm.clone())], false),
        ("inspect-bare", vec![("application/wasm", wasm.clone())], false),
        ("inspect-name", vec![(TAR, layer("kyc_gate.wasm", &wasm))], false),
    ] {
        let folder = image(name, &layers);
        let output = inspect(&[&folder]);
        assert_eq!(output.status.code(), Some(i32::from(!is_sound)), "{name}: {}", said(&output));
        assert_eq!(said(&output).contains("can't pull it"), !is_sound, "{name}: {}", said(&output));
        let told = json_of(&folder);
        assert_eq!(told["module"]["sha256"], hex(&wasm), "{name}");
        assert_eq!(told["image"]["labels"]["org.opencontainers.image.version"], "1.0.0", "{name}");
        assert_eq!(told["image"]["annotations"]["module.wasm.image/variant"], "compat", "{name}");
        let archive = folder.with_extension("tar");
        let mut tar = tar::Builder::new(fs::File::create(&archive).unwrap());
        tar.append_dir_all(".", &folder).unwrap();
        tar.into_inner().unwrap().flush().unwrap();
        assert_eq!(json_of(&archive), told, "{name}");
    }
}

#[test]
fn a_spoilt_image_is_told() {
    let wasm = module("1.0.0", &[]);
    let spoilt = image("inspect-spoilt", &[(TAR, layer("plugin.wasm", &wasm))]);
    let blobs: Vec<_> = fs::read_dir(spoilt.join("blobs/sha256")).unwrap().map(|entry| entry.unwrap().path()).collect();
    blobs.iter().for_each(|blob| fs::write(blob, b"x").unwrap());
    let empty = folder("inspect-empty");
    for (folder, wanted) in [
        (spoilt, "isn't what its name says"),
        (empty, "index.json: No such file"),
        (image("inspect-none", &[]), "has no layers"),
        (image("inspect-other", &[(TAR, layer("readme", b"x"))]), "has no plugin.wasm in its last layer"),
        (image("inspect-broken", &[(TAR, b"no archive".to_vec())]), "not an archive"),
    ] {
        let output = inspect(&[&folder]);
        assert_eq!(output.status.code(), Some(2), "{}", folder.display());
        assert!(said(&output).contains(wanted), "{}: {}", folder.display(), said(&output));
    }
}
