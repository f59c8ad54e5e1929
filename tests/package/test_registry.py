"""Both images through a real registry: pushed, inspected, pulled, and fetched as Istio and Envoy Gateway do."""

import contextlib
import gzip
import json
import os
import shutil
import socket
import subprocess
import time
import urllib.request

import fetchers
import image
import layouts
import pytest
from stand_ins import TIME, VERSION

PROGRAMS = ("skopeo", "docker-registry")
ACCEPT = ", ".join(("application/vnd.oci.image.manifest.v1+json", *fetchers.INDEXES))

missing = [name for name in PROGRAMS if not shutil.which(name)]
pytestmark = pytest.mark.skipif(bool(missing), reason=f"Debian's {' and '.join(missing)} can't be found")


def skopeo(*words):
    command = ["skopeo", "--insecure-policy", *map(str, words)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, timeout=60).stdout


@pytest.fixture(scope="module")
def registry(tmp_path_factory):
    """Its address, on this machine only."""
    folder = tmp_path_factory.mktemp("registry")
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"
    config = {
        "version": 0.1,
        "storage": {"filesystem": {"rootdirectory": str(folder / "blobs")}},
        "http": {"addr": address},
        "log": {"level": "error"},
    }
    # JSON is YAML.
    (folder / "config.yml").write_text(json.dumps(config))
    environment = {"PATH": os.environ["PATH"], "OTEL_TRACES_EXPORTER": "none"}
    with (folder / "log").open("wb") as log:
        command = ["docker-registry", "serve", str(folder / "config.yml")]
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
    try:
        for _ in range(200):
            with contextlib.suppress(OSError), urllib.request.urlopen(f"http://{address}/v2/", timeout=5):
                break
            assert process.poll() is None, (folder / "log").read_text()
            time.sleep(0.05)
        yield address
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="module")
def pushed(registry, release, tmp_path_factory):
    folder = tmp_path_factory.mktemp("images")
    for name, layout in (("kyc-gate", release.wasm_image()), ("kyc-gate-native", release.native_image())):
        archive = folder / f"{name}.oci.tar"
        archive.write_bytes(layout.archive(VERSION, TIME))
        target = f"docker://{registry}/{name}:{VERSION}"
        skopeo("copy", "--quiet", "--all", "--dest-tls-verify=false", f"oci-archive:{archive}", target)
    return folder


def get(registry, path):
    request = urllib.request.Request(f"http://{registry}/v2/{path}", headers={"accept": ACCEPT})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return answer.read(), answer.headers


def test_an_agent_fetches_the_module(registry, pushed, release):
    body, headers = get(registry, f"kyc-gate/manifests/{VERSION}")
    # The digest of the manifest, which Istio compares with `sha256`, is the same before and after the push.
    assert headers["docker-content-digest"] == release.wasm_image().digest
    module = fetchers.module_of(json.loads(body), lambda digest: get(registry, f"kyc-gate/blobs/{digest}")[0])
    assert module == release.built("kyc_gate.wasm")


def test_skopeo_sees_labels_and_one_layer(registry, pushed):
    told = json.loads(skopeo("inspect", "--tls-verify=false", f"docker://{registry}/kyc-gate:{VERSION}"))
    assert told["Labels"]["org.opencontainers.image.version"] == VERSION
    assert told["Labels"]["org.opencontainers.image.title"] == "kyc-gate"
    assert (told["Os"], len(told["Layers"])) == ("linux", 1)


@pytest.mark.parametrize("architecture", ["amd64", "arm64"])
def test_every_processor_pulls_the_one_image(registry, pushed, tmp_path, release, architecture):
    """As a volume of a pod on such a node."""
    words = ["--override-os=linux", f"--override-arch={architecture}", "copy", "--quiet", "--src-tls-verify=false"]
    skopeo(*words, f"docker://{registry}/kyc-gate:{VERSION}", f"oci-archive:{tmp_path}/pulled.tar:{VERSION}")
    pulled = layouts.read((tmp_path / "pulled.tar").read_bytes())
    assert fetchers.module_of(layouts.top(pulled), layouts.blobs(pulled)) == release.built("kyc_gate.wasm")


def test_the_index_of_the_native_image_arrives_whole(registry, pushed, release):
    words = ["inspect", "--tls-verify=false", "--raw", f"docker://{registry}/kyc-gate-native:{VERSION}"]
    there = json.loads(skopeo(*words))["manifests"]
    assert there == release.native_image().images
    assert [one["platform"]["architecture"] for one in there] == ["amd64", "arm64"]


@pytest.mark.parametrize(("architecture", "module"), [("amd64", "libkyc_gate.so"), ("arm64", "libkyc_gate.aarch64.so")])
def test_each_processor_pulls_its_native_module(registry, pushed, tmp_path, release, architecture, module):
    """As an init container on such a node gets it."""
    words = ["--override-os=linux", f"--override-arch={architecture}", "copy", "--quiet", "--src-tls-verify=false"]
    skopeo(*words, f"docker://{registry}/kyc-gate-native:{VERSION}", f"oci-archive:{tmp_path}/pulled.tar:{VERSION}")
    pulled = layouts.read((tmp_path / "pulled.tar").read_bytes())
    manifest, blob = layouts.top(pulled), layouts.blobs(pulled)
    assert json.loads(blob(manifest["config"]["digest"]))["architecture"] == architecture
    [layer] = manifest["layers"]
    assert layouts.read(gzip.decompress(blob(layer["digest"]))) == {"libkyc_gate.so": release.built(module)}


def test_what_nobody_can_fetch_is_refused_from_a_registry_too(registry, tmp_path):
    """A single layer of Wasm, as other tools push it."""
    layout = image.Layout()
    layers = [layout.add(b"\0asm", "application/wasm")]
    manifest = {"schemaVersion": 2, "mediaType": image.MANIFEST, "config": layout.add(b"{}", image.CONFIG)}
    layout.images.append(layout.add_json({**manifest, "layers": layers}, image.MANIFEST))
    source = tmp_path / "bare.tar"
    source.write_bytes(layout.archive("1", TIME))
    skopeo("copy", "--quiet", "--dest-tls-verify=false", f"oci-archive:{source}", f"docker://{registry}/bare:1")
    body, _ = get(registry, "bare/manifests/1")
    with pytest.raises(fetchers.NotTaken):
        fetchers.module_of(json.loads(body), lambda digest: get(registry, f"bare/blobs/{digest}")[0])
