"""The scoring cases through a real Envoy: the same answers as the core gives natively, on the day of the test."""

import datetime
import email.utils
import json
import subprocess

import pytest
from resources import ROOT
from settings import api, put

from gate import every_decision

CASES = [json.loads(path.read_text()) for path in sorted((ROOT / "tests/data/cases").glob("case-*.json"))]
TODAY = datetime.datetime.now(datetime.timezone.utc).date()
DAYS = [TODAY, TODAY + datetime.timedelta(days=1)]


def config(case):
    return {**case["config"], "decision": every_decision("forward")}


@pytest.fixture(scope="module")
def native():
    """The decision headers by day and case."""
    cases = [{**case, "config": config(case)} for case in CASES]
    command = [
        "cargo",
        "run",
        "--quiet",
        "--locked",
        "--example",
        "verdict",
        "--",
        *(f"{day}T12:00:00Z" for day in DAYS),
    ]
    told = json.loads(subprocess.check_output(command, input=json.dumps(cases).encode(), cwd=ROOT))
    names = [case["name"] for case in CASES]
    return {day: dict(zip(names, by_case, strict=True)) for day, by_case in zip(DAYS, told, strict=True)}


def test_there_are_cases():
    assert len(CASES) == 40


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_envoy_agrees_with_the_core(start, native, case):
    # The settings by the API, so that the few kinds of evidence share their Envoys.
    gateway = start({**api(), "evidence": case["config"]["evidence"], "decision": every_decision("forward")})
    assert put(gateway, case["config"]["kycSettings"]).status == 200
    headers = [(name.encode(), value.encode()) for name, value in case["headers"].items()]
    response = gateway.post(json.dumps(case["payload"]).encode(), headers)
    day = email.utils.parsedate_to_datetime(response.value("date")).date()
    expected = {name: value for name, value in native[day][case["name"]].items() if name.startswith("x-kyc-")}
    [seen] = gateway.seen_posts()
    found = {name.decode(): value.decode() for name, value in seen.headers if name.startswith(b"x-kyc-")}
    assert found == expected
    assert {"x-kyc-decision", "x-kyc-score", "x-kyc-settings-revision"} <= found.keys()
