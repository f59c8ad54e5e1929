"""`docs/host-calls.md` against what the module really calls."""

import json
import os
import re
import subprocess
from itertools import groupby
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULE = Path(os.environ.get("KYC_GATE_WASM", ROOT / "dist/kyc_gate.wasm"))
PAGE = (ROOT / "docs/host-calls.md").read_text()


@pytest.fixture(scope="session")
def counted():
    script = Path(__file__).with_name("calls.mjs")
    return json.loads(subprocess.check_output(["node", script, MODULE], text=True))


def told(section):
    """The table of a section: callback to calls, as the page writes them."""
    return dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", section, re.MULTILINE))


def written(calls):
    """Calls as the page writes them: runs of the same one with their number."""
    runs = [(len(list(run)), name) for name, run in groupby(calls)]
    return ", ".join(f"{count} × `{name}`" if count > 1 else f"`{name}`" for count, name in runs)


SECTIONS = dict(re.findall(r"^## (.+?)\n(.+?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))


@pytest.mark.parametrize("kind", SECTIONS)
def test_the_page_lists_every_call(counted, kind):
    seen = counted[kind]["seen"]
    assert told(SECTIONS[kind]) == {callback: written(calls) for callback, calls in seen.items() if calls}


def test_the_page_has_every_kind(counted):
    assert list(counted) == list(SECTIONS)


def test_the_requests_go_as_they_are_called(counted):
    answers = {"GCM, rejected and answered": 200, "unreadable": 400}
    assert {kind: found["answered"] for kind, found in counted.items() if found["answered"]} == answers


def test_callbacks_without_a_call(counted):
    silent = {callback for found in counted.values() for callback, calls in found["seen"].items() if not calls}
    assert silent == {"context_create", "delete", "response_headers"}


def test_one_log_line_at_most(counted):
    for kind, found in counted.items():
        assert sum(calls.count("log") for calls in found["seen"].values()) <= 1, kind
