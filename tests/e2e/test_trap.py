"""A module that traps, under FAIL_RELOAD: what clients see until it is loaded anew; nothing goes on unscored."""

import time

import pytest
import settings
from backend import Answer
from client import Http1, head
from envoy import CRASHES, MODULE, eventually
from gate import encrypted
from load import Load
from relid import DECISIONS, GCM
from trap import trapping

JSON = (b"content-type", b"application/json")
# A body of this size makes the body callback trap.
FATAL = b"A" * 777


@pytest.fixture(scope="session")
def trap(tmp_path_factory):
    module = tmp_path_factory.mktemp("trap") / "kyc_gate.wasm"
    module.write_bytes(trapping(MODULE, "proxy_on_request_body", 1, len(FATAL)))
    return str(module)


def test_what_clients_see(start_alone, trap, protocol):
    gateway = start_alone(encrypted(), env=GCM.env, module=trap)
    body = GCM.seal(DECISIONS["accept"])
    assert gateway.post(body, protocol=protocol).status == 200
    with Http1(gateway.port) as held:
        held.send(head("POST", "/kyc", [JSON, (b"content-length", b"%d" % len(body))]) + body[:-1])
        assert gateway.post(FATAL, protocol=protocol).status == 503
        assert [crash for crash in CRASHES if crash in gateway.log()]
        # Nothing passes by a filter that doesn't run, not even what it has no interest in.
        assert gateway.request("GET", "/other", protocol=protocol).status == 503
        refused = gateway.post(body, protocol=protocol)
        assert (refused.status, refused.body) == (503, b"")
        # What was held when it happened ends with its next byte.
        held.send(body[-1:])
        assert held.response().status == 503
    assert {line["details"] for line in gateway.access(5)[1:]} == {"wasm_fail_stream"}
    begun = time.monotonic()
    assert eventually(lambda: gateway.post(body, protocol=protocol).status == 200, 15), "not loaded anew"
    assert time.monotonic() - begun < 10
    assert [seen.value("x-kyc-decision") for seen in gateway.backend.seen] == ["accept"] * 2


def test_traps_under_load(start_alone, trap):
    gateway = start_alone(encrypted(), env=GCM.env, module=trap)
    with gateway.backend.answering(Answer(echo=True)), Load(gateway, GCM.seal, pause=0.005) as load:
        for _ in range(2):
            load.wait(40)
            before = len(load.sent)
            gateway.post(FATAL)
            assert eventually(lambda: any(sent.status == 503 for sent in load.sent[before:]), 20)
            assert eventually(lambda: {sent.status for sent in load.sent[-20:-4]} == {200}, 20), "not loaded anew"
    load.assert_accounted(503)
    assert {200, 503} == set(load.statuses())
    assert gateway.alive()


def test_settings_outlive_the_module(start_alone, trap):
    """Those that operators have put live in Envoy, not in the VM that is gone."""
    gateway = start_alone(settings.api(), module=trap)
    document = settings.settings(35)
    assert settings.put(gateway, document).status == 200
    before = settings.scored(gateway)
    assert before == (settings.revision(document), settings.verdict(35))
    assert gateway.post(FATAL).status == 503
    assert eventually(lambda: gateway.request("GET", "/other").status == 200, 15), "not loaded anew"
    assert settings.scored(gateway) == before
