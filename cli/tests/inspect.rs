//! `kyc-gate inspect`: modules and images made here, sound and unsound ones.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
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

/// What `scripts/build` adds to a module, packed as there.
fn told_of_its_making() -> [(&'static str, Vec<u8>); 2] {
    let list = json!({ "packages": [
        { "name": "aes", "version": "0.9.1", "source": "crates.io" },
        { "name": "kyc-gate", "version": "0.1.0", "source": "local", "dependencies": [0, 2], "root": true },
        { "name": "syn", "version": "2.0.1", "source": "crates.io", "kind": "build" },
    ] });
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::none());
    packed.write_all(list.to_string().as_bytes()).unwrap();
    [(".dep-v0", packed.finish().unwrap()), (".kyc-gate-core", b"0123456789abcdef".to_vec())]
}

/// A section of any length, with a name.
fn custom(title: &str, contents: &[u8]) -> Vec<u8> {
    let content = [&name(title)[..], contents].concat();
    let low = u8::try_from(content.len() & 0x7f).unwrap() | 0x80;
    [&[0, low, u8::try_from(content.len() >> 7).unwrap()], &content[..]].concat()
}

/// A shared library with sections: the first one is none, the last one has their names (System V ABI, chapter 4).
fn library_with(text: &str, sections: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut names = vec![0];
    let mut bytes = b"\x7fELF\x02\x01\x01".to_vec();
    bytes.resize(64, 0);
    bytes.extend(text.as_bytes());
    let mut table = vec![0; 64];
    let mut add = |title: &str, contents: Option<&[u8]>| {
        let mut entry = vec![0; 64];
        entry[..4].copy_from_slice(&u32::try_from(names.len()).unwrap().to_le_bytes());
        names.extend(title.as_bytes());
        names.push(0);
        entry[0x18..0x20].copy_from_slice(&u64::try_from(bytes.len()).unwrap().to_le_bytes());
        let contents = contents.unwrap_or(&names);
        entry[0x20..0x28].copy_from_slice(&u64::try_from(contents.len()).unwrap().to_le_bytes());
        bytes.extend(contents);
        table.extend(entry);
    };
    sections.iter().for_each(|(title, contents)| add(title, Some(contents)));
    add(".shstrtab", None);
    let count = u8::try_from(table.len() / 64).unwrap();
    (bytes[18], bytes[0x3a], bytes[0x3c], bytes[0x3e]) = (62, 64, count, count - 1);
    let end = u64::try_from(bytes.len()).unwrap();
    bytes[0x28..0x30].copy_from_slice(&end.to_le_bytes());
    [bytes, table].concat()
}

#[test]
fn a_module_tells_of_its_making() {
    let folder = folder("inspect-origin");
    let sections = told_of_its_making();
    let parts = sections.iter().map(|(title, contents)| custom(title, contents)).collect::<Vec<_>>().concat();
    let wasm = [module("9.8.7", &[]), parts].concat();
    let names = "\0envoy_dynamic_module_on_program_init\0kyc_gate_unreadable_body\0";
    // A native module says its version nowhere else.
    let library = library_with(names, &sections);
    for (file, bytes, version) in [("kyc_gate.wasm", wasm, "9.8.7"), ("libkyc_gate.so", library, "0.1.0")] {
        let file = folder.join(file);
        fs::write(&file, bytes).unwrap();
        let module = &json_of(&file)["module"];
        assert_eq!(module["version"], version);
        assert_eq!(module["core"], "0123456789abcdef");
        assert_eq!(module["crates"][2], json!({ "name": "syn", "version": "2.0.1", "kind": "build" }));
        let text = String::from_utf8(inspect(&[&file]).stdout).unwrap();
        assert!(text.contains("crates      aes 0.9.1, kyc-gate 0.1.0\n"), "{text}");
        assert!(text.contains("core        0123456789abcdef; in this program "), "{text}");
    }
}

/// Of a section that isn't what its name says, nothing is told, and nothing reaches a terminal.
#[test]
fn what_is_no_list_of_crates_tells_nothing() {
    let folder = folder("inspect-spoilt-origin");
    let packed = |text: &str| {
        let mut packed = ZlibEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(text.as_bytes()).unwrap();
        packed.finish().unwrap()
    };
    for (at, crates) in [
        b"no zlib".to_vec(),
        packed("{}"),
        packed(r#"{"packages":[{"name":"\u001b[31m","version":"1"}]}"#),
        packed(&" ".repeat(20 << 20)),
    ]
    .into_iter()
    .enumerate()
    {
        let sections = [(".dep-v0", crates), (".kyc-gate-core", b"\x1b[31m45678901".to_vec())];
        let file = folder.join(format!("{at}.so"));
        fs::write(&file, library_with("", &sections)).unwrap();
        let told = json_of(&file);
        assert_eq!((&told["module"]["crates"], &told["module"]["core"]), (&Value::Null, &Value::Null), "{at}");
    }
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
    let config = blob(
        json!({ "config": { "Labels": { "org.opencontainers.image.version": "it's 1" } } }).to_string().as_bytes(),
    );
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
        assert_eq!(told["image"]["labels"]["org.opencontainers.image.version"], "it's 1", "{name}");
        assert_eq!(told["image"]["annotations"]["module.wasm.image/variant"], "compat", "{name}");
        let archive = folder.with_extension("tar");
        let mut tar = tar::Builder::new(fs::File::create(&archive).unwrap());
        tar.append_dir_all(".", &folder).unwrap();
        tar.into_inner().unwrap().flush().unwrap();
        assert_eq!(json_of(&archive), told, "{name}");
    }
}

/// One image for each processor, as `scripts/package` makes the native one; an attestation beside them, as others do.
#[test]
fn an_image_for_several_platforms_is_told_by_one_of_them() {
    let names = "\0envoy_dynamic_module_on_program_init\0kyc_gate_unreadable_body\0";
    let module = |version: &str| library_with(&format!("{names}kyc-gate module {version}\n"), &[]);
    let folder = image("inspect-platforms", &[(TAR, layer("libkyc_gate.so", &module("1.0.0")))]);
    let other = image("inspect-platforms-arm", &[(TAR, layer("libkyc_gate.so", &module("1.0.1")))]);
    let manifest = |folder: &Path| -> Value {
        let index: Value = serde_json::from_slice(&fs::read(folder.join("index.json")).unwrap()).unwrap();
        index["manifests"][0]["digest"].clone()
    };
    for blob in fs::read_dir(other.join("blobs/sha256")).unwrap() {
        let blob = blob.unwrap();
        fs::copy(blob.path(), folder.join("blobs/sha256").join(blob.file_name())).unwrap();
    }
    let image = |digest: Value, os: &str, architecture: &str| json!({ "digest": digest, "platform": { "os": os, "architecture": architecture } });
    let list = json!({ "manifests": [
        image(manifest(&other), "linux", "arm64"),
        image(manifest(&folder), "linux", "amd64"),
        image(json!("sha256:00"), "unknown", "unknown"),
    ] });
    let list = list.to_string();
    let digest = format!("sha256:{}", hex(list.as_bytes()));
    fs::write(folder.join("blobs/sha256").join(hex(list.as_bytes())), &list).unwrap();
    let index = json!({ "manifests": [{ "mediaType": "application/vnd.oci.image.index.v1+json", "digest": digest }] });
    fs::write(folder.join("index.json"), index.to_string()).unwrap();
    for (options, version, platform) in
        [(&[][..], "1.0.0", "linux/amd64"), (&["--platform", "linux/arm64"], "1.0.1", "linux/arm64")]
    {
        let arguments: Vec<_> = options.iter().map(Path::new).chain([folder.as_path()]).collect();
        let output = inspect(&arguments);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        let text = String::from_utf8(output.stdout).unwrap();
        for line in [
            format!("platform    {platform}, of linux/arm64, linux/amd64\n"),
            format!("index       {digest}\n"),
            format!("version     {version}\n"),
            "            org.opencontainers.image.version: it's 1\n".to_owned(),
        ] {
            assert!(text.contains(&line), "{text}");
        }
    }
    for (platform, wanted) in [
        ("linux/s390x", "has no image for linux/s390x; there is linux/arm64, linux/amd64"),
        ("arm64", "must be OS/ARCHITECTURE"),
    ] {
        let output = inspect(&[&folder, Path::new("--platform"), Path::new(platform)]);
        assert_eq!(output.status.code(), Some(2));
        assert!(said(&output).contains(wanted), "{}", said(&output));
    }
    let output = inspect(&[&other, Path::new("--platform"), Path::new("linux/arm64")]);
    assert!(said(&output).contains("there is one image, for every platform"), "{}", said(&output));
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
        (
            image("inspect-other", &[(TAR, layer("readme", b"x"))]),
            "has no plugin.wasm or libkyc_gate.so in its last layer",
        ),
        (image("inspect-broken", &[(TAR, b"no archive".to_vec())]), "not an archive"),
    ] {
        let output = inspect(&[&folder]);
        assert_eq!(output.status.code(), Some(2), "{}", folder.display());
        assert!(said(&output).contains(wanted), "{}: {}", folder.display(), said(&output));
    }
}
