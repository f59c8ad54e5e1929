"""The access log by OpenTelemetry, by envoy/observability/otlp.yaml: the gate's fields, and nothing of a post."""

import json
import re

import pytest
import yaml
from collector import Collector
from relid import DECISIONS, GCM, REQUESTER
from resources import FILTER_STATE, ROOT, Setup

from envoy import Gateway, envoy_version, eventually
from gate import encrypted, every_decision

SHIPPED = yaml.safe_load((ROOT / "envoy/observability/otlp.yaml").read_text())
# The ids that tell one post from another are no identity data; the user's id is.
IDS = {REQUESTER}
# Words that many documents have, in keys and routes as well.
HARMLESS = re.compile(r"ok|not done|error|\d{1,3}(\.\d+)?|[a-z]{1,3}", re.IGNORECASE)


def access_log():
    """The shipped one; for Envoy 1.36 as the comment in the file says."""
    [log] = json.loads(json.dumps(SHIPPED["access_log"]))
    if envoy_version() < (1, 37):
        config = log["typed_config"]
        common = {name: config.pop(name) for name in ("log_name", "grpc_service", "buffer_flush_interval")}
        config["common_config"] = {"transport_api_version": "V3", **common}
    return log


class Logging(Gateway):
    """Logs as the shipped file says, to a collector of ours."""

    def __init__(self, collector, **setup):
        self._collector = collector
        super().__init__(Setup(encrypted(decision=every_decision("forward")), env=GCM.env, **setup))

    def _bootstrap(self):
        bootstrap = super()._bootstrap()
        [cluster] = json.loads(json.dumps(SHIPPED["clusters"]))
        [endpoint] = cluster["load_assignment"]["endpoints"][0]["lb_endpoints"]
        endpoint["endpoint"]["address"]["socket_address"] = {"address": "127.0.0.1", "port_value": self._collector.port}
        resources = bootstrap["static_resources"]
        resources["clusters"].append(cluster)
        [filter_chain] = resources["listeners"][0]["filter_chains"]
        filter_chain["filters"][0]["typed_config"]["access_log"].append(access_log())
        return bootstrap


@pytest.fixture(scope="module")
def collector():
    collector = Collector()
    yield collector
    collector.stop()


@pytest.fixture(scope="module")
def gateway(collector):
    gateway = Logging(collector)
    yield gateway
    gateway.stop()


def strings(value):
    """The texts and numbers of a JSON value, as text."""
    if isinstance(value, dict):
        return [text for item in value.values() for text in strings(item)]
    if isinstance(value, list):
        return [text for item in value for text in strings(item)]
    return [str(value)]


def leaks(received):
    """What of the posts is in it."""
    texts = {text for post in DECISIONS.values() for text in strings(json.loads(post)) if text not in IDS}
    return [text for text in texts if text.strip() and not HARMLESS.fullmatch(text) and text.encode() in received]


def test_the_log_has_the_gates_fields_and_nothing_of_the_posts(gateway, collector):
    query = b"?name=cAnArY"
    bodies = [GCM.seal(post) for post in DECISIONS.values()]
    for body in bodies:
        assert gateway.post(body, [(b"x-request-id", b"cafe")], path="/kyc" + query.decode()).status == 200
    assert gateway.post(b"garbage").status == 400
    assert gateway.request("GET", "/other").status == 200
    assert eventually(lambda: len(collector.records()) >= 5, 15), "the records don't come"

    records = [attributes for _, attributes in collector.records()]
    assert [record["kyc.decision"] for record in records] == [*DECISIONS, "error", "-"]
    for record in records[:3]:
        assert record.keys() >= {f"kyc.{name}" for name in FILTER_STATE}
        assert record["kyc.requester_id"] == REQUESTER and record["kyc.score"] == "100"
        assert re.fullmatch("[0-9a-f]{16}", record["kyc.config_revision"])
        assert (record["http.response.status_code"], record["url.path"]) == ("200", "/kyc")
    assert records[3]["envoy.response_code_details"] == "kyc_gate_unreadable_body"

    everything = b"".join(collector.received)
    assert b"kyc-gate" in everything and REQUESTER.encode() in everything
    assert leaks(everything) == []
    assert b"cAnArY" not in everything and not any(body[:24] in everything for body in bodies)


def test_a_leak_would_be_found(gateway):
    """What the backend gets is the post, and has it all."""
    gateway.fresh().post(GCM.seal(DECISIONS["accept"]))
    assert len(leaks(gateway.backend.only().body)) > 30
