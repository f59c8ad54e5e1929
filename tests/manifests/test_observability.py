"""Rules, alerts and dashboard without an Envoy: promtool, the runbook, and that nothing asks for what isn't there."""

import json
import pathlib
import re

import pytest
import yaml
from manifests import OBSERVABILITY as SHIPPED
from manifests import ROOT, RULES

HERE = pathlib.Path(__file__).parent
ALERTS = yaml.safe_load((SHIPPED / "kyc-gate.alerts.yaml").read_text())["groups"][0]["rules"]
TESTS = [HERE / "alerts.test.yaml", HERE / "alerts-days.test.yaml"]
RUNBOOK = (ROOT / "docs/alerts.md").read_text()
METRICS = (ROOT / "docs/metrics.md").read_text()


def test_prometheus_takes_the_configuration(promtool):
    promtool("check", "config", SHIPPED / "prometheus.yaml")
    assert {path.name for path in SHIPPED.glob("*.rules.yaml")} | {"kyc-gate.alerts.yaml"} == set(RULES)
    # The others ask for what the names record.
    assert RULES[0] == "names.rules.yaml"


@pytest.mark.parametrize("tests", TESTS, ids=lambda path: path.name)
def test_each_alert_fires_and_stays_silent(promtool, tests):
    promtool("test", "rules", tests)


def test_no_alert_is_untested():
    cases = [
        case for path in TESTS for test in yaml.safe_load(path.read_text())["tests"] for case in test["alert_rule_test"]
    ]
    names = {alert["alert"] for alert in ALERTS}
    assert {case["alertname"] for case in cases if case.get("exp_alerts")} == names
    assert {case["alertname"] for case in cases if not case.get("exp_alerts")} == names


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["alert"])
def test_the_runbook_has_an_entry(alert):
    name, notes = alert["alert"], alert["annotations"]
    entry = re.search(rf"^## {name}\n\n(.+?)(?=^## |\Z)", RUNBOOK, re.MULTILINE | re.DOTALL)[1]
    severity, meaning = entry.split(". ", 1)
    assert severity.lower() == alert["labels"]["severity"]
    assert meaning.index("**Look at**") < meaning.index("**Do**")
    assert notes["runbook_url"].endswith(f"/alerts.html#{name.lower()}")
    assert notes.keys() == {"summary", "description", "runbook_url"}


def test_the_runbook_has_no_other_entry():
    assert re.findall(r"^## (KycGate\w+)$", RUNBOOK, re.MULTILINE) == [alert["alert"] for alert in ALERTS]


def test_nothing_asks_for_an_unknown_metric():
    """In rules, alerts, dashboard and runbook: the gate's metrics, and Envoy's own that the page names."""
    known = set(re.findall(r"`((?:kyc_gate|envoy)_\w+)", METRICS)) | {"istio_requests_total"}
    recorded = {rule["record"] for name in RULES for rule in rules(name) if "record" in rule}
    known |= {f"{name}_{part}" for name in known for part in ("bucket", "sum", "count")}
    beyond = {"envoy_http_conn_manager_prefix", "envoy_http_downstream_rq_active"}
    beyond |= {"envoy_server_days_until_first_cert_expiring"}
    texts = [rule["expr"] for name in RULES[1:] for rule in rules(name)] + dashboard_queries() + [RUNBOOK]
    for text in texts:
        asked = set(re.findall(r"(?<![\w:])(?:\w+:)?(?:kyc_gate|envoy|istio)_\w+(?::\w+)?", text))
        asked |= set(re.findall(r"\bkyc_gate:\w+:\w+", text))
        assert asked - known - recorded - beyond == set(), text


def rules(name):
    return [rule for group in yaml.safe_load((SHIPPED / name).read_text())["groups"] for rule in group["rules"]]


def dashboard_queries():
    panels = json.loads((SHIPPED / "dashboard.json").read_text())["panels"]
    return [target["expr"] for panel in panels for target in panel.get("targets", [])]


def test_the_dashboards_panels_fit():
    """No two overlap, each has a description, and each query heeds the variables."""
    panels = json.loads((SHIPPED / "dashboard.json").read_text())["panels"]
    taken = set()
    for panel in panels:
        at = panel["gridPos"]
        cells = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
        assert not cells & taken and at["x"] + at["w"] <= 24, panel["title"]
        taken |= cells
        assert panel["type"] == "row" or panel["description"].endswith("."), panel["title"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    for query in dashboard_queries():
        assert query.count('namespace=~"$namespace", job=~"$job", instance=~"$instance"') == len(
            re.findall(r"(?:kyc_gate|envoy)_\w+\{", query)
        )
