"""Images as OCI layouts (https://github.com/opencontainers/image-spec), of one layer each."""

import datetime
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import files

INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"


@dataclass
class Layout:
    """The blobs of a layout by their digests, and the descriptors of its images."""

    blobs: dict[str, bytes] = field(default_factory=dict)
    images: list[dict] = field(default_factory=list)

    def add(self, data: bytes, media_type: str, **more: object) -> dict:
        """The descriptor of a blob that is now in the layout."""
        digest = hashlib.sha256(data).hexdigest()
        self.blobs[digest] = data
        return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(data), **more}

    def add_json(self, value: object, media_type: str, **more: object) -> dict:
        return self.add(json.dumps(value, separators=(",", ":"), sort_keys=True).encode(), media_type, **more)

    def add_image(self, layer: Sequence[files.File], architecture: str, about: Mapping[str, str], time: int) -> None:
        """An image with one layer; `about` becomes its labels and, for those who read no labels, its annotations."""
        archive = files.tar(layer, time)
        config = {
            "created": moment(time),
            "architecture": architecture,
            "os": "linux",
            "config": {"Labels": {key: value for key, value in about.items() if key.startswith("org.")}},
            "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(archive).hexdigest()}"]},
        }
        manifest = {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": self.add_json(config, CONFIG),
            "layers": [self.add(files.gzipped(archive), LAYER)],
            "annotations": dict(about),
        }
        platform = {"architecture": architecture, "os": "linux"}
        self.images.append(self.add_json(manifest, MANIFEST, platform=platform))

    def archive(self, tag: str, time: int) -> bytes:
        """A tar of the layout. Several images are one, of which everybody takes the one for their processor."""
        if len(self.images) == 1:
            # Its platform isn't told here: an image with a Wasm module fits every processor.
            [named] = [{key: value for key, value in image.items() if key != "platform"} for image in self.images]
        else:
            named = self.add_json({"schemaVersion": 2, "mediaType": INDEX, "manifests": self.images}, INDEX)
        named = {**named, "annotations": {"org.opencontainers.image.ref.name": tag}}
        index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": [named]}
        parts = [files.File("oci-layout", b'{"imageLayoutVersion":"1.0.0"}')]
        parts.append(files.File("index.json", json.dumps(index, separators=(",", ":")).encode()))
        parts += [files.File(f"blobs/sha256/{digest}", data) for digest, data in self.blobs.items()]
        return files.tar(parts, time)

    @property
    def digest(self) -> str:
        """Of the manifest, where there is one image."""
        [image] = self.images
        return image["digest"]


def moment(time: int) -> str:
    return datetime.datetime.fromtimestamp(time, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
