"""Posts that came before: retries are served, the rest is told or refused, whichever worker sees it."""

import os
import threading
from collections import Counter

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from relid import DECISIONS, GCM, PASSPORT, payload

from gate import assert_problem, encrypted

ENV = {"env": GCM.env, "concurrency": 2}


@pytest.fixture
def begin(start, request):
    """An Envoy whose window has seen nothing of this test: the posts have requester ids of their own."""

    def begin(action, decision=None, **more):
        block = {"action": action, **more}
        return start(encrypted(replay=block, **({"decision": decision} if decision else {})), **ENV)

    begin.id = lambda suffix="": f"{request.node.name}{suffix}"
    return begin


def post_of(requester_id, *changes):
    return payload((("request_info", "requester_id"), requester_id), *changes)


OTHER_USER = (("request_info", "user_id"), "somebody.else@example.test")


def words(gateway):
    return [seen.value("x-kyc-replay") for seen in gateway.seen_posts()]


def sealed_under(nonce, plaintext):
    return GCM.encode(nonce + AESGCM(GCM.key).encrypt(nonce, plaintext, None))


@pytest.mark.parametrize("action", ["flag", "reject"])
def test_a_retry_is_served_as_the_first_time(begin, protocol, action):
    gateway = begin(action)
    plaintext = post_of(begin.id())
    bodies = [GCM.seal(plaintext)] * 2 + [GCM.seal(plaintext)]
    with gateway.counting() as changed:
        answers = [gateway.post(body, protocol=protocol) for body in bodies]
    assert len({str(answer.comparable()) for answer in answers}) == 1 and answers[0].status == 200
    assert words(gateway) == [None, "repeat", "repeat"]
    assert {seen.body for seen in gateway.seen_posts()} == {plaintext}
    assert {(seen.value("x-kyc-score"), seen.value("x-kyc-decision")) for seen in gateway.seen_posts()} == {
        ("100", "accept")
    }
    assert changed["kyc_gate.replay.repeat"] == 2 and changed["kyc_gate.decision.accept"] == 3
    assert [line.get("replay") for line in gateway.audit(3)] == [None, "repeat", "repeat"]


@pytest.mark.parametrize("word", ["replay", "conflict", "nonce-reuse"])
@pytest.mark.parametrize("action", ["flag", "reject"])
def test_what_is_no_retry(begin, protocol, action, word):
    gateway = begin(action, retrySeconds=0)
    name, nonce = begin.id(), os.urandom(12)
    first = sealed_under(nonce, post_of(name))
    second = {
        "replay": first,
        "conflict": GCM.seal(post_of(name, OTHER_USER)),
        "nonce-reuse": sealed_under(nonce, post_of(name + "-another")),
    }[word]
    assert gateway.post(first, protocol=protocol).status == 200
    with gateway.counting() as changed:
        answer = gateway.post(second, protocol=protocol)
    assert changed[f"kyc_gate.replay.{word.replace('-', '_')}"] == 1
    line = gateway.audit(2)[1]
    assert line["replay"] == word
    if action == "flag":
        assert answer.status == 200 and words(gateway) == [None, word]
    else:
        problem = assert_problem(answer, 409, "replayed")
        assert problem["detail"] and len(gateway.seen_posts()) == 1
        assert changed["kyc_gate.error.replayed"] == 1 and line["error"] == "replayed"
        assert gateway.access(2)[1]["details"] == "kyc_gate_replayed"


@pytest.mark.parametrize("payloads", ["one", "many"])
def test_of_posts_at_the_same_time_one_is_the_first(begin, payloads):
    """From connections that both workers serve."""
    gateway = begin("flag")
    users = [() if payloads == "one" else ((("request_info", "user_id"), f"user-{at}"),) for at in range(16)]
    bodies = [GCM.seal(post_of(begin.id(), *changes)) for changes in users]
    ready = threading.Barrier(len(bodies))

    def post(body):
        with gateway.connect() as connection:
            ready.wait(20)
            assert connection.request("POST", "/kyc", [(b"content-type", b"application/json")], body).status == 200

    threads = [threading.Thread(target=post, args=(body,)) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(words(gateway)) == {None: 1, "repeat" if payloads == "one" else "conflict": 15}


def test_shadow_tells_and_refuses_nothing(begin):
    gateway = begin("reject", {"mode": "shadow"}, retrySeconds=0)
    body = GCM.seal(post_of(begin.id()))
    assert [gateway.post(body).status for _ in range(3)] == [200] * 3
    assert words(gateway) == [None, "replay", "replay"]
    assert [seen.body for seen in gateway.seen_posts()] == [body] * 3


def test_on_error_forward_lets_no_replay_through(begin):
    gateway = begin("reject", {"onError": "forward"}, retrySeconds=0)
    body = GCM.seal(post_of(begin.id()))
    assert [gateway.post(body).status for _ in range(2)] == [200, 409]
    assert words(gateway) == [None]


def test_what_cannot_be_read_stands_in_nobodys_way(begin):
    gateway = begin("reject", retrySeconds=0)
    body = bytearray(GCM.encrypt(post_of(begin.id())))
    body[-1] ^= 1
    assert gateway.post(GCM.encode(bytes(body))).status == 400
    body[-1] ^= 1
    assert gateway.post(GCM.encode(bytes(body))).status == 200


def test_a_retry_of_what_was_answered_is_answered_again(begin):
    gateway = begin("reject", {"onAccept": "respond"})
    body = GCM.seal(post_of(begin.id()))
    answers = [gateway.post(body) for _ in range(2)]
    assert answers[0].comparable() == answers[1].comparable()
    assert answers[0].json() == {
        "result": True,
        "reference_number": begin.id(),
        "user_id": PASSPORT["request_info"]["user_id"],
    }


def test_a_client_cannot_say_it(begin):
    gateway = begin("flag")
    gateway.post(GCM.seal(post_of(begin.id())), [(b"x-kyc-replay", b"repeat"), (b"X_Kyc_Replay", b"repeat")])
    assert words(gateway) == [None] and not gateway.seen_posts()[0].named("x-kyc-replay")


@pytest.mark.parametrize("delivery", ["ecds", "lds"])
def test_a_new_configuration_and_a_new_vm_know_what_came_before(start, begin, delivery):
    def config(**more):
        return encrypted(replay={"action": "flag", **more})

    gateway = start(config(), delivery=delivery, drain_seconds=2, **ENV)
    body = GCM.seal(DECISIONS["accept"])
    gateway.post(body)
    gateway.reconfigure(config(maxEntries=2048))
    gateway.post(body)
    gateway.reconfigure(config(), vm_configuration="2")
    gateway.post(body)
    assert words(gateway) == [None, "repeat", "repeat"]
