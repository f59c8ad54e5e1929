"""What `kyc-gate explain` says, against a real Envoy: the same decision headers, the same body."""

import datetime
import email.utils
import json
import subprocess

import pytest
from kyc_gate import binary
from resources import ROOT
from settings import api, put

from gate import every_decision

CASES = [json.loads(path.read_text()) for path in sorted((ROOT / "tests/data/cases").glob("case-*.json"))]
KINDS = ["clean", "id-card", "licence", "address-proof", "expired", "mismatch", "underage", "tampered", "spoof"]
TEMPLATE = {"who": "${name}", "born": "${dob:-unknown}", "why": "${explanation}", "all": "${payload}"}


@pytest.fixture(scope="module")
def command():
    return binary()


def config(own=None):
    own = own or {}
    return {**own, "decision": every_decision("forward"), "requestBody": TEMPLATE}


def explained(command, folder, config, body, headers, day):
    path = folder / "gate.json"
    path.write_text(json.dumps(config))
    own = [argument for name, value in headers.items() for argument in ("--header", f"{name}={value}")]
    arguments = ["explain", "-", "--json", "--show-data", "--config", path, "--at", day.isoformat(), *own]
    return json.loads(subprocess.check_output([command, *arguments], input=body))


def agrees(command, folder, gateway, config, body, headers=None):
    """Posts, explains the same on the day on which Envoy answered, and compares."""
    headers = headers or {}
    response = gateway.post(body, [(name.encode(), value.encode()) for name, value in headers.items()])
    day = email.utils.parsedate_to_datetime(response.value("date")).date()
    told = explained(command, folder, config, body, headers, day)
    [seen] = gateway.seen_posts()
    found = {name.decode(): value.decode() for name, value in seen.headers if name.startswith(b"x-kyc-")}
    expected = {name: value for name, value in told["forwarded"]["set"] if name.startswith("x-kyc-")}
    assert found == expected
    assert found["x-kyc-decision"] == told["decision"]
    assert seen.body.decode() == told["forwarded"]["body"]["text"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_scoring_cases(start, command, tmp_path, case):
    # The settings by the API, so that the few kinds of evidence share their Envoys.
    gateway = start({**api(), **config({"evidence": case["config"]["evidence"]})})
    assert put(gateway, case["config"]["kycSettings"]).status == 200
    agrees(command, tmp_path, gateway, config(case["config"]), json.dumps(case["payload"]).encode(), case["headers"])


@pytest.mark.parametrize("kind", KINDS)
def test_the_samples(start, command, tmp_path, kind):
    gateway = start(config())
    today = datetime.datetime.now(datetime.timezone.utc).date()
    body = subprocess.check_output([command, "sample", kind, "--at", today.isoformat(), "--seed", "3"])
    agrees(command, tmp_path, gateway, config(), body)
