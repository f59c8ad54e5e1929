"""What a release has beside its images: archives, checksums, bills of materials."""

import gzip
import hashlib
import io
import json
import pathlib
import re
import subprocess
import sys
import tarfile
import zlib

import core
import crates
import layouts
import main
import pytest
import sbom
import stand_ins
from stand_ins import ROOT, TIME, VERSION

sys.path.append(str(ROOT / "tests/e2e"))

from kyc_gate import kyc_gate

# The section of scripts/build.d/core.py.
CORE = ".kyc-gate-core"


@pytest.fixture(scope="module")
def written(release, tmp_path_factory):
    folder = tmp_path_factory.mktemp("release")
    (folder / "of an earlier release").touch()
    stand_ins.write(release, folder)
    return folder


def test_checksums_cover_everything(written):
    done = subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=written, capture_output=True)
    assert done.returncode == 0, done.stderr
    named = re.findall(r"^\w{64}  (\S+)$", (written / "SHA256SUMS").read_text(), re.MULTILINE)
    assert sorted(named) == sorted(path.name for path in written.iterdir() if path.name != "SHA256SUMS")
    assert len(named) >= 8


def test_the_page_lists_what_is_there(written):
    table = (ROOT / "docs/releases.md").read_text().partition("\n\n## ")[0]
    listed = {name for row in re.findall(r"^\| (`.+?`) \|", table, re.MULTILINE) for name in re.findall("`(.+?)`", row)}
    bills = {name for name in listed if "$part" in name}
    assert len(bills) == 1
    there = {path.name for path in written.iterdir()}
    assert {name for name in there if not name.endswith(".cdx.json")} == listed - bills
    assert sum(name.endswith(".cdx.json") for name in there) == 5


def test_archives_are_of_nobody_and_of_one_time(written):
    for path in written.glob("*.tar.gz"):
        data = path.read_bytes()
        # RFC 1952: no flags, so no name; no time.
        assert data[3] == 0 and data[4:8] == bytes(4), path
        with tarfile.open(fileobj=io.BytesIO(gzip.decompress(data))) as archive:
            entries = archive.getmembers()
        assert [entry.name for entry in entries] == sorted(entry.name for entry in entries)
        for entry in entries:
            assert (entry.uid, entry.gid, entry.uname, entry.gname, entry.mtime) == (0, 0, "", "", TIME), entry
            assert entry.name.startswith(f"kyc-gate-{VERSION}/")
            assert entry.mode == (0o755 if entry.name.endswith("/kyc-gate") else 0o644)
        assert f"kyc-gate-{VERSION}/LICENSE" in [entry.name for entry in entries]


# What is in each archive, by its name there and in dist/.
BUILT = {
    "wasm": {"kyc_gate.wasm": "kyc_gate.wasm", "kyc_gate.baseline.wasm": "kyc_gate.baseline.wasm"},
    "native-x86_64-linux": {"libkyc_gate.so": "libkyc_gate.so"},
    "native-aarch64-linux": {"libkyc_gate.so": "libkyc_gate.aarch64.so"},
    "cli-x86_64-linux": {"kyc-gate": "kyc-gate.x86_64"},
    "cli-aarch64-linux": {"kyc-gate": "kyc-gate.aarch64"},
}


@pytest.mark.parametrize("name", BUILT)
def test_each_archive_has_what_was_built_for_it(written, dist, name):
    inside = layouts.read(gzip.decompress((written / f"kyc-gate-{VERSION}-{name}.tar.gz").read_bytes()))
    folder = f"kyc-gate-{VERSION}"
    wanted = {f"{folder}/{there}": (dist / here).read_bytes() for there, here in BUILT[name].items()}
    assert inside == wanted | {f"{folder}/LICENSE": (ROOT / "LICENSE").read_bytes()}


def test_no_archive_is_forgotten(written):
    there = {path.name for path in written.glob("*.tar.gz")}
    assert there == {f"kyc-gate-{VERSION}-{name}.tar.gz" for name in (*BUILT, "schemas")}


def test_schemas_are_those_of_the_repository(written, tmp_path):
    with tarfile.open(written / f"kyc-gate-{VERSION}-schemas.tar.gz") as archive:
        archive.extractall(tmp_path, filter="data")
    unpacked = tmp_path / f"kyc-gate-{VERSION}/schema"
    there = {path.relative_to(unpacked): path.read_bytes() for path in unpacked.rglob("*") if path.is_file()}
    folder = ROOT / "schema"
    assert there == {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_is_not_built_is_missed(tmp_path):
    with pytest.raises(SystemExit, match="scripts/build"):
        main.Release(VERSION, "", TIME, tmp_path).images()


@pytest.fixture(scope="module")
def graph():
    return crates.graph("kyc-gate", "wasm32-wasip1")


@pytest.fixture(scope="module")
def section(graph):
    return json.loads(zlib.decompress(crates.audit_section(graph)))["packages"]


def test_the_module_has_the_list_of_its_crates(section):
    """As written by scripts/build; with cargo-auditable's fields."""
    module = (ROOT / "dist/kyc_gate.wasm").read_bytes()
    [inside] = [data for name, data in custom_sections(module) if name == ".dep-v0"]
    assert json.loads(zlib.decompress(inside)) == {"packages": section}


def test_the_module_tells_its_core():
    """As written by scripts/build, read by the command line, which has the same rule in its build.rs."""
    found = json.loads(kyc_gate("inspect", ROOT / "dist/kyc_gate.wasm", "--format", "json").stdout)["module"]
    [inside] = [data for name, data in custom_sections((ROOT / "dist/kyc_gate.wasm").read_bytes()) if name == CORE]
    assert found["core"] == inside.decode()
    assert f"(core {core.of_tree()}, " in kyc_gate("--version").stdout
    packages = [(one["name"], one["version"]) for one in found["crates"]]
    assert ("aes-gcm" in dict(packages)) and packages == sorted(packages)


def test_commits_have_the_core_of_their_files(tmp_path):
    """Of a repository of two commits that differ in src/, and one that doesn't change it."""
    git = ["git", "-C", tmp_path, "-c", "user.name=a", "-c", "user.email=a@example.com"]

    def run(*words):
        return subprocess.run([*git, *words], check=True, capture_output=True, text=True).stdout.strip()

    run("init", "--quiet")
    revisions, commits = [], []
    for name, text in (("src/b/a.rs", "a"), ("README.md", "b"), ("src/b.rs", "c")):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        run("add", "-A")
        run("commit", "--quiet", "-m", name)
        revisions.append(core.of_tree(tmp_path))
        commits.append(run("rev-parse", "HEAD"))
    assert revisions[0] == revisions[1] != revisions[2]
    assert core.commits(revisions[0], tmp_path) == [commits[1], commits[0]]
    assert core.commits(revisions[2], tmp_path) == [commits[2]]
    assert core.commits("0" * 16, tmp_path) == []


def custom_sections(module: bytes):
    """As WebAssembly's specification has them ("Modules"): id, size, contents, which begin with a name."""
    at = 8
    while at < len(module):
        kind, (size, at) = module[at], leb128(module, at + 1)
        if kind == 0:
            length, begin = leb128(module, at)
            yield module[begin : begin + length].decode(), module[begin + length : at + size]
        at += size


def leb128(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte, at = data[at], at + 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def test_the_list_has_one_root_and_no_circle(section):
    [root] = [place for place, crate in enumerate(section) if crate.get("root")]
    assert section[root]["name"] == "kyc-gate" and section[root]["source"] == "local"
    reached, open_ = set(), [(root, ())]
    while open_:
        place, way = open_.pop()
        assert place not in way
        if place not in reached:
            reached.add(place)
            open_ += [(other, (*way, place)) for other in section[place].get("dependencies", [])]
    assert reached == set(range(len(section)))


def test_the_list_tells_what_is_inside_from_what_builds(section):
    """The first are those of cli/tests/module-crates.txt, which is held equal to Cargo's word, less macros."""
    inside = {crate["name"] for crate in section if crate.get("kind") != "build"}
    listed = {line for line in (ROOT / "cli/tests/module-crates.txt").read_text().splitlines() if line[:1] != "#"}
    assert inside <= listed
    assert {"aes-gcm", "serde_json", "cel"} <= inside
    assert "syn" not in inside and "syn" in {crate["name"] for crate in section}


def test_the_bill_of_materials_is_cyclonedx(release, graph, monkeypatch):
    monkeypatch.setattr(crates, "graph", lambda *_: graph)
    built = {"kyc_gate.wasm": release.built("kyc_gate.wasm")}
    text = sbom.bill("kyc-gate", "wasm32-wasip1", built, TIME)
    assert sbom.problem(text) is None
    assert sbom.problem(text.replace('"purl"', '"pearl"')) is not None
    told = json.loads(text)
    assert {(one["name"], one["version"]) for one in told["components"]} == set(graph) - {("kyc-gate", VERSION)}
    assert all(one["licenses"] and one["hashes"] and one["purl"] for one in told["components"])
    digests = {one["name"]: one["value"] for one in told["metadata"]["component"]["properties"]}
    assert digests["kyc-gate:sha256:kyc_gate.wasm"] == hashlib.sha256(built["kyc_gate.wasm"]).hexdigest()
    assert text == sbom.bill("kyc-gate", "wasm32-wasip1", built, TIME)


def test_the_chart_is_one_folder_of_its_name(release, tmp_path, monkeypatch):
    chart = tmp_path / "envoy/chart"
    (chart / "templates").mkdir(parents=True)
    (chart / "Chart.yaml").write_text("apiVersion: v2\nname: some-chart\nversion: 1.2.3\n")
    (chart / "templates/pod.yaml").write_text("kind: Pod\n")
    monkeypatch.setattr(main, "ROOT", tmp_path)
    made = main.Release(VERSION, "", TIME, pathlib.Path())
    made.chart()
    [(name, data)] = made.written.items()
    assert name == "some-chart-chart-1.2.3.tgz"
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        assert archive.getnames() == ["some-chart/Chart.yaml", "some-chart/templates/pod.yaml"]
