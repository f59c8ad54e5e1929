"""The images are such as stock Istio and Envoy Gateway can pull, or as a volume can be made of."""

import gzip
import hashlib
import json
import subprocess
import sys

import fetchers
import files
import image
import layouts
import pytest
from stand_ins import ROOT, TIME, VERSION

sys.path.append(str(ROOT / "tests/e2e"))

from kyc_gate import kyc_gate

BARE = "application/wasm"
CNCF_CONFIG = "application/vnd.wasm.config.v0+json"


@pytest.fixture(scope="module")
def wasm(release):
    return layouts.read(release.wasm_image().archive(VERSION, TIME))


@pytest.fixture(scope="module")
def native(release):
    return layouts.read(release.native_image().archive(VERSION, TIME))


def test_both_fetchers_find_the_module(wasm, dist):
    assert fetchers.module_of(layouts.top(wasm), layouts.blobs(wasm)) == (dist / "kyc_gate.wasm").read_bytes()


def test_one_layer_has_the_module_alone(wasm):
    manifest = layouts.top(wasm)
    [layer] = manifest["layers"]
    assert layer["mediaType"] == fetchers.STANDARD
    assert manifest["annotations"]["module.wasm.image/variant"] == "compat"
    archive = gzip.decompress(layouts.blobs(wasm)(layer["digest"]))
    assert list(layouts.read(archive)) == ["plugin.wasm"]
    config = json.loads(layouts.blobs(wasm)(manifest["config"]["digest"]))
    assert config["rootfs"]["diff_ids"] == [f"sha256:{hashlib.sha256(archive).hexdigest()}"]
    labels = config["config"]["Labels"]
    assert labels["org.opencontainers.image.version"] == VERSION
    assert labels["org.opencontainers.image.licenses"] == "Apache-2.0"
    assert labels.items() <= manifest["annotations"].items()


@pytest.mark.parametrize("layout", ["wasm", "native"])
def test_every_blob_is_what_its_name_says(layout, request):
    parts = request.getfixturevalue(layout)
    assert json.loads(parts["oci-layout"]) == {"imageLayoutVersion": "1.0.0"}
    named = {name.rpartition("/")[2]: data for name, data in parts.items() if name.startswith("blobs/sha256/")}
    assert named and all(hashlib.sha256(data).hexdigest() == name for name, data in named.items())
    told = [size for data in parts.values() if data[:1] == b"{" for size in sizes(json.loads(data))]
    assert sorted(told) == sorted((f"sha256:{name}", len(data)) for name, data in named.items())


def sizes(value):
    """The descriptors in a document: digest and size."""
    if isinstance(value, dict):
        if "digest" in value:
            yield value["digest"], value["size"]
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from sizes(one)


def test_each_processor_gets_its_native_module(native, dist):
    found = {}
    for one in layouts.top(native)["manifests"]:
        manifest = json.loads(layouts.blobs(native)(one["digest"]))
        config = json.loads(layouts.blobs(native)(manifest["config"]["digest"]))
        assert one["platform"] == {"architecture": config["architecture"], "os": config["os"]}
        [layer] = manifest["layers"]
        unpacked = layouts.read(gzip.decompress(layouts.blobs(native)(layer["digest"])))
        assert list(unpacked) == ["libkyc_gate.so"]
        found[config["architecture"]] = unpacked["libkyc_gate.so"]
    assert found == {
        "amd64": (dist / "libkyc_gate.so").read_bytes(),
        "arm64": (dist / "libkyc_gate.aarch64.so").read_bytes(),
    }


def test_neither_fetcher_takes_the_native_image_for_wasm(native):
    with pytest.raises(fetchers.NotTaken, match="not found in the archive"):
        fetchers.module_of(layouts.top(native), layouts.blobs(native))


def packed(name, data=b"\0asm"):
    return files.gzipped(files.tar([files.File(name, data)], TIME)), fetchers.STANDARD


NOT_TAKEN = {
    "a single layer of Wasm, as the CNCF has it": [(b"\0asm", BARE)],
    "three layers, of which one is the module": [
        (b"\0asm", fetchers.ARTIFACT),
        (b"{}", "application/vnd.module.wasm.spec.v1+json"),
        (b"#", "text/markdown"),
    ],
    "three layers, the module in the first": [packed("plugin.wasm"), packed("README.md"), packed("LICENSE")],
    "another name": [packed("kyc_gate.wasm")],
    "no layer": [],
    "two layers, none of them the module": [(b"\0asm", BARE), (b"{}", "application/json")],
    "no Wasm": [packed("plugin.wasm", b"\x7fELF")],
}


def handmade(layers):
    layout = image.Layout()
    descriptors = [layout.add(data, media_type) for data, media_type in layers]
    manifest = {"schemaVersion": 2, "mediaType": image.MANIFEST, "config": layout.add(b"{}", CNCF_CONFIG)}
    return {**manifest, "layers": descriptors}, lambda digest: layout.blobs[digest.removeprefix("sha256:")]


@pytest.mark.parametrize("layers", NOT_TAKEN.values(), ids=NOT_TAKEN)
def test_neither_takes(layers):
    with pytest.raises(fetchers.NotTaken):
        fetchers.module_of(*handmade(layers))


@pytest.mark.parametrize(
    "layers",
    [
        [packed("plugin.wasm")],
        [packed("README.md"), packed("LICENSE"), packed("opt/plugin.wasm")],
        [(b"{}", "application/json"), (b"\0asm", fetchers.ARTIFACT)],
    ],
    ids=["one layer", "the last of three", "an artifact of two"],
)
def test_both_take(layers):
    assert fetchers.module_of(*handmade(layers)) == b"\0asm"


def test_the_command_line_reads_the_image(release, tmp_path):
    (tmp_path / "kyc-gate.oci.tar").write_bytes(release.wasm_image().archive(VERSION, TIME))
    done = kyc_gate("inspect", "--format", "json", tmp_path / "kyc-gate.oci.tar")
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert told["image"]["can_be_pulled"] is True
    assert told["image"]["digest"] == release.wasm_image().digest
    assert told["module"]["kind"] == "wasm"


def test_the_same_bytes_at_every_run(release):
    """In another process, whose sets and dictionaries are in another order."""
    program = "\n".join(
        [
            "import sys, hashlib, pathlib",
            "sys.path[:0] = sys.argv[3:]",
            "import main",
            f"release = main.Release({VERSION!r}, {'0' * 40!r}, {TIME}, pathlib.Path(sys.argv[1]))",
            "release.images()",
            "print(*(hashlib.sha256(data).hexdigest() for data in release.written.values()))",
        ]
    )
    paths = [str(ROOT / path) for path in ("scripts/package.d", "scripts/build.d", ".tools/package")]
    command = [sys.executable, "-c", program, str(release.dist), "-", *paths]
    first, second = (
        subprocess.check_output(command, text=True, env={"PYTHONHASHSEED": seed}, cwd=ROOT) for seed in "12"
    )
    assert first == second
    layout = release.wasm_image()
    assert first.split()[0] == hashlib.sha256(layout.archive(VERSION, TIME)).hexdigest()
