"""The signature, as an independent implementation of RFC 9421 sees it."""

import base64
import hashlib
import time
from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives.serialization import load_der_private_key
from http_message_signatures import HTTPMessageVerifier, HTTPSignatureKeyResolver, algorithms
from http_message_signatures.exceptions import HTTPMessageSignaturesException
from relid import DECISIONS, GCM, payload

from gate import encrypted, every_decision

SECRET = bytes(range(64))
# RFC 9421 B.1.4.
PRIVATE = base64.b64decode("MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF")
ALGORITHMS = {
    "hmac-sha256": (SECRET, SECRET, algorithms.HMAC_SHA256),
    "ed25519": (PRIVATE, load_der_private_key(PRIVATE, None).public_key(), algorithms.ED25519),
}
FORWARD = every_decision("forward")


def gate(start, algorithm="hmac-sha256", **blocks):
    private = ALGORITHMS[algorithm][0]
    block = {"keyId": 'gate-"1"', "key": "env:KYC_SIGNATURE", "keyEncoding": "base64", "algorithm": algorithm}
    env = {**GCM.env, "KYC_SIGNATURE": base64.b64encode(private).decode()}
    return start(encrypted(signature=block, **blocks), env=env)


def verify(seen, algorithm="hmac-sha256", authority=None):
    """What is covered by the signature on a request as the backend saw it; raises unless it verifies."""
    _, public, method = ALGORITHMS[algorithm]

    class Keys(HTTPSignatureKeyResolver):
        def resolve_public_key(self, key_id):
            assert key_id == 'gate-"1"'
            return public

    headers = {name.decode().lower(): value.decode("latin-1") for name, value in seen.headers}
    host = "gate.test" if authority is None else authority
    request = SimpleNamespace(method=seen.method, url=f"http://{host}{seen.target}", headers=headers)
    [result] = HTTPMessageVerifier(signature_algorithm=method, key_resolver=Keys()).verify(request)
    assert result.label == "kyc"
    digest = base64.b64encode(hashlib.sha256(seen.body).digest()).decode()
    assert headers["content-digest"] == f"sha-256=:{digest}:"
    return {name.strip('"') for name in result.covered_components if name != '"@signature-params"'}


def everything(seen):
    named = {name for name in ("content-type", "x-customer") if seen.value(name)}
    return {"@method", "@authority", "@path", "@query", "content-digest"} | named | set(seen.named("x-kyc-"))


CASES = {
    "rewritten": ({}, "accept"),
    "a template": ({"requestBody": {"d": "${decision}", "n": "${name}"}}, "accept"),
    "a header": ({"headers": [{"headerName": "x-customer", "headerValue": "${user_id}"}]}, "accept"),
    "a rejected one": ({"decision": FORWARD}, "reject"),
    "the original": ({"decision": {"forwardBody": "original"}}, "accept"),
    "shadow": ({"decision": {"mode": "shadow"}}, "reject"),
}


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("case", CASES)
def test_it_verifies(start, protocol, algorithm, case):
    blocks, decision = CASES[case]
    gateway = gate(start, algorithm, **blocks)
    assert gateway.post(GCM.seal(DECISIONS[decision]), protocol=protocol, path="/kyc?query=1").status == 200
    seen = gateway.backend.only()
    covered = verify(seen, algorithm)
    assert covered == everything(seen) and "x-kyc-decision" in covered


@pytest.mark.parametrize("encrypted_posts", [True, False])
def test_an_unreadable_post_that_goes_on_is_signed_as_well(start, encrypted_posts):
    extra = {} if encrypted_posts else {"requestEncryption": {**GCM.config(), "enable": False}}
    gateway = gate(start, decision={"onError": "forward"}, **extra)
    assert gateway.post(b"garbage" * 50_000).status == 200
    seen = gateway.backend.only()
    assert verify(seen) == everything(seen)
    assert seen.value("x-kyc-decision") == "error"


def test_a_plaintext_that_goes_on_as_it_came(start, protocol):
    gateway = gate(start, requestEncryption={**GCM.config(), "enable": False})
    body = payload((("request_info", "note"), "x" * 600_000))
    assert gateway.post(body, protocol=protocol).status == 200
    seen = gateway.backend.only()
    assert seen.body == body
    assert verify(seen) == everything(seen)


def change(seen, name, value):
    seen.headers = [(key, value if key.lower() == name else old) for key, old in seen.headers]


TAMPERED = {
    "a decision": lambda seen: change(seen, b"x-kyc-decision", b"accept"),
    "a score": lambda seen: change(seen, b"x-kyc-score", b"100"),
    "a removed header": lambda seen: seen.headers.remove(
        next(pair for pair in seen.headers if pair[0].lower() == b"x-kyc-failed-checks")
    ),
    "a header twice": lambda seen: change(seen, b"x-kyc-rules", b"a, b"),
    "the digest": lambda seen: change(
        seen, b"content-digest", b"sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:"
    ),
    "the path": lambda seen: setattr(seen, "target", "/kyc/other"),
    "the query": lambda seen: setattr(seen, "target", "/kyc?other"),
    "the type": lambda seen: change(seen, b"content-type", b"application/json; charset=utf-16"),
    "the method": lambda seen: setattr(seen, "method", "PUT"),
    "the signature": lambda seen: change(seen, b"signature", b"kyc=:" + base64.b64encode(bytes(64)) + b":"),
    "the time": lambda seen: change(
        seen, b"signature-input", seen.value("signature-input").replace("created=1", "created=2").encode()
    ),
    "what is covered": lambda seen: change(
        seen, b"signature-input", seen.value("signature-input").replace(' "x-kyc-score"', "").encode()
    ),
}


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("what", TAMPERED)
def test_a_change_is_found(start, algorithm, what):
    gateway = gate(start, algorithm, decision=FORWARD)
    status = ("kyc_info", "document", "document_status")
    body = payload(((*status, "error_list"), ["Expired Document", "Photocopy"]))
    assert gateway.post(GCM.seal(body)).status == 200
    seen = gateway.backend.only()
    verify(seen, algorithm)
    TAMPERED[what](seen)
    with pytest.raises(HTTPMessageSignaturesException):
        verify(seen, algorithm)


def test_another_host_is_found(start):
    gateway = gate(start)
    gateway.post(GCM.seal(DECISIONS["accept"]))
    seen = gateway.backend.only()
    verify(seen, authority="GATE.test")
    with pytest.raises(HTTPMessageSignaturesException):
        verify(seen, authority="other.test")


def test_a_changed_body_is_found(start):
    gateway = gate(start)
    gateway.post(GCM.seal(DECISIONS["accept"]))
    seen = gateway.backend.only()
    seen.body += b" "
    with pytest.raises(AssertionError):
        verify(seen)


FORGED = [
    (b"signature", b"kyc=:AAAA:"),
    (b"signature-input", b'kyc=("@method");created=1;keyid="x"'),
    (b"content-digest", b"sha-512=:AAAA:"),
]


@pytest.mark.parametrize("decision", [{}, {"forwardBody": "original"}, {"mode": "shadow"}], ids=str)
def test_a_clients_own_signature_gives_way(start, protocol, decision):
    gateway = gate(start, decision=decision)
    assert gateway.post(GCM.seal(DECISIONS["accept"]), FORGED, protocol=protocol).status == 200
    verify(gateway.backend.only())


def test_a_post_that_is_not_read_to_its_end_stays_unsigned(start):
    gateway = gate(start, decision={"onError": "forward"}, limits={"maxBodyBytes": 100_000})
    body = GCM.seal(payload((("request_info", "note"), "x" * 200_000)))
    assert gateway.post(body, FORGED).status == 200
    seen = gateway.backend.only()
    assert seen.body == body and seen.value("x-kyc-decision") == "error"
    assert seen.value("signature") is None and seen.value("signature-input") is None


def test_created_is_now(start):
    gateway = gate(start)
    gateway.post(GCM.seal(DECISIONS["accept"]))
    created = gateway.backend.only().value("signature-input").partition("created=")[2].partition(";")[0]
    assert abs(int(created) - time.time()) < 10


def test_equal_posts_have_equal_signatures_but_for_the_time(start):
    """Nothing random is in them."""
    gateway = gate(start, "ed25519")
    for _ in range(3):
        gateway.post(GCM.seal(DECISIONS["accept"]))
    signed = {(seen.value("signature-input"), seen.value("signature")) for seen in gateway.backend.seen}
    assert len(signed) == len({entry[0] for entry in signed})


def test_other_requests_keep_their_signatures(start):
    gateway = gate(start)
    gateway.request("GET", "/other", FORGED)
    assert gateway.backend.only().value("signature") == "kyc=:AAAA:"
