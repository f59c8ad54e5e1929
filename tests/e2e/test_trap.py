"""A module that traps, under FAIL_RELOAD: what clients see until it is loaded anew, and that nothing goes on unscored."""

import time

import pytest
from backend import Answer
from client import Http1, head
from envoy import MODULE, eventually
from gate import encrypted
from load import Load
from relid import GCM
from trap import trapping

JSON = (b"content-type", b"application/json")
# A body of this size makes the body callback trap.
FATAL = b"A" * 777


@pytest.fixture(scope="session")
def trap(tmp_path_factory):
    module = tmp_path_factory.mktemp("trap") / "kyc_gate.wasm"
    module.write_bytes(trapping(MODULE, "proxy_on_request_body", 1, len(FATAL)))
    return str(module)


def begin(client, body):
    """All but the last byte."""
    client.send(head("POST", "/kyc", [JSON, (b"content-length", b"%d" % len(body))]) + body[:-1])


def test_what_clients_see(start_alone, trap):
    gateway = start_alone(encrypted(), env=GCM.env, module=trap)
    assert gateway.post(GCM.seal(b"{}")).status == 422
    body = GCM.seal(payload_of("held"))
    with Http1(gateway.port) as held:
        begin(held, body)
        assert gateway.post(FATAL).status == 503
        assert "wasm trap: unreachable" in gateway.log() or "unreachable" in gateway.log()
        # Held when it happened: ended as well, and not let through.
        held.send(body[-1:])
        assert held.response().status == 503
    assert not gateway.backend.seen
    # KYC post or not: nothing passes by a filter that doesn't run.
    assert gateway.request("GET", "/other").status in (200, 503)
    begun = time.monotonic()
    assert eventually(lambda: gateway.post(body).status == 200, 15), "not loaded anew"
    assert time.monotonic() - begun < 10
    assert [seen.value("x-kyc-decision") for seen in gateway.seen_posts()] == ["accept"]


def payload_of(name):
    from relid import payload

    return payload((("request_info", "requester_id"), name))


def test_traps_under_load(start_alone, trap):
    gateway = start_alone(encrypted(), env=GCM.env, module=trap, concurrency=2)
    with gateway.backend.answering(Answer(echo=True)), Load(gateway, GCM.seal, pause=0.01) as load:
        for _ in range(2):
            load.wait(40)
            gateway.post(FATAL)
            assert eventually(lambda: load.sent[-1].status == 200, 20)
        load.wait(40)
    load.assert_accounted(500, 503)
    assert gateway.alive()
