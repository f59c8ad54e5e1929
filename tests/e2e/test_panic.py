"""A bug in the native module: one request ends with 500, nothing of it is told, and Envoy and all others go on.

The library is one of its own, in which a request's header says in which hook to panic.
"""

import json
import os
import subprocess

import pytest
from backend import Answer
from client import chunked, head
from load import Load
from oauth import OAuth
from relid import DECISIONS, GCM
from resources import ROOT, native_only

from envoy import eventually
from gate import assert_problem, encrypted

pytestmark = native_only
JSON = (b"content-type", b"application/json")
LOCATORS = {"resultLocation": "result"}


@pytest.fixture(scope="session")
def trigger():
    """The library that panics when it is asked to, built for this machine unless KYC_GATE_PANICKING names one."""
    if "KYC_GATE_PANICKING" in os.environ:
        return os.environ["KYC_GATE_PANICKING"]
    build = ["cargo", "build", "--quiet", "--locked", "-p", "kyc-gate-native", "--features", "panic-trigger"]
    environment = {**os.environ, "CARGO_PROFILE_DEV_DEBUG": "0"}
    told = subprocess.check_output([*build, "--message-format", "json"], cwd=ROOT, env=environment, text=True)
    artifacts = [json.loads(line) for line in told.splitlines()]
    [library] = [
        name
        for artifact in artifacts
        for name in artifact.get("filenames", [])
        if name.endswith("libkyc_gate_native.so")
    ]
    return library


@pytest.fixture
def gateway(start_alone, trigger):
    return start_alone(encrypted(), env=GCM.env, module=trigger)


def panicking(*hooks):
    return [JSON, (b"x-panic", ",".join(hooks).encode())]


def assert_one_bug(gateway, times=1):
    """Said with its place; the panic's message, which has the request in it, is nowhere."""
    assert gateway.log().count("kyc-gate: internal error at ") == times
    assert "CANARY" not in gateway.log() and GCM.key.hex() not in gateway.log()
    assert gateway.alive()
    assert gateway.fresh().post(GCM.seal(DECISIONS["accept"])).status == 200
    assert gateway.backend.only().value("x-kyc-decision") == "accept"


@pytest.mark.parametrize("hook", ["RequestHeaders", "RequestBody", "RequestTrailers"])
def test_a_post(gateway, protocol, hook):
    body = GCM.seal(DECISIONS["accept"])
    with gateway.counting() as counted, gateway.connect(protocol) as connection:
        if protocol == "h1":
            connection.send(head("POST", "/kyc", [*panicking(hook), (b"transfer-encoding", b"chunked")]))
            connection.send(b"".join(chunked([body], [(b"x-note", b"1")])))
            response = connection.response()
        else:
            stream = connection.open("POST", "/kyc", panicking(hook))
            connection.send(stream, body)
            connection.trailers(stream, [(b"x-note", b"1")])
            response = connection.response(stream)
    assert_problem(response, 500, "internal")
    assert not gateway.backend.seen
    assert counted["kyc_gate.error.internal"] == 1
    assert gateway.access()[0]["details"] == "kyc_gate_internal"
    assert_one_bug(gateway)


@pytest.mark.parametrize("hook", ["ResponseHeaders", "ResponseBody"])
def test_a_response(start_alone, trigger, protocol, hook):
    gateway = start_alone(encrypted(responseBody={}), env=GCM.env, module=trigger)
    response = gateway.post(GCM.seal(DECISIONS["accept"]), panicking(hook), protocol)
    assert_problem(response, 500, "internal")
    assert b"result" not in response.body
    assert_one_bug(gateway)


def test_the_end_of_a_stream(gateway, protocol):
    """The client has its answer already."""
    assert gateway.post(GCM.seal(DECISIONS["accept"]), panicking("End"), protocol).status == 200
    assert eventually(lambda: "internal error" in gateway.log())
    assert_one_bug(gateway)


def test_failing_at_failing(gateway, protocol):
    response = gateway.post(GCM.seal(DECISIONS["accept"]), panicking("RequestBody", "Fail"), protocol)
    assert response.status == 500 and not gateway.backend.seen
    assert_one_bug(gateway, times=2)


def test_the_response_to_a_call(start_alone, trigger, protocol):
    oauth = OAuth()
    try:
        introspection = {"cluster": "login", "path": "/introspect", "authority": "login.test", "clientId": "gate"}
        config = encrypted(authorization={"introspection": {**introspection, "clientSecret": "env:SECRET"}})
        env = {**GCM.env, "SECRET": "secret"}
        gateway = start_alone(config, env=env, clusters={"login": oauth.port}, module=trigger)
        headers = [*panicking("CallEnded"), (b"authorization", b"Bearer 123")]
        response = gateway.post(GCM.seal(DECISIONS["accept"]), headers, protocol)
        assert_problem(response, 500, "internal")
        assert not gateway.backend.seen and gateway.alive()
        assert "CANARY" not in gateway.log()
    finally:
        oauth.stop()


def test_others_go_on_under_load(start_alone, trigger):
    gateway = start_alone(encrypted(), env=GCM.env, module=trigger, concurrency=2)
    with gateway.backend.answering(Answer(echo=True)), Load(gateway, GCM.seal, clients=2, pause=0.002) as load:
        for _ in range(20):
            load.wait(5)
            assert gateway.post(GCM.seal(DECISIONS["accept"]), panicking("RequestBody")).status == 500
    load.assert_nothing_lost()
