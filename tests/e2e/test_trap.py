"""A module that traps, under FAIL_RELOAD: what clients see until it is loaded anew; nothing goes on unscored."""

import socket
import time

import pytest
import settings
from backend import Answer
from client import Http1, head
from load import Load
from relid import DECISIONS, GCM
from resources import WASM_MODULE, wasm_only
from trap import trapping

from envoy import CRASHES, eventually
from gate import encrypted

pytestmark = wasm_only("sandbox")
JSON = (b"content-type", b"application/json")
# A body of this size makes the body callback trap.
FATAL = b"A" * 777


@pytest.fixture(scope="session")
def trap(tmp_path_factory):
    module = tmp_path_factory.mktemp("trap") / "kyc_gate.wasm"
    module.write_bytes(trapping(WASM_MODULE, "proxy_on_request_body", 1, len(FATAL)))
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


ISSUER = {"cluster": "issuer", "path": "/", "authority": "login.test", "clientId": "gate", "clientSecret": "env:SECRET"}
# What a stream waits for, and what ends it: the next byte, or a limit of the connection manager.
HELD = {
    "its body": ({"request_seconds": 2}, Answer(), {}),
    "the backend": ({}, Answer(seconds=2), {}),
    "the end of the answer": ({}, Answer(slowly=2), {}),
    "the issuer of its token": ({"idle_seconds": 2}, Answer(), {"authorization": {"introspection": ISSUER}}),
}


@pytest.mark.parametrize("case", HELD)
def test_whatever_a_stream_waits_for_it_ends(start_alone, trap, protocol, case):
    limits, answer, config = HELD[case]
    env = {**GCM.env, "SECRET": "secret"}
    with socket.create_server(("127.0.0.1", 0)) as silent:
        clusters = {"issuer": silent.getsockname()[1]}
        gateway = start_alone(encrypted(responseBody={}, **config), env=env, module=trap, clusters=clusters, **limits)
        body, headers = GCM.seal(DECISIONS["accept"]), [JSON, (b"authorization", b"Bearer 123")]
        complete = case != "its body"
        with gateway.backend.answering(answer), gateway.connect(protocol) as held:
            begun = time.monotonic()
            wait = begin(held, protocol, headers, body if complete else body[:-1], len(body), complete)
            time.sleep(0.5)
            assert gateway.post(FATAL, headers[1:]).status == 503
            response = wait()
        assert (response.status, response.body) == (503, b"")
        assert 1.8 < time.monotonic() - begun < 4
        assert len(gateway.seen_posts()) == ("backend" in case or "answer" in case)
        assert {line["details"] for line in gateway.access(2)} == {"wasm_fail_stream"}


def begin(connection, protocol, headers, body, size, complete):
    """Sends a post, or the beginning of one; the function that waits for the answer."""
    if protocol == "h1":
        connection.send(head("POST", "/kyc", [*headers, (b"content-length", b"%d" % size)]) + body)
        return connection.response
    stream = connection.open("POST", "/kyc", headers)
    connection.send(stream, body, end=complete)
    return lambda: connection.response(stream)


def test_traps_under_load(start_alone, trap):
    gateway = start_alone(encrypted(), env=GCM.env, module=trap)
    with gateway.backend.answering(Answer(echo=True)), Load(gateway, GCM.seal, pause=0.005) as load:
        for _ in range(2):
            load.wait(40)
            before = len(load.sent)
            gateway.post(FATAL)
            assert eventually(lambda before=before: any(sent.status == 503 for sent in load.sent[before:]), 20)
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
