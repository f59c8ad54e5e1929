"""accessTokenEndpoint: the token that forwarded posts carry to the backend."""

import concurrent.futures
import time

import pytest
from backend import Answer
from oauth import AUTHORITY, SECRET, OAuth
from relid import DECISIONS, REQUESTER

from envoy import eventually
from gate import assert_problem, every_decision

ACCEPT = DECISIONS["accept"]
ENV = {"OAUTH_SECRET": SECRET}
PLACEHOLDER = {"headerName": "authorization", "headerValue": "Bearer __ACCESS_TOKEN_PLACEHOLDER__"}
LOST, BACK = "accessTokenEndpoint gives no usable token", "accessTokenEndpoint gives tokens again"


@pytest.fixture
def oauth():
    oauth = OAuth()
    yield oauth
    oauth.stop()


@pytest.fixture
def begin(start, oauth):
    """An Envoy whose backend gets a token."""

    def begin(concurrency=2, config=None, fetched=True, **changes):
        block = {
            "cluster": "login",
            "url": f"https://{AUTHORITY}/token?realm=kyc",
            "method": "POST",
            "headers": [{"name": "accept", "value": "application/json"}],
            "postParameters": [
                {"name": "client_id", "value": "kyc-gate"},
                {"name": "client_secret", "value": "env:OAUTH_SECRET"},
                {"name": "grant_type", "value": "client_credentials"},
            ],
            "timeoutMs": 1000,
            **changes,
        }
        config = {"headers": [PLACEHOLDER], "accessTokenEndpoint": block, **(config or {})}
        gateway = start(config, env=ENV, clusters={"login": oauth.port}, concurrency=concurrency)
        assert not fetched or eventually(lambda: gateway.stats().get("kyc_gate.access_token.ok"))
        return gateway.fresh()

    return begin


def carried(gateway):
    """Posts and tells which token reached the backend."""
    before = len(gateway.seen_posts())
    response = gateway.post(ACCEPT, [(b"authorization", b"Bearer of-the-client")])
    assert response.status == 200, response
    [seen] = gateway.seen_posts()[before:]
    return seen.value("authorization").removeprefix("Bearer ")


def calls(oauth):
    return [call for call in oauth.seen() if call["path"].startswith("/token")]


def test_one_token_for_all_workers(begin, oauth):
    gateway = begin(concurrency=4)
    assert {carried(gateway) for _ in range(12)} == {"granted-1"}
    [call] = calls(oauth)
    assert (call["method"], call["path"]) == ("POST", "/token?realm=kyc")
    assert call["form"] == {"client_id": "kyc-gate", "client_secret": SECRET, "grant_type": "client_credentials"}
    assert call["headers"]["host"] == AUTHORITY
    assert call["headers"]["content-type"] == "application/x-www-form-urlencoded"
    assert gateway.stats()["kyc_gate.access_token.ok"] == 1


def test_refreshed_ahead(begin, oauth):
    oauth.behave("/token", expires_in=4)
    gateway = begin()
    began, seen = time.monotonic(), []
    while time.monotonic() < began + 9:
        seen.append(carried(gateway))
        time.sleep(0.05)
    assert sorted(set(seen), key=seen.index) == [f"granted-{number + 1}" for number in range(len(set(seen)))]
    assert 2 <= len(set(seen)) <= 4, "one call each three seconds or so, and no post in between without a token"
    assert len(calls(oauth)) <= 4


def test_other_headers_and_a_token_in_the_middle(begin):
    headers = [{"headerName": "X-Token", "headerValue": "key=__ACCESS_TOKEN_PLACEHOLDER__;v=1"}]
    gateway = begin(config={"headers": [*headers, {"headerName": "x-user", "headerValue": "${decision}"}]})
    assert gateway.post(ACCEPT, [(b"authorization", b"Bearer of-the-client")]).status == 200
    seen = gateway.backend.only()
    assert (seen.value("x-token"), seen.value("x-user")) == ("key=granted-1;v=1", "accept")
    assert seen.value("authorization") == "Bearer of-the-client", "as it came"


def test_by_get_and_other_names(begin, oauth):
    oauth.behave("/token", body='{"data": {"jwt": "a.b.c", "ttl": "3600"}}')
    locators = {"accessTokenLocator": "data.jwt", "expiresInLocator": "/data/ttl"}
    headers = [{"name": "authorization", "value": "env:OAUTH_SECRET"}, {"name": "accept", "value": "application/json"}]
    gateway = begin(method="GET", postParameters=[], headers=headers, responseBody=locators)
    assert carried(gateway) == "a.b.c"
    [call] = calls(oauth)
    assert (call["method"], call["form"], call["headers"]["authorization"]) == ("GET", {}, SECRET)


UNUSABLE = {
    "an error": {"status": 500},
    "a refusal": {"status": 401, "body": '{"error": "invalid_client"}'},
    "not JSON": {"body": "<html>cAnArY"},
    "no token": {"body": '{"expires_in": 60}'},
    "an empty token": {"token": ""},
    "a token that would break out of its header": {"token": "cAnArY\r\nx-evil: 1"},
    "a token with a space": {"token": "cAnArY b"},
    "a token beyond ASCII": {"token": "cAnArYé"},
    "a huge token": {"token": "cAnArY" * 2000},
    "a number for a token": {"body": '{"access_token": 1}'},
    "two tokens": {"body": '{"access_token": "cAnArY", "access_token": "b"}'},
    "a token of another type": {"body": '{"access_token": "cAnArY", "token_type": "mac"}'},
    "a token that has expired": {"expires_in": 0},
    "a lifetime that is none": {"expires_in": "soon"},
    "a huge answer": {"body": '{"access_token": "a", "x": "' + "y" * 3_000_000 + '"}'},
    "slow": {"seconds": 3},
}


@pytest.mark.parametrize("what", UNUSABLE)
def test_without_a_token_nothing_goes_on(begin, oauth, what):
    oauth.behave("/token", **UNUSABLE[what])
    gateway = begin(fetched=False, config={"decision": {"onError": "forward", "onReject": "respond"}}, timeoutMs=500)
    assert eventually(lambda: gateway.stats().get("kyc_gate.access_token.failed"))
    response = gateway.post(ACCEPT)
    problem = assert_problem(response, 503, "upstream-token-unavailable")
    assert problem["requester_id"] == REQUESTER and response.value("retry-after") == "1"
    assert gateway.stats()["kyc_gate.error.upstream-token-unavailable"] == 1
    assert not gateway.backend.seen
    # What the gate answers itself needs no token.
    assert gateway.post(DECISIONS["reject"]).json()["result"] is False
    assert gateway.request("GET", "/elsewhere").status == 200
    oauth.behave()
    assert eventually(lambda: gateway.post(ACCEPT).status == 200, 10)
    assert eventually(lambda: BACK in gateway.whole_log())
    log = gateway.whole_log()
    assert log.count(LOST) == 1 and "cAnArY" not in log and "granted-" not in log and SECRET not in log


def test_the_old_token_outlives_an_outage(begin, oauth):
    oauth.behave("/token", expires_in=8)
    gateway = begin()
    oauth.stop()
    assert eventually(lambda: gateway.stats().get("kyc_gate.access_token.failed"), 10)
    assert carried(gateway) == "granted-1"
    assert eventually(lambda: gateway.post(ACCEPT).status == 503, 5), "until it expires"
    oauth.start()
    assert eventually(lambda: gateway.post(ACCEPT).status == 200, 10)
    assert eventually(lambda: BACK in gateway.log()) and gateway.log().count(LOST) == 1


def test_failures_are_not_repeated_in_haste(begin, oauth):
    oauth.behave("/token", status=500)
    begin(concurrency=4, fetched=False)
    time.sleep(4)
    assert 2 <= len(calls(oauth)) <= 4, "after one second, then two, then four"


def test_a_slow_service_is_called_once_at_a_time(begin, oauth):
    oauth.behave("/token", seconds=1.5, token="slow")
    gateway = begin(concurrency=4, fetched=False, timeoutMs=5000)
    with concurrent.futures.ThreadPoolExecutor(8) as callers:
        statuses = {answer.status for answer in callers.map(lambda _: gateway.post(ACCEPT), range(8))}
    assert statuses == {503}
    assert eventually(lambda: gateway.post(ACCEPT).status == 200)
    assert len(calls(oauth)) == 1


def test_a_token_that_the_backend_refuses_is_replaced(begin, oauth):
    oauth.behave("/token", expires_in=20)
    gateway = begin()
    time.sleep(2.2)
    with gateway.backend.answering(Answer(403)):
        gateway.post(ACCEPT)
    time.sleep(0.6)
    assert len(calls(oauth)) == 1, "that is no matter of the token"
    with gateway.backend.answering(Answer(401)):
        assert gateway.post(ACCEPT).status == 401, "the answer is the backend's"
        assert eventually(lambda: len(calls(oauth)) == 2)
        gateway.post(ACCEPT)
        time.sleep(0.6)
        assert len(calls(oauth)) == 2, "a fresh token isn't the cause"
    assert carried(gateway) == "granted-2"


@pytest.mark.parametrize("action", ["respond", "deny"])
def test_answers_of_the_gate_need_no_token(begin, oauth, action):
    oauth.behave("/token", status=500)
    gateway = begin(fetched=False, config={"decision": every_decision(action)})
    assert gateway.post(ACCEPT).status == (200 if action == "respond" else 403)


def test_shadow_mode_needs_no_token(begin, oauth):
    oauth.behave("/token", status=500)
    gateway = begin(fetched=False, config={"decision": {"mode": "shadow"}})
    assert gateway.post(ACCEPT, [(b"authorization", b"Bearer mine")]).status == 200
    assert gateway.backend.only().value("authorization") == "Bearer mine"


def test_only_the_profile_that_carries_it(begin, oauth):
    oauth.behave("/token", status=500)
    profiles = [{"name": "plain", "match": {"authorities": ["plain.test"]}, "headers": []}]
    gateway = begin(fetched=False, config={"profiles": profiles})
    assert gateway.post(ACCEPT, authority=b"plain.test").status == 200
    assert_problem(gateway.post(ACCEPT), 503, "upstream-token-unavailable")


def test_a_cluster_that_does_not_exist(begin):
    gateway = begin(cluster="nowhere", fetched=False)
    assert eventually(lambda: LOST in gateway.whole_log())
    assert_problem(gateway.post(ACCEPT), 503, "upstream-token-unavailable")


def test_settings_and_token_are_told_apart(start, oauth):
    """Two services are asked from the same place; neither answer is taken for the other."""
    from settings import SHA256
    from settings import settings as document

    oauth.behave("/token", expires_in=2, token="tok")
    store = {"cluster": "login", "path": "/store", "pollSeconds": 1}
    headers, parameters = [PLACEHOLDER], [{"name": "grant_type", "value": "client_credentials"}]
    block = {"cluster": "login", "url": "http://login.test/token", "postParameters": parameters}
    config = {"settingsApi": {"bearerSha256": SHA256, "store": store}, "kycSettings": document(0)}
    config |= {"headers": headers, "accessTokenEndpoint": block}
    gateway = start(config, clusters={"login": oauth.port}, concurrency=2)
    assert eventually(lambda: gateway.stats().get("kyc_gate.access_token.ok", 0) >= 2, 10)
    assert gateway.stats()["kyc_gate.settings_store.failed"] >= 1
    assert gateway.stats()["kyc_gate.access_token.failed"] == 0
