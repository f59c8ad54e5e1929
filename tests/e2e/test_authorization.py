"""authorization: who may post. Whoever may not is told so before anything of the body is looked at."""

import base64

import pytest
from client import head
from credentials import PASSWORD, STATIC, TOKEN, authorization, basic, bearer, challenges, sha256
from relid import DECISIONS, GCM

from envoy import eventually
from gate import assert_problem, encrypted

ACCEPT = DECISIONS["accept"]


ADMITTED = {
    "a password": [basic()],
    "a password, another case": [basic(scheme=b"bAsIc")],
    "a password, more spaces": [basic(scheme=b"Basic ") + b" "],
    "a password, no padding": [basic().rstrip(b"=")],
    "another user": [basic("other", "x")],
    "a token": [bearer()],
    "a token, another case": [bearer(scheme=b"BEARER")],
    "another token": [bearer("old")],
}

REFUSED = {
    "nothing": ([], ""),
    "a wrong password": ([basic(password="wrong")], ""),
    "a wrong user": ([basic("nobody")], ""),
    "another user's password": ([basic("other", PASSWORD)], ""),
    "a password without a user": ([basic("")], ""),
    "a user without a password": ([basic(password="")], ""),
    "no colon": ([b"Basic " + base64.b64encode(b"relid")], "invalid_request"),
    "no base64": ([b"Basic ***"], "invalid_request"),
    "the scheme alone": ([b"Basic"], "invalid_request"),
    "the scheme and a space": ([b"Bearer "], "invalid_request"),
    "the token alone": ([TOKEN.encode()], "invalid_request"),
    "another scheme": ([b"Digest " + TOKEN.encode()], "invalid_request"),
    "a wrong token": ([bearer(TOKEN + "x")], "invalid_token"),
    "the beginning of a token": ([bearer(TOKEN[:-1])], "invalid_token"),
    "the digest of a token": ([bearer(sha256(TOKEN))], "invalid_token"),
    "not ASCII": ([bearer("tökén")], "invalid_token"),
    "not UTF-8": ([b"Bearer \xff\xfe"], "invalid_token"),
    "a huge token": ([b"Bearer " + b"x" * 30_000], "invalid_token"),
    "two headers": ([bearer(), bearer()], "invalid_"),
    "two ways": ([basic(), bearer()], "invalid_request"),
}


@pytest.mark.parametrize("what", ADMITTED)
def test_any_of_the_ways_admits(start, protocol, what):
    gateway = start({"authorization": STATIC})
    assert gateway.post(ACCEPT, authorization(*ADMITTED[what]), protocol).status == 200
    seen = gateway.backend.only()
    assert seen.value("x-kyc-decision") == "accept"
    # The backend may look for itself.
    assert seen.value("authorization").encode() == ADMITTED[what][0].strip()


@pytest.mark.parametrize("what", REFUSED)
def test_all_others_are_refused(start, protocol, what):
    gateway = start({"authorization": STATIC})
    values, error = REFUSED[what]
    with gateway.counting() as changed:
        response = gateway.post(ACCEPT, authorization(*values), protocol)
    assert_problem(response, 401, "unauthorized")
    told = challenges(response)
    assert told[0] == 'Basic realm="kyc", charset="UTF-8"' and told[1].startswith('Bearer realm="kyc"')
    assert f'error="{error}' in told[1] if error else "error" not in told[1]
    assert changed.get("kyc_gate.error.unauthorized") == 1 and changed.get("kyc_gate.requests") == 1
    assert not gateway.backend.seen
    assert eventually(lambda: "kyc_gate_unauthorized" in [line["details"] for line in gateway.access()])


@pytest.mark.parametrize(("kept", "schemes"), [("basic", ["Basic"]), ("bearer", ["Bearer"])])
def test_only_what_is_configured_is_offered(start, kept, schemes):
    gateway = start({"authorization": {kept: STATIC[kept]}})
    for values in ([basic()], [bearer()], []):
        response = gateway.post(ACCEPT, authorization(*values))
        if values and values[0].lower().startswith(kept.encode()):
            assert response.status == 200
        else:
            assert [told.split()[0] for told in challenges(response)] == schemes


def test_everything_unauthorised_looks_alike(start):
    """Whether a user is known can't be told from the answer, whatever the body."""
    gateway = start(encrypted(authorization=STATIC), env=GCM.env)
    bodies = (GCM.seal(ACCEPT), b"garbage", b"", b"x" * 100_000)
    for body in bodies:
        # Whether Envoy closes the connection depends on how much of the body is still to come.
        one, *others = [
            gateway.post(body, authorization(credentials), "h2").comparable()
            for credentials in (basic("nobody"), basic(password="wrong"), basic("other", PASSWORD))
        ]
        assert all(other == one for other in others)


def test_refused_before_a_byte_of_the_body(start, protocol):
    gateway = start(encrypted(authorization=STATIC, limits={"maxBodyBytes": 100}), env=GCM.env)
    headers = [*authorization(basic(password="wrong")), (b"content-type", b"image/png")]
    with gateway.connect(protocol) as connection:
        if protocol == "h1":
            connection.send(head("POST", "/kyc", [*headers, (b"content-length", b"100000000")]))
            response = connection.response()
        else:
            response = connection.response(connection.open("POST", "/kyc", headers))
    assert_problem(response, 401, "unauthorized")


def test_other_requests_need_no_credentials(start):
    gateway = start({"authorization": STATIC})
    assert gateway.request("GET", "/elsewhere").status == 200
    assert gateway.request("GET", "/kyc").status == 200


@pytest.mark.parametrize("on_error", ["deny", "forward"])
def test_on_error_lets_nobody_in(start, on_error):
    gateway = start({"authorization": STATIC, "decision": {"onError": on_error}})
    assert_problem(gateway.post(ACCEPT), 401, "unauthorized")
    assert not gateway.backend.seen
    assert gateway.post(b"garbage", authorization(bearer())).status == (400 if on_error == "deny" else 200)


def test_shadow_mode_tells_and_lets_go(start, protocol):
    gateway = start(encrypted(authorization=STATIC, decision={"mode": "shadow"}), env=GCM.env)
    body = GCM.seal(ACCEPT)
    with gateway.counting() as changed:
        assert gateway.post(body, authorization(basic(password="wrong")), protocol).status == 200
    seen = gateway.backend.only()
    assert seen.body == body and seen.value("x-kyc-mode") == "shadow" and seen.value("x-kyc-decision") == "error"
    assert changed["kyc_gate.error.unauthorized"] == 1
    assert gateway.audit()[0]["error"] == "unauthorized"


def test_nothing_of_credentials_is_logged(start):
    gateway = start({"authorization": STATIC})
    for values in ([basic()], [bearer()], [basic(password="cAnArY wrong")], [bearer("cAnArY-wrong")]):
        gateway.post(ACCEPT, authorization(*values))
    gateway.audit(4)
    assert "cAnArY" not in gateway.whole_log() and sha256(TOKEN) not in gateway.whole_log()
