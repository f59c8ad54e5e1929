"""Reads an OCI layout out of its archive."""

import io
import json
import tarfile
from collections.abc import Callable


def read(archive: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        return {entry.name: files.extractfile(entry).read() for entry in files if entry.isfile()}


def blobs(files: dict[str, bytes]) -> Callable[[str], bytes]:
    return lambda digest: files[f"blobs/{digest.replace(':', '/')}"]


def top(files: dict[str, bytes]) -> dict:
    """The manifest, or the index, that the layout is there for."""
    [named] = json.loads(files["index.json"])["manifests"]
    return json.loads(blobs(files)(named["digest"]))
