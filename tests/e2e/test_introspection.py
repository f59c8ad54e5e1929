"""authorization.introspection: the issuer of a caller's token is asked about it."""

import concurrent.futures
import itertools
import json
import time

import pytest
from backend import Answer
from client import chunked, head
from credentials import STATIC, authorization, basic, bearer, challenges
from oauth import AUTHORITY, SECRET, OAuth
from relid import DECISIONS, GCM, REQUESTER
from relid import USER as USER_ID
from resources import wasm_only

from envoy import eventually
from gate import assert_problem, encrypted

ACCEPT = DECISIONS["accept"]
ENV = {"OAUTH_SECRET": SECRET}
NUMBERS = itertools.count()


@pytest.fixture(scope="module")
def issuer():
    oauth = OAuth()
    yield oauth
    oauth.stop()


@pytest.fixture
def oauth(issuer):
    """The issuer as at first. Tests share Envoys that remember tokens, so each test has tokens of its own."""
    issuer.good = f"good+token/cAnArY-{next(NUMBERS)}=="
    issuer.behave()
    issuer.forget()
    return issuer


@pytest.fixture
def ask(start, oauth):
    """An Envoy that asks about tokens."""

    def ask(concurrency=1, config=None, static=None, **changes):
        block = {"cluster": "login", "path": "/introspect", "authority": AUTHORITY}
        block |= {"clientId": "kyc-gate", "clientSecret": "env:OAUTH_SECRET", "timeoutMs": 1500, **changes}
        config = {**encrypted(authorization={**(static or {}), "introspection": block}), **(config or {})}
        clusters = {"login": oauth.port}
        return start(config, env=GCM.env | ENV, clusters=clusters, concurrency=concurrency)

    return ask


def tokens(oauth, **answers):
    good = {"active": True, "scope": "openid kyc:post", "aud": ["other", "kyc"], "exp": time.time() + 3600}
    oauth.behave("/introspect", tokens={oauth.good: {**good, **answers}})


def calls(oauth):
    return oauth.seen("/introspect")


def post(gateway, token, protocol="h1", body=None):
    return gateway.post(GCM.seal(ACCEPT) if body is None else body, authorization(bearer(token)), protocol)


def test_the_issuer_admits(ask, oauth, protocol):
    tokens(oauth)
    gateway = ask(requiredScope="kyc:post", requiredAudience="kyc")
    response = post(gateway, oauth.good, protocol)
    assert response.status == 200 and gateway.backend.only().body == ACCEPT
    [call] = calls(oauth)
    assert call["form"] == {"token": oauth.good, "token_type_hint": "access_token"}
    assert call["headers"]["content-type"] == "application/x-www-form-urlencoded"
    assert gateway.stats()["kyc_gate.introspection.ok"] >= 1


INACTIVE = {
    "inactive": ({"active": False}, "invalid_token"),
    "expired": ({"exp": 1}, "invalid_token"),
    "not valid yet": ({"nbf": 4_000_000_000}, "invalid_token"),
    "for somebody else": ({"aud": "other"}, "invalid_token"),
    "without the scope": ({"scope": "openid kyc:posts"}, "insufficient_scope"),
}


@pytest.mark.parametrize("what", INACTIVE)
def test_the_issuer_refuses(ask, oauth, protocol, what):
    answer, error = INACTIVE[what]
    tokens(oauth, **answer)
    gateway = ask(requiredScope="kyc:post", requiredAudience="kyc")
    response = post(gateway, oauth.good, protocol=protocol, body=b"garbage")
    assert_problem(response, 401, "unauthorized")
    assert f'error="{error}"' in challenges(response)[0]
    assert not gateway.backend.seen


def test_what_is_known_is_not_asked(ask, oauth):
    tokens(oauth)
    gateway = ask(static=STATIC)
    for values in ([basic()], [bearer()], [], [basic(password="x")], [bearer("no token!")], [bearer("=")]):
        gateway.post(GCM.seal(ACCEPT), authorization(*values))
    assert not calls(oauth)
    assert post(gateway, oauth.good).status == 200 and len(calls(oauth)) == 1


def test_answers_are_remembered(ask, oauth):
    tokens(oauth)
    gateway = ask()
    for _ in range(5):
        assert post(gateway, oauth.good).status == 200
        assert post(gateway, "un" + oauth.good).status == 401
    assert len(calls(oauth)) == 2


def test_no_longer_than_told(ask, oauth):
    tokens(oauth)
    gateway = ask(cacheSeconds=1)
    assert post(gateway, oauth.good).status == 200
    oauth.behave()
    assert post(gateway, oauth.good).status == 200
    time.sleep(1.1)
    assert post(gateway, oauth.good).status == 401, "revoked"


def test_never_beyond_the_expiry(ask, oauth):
    gateway = ask(cacheSeconds=3600)
    tokens(oauth, exp=time.time() + 2)
    assert post(gateway, oauth.good).status == 200
    time.sleep(2.2)
    assert post(gateway, oauth.good).status == 401
    assert len(calls(oauth)) == 2


def test_without_a_cache_each_post_asks(ask, oauth):
    tokens(oauth)
    gateway = ask(cacheSeconds=0)
    for _ in range(3):
        assert post(gateway, oauth.good).status == 200
    assert len(calls(oauth)) == 3


def test_posts_with_the_same_token_share_a_call(ask, oauth):
    tokens(oauth)
    oauth.behave("/introspect", seconds=0.5, tokens={oauth.good: {"active": True}})
    gateway = ask()
    with concurrent.futures.ThreadPoolExecutor(12) as callers:
        statuses = [answer.status for answer in callers.map(lambda _: post(gateway, oauth.good), range(12))]
    assert statuses == [200] * 12 and len(gateway.seen_posts()) == 12
    assert {seen.body for seen in gateway.seen_posts()} == {ACCEPT}
    assert len(calls(oauth)) == 1


UNUSABLE = {
    "an error": {"status": 500},
    "our client isn't known": {"status": 401, "body": '{"active": true}'},
    "not JSON": {"body": "<html>"},
    "no object": {"body": "[true]"},
    "active isn't said": {"body": '{"exp": 4000000000}'},
    "active is a text": {"body": '{"active": "true"}'},
    "active twice": {"body": '{"active": false, "active": true}'},
    "an expiry that is no time": {"body": '{"active": true, "exp": "tomorrow"}'},
    "a negative expiry": {"body": '{"active": true, "exp": -1}'},
    "huge": {"body": '{"active": true, "x": "' + "y" * 3_000_000 + '"}'},
    "slow": {"seconds": 3, "body": '{"active": true}'},
}


@pytest.mark.parametrize("on_error", ["deny", "forward"])
@pytest.mark.parametrize("what", UNUSABLE)
def test_an_issuer_that_says_nothing_admits_nobody(ask, oauth, what, on_error):
    if what == "slow" and on_error == "forward":
        pytest.skip("once is enough")
    gateway = ask(config={"decision": {"onError": on_error}}, timeoutMs=800)
    oauth.behave("/introspect", **UNUSABLE[what])
    with gateway.counting() as changed:
        response = post(gateway, oauth.good)
    assert_problem(response, 503, "authorization-unavailable")
    assert response.value("retry-after") == "1"
    assert not gateway.backend.seen
    assert changed["kyc_gate.introspection.failed"] == 1
    tokens(oauth)
    assert post(gateway, oauth.good).status == 200, "and nothing of it is remembered"
    assert "cAnArY" not in gateway.whole_log()


def test_an_issuer_that_is_down(ask, oauth):
    gateway = ask()
    oauth.stop()
    for _ in range(3):
        assert_problem(post(gateway, oauth.good), 503, "authorization-unavailable")
    assert gateway.whole_log().count("introspection gives no usable answer") == 1
    oauth.start()
    tokens(oauth)
    assert post(gateway, oauth.good).status == 200
    assert gateway.whole_log().count("introspection answers again") == 1


def test_an_outage_is_told_once_for_all_workers(ask, oauth):
    """Each connection belongs to one of the workers, and every one of them hears of it."""
    names = [f"token-{number}-of-{oauth.good}" for number in range(64)]
    oauth.behave("/introspect", status=500)
    gateway = ask(concurrency=4, timeoutMs=5000)
    with concurrent.futures.ThreadPoolExecutor(16) as callers:
        statuses = list(callers.map(lambda name: post(gateway, name).status, names))
    assert statuses == [503] * 64 and gateway.stats()["kyc_gate.introspection.failed"] >= 64
    assert gateway.whole_log().count("introspection gives no usable answer") == 1
    oauth.behave("/introspect", tokens={name: {"active": True} for name in names})
    with concurrent.futures.ThreadPoolExecutor(16) as callers:
        statuses = list(callers.map(lambda name: post(gateway, name).status, names))
    assert statuses == [200] * 64
    assert gateway.whole_log().count("introspection answers again") == 1
    assert gateway.whole_log().count("introspection gives no usable answer") == 1


def test_a_cluster_that_does_not_exist(ask, oauth):
    gateway = ask(cluster="nowhere", config={"decision": {"onError": "forward"}})
    assert_problem(post(gateway, oauth.good), 503, "authorization-unavailable")
    assert not gateway.backend.seen


WAITING = ["length", "chunked", "h2", "h2 trailers", "h2 late end", "h1 late end"]


@pytest.mark.parametrize("mode", ["enforce", "shadow"])
@pytest.mark.parametrize("how", WAITING)
def test_the_body_waits_for_the_answer(ask, oauth, how, mode):
    """However it comes, before or after the answer; the post then goes on as if nobody had been asked."""
    oauth.behave("/introspect", seconds=0.3, tokens={oauth.good: {"active": True}})
    gateway = ask(cacheSeconds=0, config={"decision": {"mode": mode}})
    body = GCM.seal(ACCEPT)
    halves = body[: len(body) // 2], body[len(body) // 2 :]
    headers = [*authorization(bearer(oauth.good)), (b"content-type", b"application/json")]
    late = 0.6 if "late" in how else 0.05
    with gateway.connect("h2" if how.startswith("h2") else "h1") as connection:
        if how.startswith("h2"):
            stream = connection.open("POST", "/kyc", headers)
            connection.send(stream, halves[0])
            time.sleep(late)
            connection.send(stream, halves[1], end="trailers" not in how)
            if "trailers" in how:
                connection.trailers(stream, [(b"x-trailer", b"1"), (b"x-kyc-decision", b"accept")])
            response = connection.response(stream)
        else:
            framing = (b"transfer-encoding", b"chunked") if how == "chunked" else (b"content-length", b"%d" % len(body))
            connection.send(head("POST", "/kyc", [*headers, framing]))
            pieces = chunked(halves) if how == "chunked" else halves
            connection.send(pieces[0])
            time.sleep(late)
            connection.send(b"".join(pieces[1:]))
            response = connection.response()
    assert response.status == 200
    seen = gateway.backend.only()
    assert seen.body == (ACCEPT if mode == "enforce" else body)
    assert seen.value("x-kyc-decision") == "accept"
    assert not [name for name, _ in seen.trailers if name.lower() == b"x-kyc-decision"]


def test_the_backend_is_heard_after_the_issuer(ask, oauth, protocol):
    """Both are waited for, one after the other; the post goes on in between."""
    oauth.behave("/introspect", seconds=0.3, tokens={oauth.good: {"active": True}})
    gateway = ask(cacheSeconds=0, config={"responseBody": {}})
    with gateway.backend.answering(Answer(body=b'{"result": true}')):
        response = post(gateway, oauth.good, protocol)
    assert response.status == 200
    assert json.loads(response.body) == {"result": True, "reference_number": REQUESTER, "user_id": USER_ID}
    assert gateway.backend.only().body == ACCEPT


def test_an_answer_comes_before_the_body_ends(ask, oauth, protocol):
    """A caller that is refused needn't send the rest."""
    gateway = ask()
    headers = authorization(bearer("un" + oauth.good))
    with gateway.connect(protocol) as connection:
        if protocol == "h1":
            connection.send(head("POST", "/kyc", [*headers, (b"content-length", b"1000")]) + b"***")
            response = connection.response()
        else:
            stream = connection.open("POST", "/kyc", headers)
            connection.send(stream, b"***")
            response = connection.response(stream)
    assert_problem(response, 401, "unauthorized")


def test_a_body_that_grows_too_large_meanwhile(ask, oauth, protocol):
    oauth.behave("/introspect", seconds=1, tokens={oauth.good: {"active": True}})
    gateway = ask(config={"limits": {"maxBodyBytes": 1000}}, cacheSeconds=0)
    began = time.monotonic()
    assert_problem(post(gateway, oauth.good, protocol=protocol, body=b"x" * 2000), 413, "body-too-large")
    assert time.monotonic() - began < 0.9, "nobody waits for the issuer"


def test_shadow_mode_lets_unknown_callers_go(ask, oauth, protocol):
    body = GCM.seal(ACCEPT)
    gateway = ask(config={"decision": {"mode": "shadow"}})
    assert post(gateway, "un" + oauth.good, protocol, body).status == 200
    oauth.behave("/introspect", status=500)
    assert post(gateway, "re" + oauth.good, protocol, body).status == 200
    assert [seen.value("x-kyc-decision") for seen in gateway.backend.seen] == ["error", "error"]
    assert [seen.body for seen in gateway.backend.seen] == [body, body]
    assert [line["error"] for line in gateway.audit(2)] == ["unauthorized", "authorization-unavailable"]


def test_clients_that_go_away_take_nobody_along(ask, oauth):
    """The one in whose name the call was made goes away; the others still get their answers."""
    oauth.behave("/introspect", seconds=0.4, tokens={oauth.good: {"active": True}})
    gateway = ask()
    with gateway.connect("h2") as first, concurrent.futures.ThreadPoolExecutor(4) as others:
        stream = first.open("POST", "/kyc", authorization(bearer(oauth.good)))
        assert eventually(lambda: len(calls(oauth)) == 1)
        waiting = [others.submit(post, gateway, oauth.good) for _ in range(4)]
        time.sleep(0.1)
        first.reset(stream)
        assert [answer.result().status for answer in waiting] == [200] * 4
    assert len(gateway.seen_posts()) == 4 and len(calls(oauth)) == 2


def test_a_client_that_goes_away_alone(ask, oauth):
    oauth.behave("/introspect", seconds=0.3, tokens={oauth.good: {"active": True}})
    gateway = ask()
    for _ in range(3):
        with gateway.connect("h2") as connection:
            stream = connection.open("POST", "/kyc", authorization(bearer(oauth.good)))
            connection.send(stream, b"abc")
            time.sleep(0.05)
            connection.reset(stream)
    time.sleep(0.5)
    assert post(gateway, oauth.good).status == 200 and len(gateway.seen_posts()) == 1


def test_many_tokens_at_once_in_two_workers(ask, oauth):
    names = [f"token-{number}-of-{oauth.good}" for number in range(20)]
    answers = {name: {"active": number % 2 == 0} for number, name in enumerate(names)}
    oauth.behave("/introspect", seconds=0.1, tokens=answers)
    gateway = ask(concurrency=2)
    with concurrent.futures.ThreadPoolExecutor(16) as callers:
        statuses = list(callers.map(lambda name: post(gateway, name).status, names * 4))
    assert statuses == [200 if answers[name]["active"] else 401 for name in names * 4]
    assert len(gateway.seen_posts()) == 40 and len(calls(oauth)) <= 40


@wasm_only("hold")
def test_without_the_hold_a_waiting_post_is_told_so(start, oauth):
    oauth.behave("/introspect", seconds=3, tokens={oauth.good: {"active": True}})
    block = {"cluster": "login", "path": "/introspect", "authority": AUTHORITY, "clientId": "kyc-gate"}
    block |= {"clientSecret": "env:OAUTH_SECRET", "timeoutMs": 5000}
    config = {"authorization": {"introspection": block}}
    gateway = start(config, env=ENV, clusters={"login": oauth.port}, hold=False)
    assert_problem(post(gateway, oauth.good, body=ACCEPT), 503, "header-hold-missing")
    assert not gateway.backend.seen
