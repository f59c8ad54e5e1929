"""The way back: what REL-ID gets for what the backend says."""

import gzip
import json
import time
from dataclasses import replace

import pytest
from backend import Answer
from client import chunked, head
from relid import DECISIONS, GCM, REQUESTER, USER, Envelope, payload
from resources import wasm_only

from envoy import eventually
from gate import assert_problem, encrypted, every_decision

ANSWER = Envelope("AES/CBC/PKCS5Padding", "base64", key=bytes(range(16, 48)), name="KYC_ANSWER_KEY")
ENV = {**GCM.env, **ANSWER.env}
LOCATORS = {"resultLocator": "data.ok", "referenceNumberLocator": "data.no", "userIdLocator": "/data/user"}
FORWARD = every_decision("forward")


def said(**data):
    return json.dumps({"data": data}).encode()


def gate(start, sealed=False, response_body=LOCATORS, **blocks):
    config = encrypted(**blocks)
    if response_body is not None:
        config["responseBody"] = response_body
    if sealed:
        config["responseDecryption"] = ANSWER.config()
    return start(config, env=ENV)


def post(gateway, answer, protocol="h1", body=None, headers=()):
    with gateway.backend.answering(answer):
        return gateway.post(body or GCM.seal(DECISIONS["accept"]), headers, protocol=protocol)


@pytest.mark.parametrize("sealed", [False, True], ids=["plain", "encrypted"])
@pytest.mark.parametrize("result", [True, False])
def test_the_answer_becomes_a_confirmation(start, protocol, sealed, result):
    gateway = gate(start, sealed)
    stale = ((b"etag", b'"1"'), (b"content-digest", b"sha-256=:AAAA:"), (b"x-kyc-score", b"1"), (b"x-trace", b"t"))
    private = (
        (b"set-cookie", b"a=1"),
        (b"set-cookie", b"b=2"),
        (b"location", b"/internal"),
        (b"x-debug-stack", b"at K"),
    )
    traces = ((b"x-b3-traceid", b"1"), (b"traceparent", b"2"), (b"x-request-id", b"3"), (b"retry-after", b"4"))
    headers = (*stale, *private, *traces, (b"content-type", b"text/plain"))
    answer = Answer(201, said(ok=result, no=7, user=USER), headers)
    with gateway.counting() as counted:
        response = post(gateway, answer, protocol)
    assert response.status == 200
    assert response.value("content-type") == "application/json"
    assert response.value("content-length") == str(len(response.body))
    assert all(response.value(name.decode()) == value.decode() for name, value in traces)
    assert not [name for name, _ in (*stale, *private) if response.value(name.decode())]
    plain = ANSWER.open(response.body) if sealed else response.body
    assert json.loads(plain) == {"result": result, "reference_number": "7", "user_id": USER}
    assert counted["kyc_gate.answer.confirmed"] == 1
    assert eventually(lambda: [line for line in gateway.access() if line["answer"] == "confirmed"])
    assert gateway.backend.only().value("accept-encoding") == "identity"
    assert len(gateway.audit()) == 1


def test_each_answer_has_an_iv_of_its_own(start):
    gateway = gate(start, sealed=True)
    assert len({post(gateway, Answer(body=said(ok=True))).body for _ in range(3)}) == 3


def test_the_user_id_goes_back_as_it_was_posted(start):
    odd = payload().replace(json.dumps(USER).encode(), rb'"ma\u00edra\/\"b\"@example.test"')
    user = json.loads(odd)["request_info"]["user_id"]
    response = post(gate(start), Answer(body=said(ok=True, user=user)), body=GCM.seal(odd))
    assert response.body.endswith(rb'"user_id": "ma\u00edra\/\"b\"@example.test"}')


@pytest.mark.parametrize(
    ("setting", "outcome", "user"),
    [("block", "refused", None), (None, "refused", None), ("flag", "flagged", USER), ("allow", "renamed", "eve")],
)
def test_another_users_id(start, protocol, setting, outcome, user):
    locators = LOCATORS | ({"onUserIdMismatch": setting} if setting else {})
    gateway = gate(start, response_body=locators)
    with gateway.counting() as counted:
        response = post(gateway, Answer(body=said(ok=True, user="eve")), protocol)
    assert counted[f"kyc_gate.answer.{outcome}"] == 1
    assert ("another user id" in gateway.log()) == bool(user)
    assert "eve" not in gateway.log()
    if user:
        assert response.json()["user_id"] == user
    else:
        assert assert_problem(response, 502, "user-id-mismatch")["requester_id"] == REQUESTER
        assert counted["kyc_gate.error.user-id-mismatch"] == 1
        assert b"eve" not in response.body


BAD = {
    "empty": (Answer(body=b""), 502, "bad-backend-answer"),
    "no content": (Answer(204, body=b""), 502, "bad-backend-answer"),
    "empty and chunked": (Answer(body=b"", trailers=()), 502, "bad-backend-answer"),
    "nothing but trailers": (Answer(body=b"", trailers=((b"x-a", b"b"),)), 502, "bad-backend-answer"),
    "html": (Answer(body=b"<h1>Welcome</h1>", headers=((b"content-type", b"text/html"),)), 502, "bad-backend-answer"),
    "duplicate keys": (Answer(body=b'{"data":{"ok":true,"ok":false}}'), 502, "bad-backend-answer"),
    "no result": (Answer(body=b"{}"), 502, "bad-backend-answer"),
    "a text as result": (Answer(body=said(ok="true")), 502, "bad-backend-answer"),
    "a list as user id": (Answer(body=said(ok=True, user=[USER])), 502, "bad-backend-answer"),
    "compressed": (
        Answer(body=gzip.compress(said(ok=True)), headers=((b"content-encoding", b"gzip"),)),
        502,
        "bad-backend-answer",
    ),
    "too large": (Answer(body=b" " * 2_000_000 + said(ok=True)), 502, "bad-backend-answer"),
    "too large in chunks": (Answer(body=b" " * 2_000_000 + said(ok=True), trailers=()), 502, "bad-backend-answer"),
    "not found": (Answer(404, b"nothing here"), 502, "backend-error"),
    "not allowed": (Answer(401, b"", ((b"www-authenticate", b"Basic"),)), 502, "backend-error"),
    "moved": (Answer(302, b"", ((b"location", b"/login"),)), 502, "backend-error"),
    "a bug": (Answer(500, b"Traceback: ..."), 502, "backend-error"),
    "a confirmation, but a failure": (Answer(422, said(ok=False)), 502, "backend-error"),
    "a compressed failure": (Answer(500, b"\x1f\x8b", ((b"content-encoding", b"gzip"),)), 502, "backend-error"),
    "too many": (Answer(429, b"slow down"), 429, "backend-error"),
    "unavailable": (Answer(503, b""), 503, "backend-error"),
    "a timeout": (Answer(504, b"too slow", trailers=((b"x-a", b"b"),)), 504, "backend-error"),
}


@pytest.mark.parametrize("case", BAD)
def test_whatever_is_no_confirmation_is_a_defined_error(start, protocol, case):
    answer, status, code = BAD[case]
    gateway = gate(start, sealed=True)
    with gateway.counting() as counted:
        response = post(gateway, answer, protocol)
    problem = assert_problem(response, status, code)
    assert problem["requester_id"] == REQUESTER and problem["detail"]
    assert counted["kyc_gate.answer.refused"] == counted[f"kyc_gate.error.{code}"] == 1
    details = f"kyc_gate_{code.replace('-', '_')}"
    # The line of a request before this test may still be on its way.
    assert eventually(lambda: [line for line in gateway.access() if line["details"] == details])
    assert gateway.log().count("answer was refused") == 1
    assert post(gateway, Answer(body=said(ok=True)), protocol).status == 200


@pytest.mark.parametrize(
    "trailers", [(), ((b"x-checksum", b"1"), (b"x-kyc-decision", b"accept"))], ids=["none", "some"]
)
def test_an_answer_in_chunks_with_trailers(start, protocol, trailers):
    answer = Answer(body=said(ok=True), trailers=trailers, headers=((b"trailer", b"x-checksum"),))
    response = post(gate(start), answer, protocol)
    assert response.json()["result"] is True
    assert response.value("content-length") == str(len(response.body))
    assert not response.value("transfer-encoding") and not response.value("trailer")


def test_a_large_answer_passes_a_small_buffer(start, protocol):
    """It is taken out of Envoy's buffer as it comes."""
    gateway = start(encrypted(responseBody={}), env=ENV, buffer_bytes=65_536, answer_buffer_bytes=16_384)
    body = b'{"more":"' + b"x" * 900_000 + b'","result":true}'
    assert post(gateway, Answer(body=body), protocol, body=GCM.seal(DECISIONS["accept"])).json()["result"] is True


def test_a_slow_answer_is_held_until_its_end(start, protocol):
    gateway, begun = gate(start), time.monotonic()
    assert post(gateway, Answer(body=said(ok=True), slowly=0.4), protocol).status == 200
    assert time.monotonic() - begun > 0.3


def test_a_backend_that_breaks_off(start, protocol):
    """Envoy itself answers then, past all filters: nothing of the answer has gone on."""
    gateway = gate(start)
    with gateway.counting() as counted:
        response = post(gateway, Answer(body=said(ok=True), missing=10), protocol)
        assert (response.status, response.value("content-type")) == (502, "text/plain")
        assert eventually(lambda: gateway.stats()["kyc_gate.answer.lost"])
    assert {name: count for name, count in counted.items() if "answer" in name} == {"kyc_gate.answer.lost": 1}
    assert post(gateway, Answer(body=said(ok=True)), protocol).status == 200


def test_a_backend_that_is_down(start, protocol):
    """Envoy's own answer passes the filter like the backend's."""
    config = encrypted(responseBody={}, responseDecryption=ANSWER.config())
    gateway = start(config, env=ENV, clusters={"nobody": 1}, default_cluster="nobody")
    with gateway.counting() as counted:
        assert_problem(gateway.post(GCM.seal(DECISIONS["accept"]), protocol=protocol), 503, "backend-error")
    assert counted["kyc_gate.answer.refused"] == 1


def test_a_backend_that_answers_early(start):
    gateway, body = gate(start), GCM.seal(DECISIONS["accept"])
    with gateway.backend.answering(Answer(body=said(ok=True), early=True)), gateway.connect() as connection:
        connection.send(
            head("POST", "/kyc", [(b"content-type", b"application/json"), (b"transfer-encoding", b"chunked")])
        )
        connection.send(b"".join(chunked([body[:100], body[100:]])))
        assert connection.response().json()["result"] is True


# An operator's list of capabilities lacks these callbacks. What Envoy gives the client then, in place of the answer.
WITHHELD = (502, b"missing required header: :status")
UNSHOWN = {
    "body": (("proxy_on_response_body",), (), WITHHELD),
    "body, with trailers": (("proxy_on_response_body",), ((b"x-a", b"b"),), WITHHELD),
    "trailers": (("proxy_on_response_trailers",), ((b"x-a", b"b"),), WITHHELD),
    # The head has gone when the gate learns of the answer: it breaks off.
    "headers": (("proxy_on_response_headers",), None, None),
}


@wasm_only("capabilities")
@pytest.mark.parametrize("sealed", [False, True], ids=["plain", "encrypted"])
@pytest.mark.parametrize("case", UNSHOWN)
def test_an_answer_that_envoy_does_not_show_the_gate_goes_nowhere(start_alone, sealed, case):
    denied, trailers, expected = UNSHOWN[case]
    config = encrypted(**({"responseDecryption": ANSWER.config()} if sealed else {"responseBody": LOCATORS}))
    gateway, body = start_alone(config, env=ENV, denied=denied), GCM.seal(DECISIONS["accept"])
    quick = Answer(body=said(ok=True), trailers=trailers)
    for answer in (quick, replace(quick, slowly=0.2), replace(quick, body=b" " * 500_000 + quick.body)):
        with gateway.backend.answering(answer):
            for protocol in ("h1", "h2"):
                with gateway.connect(protocol) as connection:
                    # On one connection, so that nothing of an answer comes late either.
                    for _ in range(2 if expected else 1):
                        response = connection.request("POST", "/kyc", [(b"content-type", b"application/json")], body)
                        assert (response.status, response.body) == (expected or (200, b""))
    assert len(gateway.seen_posts()) == (12 if expected else 6)
    if expected:
        assert eventually(lambda: gateway.stats()["kyc_gate.answer.lost"] == 12)
        assert gateway.log().count("did not let the gate read an answer") == 12
        assert "filter_removed_required_response_headers" in gateway.access(12)[0]["details"]
    assert eventually(lambda: gateway.request("GET", "/other").status == 200)


@wasm_only("capabilities")
def test_answers_of_which_envoy_shows_nothing_are_noticed_afterwards(start_alone):
    """What SECURITY.md says is not defended: no callback at all, so the gate can hold nothing."""
    denied = ("proxy_on_response_headers", "proxy_on_response_body", "proxy_on_response_trailers")
    gateway = start_alone(encrypted(responseBody=LOCATORS), env=ENV, denied=denied)
    assert post(gateway, Answer(body=b"as it is")).body == b"as it is"
    assert eventually(lambda: "did not let the gate read an answer" in gateway.log())
    assert gateway.stats()["kyc_gate.answer.lost"] == 1


UNTOUCHED = {
    "shadow": {"decision": {"mode": "shadow"}, "sealed": True},
    "no locators": {"response_body": None},
    "a backend that encrypts": {"response_body": None, "sealed": True, "decision": {"forwardBody": "original"}},
}


@pytest.mark.parametrize("case", UNTOUCHED)
def test_answers_that_nobody_reads_pass_untouched(start, protocol, case):
    gateway = gate(start, **UNTOUCHED[case])
    headers = ((b"etag", b'"1"'), (b"content-encoding", b"br"), (b"content-type", b"text/html"))
    with gateway.counting() as counted:
        response = post(gateway, Answer(418, b"\x00\x01", headers), protocol, headers=[(b"accept-encoding", b"br")])
    assert (response.status, response.body) == (418, b"\x00\x01")
    assert [response.value(name.decode()) for name, _ in headers] == [value.decode() for _, value in headers]
    assert gateway.backend.only().value("accept-encoding") == "br"
    assert not [name for name in counted if "answer" in name]


@pytest.mark.parametrize("body", [b"garbage", b'{"request_info":{}}'])
def test_the_answer_to_a_post_that_went_on_unread_passes(start, body):
    gateway = gate(start, sealed=True, decision={"onError": "forward"})
    response = post(gateway, Answer(body=b"as it is"), body=GCM.seal(body))
    assert (response.status, response.body) == (200, b"as it is")


def test_other_requests_are_left_alone(start, protocol):
    gateway = gate(start, sealed=True)
    with gateway.backend.answering(Answer(404, b"as it is")):
        response = gateway.request("GET", "/other", protocol=protocol)
    assert (response.status, response.body) == (404, b"as it is")


def test_without_locators_an_answer_is_encrypted_as_it_is(start, protocol):
    gateway = gate(start, sealed=True, response_body=None)
    body = b'{"anything": [1.0, "\\u0061"] }'
    with gateway.counting() as counted:
        response = post(gateway, Answer(202, body), protocol)
    assert (response.status, ANSWER.open(response.body)) == (202, body)
    assert response.value("content-length") == str(len(response.body))
    assert counted["kyc_gate.answer.sealed"] == 1
    assert_problem(post(gateway, Answer(200, b"OK"), protocol), 502, "bad-backend-answer")


@pytest.mark.parametrize("action", ["respond", "deny"])
def test_the_gates_own_answers_are_not_read(start, protocol, action):
    gateway = gate(start, decision=every_decision(action))
    with gateway.counting() as counted:
        response = post(gateway, Answer(), protocol)
    assert response.status == (200 if action == "respond" else 403)
    assert not [name for name in counted if "answer" in name]
