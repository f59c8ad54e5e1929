"""What `kyc-gate check` writes for other programs: SARIF against its own schema, JUnit's XML by its structure."""

import json
import os
import pathlib
import shutil
import subprocess
import xml.etree.ElementTree as ET

import jsonschema
import pytest
from judges import CACHE, HERE, fresh, run, stale
from manifests import BOOTSTRAP, ROOT, SIDECAR

FILES = ["Cargo.toml", "Cargo.lock"]
# Elements, their attributes and what may stand in them, as Jenkins and GitLab read them.
SUITES = {
    "testsuites": ({"name", "tests", "failures"}, {"testsuite"}),
    "testsuite": ({"name", "tests", "failures"}, {"testcase"}),
    "testcase": ({"classname", "name"}, {"failure"}),
    "failure": ({"type", "message"}, set()),
}


@pytest.fixture(scope="session")
def sarif():
    """The schema of SARIF 2.1.0, out of a published package whose digest Cargo.lock has."""
    directory = CACHE / "sarif"
    wanted = "".join((HERE / "sarif" / name).read_text() for name in FILES)
    if stale(directory, wanted):
        (directory / "src").mkdir()
        (directory / "src/lib.rs").touch()
        for name in FILES:
            shutil.copy(HERE / "sarif" / name, directory)
        run(["cargo", "fetch", "--locked", "--quiet"], cwd=directory)
        told = json.loads(run(["cargo", "metadata", "--format-version=1", "--locked", "--offline"], cwd=directory))
        [package] = [package for package in told["packages"] if package["name"] == "serde-sarif"]
        shutil.copy(pathlib.Path(package["manifest_path"]).parent / "src/schema.json", directory)
        fresh(directory, wanted)
    schema = json.loads((directory / "schema.json").read_text())
    assert schema["$id"].endswith("sarif-schema-2.1.0.json")
    return jsonschema.Draft7Validator(schema, format_checker=jsonschema.Draft7Validator.FORMAT_CHECKER)


@pytest.fixture(scope="session")
def check():
    if "KYC_GATE_CLI" not in os.environ:
        run(["cargo", "build", "--locked", "--quiet", "-p", "kyc-gate-cli", "--bin", "kyc-gate"], cwd=ROOT)
    binary = os.environ.get("KYC_GATE_CLI", f"{os.environ.get('CARGO_TARGET_DIR', ROOT / 'target')}/debug/kyc-gate")

    def written(form, *files):
        command = [binary, "check", "--format", form, *map(str, files)]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False).stdout

    return written


@pytest.fixture(scope="session")
def files(tmp_path_factory):
    """Files with nothing, one and many things to say about them, one of a hard name, one that is no text."""
    folder = tmp_path_factory.mktemp("a folder, <&\"'> ü")
    spoilt = (
        BOOTSTRAP.read_text()
        .replace("merge_slashes: true", "merge_slashes: false")
        .replace('"onReject"', '"on\\u0001<&>"')
    )
    (folder / "spoilt.yaml").write_text(spoilt)
    (folder / "many.json").write_text(json.dumps({"match": {}} | {f'k"{at}]]>\x7f': None for at in range(1200)}))
    (folder / "bytes.yaml").write_bytes(b"\xff\x00\x1b[31m")
    return [BOOTSTRAP, SIDECAR, *sorted(folder.iterdir())]


def test_sarif_is_that(sarif, check, files):
    written = json.loads(check("sarif", *files))
    assert [error.message for error in sarif.iter_errors(written)] == []
    assert len(written["runs"][0]["results"]) > 1000
    assert [error.message for error in sarif.iter_errors(json.loads(check("sarif", BOOTSTRAP)))] == []
    del written["runs"][0]["tool"]
    assert list(sarif.iter_errors(written))


def test_junit_is_that(check, files):
    root = ET.fromstring(check("junit", *files))
    assert root.tag == "testsuites"
    assert [suite.get("name") for suite in root] == [str(file) for file in files]
    for element in root.iter():
        attributes, children = SUITES[element.tag]
        assert set(element.keys()) == attributes
        assert {child.tag for child in element} <= children
    for element in [root, *root]:
        assert int(element.get("tests")) == len(list(element.iter("testcase")))
        assert int(element.get("failures")) == len(list(element.iter("failure")))
