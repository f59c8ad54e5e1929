"""Streams that are held open to fill the gate's memory: nothing crashes, and honest posts go on."""

import contextlib

from backend import Answer
from client import Http2, head
from relid import payload
from resources import NATIVE

from envoy import eventually
from gate import assert_problem

JSON = (b"content-type", b"application/json")
PER_CONNECTION = 500
IDS = [("request_info", member) for member in ("user_id", "requester_id")]


@contextlib.contextmanager
def held(gate, count, headers, body=b""):
    """So many posts that have sent their headers and this much of their bodies, over HTTP/2."""
    with contextlib.ExitStack() as stack:
        connection = None
        for number in range(count):
            if number % PER_CONNECTION == 0:
                connection = stack.enter_context(Http2(gate.port))
            stream = connection.open("POST", "/kyc", [JSON, *headers])
            if body:
                connection.send(stream, body)
        assert eventually(lambda: gate.active_requests() == count, 60), gate.active_requests()
        yield


def test_large_claims(start):
    """A header that is repeated takes a byte on the wire each time. In full these claims would fill 1.1 GB, more than
    the 1 GiB that a Wasm module can have. Natively, Envoy's own copies of the headers are among what is measured."""
    claims = {"lastName": {"header": "x-claim"}}
    gate = start({"evidence": {"claims": claims}, "limits": {"maxInflightBytes": 64 << 20}}, alone=True)
    assert gate.post(payload()).status == 200
    before = gate.module_bytes()
    with held(gate, 19_000, [(b"x-claim", b"A" * 3_900)] * 15):
        assert gate.post(payload()).status == 200
        assert NATIVE or gate.module_bytes() - before < 64 << 20
    assert gate.post(payload()).status == 200


def test_announced_lengths(start):
    gate = start({})
    with held(gate, 1_100, [(b"content-length", b"1000000")]):
        assert gate.post(payload()).status == 200


def test_held_streams_are_refused_once_they_fill_what_there_is(start):
    """More streams than the limit has room for: those beyond it are told so, and once they are gone there is room."""
    gate = start({"limits": {"maxBodyBytes": 1 << 18, "maxInflightBytes": 1 << 19}})
    with Http2(gate.port) as connection:
        streams = [connection.open("POST", "/kyc", [JSON]) for _ in range(1_000)]
        assert eventually(lambda: gate.stats()["kyc_gate.error.overloaded"] > 0, 30)
        assert_problem(connection.response(streams[-1]), 503, "overloaded")
    assert eventually(lambda: gate.post(payload()).status == 200)


def test_ids_that_wait_for_a_slow_backend(start):
    """In full these ids would fill 1.1 GB while the backend is waited for. The longest that are taken, which can wait,
    have 1,024 bytes."""
    gate = start({"responseBody": {}}, alone=True, buffer_bytes=32 << 20)
    assert gate.post(payload()).status == 200
    before = gate.module_bytes()
    large, longest = (payload(*((member, "A" * size) for member in IDS)) for size in (7_500_000, 1_024))
    for body, seconds, waiting, statuses in ((large, 20, 0, {422, 503}), (longest, 3, 75, {200})):
        message = head("POST", "/kyc", [JSON, (b"content-length", b"%d" % len(body))]) + body
        with gate.backend.answering(Answer(seconds=seconds)), contextlib.ExitStack() as stack:
            posts = [stack.enter_context(gate.connect()) for _ in range(75)]
            for post in posts:
                post.send(message)
            assert eventually(lambda waiting=waiting: gate.active_requests() >= waiting)
            assert NATIVE or gate.module_bytes() - before < 128 << 20
            assert {post.response().status for post in posts} <= statuses
    assert gate.post(payload()).status == 200
