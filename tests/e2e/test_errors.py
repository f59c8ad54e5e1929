"""Each error of docs/errors.md: status, code, and that nothing but these can be learned."""

import base64
import json

import pytest
from client import chunked, head
from relid import DECISIONS, GCM, REQUESTER, Envelope, payload
from resources import wasm_only

from gate import assert_problem, encrypted

ACCEPT = DECISIONS["accept"]
CBC = Envelope("AES/CBC/PKCS5Padding")
LIMIT = 8192
CANARY = "CANARY-PII"


def tampered(position):
    raw = bytearray(base64.b64decode(GCM.seal(ACCEPT)))
    raw[position] ^= 1
    return base64.b64encode(raw)


UNREADABLE = {
    "tampered nonce": tampered(0),
    "tampered ciphertext": tampered(40),
    "tampered tag": tampered(-1),
    "truncated by a byte": base64.b64encode(base64.b64decode(GCM.seal(ACCEPT))[:-1]),
    "truncated base64": GCM.seal(ACCEPT)[:-3],
    "shorter than nonce and tag": base64.b64encode(b"x" * 27),
    "nonce and tag of nothing": GCM.seal(b""),
    "bad base64": b"*" + GCM.seal(ACCEPT)[1:],
    "wrong alphabet": GCM.seal(ACCEPT)[:-4] + b"-_-_",
    "wrong key": Envelope(key=b"w" * 32).seal(ACCEPT),
    "not JSON inside": GCM.seal(b"not json " + CANARY.encode()),
    "JSON and more inside": GCM.seal(ACCEPT + b"{}"),
    "duplicate keys inside": GCM.seal(b'{"request_info": 1, "request_info": 2}'),
    "invalid UTF-8 inside": GCM.seal(b'{"a": "\xff"}'),
    "too deep inside": GCM.seal(b"[" * 1000 + b"]" * 1000),
    "a lone surrogate inside": GCM.seal(rb'{"a": "\ud800"}'),
    "plaintext despite the key": ACCEPT,
    "nothing": b"",
}


def test_everything_unreadable_gets_identical_bytes(start, protocol):
    gateway = start(encrypted(), env=GCM.env)
    answers = {what: gateway.post(body, protocol=protocol) for what, body in UNREADABLE.items()}
    for what, answer in answers.items():
        assert_problem(answer, 400, "unreadable-body")
        assert answer.comparable() == answers["tampered tag"].comparable(), what
    assert not gateway.backend.seen


CBC_UNREADABLE = {
    "bad padding": CBC.encode(b"\0" * 64),
    "not whole blocks": CBC.encode(b"\0" * 63),
    "IV alone": CBC.encode(b"\0" * 16),
    "wrong key": Envelope(CBC.spec, key=b"w" * 32).seal(ACCEPT),
    "not JSON inside": CBC.seal(b"not json"),
    "bad base64": b"***",
}


def test_cbc_is_no_padding_oracle(start):
    gateway = start(encrypted(CBC), env=CBC.env)
    answers = {what: gateway.post(body) for what, body in CBC_UNREADABLE.items()}
    # The last byte of the last but one block decides the padding: all its values look alike from outside.
    raw = bytearray(base64.b64decode(CBC.seal(ACCEPT)))
    for guess in range(0, 256, 5):
        raw[-17] = guess
        answer = gateway.post(base64.b64encode(raw))
        if answer.status != 200:
            answers[f"guess {guess}"] = answer
    assert_problem(answers["bad padding"], 400, "unreadable-body")
    assert len({repr(answer.comparable()) for answer in answers.values()}) == 1


NOT_JSON = {
    "nothing": b"",
    "text": b"not json",
    "cut short": ACCEPT[:-1],
    "JSON and more": ACCEPT + b"x",
    "duplicate keys": b'{"a":1,"a":2}',
    "UTF-16": ACCEPT.decode().encode("utf-16"),
    "byte order mark": b"\xef\xbb\xbf" + ACCEPT,
    "too deep": b"[" * 100_000,
    "too many fields": b"[" + b"{}," * 100_000 + b"{}]",
}


@pytest.mark.parametrize("what", NOT_JSON)
def test_not_json_without_a_key(start, protocol, what):
    gateway = start({})
    assert_problem(gateway.post(NOT_JSON[what], protocol=protocol), 400, "unreadable-body")
    assert not gateway.backend.seen


NOT_V3 = {
    "no object": b"[1, 2]",
    "a string": json.dumps(CANARY).encode(),
    "empty": b"{}",
    "no user": payload((("request_info",), {"requester_id": CANARY})),
    "a number for a user": payload((("request_info", "user_id"), 12345)),
    "no requester": payload((("request_info",), {"user_id": CANARY})),
    "no document": payload((("kyc_info",), {"x": CANARY})),
    "a list for a document": payload((("kyc_info", "document"), [CANARY])),
    "V1": payload((("kyc_info", "document", "version"), "1.0")),
    "a number for a version": payload((("kyc_info", "document", "version"), 3.0)),
}


@pytest.mark.parametrize("what", NOT_V3)
def test_json_that_is_no_v3_payload(start, protocol, what):
    gateway = start(encrypted(), env=GCM.env)
    response = gateway.post(GCM.seal(NOT_V3[what]), protocol=protocol)
    assert_problem(response, 422, "invalid-payload")
    assert what == "no user" or CANARY.encode() not in response.body
    assert not gateway.backend.seen


def test_the_operator_gets_the_requester_id_where_it_is_known(start):
    gateway = start(encrypted(), env=GCM.env)
    post = payload((("kyc_info", "document", "version"), "1.0"))
    assert assert_problem(gateway.post(GCM.seal(post)), 422, "invalid-payload").get("requester_id") == REQUESTER


def limited(start, **more):
    return start({"limits": {"maxBodyBytes": LIMIT}, **more})


def padded(size):
    return ACCEPT + b" " * (size - len(ACCEPT))


@pytest.mark.parametrize("size", [LIMIT - 1, LIMIT, LIMIT + 1])
@pytest.mark.parametrize("framing", ["content-length", "chunked", "h2", "h2 without length"])
def test_the_body_limit_is_exact(start, framing, size):
    gateway = limited(start)
    if framing == "chunked":
        with gateway.connect() as connection:
            connection.send(head("POST", "/kyc", [(b"transfer-encoding", b"chunked")]))
            connection.send(b"".join(chunked([padded(size)[:1000], padded(size)[1000:]])))
            response = connection.response()
    elif framing == "h2":
        response = gateway.post(padded(size), [(b"content-length", b"%d" % size)], "h2")
    else:
        response = gateway.post(padded(size), protocol="h2" if framing.startswith("h2") else "h1")
    if size > LIMIT:
        assert_problem(response, 413, "body-too-large")
        assert not gateway.backend.seen
    else:
        assert response.status == 200
        assert gateway.backend.only().body == padded(size)


@pytest.mark.parametrize("declared", [b"%d" % (LIMIT + 1), b"9" * 18], ids=["just over", "absurd"])
def test_too_large_is_told_before_a_byte_is_read(start, declared):
    gateway = limited(start)
    with gateway.connect() as connection:
        connection.send(head("POST", "/kyc", [(b"content-length", declared)]))
        assert_problem(connection.response(), 413, "body-too-large")


def test_too_large_is_told_before_a_chunked_body_ends(start):
    gateway = limited(start)
    with gateway.connect() as connection:
        connection.send(head("POST", "/kyc", [(b"transfer-encoding", b"chunked")]))
        connection.send(b"".join(chunked([padded(LIMIT + 1)])[:-1]))
        assert_problem(connection.response(), 413, "body-too-large")
    with gateway.connect("h2") as connection:
        stream = connection.open("POST", "/kyc", [(b"content-type", b"application/json")])
        connection.send(stream, padded(LIMIT + 1))
        assert_problem(connection.response(stream), 413, "body-too-large")


def test_the_default_limit_is_16_mib(start):
    gateway = start({})
    with gateway.connect() as connection:
        connection.send(head("POST", "/kyc", [(b"content-length", b"%d" % ((16 << 20) + 1))]))
        assert_problem(connection.response(), 413, "body-too-large")


REFUSED_MEDIA = [
    (b"content-encoding", b"gzip"),
    (b"content-encoding", b"identity, br"),
    (b"content-encoding", b"\xff"),
    (b"content-type", b"multipart/form-data; boundary=x"),
    (b"content-type", b"application/x-www-form-urlencoded"),
    (b"content-type", b"image/png"),
    (b"content-type", b"application/xml"),
    (b"content-type", b"\xff\xfe"),
    (b"content-type", b"jsonish"),
]
TAKEN_MEDIA = [
    (b"content-encoding", b"identity"),
    (b"content-type", b"application/json"),
    (b"content-type", b"Application/JSON; charset=utf-8"),
    (b"content-type", b"application/vnd.relid+json"),
    (b"content-type", b"text/plain"),
    (b"content-type", b"application/octet-stream"),
]


def media_id(header):
    return repr(b": ".join(header))[2:-1]


@pytest.mark.parametrize("header", REFUSED_MEDIA, ids=media_id)
def test_media_types_that_are_refused(start, protocol, header):
    gateway = start({})
    assert_problem(gateway.post(ACCEPT, [header], protocol), 415, "unsupported-media-type")
    assert not gateway.backend.seen


@pytest.mark.parametrize("header", TAKEN_MEDIA, ids=media_id)
def test_media_types_that_are_taken(start, header):
    gateway = start({})
    assert gateway.post(ACCEPT, [header]).status == 200


def test_a_missing_content_type_is_taken(start, protocol):
    gateway = start({})
    assert gateway.request("POST", "/kyc", body=ACCEPT, protocol=protocol).status == 200


def test_a_second_content_type_or_encoding_cannot_hide(start, protocol):
    gateway = start({})
    for name, first, second in [
        (b"content-type", b"application/json", b"image/png"),
        (b"content-encoding", b"identity", b"gzip"),
    ]:
        response = gateway.post(ACCEPT, [(name, first), (name, second)], protocol)
        assert_problem(response, 415, "unsupported-media-type")


@pytest.mark.parametrize(
    ("code", "status", "body", "headers"),
    [
        ("unreadable-body", 400, b"{", ()),
        ("invalid-payload", 422, b"{}", ()),
        ("rejected", 403, DECISIONS["reject"], ()),
        ("body-too-large", 413, b" " * (LIMIT + 1), ()),
        ("unsupported-media-type", 415, ACCEPT, [(b"content-encoding", b"br")]),
    ],
)
def test_operators_see_every_error(start, protocol, code, status, body, headers):
    """In the access log's response details and in the metric of its code."""
    gateway = limited(start, decision={"onReject": "deny"})
    with gateway.counting() as changed:
        assert_problem(gateway.post(body, headers, protocol), status, code)
    line = gateway.access()[-1]
    assert line["status"] == status
    assert code in line["details"].replace("_", "-"), line
    assert line["decision"] == ("reject" if code == "rejected" else "error")
    assert code == "rejected" or changed[f"kyc_gate.error.{code}"] == 1


def test_answers_are_no_reflection(start, protocol):
    """No header, path, or content of the request turns up in an error."""
    gateway = start(encrypted(), env=GCM.env)
    inside = [CANARY.encode(), json.dumps({"request_info": {"user_id": CANARY}}).encode()]
    for body in [CANARY.encode(), *map(GCM.seal, inside)]:
        response = gateway.post(body, [(b"x-canary", CANARY.encode())], protocol, path=f"/kyc?{CANARY}")
        assert response.status in (400, 422)
        assert CANARY.encode() not in response.body
        assert not [value for _, value in response.headers if CANARY.encode() in value]


@wasm_only("capabilities")
def test_a_host_call_that_fails_is_an_internal_error(start_alone):
    """Whatever was found before: the post goes nowhere, and nothing tells of an acceptance."""
    gateway = start_alone(encrypted(), env=GCM.env, denied=("proxy_replace_header_map_value",))
    before = gateway.stats()
    response = gateway.post(GCM.seal(ACCEPT))
    assert_problem(response, 500, "internal")
    assert response.json()["requester_id"] == REQUESTER
    assert not gateway.backend.seen
    [told] = gateway.audit()
    assert (told["decision"], told["error"]) == ("error", "internal") and "action" not in told
    assert gateway.access()[0]["decision"] == "error"
    changed = {name for name, value in gateway.stats().items() if value != before.get(name, 0)}
    assert changed == {"kyc_gate.requests", "kyc_gate.error.internal", "kyc_gate.opened_with.current"}
