"""Envoy's internal redirects: a judged post that comes back is refused, or in shadow mode goes on as it is."""

import pytest
from backend import Answer
from relid import GCM, payload

from gate import assert_problem, encrypted

POLICY = {
    "route": {
        "internal_redirect_policy": {"redirect_response_codes": [303, 307], "max_internal_redirects": 3},
    },
    "virtual_host": {"request_body_buffer_limit": 8 << 20},
}
PLACES = {"to itself": "/kyc", "to another path": "/kyc/v2", "to a path of others": "/elsewhere"}
REQUESTER = "req-1"


def post_of(requester_id=REQUESTER):
    return GCM.seal(payload((("request_info", "requester_id"), requester_id)))


def redirect(path, status=307):
    return Answer(status=status, headers=((b"location", b"http://gate.test" + path.encode()),))


def turns(gate, *answers):
    gate.backend.turns = list(answers)
    return gate


@pytest.mark.parametrize("path", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("status", [307, 303])
def test_a_judged_post_is_not_judged_again(start, path, status):
    gate = turns(start(encrypted(), env=GCM.env, **POLICY), redirect(path, status), Answer())
    with gate.counting() as counted:
        response = gate.post(post_of())
    problem = assert_problem(response, 502, "redirected")
    assert problem["requester_id"] == REQUESTER
    seen = gate.backend.only()
    assert seen.target == "/kyc" and seen.value("x-kyc-decision") == "accept"
    assert counted["kyc_gate.error.redirected"] == counted["kyc_gate.requests"] == 1
    assert "kyc_gate.bypassed" not in counted
    assert len(gate.audit()) == 1
    assert [line["details"] for line in gate.access(2)] == ["internal_redirect", "kyc_gate_redirected"]


@pytest.mark.parametrize("path", PLACES.values(), ids=PLACES)
def test_in_shadow_mode_it_goes_on_judged_once(start, path):
    config = encrypted(decision={"mode": "shadow"})
    gate = turns(start(config, env=GCM.env, **POLICY), redirect(path), Answer())
    body = post_of()
    with gate.counting() as counted:
        assert gate.post(body).status == 200
    first, second = gate.backend.seen
    assert (first.target, second.target) == ("/kyc", path)
    assert first.body == second.body == body
    assert first.named("x-kyc-") == second.named("x-kyc-") != {}
    assert second.value("x-kyc-mode") == "shadow"
    assert counted["kyc_gate.requests"] == 1 and "kyc_gate.bypassed" not in counted
    assert len(gate.audit()) == 1


def test_what_goes_on_unjudged_does_not_come_back_either(start):
    config = encrypted(decision={"onError": "forward"})
    gate = turns(start(config, env=GCM.env, **POLICY), redirect("/kyc"), Answer())
    assert_problem(gate.post(b"no ciphertext!"), 502, "redirected")
    assert gate.backend.only().value("x-kyc-decision") == "error"


def test_a_post_that_was_not_judged_yet_is(start):
    gate = turns(start(encrypted(), env=GCM.env, **POLICY), redirect("/kyc"), Answer())
    forged = [(b"x-kyc-decision", b"reject"), (b"x-kyc-mode", b"shadow")]
    assert gate.post(post_of(), forged, path="/other").status == 200
    first, second = gate.backend.seen
    assert first.named("x-kyc-") == {}
    assert (second.target, second.value("x-kyc-decision")) == ("/kyc", "accept")
    assert second.value("x-kyc-mode") is None


def test_a_client_can_only_say_that_it_was_redirected(start):
    gate = start(encrypted(), env=GCM.env)
    forged = [(b"x-envoy-original-url", b"http://gate.test/kyc"), (b"x-kyc-mode", b"shadow")]
    assert gate.post(post_of(), forged).status == 200
    assert gate.backend.only().value("x-kyc-mode") is None
    assert gate.request("GET", "/other", forged).status == 200
    assert gate.backend.seen[-1].named("x-kyc-") == {}
