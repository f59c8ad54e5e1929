"""Nobody but the gate sets the gate's headers, and odd bytes in headers harm nothing."""

import pytest
from backend import Answer
from client import chunked, head
from relid import DECISIONS, GCM

from gate import encrypted, every_decision

JSON = (b"content-type", b"application/json")
SPOOFED = {
    "plain": [(b"x-kyc-decision", b"accept")],
    "odd case": [(b"X-KYC-Decision", b"accept"), (b"x-KyC-sCoRe", b"100")],
    "duplicates": [(b"x-kyc-decision", b"accept"), (b"x-kyc-decision", b"reject"), (b"X-Kyc-Decision", b"review")],
    "underscores": [(b"x_kyc_decision", b"accept"), (b"X_Kyc-Score", b"100"), (b"x-kyc_rules", b"")],
    "other separators": [
        (b"x.kyc.decision", b"accept"),
        (b"x!kyc!score", b"1"),
        (b"x~kyc~rules", b"a"),
        (b"X-Kyc.Mode", b"b"),
    ],
    "unknown name": [(b"x-kyc-something-new", b"1"), (b"x-kyc-", b"1")],
    "empty value": [(b"x-kyc-decision", b"")],
    "not UTF-8": [(b"x-kyc-decision", b"\xff\xfe"), (b"x-kyc-note", b"caf\xe9")],
    "every name": [
        (b"x-kyc-" + name, b"spoofed")
        for name in (
            b"decision score identity-score address-score failed-checks skipped-checks rules reasons "
            b"settings-revision requester-id mode"
        ).split()
    ],
}


@pytest.mark.parametrize("spoofed", SPOOFED)
@pytest.mark.parametrize("decision", ["accept", "review", "reject"])
def test_on_a_kyc_post_only_the_gates_headers_arrive(start, protocol, decision, spoofed):
    gateway = start(encrypted(decision=every_decision("forward")), env=GCM.env)
    body = GCM.seal(DECISIONS[decision])
    gateway.post(body, protocol=protocol)
    gateway.post(body, SPOOFED[spoofed], protocol)
    honest, attacked = (gateway.review if decision == "review" else gateway.backend).seen
    assert honest.value("x-kyc-decision") == decision
    assert attacked.named("x-kyc-") == honest.named("x-kyc-")
    assert all(len(attacked.values(name)) == 1 for name in honest.named("x-kyc-"))


@pytest.mark.parametrize("spoofed", SPOOFED)
@pytest.mark.parametrize(("method", "path"), [("GET", "/kyc"), ("POST", "/other"), ("OPTIONS", "/")])
def test_on_any_other_request_none_arrives(start, protocol, method, path, spoofed):
    gateway = start(encrypted(), env=GCM.env)
    other = [(b"x-kycx", b"1"), (b"kyc-decision", b"2"), (b"x-ky", b"3")]
    assert gateway.request(method, path, [*SPOOFED[spoofed], *other], protocol=protocol).status == 200
    seen = gateway.backend.only()
    assert not seen.named("x-kyc-")
    assert all(seen.values(name.decode()) == [value] for name, value in other)


@pytest.mark.parametrize("spoofed", SPOOFED)
@pytest.mark.parametrize("policy", [{"mode": "shadow"}, {"onError": "forward"}], ids=["shadow", "onError"])
def test_a_failing_post_carries_none_but_the_error(start, policy, spoofed):
    gateway = start(encrypted(decision=policy), env=GCM.env)
    gateway.post(b"garbage", SPOOFED[spoofed])
    headers = gateway.backend.only().named("x-kyc-")
    assert headers.pop("x-kyc-decision") == "error"
    assert "spoofed" not in headers.values() and headers.keys() <= {"x-kyc-mode", "x-kyc-settings-revision"}


@pytest.mark.parametrize(("method", "path"), [("POST", "/kyc"), ("GET", "/kyc"), ("POST", "/other")])
def test_a_client_cannot_choose_the_route(start, protocol, method, path):
    gateway = start(encrypted(), env=GCM.env)
    body = GCM.seal(DECISIONS["accept"]) if method == "POST" else b""
    gateway.request(method, path, [JSON, (b"x-kyc-decision", b"review")], body, protocol)
    assert not gateway.review.seen, "the client's header chose the manual review"
    assert len(gateway.backend.seen) == 1


@pytest.mark.parametrize("path", ["/kyc", "/other"])
def test_a_backend_cannot_speak_for_the_gate(start, protocol, path):
    gateway = start(encrypted(), env=GCM.env)
    spoofed = (
        (b"X-Kyc-Decision", b"accept"),
        (b"x-kyc-score", b"\xff"),
        (b"x_kyc_rules", b"a"),
        (b"x.kyc.decision", b"b"),
        (b"x!kyc~score", b"c"),
    )
    headers = (*spoofed, (b"x-other", b"\xfc"))
    with gateway.backend.answering(Answer(headers=headers)):
        response = gateway.post(GCM.seal(DECISIONS["accept"]), protocol=protocol, path=path)
    assert [name for name, _ in response.headers if b"kyc" in name.lower()] == []
    assert (b"x-other", b"\xfc") in response.headers


@pytest.mark.parametrize("path", ["/kyc", "/other"])
def test_none_arrives_in_trailers(start, protocol, path):
    gateway = start(encrypted(), env=GCM.env)
    body = GCM.seal(DECISIONS["accept"])
    spoofed = [(b"x-kyc-decision", b"reject"), (b"x-kyc-score", b"0"), (b"x_kyc_rules", b"a"), (b"x.kyc!mode", b"b")]
    trailers = [(b"x-checksum", b"\xff1"), *spoofed]
    with gateway.connect(protocol) as connection:
        if protocol == "h1":
            connection.send(head("POST", path, [JSON, (b"transfer-encoding", b"chunked")]))
            connection.send(b"".join(chunked([body], trailers)))
            assert connection.response().status == 200
        else:
            stream = connection.open("POST", path, [JSON])
            connection.send(stream, body)
            connection.trailers(stream, trailers)
            assert connection.response(stream).status == 200
    seen = gateway.backend.only()
    assert not [name for name, _ in seen.trailers if b"kyc" in name]
    if path == "/other":
        assert seen.trailers == trailers[:1], "trailers that are nobody's business pass"


ODD_BYTES = [b"caf\xe9", b"\xff\xfe\xfd", b"\xc3\x28", b"\xed\xa0\x80", b"\x80"]


@pytest.mark.parametrize("value", ODD_BYTES, ids=repr)
def test_odd_bytes_in_headers_that_the_gate_does_not_read(start, protocol, value):
    gateway = start(encrypted(), env=GCM.env)
    headers = [(b"x-note", value), (b"user-agent", value), (b"cookie", value)]
    assert gateway.post(GCM.seal(DECISIONS["accept"]), headers, protocol).status == 200
    seen = gateway.backend.only()
    assert [seen.values(name.decode()) for name, _ in headers] == [[value]] * 3


@pytest.mark.parametrize("value", [*ODD_BYTES, b""], ids=repr)
def test_odd_bytes_in_a_claim_are_no_match(start, protocol, value):
    claims = {"firstName": {"header": "x-first"}, "dateOfBirth": {"header": "x-born"}}
    config = encrypted(evidence={"claims": claims}, decision=every_decision("forward"))
    gateway = start(config, env=GCM.env)
    headers = [(b"x-first", value), (b"x-born", value)]
    assert gateway.post(GCM.seal(DECISIONS["accept"]), headers, protocol).status == 200
    seen = (gateway.backend.seen + gateway.review.seen)[0]
    assert seen.body == DECISIONS["accept"]
    failed = (seen.value("x-kyc-failed-checks") or "").split(",")
    assert ("firstName" in failed and "matchesDateOfBirth" in failed) or not value


def test_of_two_claims_neither_is_believed(start, protocol):
    """Which of the two a backend would take nobody knows."""
    config = encrypted(evidence={"claims": {"firstName": {"header": "x-first"}}}, decision=every_decision("forward"))
    gateway = start(config, env=GCM.env)
    gateway.post(GCM.seal(DECISIONS["accept"]), [(b"x-first", b"MAIRA"), (b"x-first", b"SOMEONE")], protocol)
    seen = (gateway.backend.seen + gateway.review.seen)[0]
    assert "firstName" in (seen.value("x-kyc-failed-checks") or "").split(",")


def test_as_many_headers_as_envoy_takes(start):
    gateway = start(encrypted(), env=GCM.env)
    headers = [(b"x-%d" % n, b"v") for n in range(90)] + [(b"x-kyc-decision", b"accept")]
    assert gateway.post(GCM.seal(DECISIONS["accept"]), headers).status == 200
    assert len([name for name, _ in gateway.backend.only().headers if name[2:].isdigit()]) == 90
