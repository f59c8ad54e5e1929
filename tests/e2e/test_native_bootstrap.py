"""envoy/native/envoy.yaml as it is shipped: each decision, what operators see, and that nothing goes by it."""

import base64
import json
import re

import pytest
from relid import DECISIONS, Envelope
from resources import native_only
from shipped import Shipped

from envoy import eventually

pytestmark = native_only
GCM = Envelope()


@pytest.fixture(scope="module")
def gateway():
    gateway = Shipped("native", KYC_REQUEST_KEY=base64.b64encode(GCM.key).decode())
    yield gateway
    gateway.stop()


@pytest.mark.parametrize("decision", DECISIONS)
def test_each_decision(gateway, protocol, decision):
    gateway.fresh()
    response = gateway.post(GCM.seal(DECISIONS[decision]), protocol=protocol)
    assert response.status == 200
    backend = {"accept": gateway.backend, "review": gateway.review}.get(decision)
    if backend:
        seen = backend.only()
        assert seen.value("x-kyc-decision") == decision and json.loads(seen.body)["kyc"]["decision"] == decision
    else:
        assert not gateway.seen_posts() and response.json()["result"] is False
    assert gateway.audit()[0]["decision"] == decision


def test_what_is_not_judged_finds_no_route(gateway, protocol):
    gateway.fresh()
    assert gateway.request("POST", "/other", [(b"x-kyc-decision", b"accept")], b"{}", protocol).status == 404
    assert not gateway.backend.seen


def test_metrics_have_labels(gateway):
    gateway.post(GCM.seal(DECISIONS["accept"]))
    wanted = re.compile(r'^kyc_gate_decision\{kyc_decision="accept"\} [1-9]', re.MULTILINE)
    assert eventually(lambda: wanted.search(gateway.admin("/stats/prometheus")))
