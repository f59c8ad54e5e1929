"""settingsApi.store: a write-through cache of a settings service that comes, goes and misbehaves."""

import concurrent.futures
import json
import time

import pytest
from settings import BEARER, PATH, POST, api, get, put, revision, scored, settings, verdict
from store import AUTHORITY, TOKEN, Store
from store import PATH as STORE_PATH

from envoy import eventually
from gate import assert_problem

ENV = {"STORE_TOKEN": TOKEN}
LOST, BACK = "the settings store gives no settings.", "the settings store gives settings again"


@pytest.fixture
def store():
    store = Store(settings(10))
    yield store
    store.stop()


@pytest.fixture
def begin(start, store):
    def begin(loaded=True, concurrency=2, settings_given=None, **changes):
        block = {"cluster": "settings", "path": STORE_PATH, "authority": AUTHORITY, "bearer": "env:STORE_TOKEN"}
        config = api(store={**block, "pollSeconds": 1, "timeoutMs": 1000, **changes})
        if settings_given is not None:
            config["kycSettings"] = settings_given
        gateway = start(config, env=ENV, clusters={"settings": store.port}, concurrency=concurrency)
        assert not loaded or in_force(gateway, settings(10))
        return gateway.fresh()

    return begin


def in_force(gateway, document, seconds=6):
    return eventually(lambda: get(gateway).value("x-kyc-settings-revision") == revision(document), seconds)


def test_loads_at_start(begin, store):
    gateway = begin()
    response = get(gateway)
    assert (response.json(), response.value("x-kyc-settings-durability")) == (settings(10), "store")
    assert scored(gateway) == (revision(settings(10)), verdict(10))
    assert store.seen()[0] == ["GET", STORE_PATH, True, None, ""]
    assert gateway.stats()["kyc_gate.settings_store.ok"] >= 1
    assert gateway.stats()["kyc_gate.settings_store.failed"] == 0


def test_loads_soon(begin, store):
    before = time.monotonic()
    begin()
    assert time.monotonic() - before < 5


@pytest.mark.parametrize("on_error", ["deny", "forward"])
def test_nothing_is_scored_before_the_first_load(start, store, on_error):
    store.stop()
    block = {"cluster": "settings", "path": STORE_PATH, "authority": AUTHORITY, "bearer": "env:STORE_TOKEN"}
    config = api(store={**block, "pollSeconds": 1, "timeoutMs": 500}) | {"decision": {"onError": on_error}}
    gateway = start(config, env=ENV, clusters={"settings": store.port}, concurrency=2)
    for _ in range(4):
        response = gateway.post(POST)
        if on_error == "deny":
            assert_problem(response, 503, "settings-unavailable")
        else:
            assert (response.status, gateway.backend.seen[-1].value("x-kyc-decision")) == (200, "error")
    assert_problem(get(gateway), 503, "settings-unavailable")
    assert gateway.stats()["kyc_gate.error.settings-unavailable"] == 4
    assert gateway.request("GET", "/elsewhere").status == 200
    store.start(settings(10))
    assert in_force(gateway, settings(10))
    assert scored(gateway) == (revision(settings(10)), verdict(10))


def test_settings_of_the_configuration_serve_until_then(begin, store):
    store.behave(GET=503)
    gateway = begin(loaded=False, settings_given=settings(5))
    assert scored(gateway) == (revision(settings(5)), verdict(5))
    store.behave()
    assert in_force(gateway, settings(10))


def test_a_poll_finds_what_others_changed(begin, store):
    gateway = begin(concurrency=4)
    store.put(settings(24))
    assert in_force(gateway, settings(24))
    for _ in range(8):
        assert scored(gateway) == (revision(settings(24)), verdict(24))
    assert f"settings {revision(settings(24))} are in force" in gateway.log()


def test_one_worker_polls_for_all(begin, store):
    gateway = begin(concurrency=4)
    before = len(store.seen())
    time.sleep(3)
    assert 2 <= len(store.seen()) - before <= 4
    assert not gateway.log().count("are in force"), "nothing has changed"


def test_put_writes_through(begin, store):
    gateway = begin(pollSeconds=3600)
    response = put(gateway, settings(21))
    assert (response.status, response.json()) == (200, settings(21))
    assert response.value("x-kyc-settings-durability") == "store"
    method, path, known, content_type, body = store.seen()[-1]
    assert (method, path, known, content_type) == ("PUT", STORE_PATH, True, "application/json")
    assert json.loads(body) == settings(21)
    assert scored(gateway) == (revision(settings(21)), verdict(21))
    stale = put(gateway, settings(22), (b"if-match", revision(settings(10)).encode()))
    assert_problem(stale, 412, "precondition-failed")
    assert store.seen()[-1][4] == body, "the store never heard of it"


def test_put_is_held_until_the_store_has_it(begin, store):
    gateway = begin(pollSeconds=3600)
    store.behave(seconds=0.6)
    with concurrent.futures.ThreadPoolExecutor(1) as caller:
        began = time.monotonic()
        held = caller.submit(put, gateway, settings(21))
        time.sleep(0.3)
        assert get(gateway).json() == settings(10)
        busy = put(gateway, settings(22))
        assert_problem(busy, 409, "settings-busy")
        assert busy.value("retry-after") == "1"
        assert held.result().status == 200 and time.monotonic() - began > 0.6
    assert get(gateway).json() == settings(21)


@pytest.mark.parametrize(
    ("behaviour", "status", "code"),
    [
        ({"PUT": 422}, 502, "settings-store-refused"),
        ({"PUT": 500}, 502, "settings-store-refused"),
        ({"PUT": 302}, 502, "settings-store-refused"),
        ({"PUT": 503}, 503, "settings-store-unavailable"),
        ({"seconds": 2}, 503, "settings-store-unavailable"),
    ],
    ids=str,
)
def test_put_changes_nothing_unless_the_store_takes_it(begin, store, behaviour, status, code):
    gateway = begin(pollSeconds=3600)
    store.behave(**behaviour)
    with gateway.counting() as changed:
        assert_problem(put(gateway, settings(21)), status, code)
    assert changed == {"kyc_gate.settings_store.failed": 1}
    assert get(gateway).json() == settings(10)
    store.behave()
    assert put(gateway, settings(22)).status == 200, "nothing is left locked"


def test_settings_outlive_the_store(begin, store):
    gateway = begin(concurrency=4)
    store.stop()
    assert eventually(lambda: LOST in gateway.log())
    time.sleep(2.5)
    assert gateway.log().count(LOST) == 1 and gateway.stats()["kyc_gate.settings_store.failed"] >= 3
    assert_problem(put(gateway, settings(21)), 503, "settings-store-unavailable")
    for _ in range(8):
        assert scored(gateway) == (revision(settings(10)), verdict(10))
    store.start(settings(11))
    assert in_force(gateway, settings(11))
    assert eventually(lambda: BACK in gateway.log())
    assert gateway.log().count(LOST) == 1


GARBAGE = [
    {"body": "<html>"},
    {"body": "[]"},
    {"body": '{"identityProof": {"weights": {"issueDate": 101}}}'},
    {"body": '{"uiVersion": "1", "uiVersion": "2"}'},
    {"body": '{"surprise": "cAnArY"}'},
    {"body": "{}" + " " * 300_000},
    {"GET": 404},
    {"GET": 401, "body": "{}"},
]


@pytest.mark.parametrize("behaviour", GARBAGE, ids=lambda behaviour: str(behaviour)[:40])
def test_garbage_from_the_store_is_not_taken(begin, store, behaviour):
    gateway = begin()
    store.behave(**behaviour)
    assert eventually(lambda: LOST in gateway.log())
    assert get(gateway).json() == settings(10)
    assert scored(gateway) == (revision(settings(10)), verdict(10))
    assert "cAnArY" not in gateway.whole_log() and TOKEN not in gateway.whole_log()


def test_a_cluster_that_does_not_exist(start, store):
    block = {"cluster": "nowhere", "path": STORE_PATH, "pollSeconds": 1}
    gateway = start(api(store=block), clusters={"settings": store.port})
    assert_problem(put(gateway, settings(21)), 503, "settings-store-unavailable")
    assert eventually(lambda: LOST in gateway.whole_log())
    assert_problem(gateway.post(POST), 503, "settings-unavailable")


def test_a_caller_that_goes_away_leaves_nothing_locked(begin, store):
    gateway = begin(pollSeconds=3600, timeoutMs=500)
    store.behave(seconds=0.3)
    with gateway.connect("h2") as connection:
        stream = connection.open("PUT", PATH, [BEARER])
        connection.send(stream, json.dumps(settings(23)).encode(), end=True)
        time.sleep(0.1)
        connection.reset(stream)
    # The store took it, as the poll finds that was brought forward.
    assert in_force(gateway, settings(23))
    store.behave()
    assert put(gateway, settings(24)).status == 200


def test_updates_and_polls_at_once_agree_in_the_end(begin, store):
    gateway = begin(concurrency=4)
    statuses = []

    def change(number):
        for step in range(15):
            statuses.append(put(gateway, settings(30 + 15 * number + step)).status)

    with concurrent.futures.ThreadPoolExecutor(3) as callers:
        list(callers.map(change, range(3)))
    assert set(statuses) <= {200, 409} and 200 in statuses
    last = get(gateway).json()
    stored = [body for method, _, _, _, body in store.seen() if method == "PUT"]
    assert len(stored) == statuses.count(200)
    assert json.loads(stored[-1]) == last
    time.sleep(1.5)
    assert get(gateway).json() == last
