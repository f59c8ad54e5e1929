"""A backend that is down, slow, in a hurry or in pieces: the client gets one answer, and no post goes on twice."""

import contextlib

import pytest
from backend import Answer
from client import Http1
from load import Load
from relid import GCM, payload

from envoy import eventually
from gate import encrypted

JSON = (b"content-type", b"application/json")
IMAGES = ("kyc_info", "document", "document_info", "document_images", "front_page")
# More than the connection takes before anybody reads.
LARGE = 3 << 20
ROOM = {"buffer_bytes": 16 << 20}


def post(number, size):
    return payload((("request_info", "requester_id"), f"fault-{number}"), (IMAGES, "A" * size))


# The answer of the backend, and the status that the client gets; None for a connection that ends in the answer.
FAULTS = {
    "resets at once": (Answer(reset_at=0), 503),
    "resets in the body": (Answer(reset_at=1000), 503),
    "cuts its head off": (Answer(cut=20), 502),
    "cuts its body off": (Answer(cut=-3), None),
    "answers before the body": (Answer(status=202, early=True, close=True), 202),
    "is slow": (Answer(seconds=0.3), 200),
    "is too slow": (Answer(seconds=1.2), 504),
    "fails": (Answer(status=500), 500),
    "closes what it announced to keep": (Answer(hang_up=True), 200),
}


@pytest.mark.parametrize(
    ("fault", "size"),
    [(fault, size) for fault in FAULTS for size in (0, LARGE) if size == 0 or "body" in fault],
)
def test_each_post_reaches_a_faulty_backend_once(start, protocol, fault, size):
    gateway = start(encrypted(), env=GCM.env, route_seconds=1, **ROOM)
    answer, status = FAULTS[fault]
    with gateway.backend.answering(answer):
        with contextlib.nullcontext() if status else contextlib.suppress(ConnectionError):
            response = gateway.post(GCM.seal(post(0, size)), protocol=protocol)
            cut = len(response.body) < int(response.value("content-length"))
            assert (None if cut else response.status) == status
    if answer.hang_up:
        # A post that comes before Envoy has heard of the end meets a closed connection: 503, and nothing goes on.
        assert eventually(lambda: not gateway.upstream_connections())
    assert gateway.post(GCM.seal(post(1, size)), protocol=protocol).status == 200
    seen = [(post.value("x-kyc-requester-id"), post.value("x-kyc-decision")) for post in gateway.backend.seen]
    assert seen == [("fault-0", "accept"), ("fault-1", "accept")]


def test_a_backend_that_is_down_gets_nothing_later(start, protocol):
    gateway = start(encrypted(), env=GCM.env, route_seconds=1, **ROOM)
    with gateway.backend.down(), gateway.counting() as changed:
        for number in range(3):
            assert gateway.post(GCM.seal(post(number, 0)), protocol=protocol).status == 503
    assert changed["kyc_gate.decision.accept"] == changed["kyc_gate.action.forward"] == 3
    assert not gateway.backend.seen
    assert gateway.post(GCM.seal(post(3, 0)), protocol=protocol).status == 200
    assert gateway.backend.only().value("x-kyc-requester-id") == "fault-3"


def test_an_answer_is_not_mixed_up_with_the_next(start):
    """One connection, every second answer is a failure of the backend's."""
    gateway = start(encrypted(), env=GCM.env, route_seconds=1, **ROOM)
    with Http1(gateway.port) as connection:
        for number in range(10):
            with gateway.backend.answering(Answer(echo=True, reset_at=None if number % 2 else 0)):
                response = connection.request("POST", "/kyc", [JSON], GCM.seal(post(number, 0)))
            echoed = (200, f"fault-{number}") if number % 2 else (503, None)
            assert (response.status, response.value("x-echo")) == echoed


def test_a_backend_that_comes_and_goes_under_load(start):
    gateway = start(encrypted(), env=GCM.env, concurrency=2)
    with gateway.backend.answering(Answer(echo=True)), gateway.counting() as changed:
        with Load(gateway, GCM.seal, pause=0.002) as load:
            for _ in range(3):
                load.wait(60)
                with gateway.backend.down():
                    load.wait(20)
            with gateway.backend.answering(Answer(echo=True, hang_up=True)):
                load.wait(100)
    load.assert_accounted(503)
    assert not load.errors()
    assert {200, 503} == set(load.statuses())
    assert changed["kyc_gate.requests"] == changed["kyc_gate.decision.accept"] == len(load.sent)
