"""Clients that go away, or stay and say nothing: nothing unscored goes on, nothing goes on twice, no memory is kept."""

import socket
import struct
import time
from collections import Counter

import pytest
from client import Http1, Http2, head
from relid import GCM, payload

from envoy import eventually
from gate import encrypted

JSON = (b"content-type", b"application/json")
IMAGES = ("kyc_info", "document", "document_info", "document_images", "front_page")
SIZE = 1 << 20
ROUNDS = 4


def post(name, size=SIZE):
    ids = [(("request_info", member), name) for member in ("requester_id", "user_id")]
    return GCM.seal(payload(*ids, (IMAGES, "A" * size)))


BODY = post("gone-0")
# Memory for two of these posts: those that keep theirs would leave none to the next.
CONFIG = encrypted(limits={"maxBodyBytes": len(BODY) + 100, "maxInflightBytes": 2 * len(BODY) + 200})
OPTIONS = {"env": GCM.env, "buffer_bytes": 16 << 20}
# How much of the request is sent before the client goes.
SENT = {"headers": 0, "half": len(BODY) // 2, "all but a byte": len(BODY) - 1, "all": len(BODY)}


def close(client):
    client._socket.close()


def reset(client):
    client._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client._file.close()
    client._socket.close()


def half_close(client):
    client._socket.shutdown(socket.SHUT_WR)


def accounted(gateway, names):
    """What went on of them: at most once each, and scored."""
    seen = [(seen.value("x-kyc-requester-id"), seen.value("x-kyc-decision")) for seen in gateway.seen_posts()]
    assert len(set(seen)) == len(seen), "forwarded twice"
    assert {decision for _, decision in seen} <= {"accept"}, "forwarded unscored"
    forwarded = {name for name, _ in seen}
    assert forwarded <= set(names)
    return forwarded


@pytest.mark.parametrize("leave", [close, reset, half_close], ids=lambda way: way.__name__)
@pytest.mark.parametrize("sent", SENT)
def test_a_client_that_goes_over_http1(start, sent, leave):
    gateway = start(CONFIG, **OPTIONS)
    names = [f"gone-{number}" for number in range(ROUNDS)]
    for name in names:
        body = post(name)
        with Http1(gateway.port) as client:
            client.send(head("POST", "/kyc", [JSON, (b"content-length", b"%d" % len(BODY))]) + body[: SENT[sent]])
            leave(client)
            if leave is half_close:
                # Envoy takes the end of one direction for the end of both.
                assert client._socket.recv(1 << 16) == b"" or sent == "all"
    # Envoy hears of them in its own time.
    assert eventually(lambda: gateway.post(post("last")).status == 200)
    forwarded = accounted(gateway, [*names, "last"])
    assert forwarded == {"last"} if sent != "all" else "last" in forwarded
    if sent != "all":
        # The last post goes over another connection, so Envoy may see it before it sees that a client is gone.
        told = Counter(line.get("error") for line in gateway.audit(ROUNDS + 1))
        assert told == {"aborted": ROUNDS, None: 1}


@pytest.mark.parametrize("sent", SENT)
def test_a_client_that_resets_its_stream_over_http2(start, sent):
    gateway = start(CONFIG, **OPTIONS)
    names = [f"gone-{number}" for number in range(ROUNDS)]
    with Http2(gateway.port) as client:
        for name in names:
            stream = client.open("POST", "/kyc", [JSON])
            client.send(stream, post(name)[: SENT[sent]], end=sent == "all")
            client.reset(stream)
        assert client.request("POST", "/kyc", [JSON], post("last")).status == 200
    forwarded = accounted(gateway, [*names, "last"])
    assert forwarded == {"last"} if sent != "all" else "last" in forwarded


@pytest.mark.parametrize("bare", [False, True], ids=["a reply with a body", "a bare reply"])
def test_a_client_that_says_nothing_more_is_sent_away_by_envoy(start, protocol, bare):
    """Half-open: no FIN, no RST. What ends it is the limit that the shipped bootstraps set, request_timeout."""
    gateway = start(CONFIG, request_seconds=1, bare_replies=bare, **OPTIONS)
    before = gateway.stats()
    begun = time.monotonic()
    with gateway.connect(protocol) as client:
        if protocol == "h1":
            client.send(head("POST", "/kyc", [JSON, (b"content-length", b"%d" % len(BODY))]) + BODY[: SIZE // 2])
            response = client.response()
        else:
            stream = client.open("POST", "/kyc", [JSON])
            client.send(stream, BODY[: SIZE // 2])
            response = client.response(stream)
        assert response.status == 408
        assert 0.8 < time.monotonic() - begun < 8
        assert bare == (response.body == b"")
    [told] = gateway.audit()
    assert (told["decision"], told["error"]) == ("error", "aborted")
    assert gateway.access()[0]["decision"] == "error"
    for counter in ("requests", "error.aborted"):
        assert gateway.stats()[f"kyc_gate.{counter}"] == before.get(f"kyc_gate.{counter}", 0) + 1
    assert gateway.post(post("last"), protocol=protocol).status == 200
    assert accounted(gateway, ["last"]) == {"last"}


def test_a_post_that_envoy_finds_too_large_is_told(start):
    """In shadow mode Envoy keeps the body, so its buffer must hold it."""
    gateway = start(encrypted(decision={"mode": "shadow"}), env=GCM.env, buffer_bytes=70_000)
    assert gateway.post(post("large")).status == 413
    [told] = gateway.audit()
    assert (told["error"], told["mode"]) == ("aborted", "shadow")
    assert not gateway.seen_posts()


def test_clients_that_go_leave_no_answers_to_others(start):
    """Streams of one connection, every second one reset when all of it is sent: the others get their own answers."""
    gateway = start(encrypted(requestBody={"id": "${requester_id}"}, decision={"onAccept": "respond"}), **OPTIONS)
    with Http2(gateway.port) as client:
        for number in range(20):
            stream = client.open("POST", "/kyc", [JSON])
            client.send(stream, post(f"mixed-{number}", 1000), end=True)
            if number % 2:
                client.reset(stream)
            else:
                assert client.response(stream).json()["user_id"] == f"mixed-{number}"
    assert not gateway.seen_posts()
