"""What pages and manifests say of memory is what docs/soak.md has measured."""

import re

import pytest
from pages import ROOT, rows, section

STAYED = re.compile(r"stayed at (\d+) MiB over 200,000 posts")
FILES = [path for ending in ("md", "yaml") for path in sorted(ROOT.glob(f"envoy/**/*.{ending}"))]
TELLING = [path for path in FILES if STAYED.search(path.read_text())]


def test_pages_and_manifests_tell_it():
    assert {path.name for path in TELLING} == {"values.yaml", "kyc-gate.yaml", "README.md"}


@pytest.mark.parametrize("path", TELLING, ids=lambda path: str(path.relative_to(ROOT)))
def test_an_envoy_with_one_worker_under_load(path):
    found = rows(section("docs/soak.md", "## The Wasm module"))
    most = max(float(resident) for posts, resident, *_ in found if re.fullmatch(r"[\d.]+", resident) and "," in posts)
    assert [int(told) for told in STAYED.findall(path.read_text())] == [round(most)]


def test_what_a_module_adds_at_rest():
    added = {filter: float(more) for filter, _, more in rows(section("docs/soak.md", "## At rest")) if more}
    [row] = [row for row in rows((ROOT / "envoy/native/README.md").read_text()) if row[0].startswith("memory")]
    told = [int(re.search(r"(\d+) MiB more", cell)[1]) for cell in row[1:]]
    assert told == [round(added["the Wasm module"]), round(added["the native module"])]
