"""What the README and docs/metrics.md say one sees: the demo's output, metrics, filter state."""

import json
import re
import urllib.request

import yaml
from pages import ROOT, blocks, code, rows

ADMIN = "http://127.0.0.1:{}"
FILTER_STATE = re.compile(r"wasm\.kyc_\w+")
# The demo's configuration has nothing to count here; tests/e2e sees them.
NOT_IN_THE_DEMO = {"kyc_gate.profile.<name>"}


def test_the_excerpt(demo):
    [excerpt] = [block.text for block in blocks("text") if block.page == ROOT / "README.md"]
    lines = iter(demo.splitlines())
    for line in excerpt.splitlines():
        pattern = as_pattern(line)
        assert line.strip() == "…" or any(re.fullmatch(pattern, said) for said in lines), f"not in this order: {line}"


def as_pattern(line):
    """The line, with another size and another ciphertext."""
    pattern = re.escape(line)
    pattern = re.sub(r"(\d+\\ )?\d+\\ bytes", r"[\\d ]+ bytes", pattern)
    return re.sub(r"base64:\\ \S+…", r"base64: [A-Za-z0-9+/]+…", pattern)


def test_metrics(served):
    named = [name for row in rows((ROOT / "docs/metrics.md").read_text()) for name in code(row[0])]
    patterns = {name: metric_pattern(name) for name in named if name.startswith("kyc_gate.")}
    assert len(patterns) >= 10
    real = {line.split(":")[0] for line in admin("/stats?filter=kyc_gate&format=text").splitlines()}
    real = {name.removeprefix("wasmcustom.") for name in real}
    assert [name for name in real if not any(re.fullmatch(p, name) for p in patterns.values())] == []
    for name in patterns.keys() - NOT_IN_THE_DEMO:
        for member in members(name):
            assert any(re.fullmatch(metric_pattern(member), found) for found in real), member


def metric_pattern(name):
    pattern = re.sub(r"<\w+>", "[A-Za-z0-9._-]+", name.replace(".", r"\."))
    return re.sub(r"\{([\w,-]+)\}", lambda words: f"({words[1].replace(',', '|')})", pattern)


def members(name):
    before, brace, rest = name.partition("{")
    inside, _, after = rest.partition("}")
    return [before + word + after for word in inside.split(",")] if brace else [name]


def test_labels(served):
    """The bootstrap's stats_tags make labels, as the README says."""
    text = admin("/stats/prometheus")
    assert 'kyc_gate_decision{kyc_decision="accept"} 1' in text
    assert 'kyc_gate_error{kyc_error="unreadable-body"} 1' in text


def test_filter_state(demo):
    named = set(FILTER_STATE.findall((ROOT / "docs/metrics.md").read_text()))
    assert named == set(FILTER_STATE.findall((ROOT / "envoy/envoy.yaml").read_text()))
    gate = "".join(path.read_text() for path in (ROOT / "src/gate").rglob("*.rs"))
    found = re.findall(r'(?:set_filter_state\(|DECISION_STATE: &str = )"(\w+)"', gate)
    assert named == {f"wasm.{name}" for name in found}


def test_the_audit_line(demo):
    lines = [json.loads(line) for line in demo.splitlines() if line.startswith('   {"time"')]
    assert len(lines) == 4
    known = {"time", "requester_id", "user_id", "overall_document_status", "decision", "error", "action", "score"}
    known |= {"identity_score", "failed_checks", "skipped_checks", "rules", "checks", "settings_revision"}
    known |= {"key_id", "microseconds", "request_id", "config_revision", "cause", "reasons"}
    assert set().union(*lines) == known


def admin(path):
    port = yaml.safe_load((ROOT / "envoy/envoy.yaml").read_text())["admin"]["address"]["socket_address"]["port_value"]
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(ADMIN.format(port) + path, timeout=10) as answer:
        return answer.read().decode()
