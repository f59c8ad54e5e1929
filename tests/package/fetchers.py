"""How stock Istio and Envoy Gateway find the module in an image, as code.

Both have the same two rules: Istio's pkg/wasm/imagefetcher.go (commit 86c9f01f, August 2026) and Envoy Gateway's
internal/wasm/imagefetcher.go (commit d32f2829, August 2026), `extractOCIStandardImage` and `extractOCIArtifactImage`,
both written with go-containerregistry, which takes linux/amd64 out of an index.
"""

import gzip
import io
import json
import tarfile
from collections.abc import Callable

INDEXES = ("application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json")
STANDARD = "application/vnd.oci.image.layer.v1.tar+gzip"
ARTIFACT = "application/vnd.module.wasm.content.layer.v1+wasm"
PLUGIN = "plugin.wasm"
# Of Envoy Gateway; Istio's is the same unless it is configured.
MOST_BYTES = 256 << 20


class NotTaken(Exception):
    """What both say, one rule after the other."""


def module_of(manifest: dict, blob: Callable[[str], bytes]) -> bytes:
    """The module in an image; `blob` returns the bytes of a digest."""
    if manifest["mediaType"] in INDEXES:
        [digest] = [
            one["digest"]
            for one in manifest["manifests"]
            if one.get("platform", {}).get("os") == "linux" and one["platform"]["architecture"] == "amd64"
        ]
        return module_of(json.loads(blob(digest)), blob)
    said = []
    for rule in (_standard, _artifact):
        try:
            found = rule(manifest["layers"], blob)
        except NotTaken as reason:
            said.append(str(reason))
        else:
            if found[:4] != b"\0asm":
                raise NotTaken("not a Wasm binary")
            return found
    raise NotTaken("; ".join(said))


def _standard(layers: list[dict], blob: Callable[[str], bytes]) -> bytes:
    if not layers:
        raise NotTaken("number of layers must be greater than zero")
    last = layers[-1]
    if last["mediaType"] != STANDARD:
        raise NotTaken(f"invalid media type {last['mediaType']} (expect {STANDARD})")
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(blob(last["digest"]))[:MOST_BYTES])) as archive:
        for entry in archive:
            if entry.name.rpartition("/")[2] == PLUGIN:
                return archive.extractfile(entry).read()
    raise NotTaken(f"{PLUGIN} not found in the archive")


def _artifact(layers: list[dict], blob: Callable[[str], bytes]) -> bytes:
    if len(layers) != 2:
        raise NotTaken(f"number of layers must be 2 but got {len(layers)}")
    for layer in layers:
        if layer["mediaType"] == ARTIFACT:
            return blob(layer["digest"])
    raise NotTaken(f"could not find the layer of type {ARTIFACT}")
