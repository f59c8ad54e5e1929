"""`limits.maxInflightBytes`: a flood is answered with 503 instead of growing the module's memory, which comes back."""

import contextlib

import pytest
from client import Http1, Http2, head
from relid import payload
from resources import NATIVE

from envoy import eventually
from gate import assert_problem

SIZE = 200_000
FIT, TOO_MANY = 10, 30
LIMITS = {"maxBodyBytes": FIT * SIZE // 2, "maxInflightBytes": FIT * SIZE + SIZE // 2}
TEMPLATE = {"decision": "${decision}"}
JSON = (b"content-type", b"application/json")


def plaintext(size):
    image = ("kyc_info", "document", "document_info", "document_images", "portrait_image")
    return payload((image, "A" * (size - len(payload((image, ""))))))


BODY = plaintext(SIZE)
LARGEST = plaintext(LIMITS["maxBodyBytes"])


@pytest.fixture
def gate(start):
    return start({"limits": LIMITS, "requestBody": TEMPLATE})


@contextlib.contextmanager
def nearly_whole(gate, count):
    """So many posts that have sent all of their bodies but a byte, over HTTP/1.1."""
    with contextlib.ExitStack() as stack:
        posts = [stack.enter_context(Http1(gate.port)) for _ in range(count)]
        for post in posts:
            post.send(head("POST", "/kyc", [JSON, (b"content-length", b"%d" % SIZE)]) + BODY[:-1])
        yield posts


def finish(posts):
    """The answers to the last bytes. Who was refused may have hung up."""
    for post in posts:
        with contextlib.suppress(OSError):
            post.send(BODY[-1:])
    return [post.response() for post in posts]


def refused(gate):
    return gate.stats()["kyc_gate.error.overloaded"]


def fits(gate):
    return gate.post(LARGEST).status == 200


def test_a_flood_of_slow_posts(gate):
    before = refused(gate)
    with gate.counting() as counted, nearly_whole(gate, TOO_MANY) as posts:
        told = eventually(lambda: refused(gate) - before == TOO_MANY - FIT)
        assert told, "who doesn't fit is told before the rest of the body"
        answers = finish(posts)
    served = [answer for answer in answers if answer.status == 200]
    assert len(served) == FIT == len(gate.seen_posts())
    for answer in answers:
        if answer.status != 200:
            assert_problem(answer, 503, "overloaded")
            assert answer.value("retry-after") == "1"
    details = [line["details"] for line in gate.access(TOO_MANY)]
    assert details.count("kyc_gate_overloaded") == counted["kyc_gate.error.overloaded"] == TOO_MANY - FIT
    assert counted["kyc_gate.decision.accept"] == FIT
    assert fits(gate)


def test_memory_comes_back_when_clients_go(gate):
    with nearly_whole(gate, FIT):
        assert eventually(lambda: gate.post(BODY).status == 503)
    assert eventually(lambda: fits(gate))
    with Http2(gate.port) as connection:
        streams = []
        for _ in range(FIT):
            streams.append(connection.open("POST", "/kyc", [JSON, (b"content-length", b"%d" % SIZE)]))
            connection.send(streams[-1], BODY[:-1])
        assert eventually(lambda: gate.post(BODY).status == 503)
        for stream in streams:
            connection.reset(stream)
        assert eventually(lambda: fits(gate))


def test_the_module_stays_as_large_as_the_first_flood_made_it(gate):
    def flood():
        before = refused(gate)
        with nearly_whole(gate, TOO_MANY) as posts:
            assert eventually(lambda: refused(gate) - before == TOO_MANY - FIT)
            finish(posts)

    for _ in range(3):
        flood()
    before = gate.module_bytes()
    assert NATIVE or LIMITS["maxInflightBytes"] < before < 3 * LIMITS["maxInflightBytes"] + (2 << 20)
    for _ in range(10):
        flood()
    # Natively Envoy's own buffers are among it; ten floods that came back to nobody would be 20 MB.
    assert eventually(lambda: gate.module_bytes() - before < ((8 << 20) if NATIVE else (1 << 20)))


def test_in_shadow_mode_what_does_not_fit_goes_on_as_it_came(start):
    gate = start({"limits": LIMITS, "decision": {"mode": "shadow"}})
    with nearly_whole(gate, TOO_MANY) as posts:
        assert eventually(lambda: refused(gate) == TOO_MANY - FIT)
        assert {answer.status for answer in finish(posts)} == {200}
    assert all(seen.body == BODY and seen.value("x-kyc-mode") == "shadow" for seen in gate.seen_posts())
    decisions = [seen.value("x-kyc-decision") for seen in gate.seen_posts()]
    assert (decisions.count("error"), decisions.count("accept")) == (TOO_MANY - FIT, FIT)
