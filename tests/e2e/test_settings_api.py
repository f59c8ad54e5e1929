"""GET and PUT /kyc-settings: who may, what is refused, and that all workers switch at once under load."""

import concurrent.futures
import itertools
import json
import time

import pytest
from client import chunked, head
from relid import DECISIONS
from resources import ROOT, wasm_only
from settings import BEARER, JSON, PATH, POST, api, get, put, revision, scored, settings, verdict

from gate import assert_problem

DEFAULTS = json.loads((ROOT / "src/scoring/settings/default.json").read_text())


def begin(start, points=10, **options):
    """A gateway with these settings in force, whatever earlier tests did."""
    gateway = start(api(), **options)
    assert put(gateway, settings(points)).status == 200
    return gateway.fresh()


def test_the_shipped_settings_are_shown(start, protocol):
    gateway = start({**api(), "audit": {"userId": "omit"}})
    response = get(gateway, protocol)
    assert (response.status, response.json()) == (200, DEFAULTS)
    assert response.value("content-type") == "application/json"
    assert response.value("x-kyc-settings-revision") == revision(DEFAULTS)
    assert response.value("etag") == f'"{revision(DEFAULTS)}"'
    assert response.value("x-kyc-settings-durability") == "process"
    assert not gateway.backend.seen


def test_head_is_get_without_a_body(start):
    gateway = begin(start)
    with gateway.connect() as connection:
        response = connection.request("HEAD", PATH, [BEARER])
        assert (response.status, response.body) == (200, b"")
        assert response.value("x-kyc-settings-revision") == revision(settings(10))


@pytest.mark.parametrize("how", ["length", "chunked", "trailers", "h2", "h2 trailers", "dribble"])
def test_put_replaces_for_the_very_next_post(start, how):
    gateway = begin(start)
    new = settings(33)
    body = json.dumps(new, indent=2).encode()
    headers = [BEARER, JSON]
    with gateway.connect("h2" if how.startswith("h2") else "h1") as connection:
        if how in ("length", "h2"):
            response = connection.request("PUT", PATH + "?x=1", headers, body)
        elif how == "h2 trailers":
            stream = connection.open("PUT", PATH, headers)
            connection.send(stream, body)
            connection.trailers(stream, [(b"x-kyc-settings-revision", b"1")])
            response = connection.response(stream)
        elif how == "dribble":
            connection.send(head("PUT", PATH, [*headers, (b"content-length", b"%d" % len(body))]))
            connection.dribble([body[:7], body[7:40], body[40:]], 0.05)
            response = connection.response()
        else:
            connection.send(head("PUT", PATH, [*headers, (b"transfer-encoding", b"chunked")]))
            trailers = [(b"x-checksum", b"1")] if how == "trailers" else []
            connection.send(b"".join(chunked([body[:9], body[9:]], trailers)))
            response = connection.response()
    assert (response.status, response.json()) == (200, new), response
    assert response.value("x-kyc-settings-revision") == revision(new)
    assert response.value("x-kyc-settings-durability") == "process"
    assert scored(gateway) == (revision(new), verdict(33))
    assert get(gateway).json() == new
    assert not [seen for seen in gateway.backend.seen if seen.target.startswith(PATH)]


def test_a_change_is_logged_by_its_revision(start):
    gateway = begin(start)
    put(gateway, settings(12))
    assert f"settings {revision(settings(12))} are in force" in gateway.log()


def test_if_match(start, protocol):
    gateway = begin(start)
    stale, now = revision(settings(11)), revision(settings(10))
    for condition in (stale, f'"{stale}"', f'W/"{now}"', ""):
        response = put(gateway, settings(20), (b"if-match", condition.encode()), protocol=protocol)
        assert_problem(response, 412, "precondition-failed")
        assert response.value("x-kyc-settings-revision") == now
        assert get(gateway).json() == settings(10)
    points = 20
    for condition in ("{}", '"{}"', "*", '"0000", "{}"'):
        condition = condition.format(revision(get(gateway).json())).encode()
        response = put(gateway, settings(points), (b"if-match", condition), protocol=protocol)
        assert (response.status, response.json()) == (200, settings(points))
        points += 1


STRANGERS = {
    "nobody": [],
    "wrong token": [(b"authorization", b"Bearer nonsense")],
    "another scheme": [(b"authorization", b"Basic " + BEARER[1][7:])],
    "twice": [BEARER, BEARER],
    "not UTF-8": [(b"authorization", b"Bearer \xff")],
}


@pytest.mark.parametrize("who", STRANGERS)
def test_strangers(start, protocol, who):
    gateway = begin(start)
    body = json.dumps(settings(50)).encode()
    calls = [("GET", b""), ("PUT", body), ("DELETE", b""), ("PUT", b"x" * 400_000)]
    with gateway.counting() as counted:
        for method, data in calls:
            response = gateway.request(method, PATH, [*STRANGERS[who], JSON], data, protocol)
            assert_problem(response, 401, "unauthorized")
            assert response.value("www-authenticate").startswith("Bearer realm=")
            assert not response.value("x-kyc-settings-revision")
    assert counted == {"kyc_gate.error.unauthorized": len(calls)}
    assert get(gateway).json() == settings(10)
    assert not gateway.backend.seen


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE", "OPTIONS"])
def test_other_methods(start, protocol, method):
    gateway = begin(start)
    response = gateway.request(method, PATH, [BEARER], b"", protocol)
    assert_problem(response, 405, "method-not-allowed")
    assert response.value("allow") == "GET, HEAD, PUT"
    assert not gateway.backend.seen


@pytest.mark.parametrize("announced", [True, False], ids=["content-length", "chunked"])
def test_a_body_that_is_too_large(start, protocol, announced):
    gateway, body = begin(start), b'{"uiVersion": "1"}'.ljust((256 << 10) + 1)
    with gateway.connect(protocol) as connection:
        if protocol == "h2":
            stream = connection.open("PUT", PATH, [BEARER, JSON])
            connection.send(stream, body, end=True)
            response = connection.response(stream)
        else:
            framing = (b"content-length", b"%d" % len(body)) if announced else (b"transfer-encoding", b"chunked")
            connection.send(head("PUT", PATH, [BEARER, JSON, framing]))
            if not announced:
                connection.send(b"".join(chunked([body[:100_000], body[100_000:]])))
            response = connection.response()
    assert_problem(response, 413, "body-too-large")
    assert put(gateway, body[:-1], protocol=protocol).status == 200


def test_other_media_types(start, protocol):
    gateway = begin(start)
    for header in ((b"content-type", b"text/plain"), (b"content-encoding", b"gzip")):
        response = gateway.request("PUT", PATH, [BEARER, header], b"{}", protocol)
        assert_problem(response, 415, "unsupported-media-type")


@pytest.mark.parametrize("body", [b"", b"{", b'{"uiVersion":"1","uiVersion":"1"}', b"{}x", b'"\xff"'])
def test_what_is_no_json(start, body):
    gateway = begin(start)
    assert_problem(put(gateway, body), 400, "unreadable-body")
    assert get(gateway).json() == settings(10)


def test_invalid_settings_are_told_field_by_field(start, protocol):
    gateway = begin(start)
    document = settings(10)
    document["identityProof"]["weights"] |= {"isTampered": 101, "isTamperd": 1, "firstName": "5"}
    document["addressProof"] = {"thresholds": {"rejectBelow": 90, "acceptAbove": 10}}
    response = put(gateway, document, protocol=protocol)
    assert (response.status, response.value("content-type")) == (422, "application/problem+json")
    problem = response.json()
    assert problem["type"] == "urn:kyc-gate:invalid-settings"
    assert all(field.keys() == {"field", "message"} for field in problem["invalidFields"])
    assert {field["field"] for field in problem["invalidFields"]} == {
        "identityProof.weights.isTampered",
        "identityProof.weights.isTamperd",
        "identityProof.weights.firstName",
        "addressProof.thresholds.rejectBelow",
    }
    assert get(gateway).json() == settings(10)


def test_another_path_and_prefix(start):
    gateway = start({**api(path="/admin/scoring"), "decision": {"headerPrefix": "x-identity-"}})
    response = gateway.request("GET", "/admin/scoring", [BEARER])
    assert response.value("x-identity-settings-revision") == revision(DEFAULTS)
    assert gateway.request("GET", PATH, [BEARER, (b"x-identity-score", b"1")]).status == 200
    assert not gateway.backend.only().named("x-identity-")


def test_without_the_api_the_path_is_the_backends(start):
    gateway = start({})
    assert gateway.request("PUT", PATH, [BEARER, JSON], b"{}").status == 200
    assert gateway.backend.only().target == PATH


def test_calls_are_no_kyc_posts_to_the_statistics(start):
    gateway = begin(start)
    with gateway.counting() as changed:
        get(gateway)
        put(gateway, settings(10))
        put(gateway, b"{")
    assert changed == {}


@wasm_only("hold")
def test_a_missing_header_hold_ends_a_put_too(start):
    gateway = start(api(), hold=False)
    assert get(gateway).status == 200
    assert_problem(put(gateway, settings(10)), 503, "header-hold-missing")
    assert get(gateway).json() == DEFAULTS


def test_a_post_keeps_the_settings_it_began_with(start):
    gateway = begin(start)
    with gateway.connect() as connection:
        connection.send(head("POST", "/kyc", [JSON, (b"content-length", b"%d" % len(POST))]) + POST[:1000])
        time.sleep(0.2)
        assert put(gateway, settings(40)).status == 200
        connection.send(POST[1000:])
        assert connection.response().status == 200
    [seen] = gateway.seen_posts()
    assert (seen.value("x-kyc-settings-revision"), seen.value("x-kyc-score")) == (revision(settings(10)), "90")
    assert scored(gateway) == (revision(settings(40)), verdict(40))


def test_all_workers_switch_at_once(start):
    """Each connection may land on another worker; whoever asks after the answer gets the new settings."""
    gateway = begin(start, concurrency=4)
    for points in range(20, 40):
        assert put(gateway, settings(points), protocol=("h1", "h2")[points % 2]).status == 200
        for _ in range(6):
            assert get(gateway).json() == settings(points)
        assert scored(gateway) == (revision(settings(points)), verdict(points))


def test_conditional_updates_lose_nothing(start):
    """Four callers count together, each by reading, adding one and writing under If-Match."""
    gateway = begin(start, points=0, concurrency=4)

    def count(_):
        done = refused = 0
        while done < 20:
            seen = get(gateway).json()
            weights = seen["identityProof"]["weights"]
            points = weights["issueDate"] + weights["nationality"]
            answer = put(gateway, settings(points + 1), (b"if-match", revision(seen).encode()))
            assert answer.status in (200, 412), answer
            done, refused = done + (answer.status == 200), refused + (answer.status == 412)
        return refused

    with concurrent.futures.ThreadPoolExecutor(4) as callers:
        refused = sum(callers.map(count, range(4)))
    assert get(gateway).json() == settings(80)
    assert refused, "nothing ever collided"


PUTS, POSTERS = 1000, 6


def test_a_thousand_changes_under_load(start):
    """No post is lost, and each is scored by one whole settings document."""
    gateway = begin(start, concurrency=4)
    expected = {revision(settings(points)): verdict(points) for points in range(90)}
    over = []

    def post(number):
        posted = 0
        with gateway.connect(("h1", "h2")[number % 2]) as connection:
            while not over:
                assert connection.request("POST", "/kyc", [JSON], POST).status == 200
                posted += 1
        return posted

    def change():
        points = itertools.cycle(range(90))
        with gateway.connect("h1") as one, gateway.connect("h2") as other:
            for number, connection in zip(range(PUTS), itertools.cycle([one, other])):
                document = settings(next(points))
                answer = connection.request("PUT", PATH, [BEARER, JSON], json.dumps(document).encode())
                assert (answer.status, answer.json()) == (200, document), number
                assert answer.value("x-kyc-settings-revision") in expected

    began = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(POSTERS) as posters, gateway.counting() as changed:
        running = [posters.submit(post, number) for number in range(POSTERS)]
        try:
            change()
        finally:
            over.append(True)
        posted = sum(future.result() for future in running)
    assert time.monotonic() - began < 60
    seen = gateway.seen_posts()
    assert len(seen) == posted == changed["kyc_gate.requests"] and posted > 300
    revisions = set()
    for post in seen:
        name = post.value("x-kyc-settings-revision")
        assert (post.value("x-kyc-score"), post.value("x-kyc-decision")) == expected[name]
        revisions.add(name)
    assert len(revisions) > 30, "the changes hardly met the load"


def test_other_posts_are_as_before(start):
    gateway = start(api())
    assert put(gateway, DEFAULTS).status == 200
    gateway.fresh()
    for body in DECISIONS.values():
        assert gateway.post(body).status == 200
    decided = sorted(seen.value("x-kyc-decision") for seen in gateway.seen_posts())
    assert decided == ["accept", "reject", "review"]
