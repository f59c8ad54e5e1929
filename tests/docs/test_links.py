"""Links lead somewhere, and the files, crates and versions that the pages name are the real ones."""

import json
import re
import subprocess

import pytest
from pages import PAGES, ROOT, anchors, code, links, rows, section

CLI = "kyc-gate-cli"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links(page):
    dead = []
    for link in links(page):
        if link.startswith(("http://", "https://", "mailto:")):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if (
            not target.exists()
            or ROOT not in [target, *target.parents]
            or (anchor and (target.suffix != ".md" or anchor not in anchors(target)))
        ):
            dead.append(link)
    assert dead == []


def test_every_page_is_linked():
    linked = {(page.parent / link.partition("#")[0]).resolve() for page in PAGES for link in links(page)}
    assert [page for page in PAGES if page not in linked and page.name not in {"README.md", "SUMMARY.md"}] == []


def test_the_book_has_every_page():
    summary = ROOT / "docs/SUMMARY.md"
    listed = {(summary.parent / link).resolve() for link in links(summary)}
    assert [page for page in PAGES if page not in listed and page != summary] == []


def test_the_architecture_names_files_that_exist():
    missing = []
    for row in rows(section("ARCHITECTURE.md", "## The way of a request")):
        missing += [name for name in code(row[1]) if not (ROOT / "src" / name).exists()]
    rooms = [code(row[0])[0] for row in rows(section("ARCHITECTURE.md", "## The rooms"))]
    assert missing == []
    paths = [path for path in (ROOT / "src").iterdir() if path.name != "lib.rs"]
    assert {f"{path.name}/" if path.is_dir() else path.name for path in paths} == set(rooms)


@pytest.mark.parametrize(
    ("heading", "ours"),
    [("## Dependencies", lambda name: name != CLI), ("## Dependencies of the command line", lambda name: name == CLI)],
)
def test_the_rationale_names_every_dependency(heading, ours):
    metadata = subprocess.check_output(["cargo", "metadata", "--no-deps", "--format-version", "1"], cwd=ROOT)
    packages = json.loads(metadata)["packages"]
    names = {package["name"] for package in packages}
    listed = [package["dependencies"] for package in packages if ours(package["name"])]
    wanted = {dependency["name"] for dependencies in listed for dependency in dependencies} - names
    assert {name for row in rows(section("RATIONALE.md", heading)) for name in code(row[0])} == wanted


def test_the_rationale_names_what_the_bench_takes():
    manifest = ROOT / "benches/envoy/Cargo.toml"
    command = ["cargo", "metadata", "--no-deps", "--format-version", "1", "--manifest-path", str(manifest)]
    [package] = json.loads(subprocess.check_output(command, cwd=ROOT))["packages"]
    wanted = {dependency["name"] for dependency in package["dependencies"]} - {"kyc-gate"}
    assert {
        name for row in rows(section("RATIONALE.md", "## Dependencies of the bench")) for name in code(row[0])
    } == wanted


def test_versions():
    python = (ROOT / "scripts/lib/python.sh").read_text()
    major, minor = re.search(r"sys\.version_info < \((\d+), (\d+)\)", python).groups()
    readme = (ROOT / "README.md").read_text()
    assert re.findall(r"Python (\d+\.\d+)", readme) == [f"{major}.{minor}"]
    wheel = re.search(r"ENVOY_VERSION:-([\d.]+)", python)[1]
    assert f"\n| {wheel} | " in readme
    version = re.search(r'^version = "(.+)"$', (ROOT / "Cargo.toml").read_text(), re.MULTILINE)[1]
    assert re.search(rf"^## \[?({re.escape(version)}|Unreleased)\b", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
