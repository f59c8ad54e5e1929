"""The harness without the gate: what the other tests rule out does happen here, so they can fail."""

import time

import pytest
from backend import Answer
from client import chunked, head
from relid import DECISIONS, GCM, Envelope


def test_client_headers_reach_the_backend_untouched(start, protocol):
    gateway = start(None)
    spoofed = [(b"x-kyc-decision", b"accept"), (b"x_kyc_score", b"\xff"), (b"x-kyc-decision", b"reject")]
    assert gateway.post(b"{}", spoofed, protocol).status == 200
    seen = gateway.backend.only()
    assert seen.values("x-kyc-decision") in ([b"accept", b"reject"], [b"accept,reject"])
    assert seen.values("x_kyc_score") == [b"\xff"]


def test_a_client_can_choose_the_route(start, protocol):
    gateway = start(None)
    gateway.post(b"{}", [(b"x-kyc-decision", b"review")], protocol)
    assert gateway.review.only().body == b"{}"
    assert not gateway.backend.seen


def test_the_backend_sees_the_request_while_it_is_sent(start):
    gateway = start(None)
    with gateway.connect() as connection:
        connection.send(head("POST", "/kyc", [(b"content-length", b"4")]))
        last_sent_at = connection.dribble([b"a", b"b", b"c", b"d"], 0.05)
        assert connection.response().status == 200
    assert gateway.backend.only().first_byte_at < last_sent_at


def test_trailers_and_backend_headers_pass(start):
    gateway = start(None)
    with gateway.backend.answering(Answer(headers=((b"x-kyc-decision", b"accept"),))), gateway.connect() as connection:
        connection.send(head("POST", "/kyc", [(b"transfer-encoding", b"chunked")]))
        connection.send(b"".join(chunked([b"{}"], [(b"x-kyc-score", b"100")])))
        assert connection.response().value("x-kyc-decision") == "accept"
    assert gateway.backend.only().trailers == [(b"x-kyc-score", b"100")]


def test_big_bodies_both_ways_over_http2(start):
    gateway = start(None, buffer_bytes=65536)
    body = b"a" * 3_000_000
    with gateway.backend.answering(Answer(body=body)), gateway.connect("h2") as connection:
        assert connection.request("POST", "/kyc", body=body).body == body
    assert gateway.backend.only().body == body


def test_an_early_answer_arrives_early(start):
    gateway = start(None)
    with gateway.backend.answering(Answer(status=202, early=True)), gateway.connect() as connection:
        connection.send(head("POST", "/kyc", [(b"content-length", b"4")]))
        before = time.monotonic()
        assert connection.response().status == 202
        assert time.monotonic() - before < 5


@pytest.mark.parametrize(
    "mode", ["GCM/NoPadding", "CBC/PKCS5Padding", "CFB/NoPadding", "CFB8/NoPadding", "CTR/NoPadding"]
)
@pytest.mark.parametrize("encoding", ["base64", "base64url", "hex", "raw", "jsonString"])
def test_envelopes_open_what_they_seal(mode, encoding):
    envelope = Envelope("AES/" + mode, encoding)
    assert envelope.open(envelope.seal(DECISIONS["accept"])) == DECISIONS["accept"]
    assert GCM.seal(b"") != GCM.seal(b"")
