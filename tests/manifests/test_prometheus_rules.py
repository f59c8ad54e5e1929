"""The rules as an object of the Prometheus operator: the files of envoy/observability say it, all else repeats them.

`RULES=overwrite` writes what repeats them.
"""

import os
import re

import pytest
import yaml
from manifests import OBSERVABILITY as SHIPPED
from manifests import RULES
from tools import CHART, helm, kustomize, needs_tools

OBJECT = SHIPPED / "prometheusrule.yaml"
HEAD = """\
# The rules and alerts of this folder for the Prometheus operator: the three files in one object. Change them, not this:
#
#   RULES=overwrite scripts/test manifests
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: kyc-gate
  namespace: kyc
spec:
  groups:
"""


def made() -> str:
    """What each file has below `groups:`, comments included, two columns further in."""
    texts = [(SHIPPED / name).read_text().partition("\ngroups:\n")[2] for name in RULES]
    return HEAD + re.sub(r"^(?=.)", "  ", "".join(texts), flags=re.MULTILINE)


def groups(name: str) -> list[dict]:
    return yaml.safe_load((SHIPPED / name).read_text())["groups"]


ALL = [group for name in RULES for group in groups(name)]


def kept(path, text: str) -> bool:
    if os.environ.get("RULES") == "overwrite":
        path.write_text(text)
    return path.exists() and path.read_text() == text


def test_the_object_has_the_files():
    assert kept(OBJECT, made()), f"{OBJECT} isn't what RULES=overwrite writes"
    assert yaml.safe_load(OBJECT.read_text())["spec"] == {"groups": ALL}


def test_the_chart_has_the_files():
    for name in RULES:
        copy = CHART / "rules" / name
        assert kept(copy, (SHIPPED / name).read_text()), f"{copy} isn't what RULES=overwrite writes"
    assert {path.name for path in (CHART / "rules").iterdir()} == set(RULES)


@pytest.fixture(scope="module")
def by_helm(tmp_path_factory):
    """The object that the chart makes with these values of `metrics.rules`."""
    file = tmp_path_factory.mktemp("helm") / "values.yaml"

    def make(**rules):
        metrics = {"rules": {"enabled": True, **rules}, "labels": {"release": "prometheus"}}
        file.write_text(yaml.safe_dump({"metrics": metrics}))
        text = helm("template", "kyc", CHART, "--namespace", "pay", "-f", file)
        [found] = [one for one in yaml.safe_load_all(text) if one and one["kind"] == "PrometheusRule"]
        return found

    return make


def by_name(found: list[dict]) -> dict[str, dict]:
    return {group["name"]: group for group in found}


@needs_tools
def test_helm_makes_the_same(by_helm):
    made = by_helm()
    assert by_name(made["spec"]["groups"]) == by_name(ALL)
    assert made["metadata"]["namespace"] == "pay" and made["metadata"]["labels"]["release"] == "prometheus"


@needs_tools
def test_the_operators_own_numbers_reach_the_rules(by_helm):
    """What a value takes the place of is in the files, and nothing else changes."""
    changed = by_helm(runbooks="https://book.bank.example/gate", reviewsPerDay=75)["spec"]["groups"]
    text = yaml.safe_dump(ALL).replace("https://docs.example.com/kyc-gate/", "https://book.bank.example/gate/")
    wanted = text.replace("expr: vector(200)", "expr: vector(75)")
    assert wanted.count("vector(75)") == 1 and wanted.count("https://book.bank.example/gate/docs/alerts.html#") == 11
    assert by_name(changed) == by_name(yaml.safe_load(wanted))


@needs_tools
def test_without_the_value_there_is_none():
    assert "PrometheusRule" not in helm("template", "kyc", CHART)


@needs_tools
def test_kustomize_makes_the_same():
    [made] = kustomize(SHIPPED)
    assert made["kind"] == "PrometheusRule" and made["spec"] == {"groups": ALL}


def test_promtool_takes_the_groups(promtool, tmp_path):
    """As the operator hands them to Prometheus."""
    path = tmp_path / "kyc-gate.yaml"
    path.write_text(yaml.safe_dump(yaml.safe_load(OBJECT.read_text())["spec"]))
    promtool("check", "rules", path)
