//! An OCI image layout with a module in it, as a folder or as an archive of one.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::{Cursor, Read};
use std::path::Path;
use std::str::FromStr;

use flate2::read::GzDecoder;
use serde::{Deserialize, Serialize};

use super::digest;

/// Most bytes of all that is read of an image, unpacked.
const MAX_BYTES: u64 = 256 << 20;
/// The layer that Istio and Envoy Gateway take for the module itself, one of two.
const MODULE_LAYER: &str = "application/vnd.module.wasm.content.layer.v1+wasm";
/// What both look for in the last layer of any other image.
const PLUGIN: &str = "plugin.wasm";

/// The platform whose image is taken unless another is asked for, as by Istio and Envoy Gateway.
const USUAL: &str = "linux/amd64";
/// What ends the media type of a list of images, one for each platform: OCI's and Docker's.
const INDEXES: [&str; 2] = ["image.index.v1+json", "manifest.list.v2+json"];

/// An image.
#[derive(Serialize)]
pub struct Image {
    /// Digest of its manifest.
    pub digest: String,
    /// Digest of the list that names it with those of other platforms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<String>,
    /// What it is for, where it is one of several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform: Option<Platform>,
    /// What all of them are for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub platforms: Vec<Platform>,
    /// Annotations of the manifest.
    pub annotations: BTreeMap<String, String>,
    /// Labels of the image.
    pub labels: BTreeMap<String, String>,
    /// Media types of its layers.
    pub layers: Vec<String>,
    /// Whether stock Istio and Envoy Gateway can pull the module.
    pub can_be_pulled: bool,
}

/// An operating system and a processor, as images name them: `linux/amd64`.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Platform {
    os: String,
    architecture: String,
}

impl FromStr for Platform {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once('/') {
            Some((os, architecture)) if !os.is_empty() && !architecture.is_empty() => {
                Ok(Self { os: os.to_owned(), architecture: architecture.to_owned() })
            }
            _ => Err("must be OS/ARCHITECTURE, such as linux/arm64"),
        }
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.os.escape_debug(), self.architecture.escape_debug())
    }
}

impl Serialize for Platform {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[derive(Deserialize)]
struct Index {
    manifests: Vec<Descriptor>,
}

#[derive(Deserialize)]
struct Manifest {
    config: Descriptor,
    layers: Vec<Descriptor>,
    #[serde(default)]
    annotations: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    #[serde(default)]
    media_type: String,
    digest: String,
    #[serde(default)]
    platform: Option<Platform>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Config {
    config: Labels,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Labels {
    #[serde(rename = "Labels")]
    labels: Option<BTreeMap<String, String>>,
}

/// Reads a file of the layout.
type Files<'f> = &'f dyn Fn(&str) -> Result<Vec<u8>, String>;

impl Image {
    /// Reads a folder: the image, and the module in it.
    ///
    /// # Errors
    /// Why it is no layout with a module.
    pub(super) fn in_folder(folder: &Path, platform: Option<&Platform>) -> Result<(Self, Vec<u8>), String> {
        let file = |name: &str| {
            let missing = |error: std::io::Error| format!("not an OCI image layout: {name}: {error}");
            let file = File::open(folder.join(name)).map_err(missing)?;
            bounded(file, name)
        };
        Self::read(&file, platform)
    }

    /// Reads an archive of a folder.
    ///
    /// # Errors
    /// Why it is no layout with a module.
    pub(super) fn in_archive(archive: &[u8], platform: Option<&Platform>) -> Result<(Self, Vec<u8>), String> {
        let file =
            |name: &str| in_tar(Cursor::new(archive), name)?.ok_or_else(|| format!("{name}: not in the archive"));
        Self::read(&file, platform)
    }

    fn read(files: Files<'_>, wanted: Option<&Platform>) -> Result<(Self, Vec<u8>), String> {
        let Choice { image, index, platforms } = Choice::make(files, wanted)?;
        let manifest: Manifest = json(&blob(files, &image)?, "the manifest")?;
        let config: Config = json(&blob(files, &manifest.config)?, "the image's configuration").unwrap_or_default();
        let layers: Vec<_> = manifest.layers.iter().map(|layer| layer.media_type.clone()).collect();
        let (module, can_be_pulled) = module(files, &manifest.layers)?;
        let image = Self {
            digest: image.digest,
            index,
            platform: image.platform.filter(|_| !platforms.is_empty()),
            platforms,
            annotations: manifest.annotations,
            labels: config.config.labels.unwrap_or_default(),
            layers,
            can_be_pulled,
        };
        Ok((image, module))
    }

    /// Returns what is wrong with the image.
    pub(super) fn findings(&self) -> Vec<String> {
        let why = format!(
            "stock Istio and Envoy Gateway can't pull it: they take {PLUGIN} in a last layer of tar+gzip, or two layers of \
             which one is {MODULE_LAYER}"
        );
        if self.can_be_pulled { Vec::new() } else { vec![why] }
    }
}

/// The image that is looked at.
struct Choice {
    image: Descriptor,
    /// Digest of the list that it is in.
    index: Option<String>,
    /// What the images of that list are for.
    platforms: Vec<Platform>,
}

impl Choice {
    /// Chooses by platform among the images of a layout, or of the list that the layout names.
    fn make(files: Files<'_>, wanted: Option<&Platform>) -> Result<Self, String> {
        let Index { mut manifests } = json(&files("index.json")?, "index.json")?;
        let mut index = None;
        if let Some(list) =
            manifests.first().filter(|first| INDEXES.iter().any(|kind| first.media_type.ends_with(kind)))
        {
            index = Some(list.digest.clone());
            manifests = json::<Index>(&blob(files, list)?, "the list of images")?.manifests;
        }
        // Attestations stand beside images, as images for an unknown platform.
        manifests.retain(|image| image.platform.as_ref().is_none_or(|platform| platform.os != "unknown"));
        let platforms: Vec<_> = manifests.iter().filter_map(|image| image.platform.clone()).collect();
        let of = |wanted: &Platform| manifests.iter().position(|image| image.platform.as_ref() == Some(wanted));
        let at = match wanted {
            Some(wanted) => of(wanted).ok_or_else(|| none_for(wanted, &platforms))?,
            None => Platform::from_str(USUAL).ok().and_then(|usual| of(&usual)).unwrap_or_default(),
        };
        let image = if at < manifests.len() { Some(manifests.swap_remove(at)) } else { None };
        Ok(Self { image: image.ok_or("index.json names no image")?, index, platforms })
    }
}

fn none_for(wanted: &Platform, platforms: &[Platform]) -> String {
    let there: Vec<_> = platforms.iter().map(Platform::to_string).collect();
    let there = if there.is_empty() { "one image, for every platform".to_owned() } else { there.join(", ") };
    format!("has no image for {wanted}; there is {there}")
}

/// Returns the module of an image, and whether the fetchers of Istio and Envoy Gateway find it.
fn module(files: Files<'_>, layers: &[Descriptor]) -> Result<(Vec<u8>, bool), String> {
    let last = layers.last().ok_or("the image has no layers")?;
    if let (2, Some(layer)) = (layers.len(), layers.iter().find(|layer| layer.media_type == MODULE_LAYER)) {
        return Ok((blob(files, layer)?, true));
    }
    if last.media_type.ends_with("tar+gzip") || last.media_type.ends_with("tar.gzip") {
        let packed = blob(files, last)?;
        for name in [PLUGIN, "kyc_gate.wasm", "libkyc_gate.so"] {
            if let Some(module) = in_tar(GzDecoder::new(Cursor::new(&packed)), name)? {
                return Ok((module, name == PLUGIN));
            }
        }
    }
    let bare = layers.iter().find(|layer| layer.media_type.ends_with("wasm"));
    let bare = bare.ok_or_else(|| format!("the image has no {PLUGIN} or libkyc_gate.so in its last layer"))?;
    Ok((blob(files, bare)?, false))
}

fn blob(files: Files<'_>, descriptor: &Descriptor) -> Result<Vec<u8>, String> {
    let hex = descriptor.digest.strip_prefix("sha256:").filter(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let hex = hex.ok_or_else(|| "a digest that is no sha256".to_owned())?;
    let bytes = files(&format!("blobs/sha256/{hex}"))?;
    if digest(&bytes) == hex { Ok(bytes) } else { Err(format!("blobs/sha256/{hex} isn't what its name says")) }
}

fn json<T: for<'d> Deserialize<'d>>(bytes: &[u8], what: &str) -> Result<T, String> {
    serde_json::from_slice(bytes).map_err(|_| format!("{what} is not what an OCI image has there"))
}

/// Finds a file in an archive; nothing is unpacked onto the disk.
fn in_tar(archive: impl Read, name: &str) -> Result<Option<Vec<u8>>, String> {
    let broken = |error: std::io::Error| format!("not an archive: {error}");
    let mut archive = tar::Archive::new(archive.take(MAX_BYTES));
    for entry in archive.entries().map_err(broken)? {
        let entry = entry.map_err(broken)?;
        let path = entry.path().map_err(broken)?.into_owned();
        if path.strip_prefix("./").unwrap_or(&path) == Path::new(name) {
            return bounded(entry, name).map(Some);
        }
    }
    Ok(None)
}

fn bounded(file: impl Read, name: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(|error| format!("{name}: {error}"))?;
    if bytes.len() as u64 > MAX_BYTES { Err(format!("{name}: larger than {MAX_BYTES} bytes")) } else { Ok(bytes) }
}
