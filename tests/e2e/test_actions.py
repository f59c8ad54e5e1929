"""What happens with each decision: docs/backend.md."""

import json
import re

import pytest
from backend import Answer
from relid import DECISIONS, GCM, REQUESTER, USER, Envelope, payload

from gate import assert_problem, encrypted, every_decision

JUDGED = list(DECISIONS)
CBC = Envelope("AES/CBC/PKCS5Padding", "jsonString", iv=bytes(range(16)))


def sealed(decision):
    return GCM.seal(DECISIONS[decision])


def backend_of(gateway, decision):
    """Reviews are routed to the second backend by their decision header."""
    chosen, other = (gateway.review, gateway.backend) if decision == "review" else (gateway.backend, gateway.review)
    assert not other.seen, "the other backend saw it"
    return chosen


@pytest.mark.parametrize("decision", JUDGED)
def test_forward_sends_the_plaintext_and_the_decision(start, protocol, decision):
    gateway = start(encrypted(decision=every_decision("forward")), env=GCM.env)
    response = gateway.post(sealed(decision), protocol=protocol)
    assert (response.status, response.body) == (200, Answer().body)
    seen = backend_of(gateway, decision).only()
    assert seen.body == DECISIONS[decision]
    assert seen.value("content-length") == str(len(seen.body))
    assert seen.value("transfer-encoding") is None
    assert seen.value("x-kyc-decision") == decision


@pytest.mark.parametrize("decision", JUDGED)
def test_respond_confirms_to_rel_id(start, protocol, decision):
    gateway = start(encrypted(decision=every_decision("respond")), env=GCM.env)
    response = gateway.post(sealed(decision), protocol=protocol)
    assert response.status == 200
    assert response.value("content-type") == "application/json"
    assert response.json() == {"result": decision != "reject", "reference_number": REQUESTER, "user_id": USER}
    assert not gateway.backend.seen and not gateway.review.seen


@pytest.mark.parametrize("decision", JUDGED)
def test_deny_is_a_problem_document(start, protocol, decision):
    gateway = start(encrypted(decision=every_decision("deny")), env=GCM.env)
    problem = assert_problem(gateway.post(sealed(decision), protocol=protocol), 403, "rejected")
    assert problem["requester_id"] == REQUESTER
    assert not gateway.backend.seen and not gateway.review.seen


@pytest.mark.parametrize(("decision", "reaches"), [("accept", "backend"), ("review", "review"), ("reject", None)])
def test_defaults_forward_all_but_rejects(start, decision, reaches):
    gateway = start(encrypted(), env=GCM.env)
    response = gateway.post(sealed(decision))
    assert response.status == 200
    assert [name for name in ("backend", "review") if getattr(gateway, name).seen] == ([reaches] if reaches else [])
    assert reaches or response.json()["result"] is False


def test_decision_headers_of_an_accepted_post(start, protocol):
    gateway = start(encrypted(), env=GCM.env)
    gateway.post(sealed("accept"), protocol=protocol)
    headers = gateway.backend.only().named("x-kyc-")
    assert re.fullmatch("[0-9a-f]{16}", headers.pop("x-kyc-settings-revision"))
    assert re.fullmatch("[0-9a-f]{16}", headers.pop("x-kyc-config-revision"))
    assert set(headers.pop("x-kyc-skipped-checks").split(",")) >= {"isPublishedOnline"}
    assert headers == {
        "x-kyc-decision": "accept",
        "x-kyc-score": "100",
        "x-kyc-identity-score": "100",
        "x-kyc-requester-id": REQUESTER,
    }


def test_decision_headers_explain_a_reject(start):
    gateway = start(encrypted(decision=every_decision("forward")), env=GCM.env)
    document = ("kyc_info", "document")
    gateway.post(
        GCM.seal(
            payload(
                ((*document, "document_status", "error_list"), ["Expired Document"]),
                ((*document, "identity_data", "Date of issue"), ""),
                ((*document, "identity_data", "Date of birth"), "not a date"),
            )
        )
    )
    headers = gateway.backend.only().named("x-kyc-")
    assert headers["x-kyc-decision"] == "reject"
    assert headers["x-kyc-rules"] == "expired-document"
    assert "document-expired" in headers["x-kyc-reasons"].split(",")
    assert {"issueDate"} <= set(headers["x-kyc-failed-checks"].split(","))
    assert int(headers["x-kyc-score"]) < 100


def test_an_address_proof_has_its_own_score(start):
    gateway = start(encrypted(decision=every_decision("forward")), env=GCM.env)
    document = json.loads(DECISIONS["accept"])["kyc_info"]["document"]
    gateway.post(GCM.seal(payload((("kyc_info", "address_document"), document))))
    headers = (gateway.backend.seen or gateway.review.seen)[0].named("x-kyc-")
    assert int(headers["x-kyc-address-score"]) <= 100
    assert int(headers["x-kyc-score"]) == min(int(headers["x-kyc-address-score"]), int(headers["x-kyc-identity-score"]))
    listed = headers.get("x-kyc-skipped-checks", "") + "," + headers.get("x-kyc-failed-checks", "")
    assert "address.line1" in listed.split(",")


@pytest.mark.parametrize("forwarded", ["rewritten", "original"])
def test_the_prefix_is_the_operators(start, forwarded):
    decision = every_decision("forward", headerPrefix="x-idv-", forwardBody=forwarded)
    gateway = start(encrypted(decision=decision), env=GCM.env)
    gateway.post(sealed("accept"), [(b"X-Idv-Score", b"1"), (b"x-kyc-score", b"mine")])
    seen = gateway.backend.only()
    assert seen.value("x-idv-decision") == "accept" and seen.value("x-idv-score") == "100"
    assert seen.named("x-kyc-") == {"x-kyc-score": "mine"}


@pytest.mark.parametrize("decision", JUDGED)
def test_original_body_goes_on_as_it_came(start, protocol, decision):
    gateway = start(encrypted(decision=every_decision("forward", forwardBody="original")), env=GCM.env)
    body = sealed(decision)
    assert gateway.post(body, protocol=protocol).status == 200
    seen = backend_of(gateway, decision).only()
    assert seen.body == body
    assert seen.value("content-length") == str(len(body))
    assert seen.value("x-kyc-decision") == decision


@pytest.mark.parametrize("decision", JUDGED)
def test_shadow_changes_nothing_but_headers(start, protocol, decision):
    shadow = every_decision("deny", mode="shadow")
    gateway = start(encrypted(decision=shadow, requestBody={"d": "${decision}"}), env=GCM.env)
    body = sealed(decision)
    sent = [(b"content-type", b"application/json"), (b"authorization", b"Bearer t"), (b"apiversion", b"v2")]
    assert gateway.post(body, sent, protocol).body == Answer().body
    # Routes that match on the decision do so in shadow mode as well: they are the operator's.
    seen = backend_of(gateway, decision).only()
    assert seen.body == body
    assert seen.value("content-length") == (str(len(body)) if protocol == "h1" else None), "not what the client sent"
    assert all(seen.values(name.decode()) == [value] for name, value in sent)
    assert (seen.value("x-kyc-decision"), seen.value("x-kyc-mode")) == (decision, "shadow")


NOT_FIT = {
    "unreadable-body": (b"!!! not base64 !!!", ()),
    "invalid-payload": (GCM.seal(b'{"request_info": {}}'), ()),
    "unsupported-media-type": (sealed("accept"), [(b"content-encoding", b"gzip")]),
    "body-too-large": (GCM.seal(b" " * 20_000 + DECISIONS["accept"]), ()),
}


@pytest.mark.parametrize("code", NOT_FIT)
@pytest.mark.parametrize("policy", [{"mode": "shadow"}, {"onError": "forward"}], ids=["shadow", "onError"])
def test_what_fails_goes_on_as_it_came(start, protocol, policy, code):
    gateway = start(encrypted(decision=policy, limits={"maxBodyBytes": 16_384}), env=GCM.env)
    body, headers = NOT_FIT[code]
    with gateway.counting() as changed:
        assert gateway.post(body, headers, protocol).status == 200
    seen = gateway.backend.only()
    assert seen.body == body
    assert seen.value("x-kyc-decision") == "error"
    assert seen.value("x-kyc-mode") == policy.get("mode")
    assert seen.value("x-kyc-score") is None
    assert changed[f"kyc_gate.error.{code}"] == 1


TEMPLATE = {
    "id": "${requester_id}",
    "who": "${last_name}, ${first_name} ($${not a macro})",
    "born": "${dob|date(%d/%m/%Y)}",
    "number": "${doc_no|mask}",
    "face": "${face_score}",
    "verdict": {"decision": "${decision}", "score": "${score}", "failed": "${failed_checks}", "rules": "${rules}"},
    "missing": "${field:No such field}",
    "text": "<${field:No such field}> ${address:-unknown}",
    "pointed": "${/kyc_info/face_matcher_result}",
    "claimed": "${claim:firstName}",
    "constant": [1.50, True, None],
}


def test_the_rewritten_body_is_the_template(start, protocol):
    evidence = {"claims": {"firstName": {"header": "x-claimed-first-name"}}}
    gateway = start(encrypted(requestBody=TEMPLATE, evidence=evidence), env=GCM.env)
    gateway.post(sealed("accept"), [(b"x-claimed-first-name", "Máira".encode())], protocol)
    seen = gateway.backend.only()
    assert seen.value("content-length") == str(len(seen.body))
    assert json.loads(seen.body) == {
        "id": REQUESTER,
        "who": "BRIVKALNE, MAIRA ELZA (${not a macro})",
        "born": "17/03/1991",
        "number": "*****0218",
        "face": 5.1187,
        "verdict": {"decision": "accept", "score": 100, "failed": [], "rules": []},
        "missing": None,
        "text": "<> unknown",
        "pointed": {"score": 5.1187, "score_percent": 99},
        "claimed": "Máira",
        "constant": [1.5, True, None],
    }


def test_the_document_inside_a_template_keeps_its_bytes(start):
    post = DECISIONS["accept"].replace(b'"score": 100', b'"score" :\t1.00e+2, "\\u006e\\/ote": "\\u00e9"')
    gateway = start(encrypted(requestBody={"gate": "${decision}", "original": "${payload}"}), env=GCM.env)
    gateway.post(GCM.seal(post))
    assert gateway.backend.only().body == b'{"gate":"accept","original":' + post + b"}"


def test_configured_headers_replace_the_clients(start, protocol):
    headers = [
        {"headerName": "apiversion", "headerValue": "v2"},
        {"headerName": "X-Reference", "headerValue": "ref ${requester_id}/${decision}"},
    ]
    gateway = start(encrypted(headers=headers), env=GCM.env)
    gateway.post(sealed("accept"), [(b"apiversion", b"v1"), (b"apiversion", b"v0"), (b"x-other", b"stays")], protocol)
    seen = gateway.backend.only()
    assert seen.value("apiversion") == "v2"
    assert seen.value("x-reference") == f"ref {REQUESTER}/accept"
    assert seen.value("x-other") == "stays"


def test_header_macros_cannot_inject_headers(start):
    headers = [{"headerName": "x-reference", "headerValue": "${user_id}"}]
    gateway = start(encrypted(headers=headers), env=GCM.env)
    hostile = "a\r\nx-injected: 1\r\n\r\nGET / HTTP/1.1\u0000"
    response = gateway.post(GCM.seal(payload((("request_info", "user_id"), hostile))))
    for seen in gateway.backend.seen:
        assert seen.value("x-injected") is None
        assert b"\r" not in seen.values("x-reference")[0] and b"\n" not in seen.values("x-reference")[0]
    assert len(gateway.backend.seen) <= 1 and response.status in (200, 422, 500)


@pytest.mark.parametrize(
    "spelling",
    [
        r'"ma\u00efra"',
        '"maïra 李 😀"',
        r'"\ud83d\ude00 \"quoted\" \\ \/ \b\f\n\r\t"',
        '"+371 2000 0000"',
        '" x "',
        r'"\u0000"',
    ],
)
def test_respond_echoes_the_user_as_sent(start, spelling):
    gateway = start(encrypted(decision=every_decision("respond")), env=GCM.env)
    post = DECISIONS["accept"].replace(json.dumps(USER).encode(), spelling.encode())
    response = gateway.post(GCM.seal(post))
    assert response.status == 200
    assert spelling.encode() in response.body
    assert response.json()["user_id"] == json.loads(spelling)


@pytest.mark.parametrize("answer", [Envelope(name="ANSWER_KEY", key=b"k" * 16), CBC], ids=lambda e: e.mode)
def test_respond_is_encrypted_when_rel_id_expects_it(start, protocol, answer):
    config = encrypted(responseDecryption=answer.config(), decision=every_decision("respond"))
    gateway = start(config, env=GCM.env | answer.env)
    bodies = [gateway.post(sealed("accept"), protocol=protocol).body for _ in range(4)]
    assert {answer.open(body) for body in bodies} == {answer.open(bodies[0])}
    assert json.loads(answer.open(bodies[0])) == {"result": True, "reference_number": REQUESTER, "user_id": USER}
    # A nonce is never used twice; a static IV gives the same bytes each time.
    assert len(set(bodies)) == (1 if answer.iv else 4)


SPECS = [
    Envelope("AES/CBC/PKCS5Padding", "hex"),
    Envelope("aes/cbc/pkcs7padding", "base64url", iv=b"i" * 16),
    Envelope("AES/256/CBC/PKCS7Padding", "jsonString"),
    Envelope("AES/CFB/NoPadding", "base64"),
    Envelope("AES/CFB8/NoPadding", "raw"),
    Envelope("AES/CTR/NoPadding", "base64", key=b"k" * 24),
    Envelope("AES/GCM/NoPadding", "raw", key=b"k" * 16),
]


@pytest.mark.parametrize("envelope", SPECS, ids=lambda e: f"{e.spec} {e.encoding}")
def test_every_cipher_opens_in_envoy(start, envelope):
    envelope_for_seal = Envelope(envelope.spec.upper(), envelope.encoding, envelope.iv, envelope.key)
    gateway = start(encrypted(envelope), env=envelope.env)
    assert gateway.post(envelope_for_seal.seal(DECISIONS["accept"])).status == 200
    assert gateway.backend.only().body == DECISIONS["accept"]


def test_previous_keys_and_plaintext_when_allowed(start):
    old = Envelope(key=b"o" * 32, name="OLD_KEY")
    envelope = GCM.config(previousKeys=[f"env:{old.name}"], allowPlaintext=True)
    gateway = start({"requestEncryption": envelope}, env=GCM.env | old.env)
    for body in (GCM.seal(DECISIONS["accept"]), old.seal(DECISIONS["accept"]), DECISIONS["accept"]):
        assert gateway.post(body).status == 200
    assert [seen.body for seen in gateway.backend.seen] == [DECISIONS["accept"]] * 3


def test_without_a_key_posts_are_plaintext(start, protocol):
    gateway = start({})
    assert gateway.post(DECISIONS["accept"], protocol=protocol).status == 200
    assert gateway.backend.only().body == DECISIONS["accept"]
