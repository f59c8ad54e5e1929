"""What operators watch with: the shipped dashboard and rules, in a real Prometheus that scrapes real Envoys."""

import json
import math
import re
import time

import pytest
import yaml
from prometheus import SHIPPED, Prometheus
from resources import NATIVE
from watched import ENV, Services, Watched, drive, everything

DASHBOARD = json.loads((SHIPPED / "dashboard.json").read_text())
# What Grafana puts in the place of its variables.
VARIABLES = {"$__rate_interval": "15s", "$__range": "40s", "$namespace": ".*", "$job": "labels", "$instance": ".*"}
# Of what the load doesn't cause; scripts/alerts does.
UNMOVED = {"VMs loaded anew", "Access tokens, fetches per second"}
# The last recorded metric that needs several scrapes of a load.
SEEN_ENOUGH = "count_over_time(instance:envoy_routed:rate5m[40s]) > 5"


def expressions():
    panels = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
    return [(panel["title"], target["expr"]) for panel in panels for target in panel["targets"]]


def filled(expression):
    for variable, value in VARIABLES.items():
        expression = expression.replace(variable, value)
    assert "$" not in expression
    return expression


@pytest.fixture(scope="module")
def prometheus():
    """Has seen a few seconds of every kind of post, by an Envoy for each way to name the gate's metrics."""
    services, running = Services(), []
    try:
        for names in ("labels", "plain", "own") if NATIVE else ("labels", "plain"):
            running.append(Watched(everything(), names, env=ENV, clusters=services.clusters()))
        jobs = {gateway.names: {"pod": gateway} for gateway in running}
        prometheus = Prometheus(jobs)
        running.append(prometheus)
        end = time.monotonic() + 90
        while len(prometheus.query(SEEN_ENOUGH)) < len(jobs):
            assert time.monotonic() < end, "Prometheus sees no load"
            for gateway in running[:-1]:
                assert {200, 400, 401, 422} == set(drive(gateway))
        prometheus.after_the_load = time.time()
        prometheus.settle(4)
        yield prometheus
    finally:
        for process in running:
            process.stop()
        services.stop()


@pytest.mark.parametrize(("title", "expression"), expressions(), ids=[title for title, _ in expressions()])
def test_a_panel_shows_what_happened(prometheus, title, expression):
    series = prometheus.query(filled(expression), time=prometheus.after_the_load)
    if NATIVE and "envoy_wasm" in expression:
        assert not series, "natively there is no VM"
        return
    values = [float(one["value"][1]) for one in series]
    assert values and not any(math.isnan(value) for value in values)
    assert title in UNMOVED or "evicted" in expression or max(values) > 0


def test_one_vocabulary(prometheus):
    """However Envoy names them, the rules end at the same metrics, labels and values."""
    names = {dict(labels)["__name__"] for labels in prometheus.values('{__name__=~"kyc_gate_.+", job="labels"}')}
    assert len(names) > 20
    for name in names - {"kyc_gate_processing_us_bucket", "kyc_gate_processing_us_sum", "kyc_gate_access_token"}:
        by_job = {}
        for labels, value in prometheus.values(name).items():
            job = dict(labels)["job"]
            rest = tuple(common(*pair) for pair in labels if pair[0] != "job")
            by_job.setdefault(job, {})[rest] = value
        # Polls go on, each Envoy's at its own time; histograms' buckets come from the bootstrap.
        if name.endswith("_bucket") or "settings_store" in name:
            by_job = {job: {labels_without_bound(labels) for labels in series} for job, series in by_job.items()}
        elif name.endswith("_sum"):
            by_job = {job: set(series) for job, series in by_job.items()}
        assert len(by_job) == (3 if NATIVE else 2), (name, by_job.keys())
        [(first, *others)] = [list(by_job.values())]
        assert all(first == other for other in others), (name, by_job)


def common(label, value):
    """Without the bootstrap's tags, Prometheus doesn't get the hyphens of the operator's names."""
    return label, value.replace("-", "_") if label in ("kyc_rule", "kyc_profile") else value


def labels_without_bound(labels):
    return tuple(pair for pair in labels if pair[0] != "le")


def test_the_recording_rules_record(prometheus):
    groups = yaml.safe_load((SHIPPED / "kyc-gate.rules.yaml").read_text())["groups"]
    for rule in groups[0]["rules"]:
        series = prometheus.query(rule["record"], time=prometheus.after_the_load)
        assert series and not any(one["value"][1] == "NaN" for one in series), rule["record"]


def test_all_rules_can_be_evaluated(prometheus):
    assert prometheus.rule_errors() == {}


def test_every_metric_is_documented_and_shown(prometheus, page_metrics):
    """Emitted, documented and shown are the same, but for what is waived by name."""
    found = prometheus.values('{__name__=~"kyc_gate_.+", job="labels"}')
    emitted = {re.sub(r"_(bucket|sum|count)$", "", dict(labels)["__name__"]) for labels in found}
    shown = {
        name for _, expression in expressions() for name in re.findall(r"\bkyc_gate_\w+?(?=_bucket|\{)", expression)
    }
    assert emitted == page_metrics.keys()
    assert shown == emitted
    labels = {name: set() for name in emitted}
    for series in found:
        name = re.sub(r"_(bucket|sum|count)$", "", dict(series)["__name__"])
        labels[name] |= {label for label, _ in series if label.startswith("kyc_")}
    assert labels == page_metrics


@pytest.fixture(scope="module")
def page_metrics():
    """The metrics of docs/metrics.md by their name in Prometheus, with their labels."""
    text = (SHIPPED.parents[1] / "docs/metrics.md").read_text()
    rows = re.findall(r"^\| `kyc_gate\..*?\| (`kyc_gate_.*?) \|", text, re.MULTILINE)
    cells = [re.findall(r"`(kyc_gate_\w+)(?:\{(\w+)\})?`", row) for row in rows]
    return {name: {label} - {""} for cell in cells for name, label in cell}
