"""docs/benchmarks.md says what its results say, and its verdicts follow from them."""

import copy
import json
import re
import sys

import pytest
from pages import ROOT, rows, section

sys.path.append(str(ROOT / "scripts/bench.d"))

import page
import targets

RESULTS, ELSEWHERE = (
    json.loads((ROOT / f"docs/benchmarks/{name}.json").read_text()) for name in ("results", "elsewhere")
)


def test_the_page_is_made_of_the_results():
    assert (ROOT / "docs/benchmarks.md").read_text() == page.text(RESULTS, "benchmarks", ELSEWHERE)
    drawn = {path.stem: path.read_text() for path in (ROOT / "docs/benchmarks").glob("*.svg")}
    assert drawn == page.drawings(RESULTS)


def test_every_target_has_a_verdict():
    told = rows(section("docs/benchmarks.md", "## Targets"))
    assert len(told) == sum(verdict.found is not None for verdict in targets.verdicts(RESULTS))
    assert RESULTS["machine"]["processor"] != ELSEWHERE["machine"]["processor"]
    there = {(verdict.what, verdict.wanted) for verdict in targets.verdicts(ELSEWHERE) if verdict.found is not None}
    assert there
    for what, wanted, _, found, verdict, elsewhere in told:
        assert bool(elsewhere) == ((what, wanted) in there)
        limit = float(re.search(r"≤ ([\d.]+)", wanted)[1])
        number = float(found.split()[0])
        # What is told is rounded.
        assert verdict == ("met" if number <= limit else "**not met**") or abs(number - limit) < 0.006


@pytest.mark.parametrize(("faster", "verdict"), [(1, "**not met**"), (0.01, "met")])
def test_a_verdict_can_be_either(faster, verdict):
    """The same results, with a gate that is as slow as its peer or a hundred times as fast."""
    results = copy.deepcopy(RESULTS)
    for cells in results["closed"].values():
        slowest = cells["peer-gcm-buffered"]["rounds"]
        cells["gcm"]["rounds"] = {measure: [value * faster for value in slowest[measure]] for measure in slowest}
    told = [v for v in targets.verdicts(results) if re.fullmatch("Wasm, .*KB, 1 connection", v.what)]
    assert told and all(v.met == (verdict == "met") for v in told)
