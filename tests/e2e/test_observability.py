"""What operators see: metrics, access log, audit line; and what nobody must see."""

import base64
import datetime
import hashlib
import hmac
import re
import string
import time
import urllib.parse

import pytest
import settings
from client import head
from relid import DECISIONS, GCM, REQUESTER, USER, payload
from resources import FILTER_STATE, wasm_only

from gate import encrypted, every_decision

ACCEPT = DECISIONS["accept"]
JSON = (b"content-type", b"application/json")


def post_all(gateway):
    for decision in DECISIONS:
        gateway.post(GCM.seal(DECISIONS[decision]))
    gateway.post(b"garbage")
    gateway.request("GET", "/kyc")
    gateway.request("POST", "/other")


def test_counters(start):
    gateway = start(encrypted(decision={"onReview": "deny"}), env=GCM.env)
    with gateway.counting() as changed:
        post_all(gateway)
    assert changed == {
        "kyc_gate.requests": 4,
        "kyc_gate.bypassed": 2,
        "kyc_gate.decision.accept": 1,
        "kyc_gate.decision.review": 1,
        "kyc_gate.decision.reject": 1,
        "kyc_gate.action.forward": 1,
        "kyc_gate.action.respond": 1,
        "kyc_gate.action.deny": 1,
        "kyc_gate.error.unreadable-body": 1,
        "kyc_gate.unreadable.encoding": 1,
        "kyc_gate.rule_fired.document-status-error": 1,
        "kyc_gate.rule_fired.expired-document": 1,
        "kyc_gate.opened_with.current": 3,
    }


def test_failed_checks_are_counted_by_name(start):
    gateway = start(encrypted(), env=GCM.env)
    data = ("kyc_info", "document", "identity_data")
    body = GCM.seal(payload(*(((*data, name), "") for name in ("Date of issue", "Nationality", "Nationality code"))))
    with gateway.counting() as changed:
        gateway.post(body)
    failed = {name for name in changed if name.startswith("kyc_gate.check_failed.")}
    assert failed == {"kyc_gate.check_failed.issueDate", "kyc_gate.check_failed.nationality"}


def test_all_counters_exist_from_the_start(start):
    """An alert on a counter that isn't there yet never fires."""
    gateway = start(encrypted(), alone=True, env=GCM.env)
    names = set(gateway.stats())
    for group, members in {
        "decision": ("accept", "review", "reject"),
        "action": ("forward", "respond", "deny"),
        "error": ("unreadable-body", "invalid-payload", "body-too-large", "unsupported-media-type", "internal"),
        "check_failed": ("firstName", "mrzChecksum", "hasMatchingFaceProof", "address.line1"),
        "rule_fired": ("expired-document", "liveness-spoof", "underage", "document-status-error"),
        "replay": ("repeat", "replay", "conflict", "nonce_reuse", "unknown", "evicted"),
        "opened_with": ("current", "previous"),
        "unreadable": (*UNREADABLE, "padding-or-json"),
        "rule_failed": ("expired-document", "liveness-spoof", "underage", "document-status-error"),
    }.items():
        assert {f"kyc_gate.{group}.{member}" for member in members} <= names


def test_histograms(start):
    gateway = start(encrypted(), alone=True, env=GCM.env)
    body = GCM.seal(ACCEPT)
    for _ in range(3):
        gateway.post(body)
    time.sleep(0.5)
    counts = dict(re.findall(r"^kyc_gate_(\w+)_count\S* (\d+)$", gateway.admin("/stats/prometheus"), re.MULTILINE))
    assert {name: counts.get(name) for name in ("score", "body_bytes", "processing_us")} == {
        "score": "3",
        "body_bytes": "3",
        "processing_us": "3",
    }
    sums = dict(re.findall(r"^kyc_gate_(\w+)_sum\S* ([\d.e+]+)$", gateway.admin("/stats/prometheus"), re.MULTILINE))
    assert 250 <= float(sums["score"]) <= 350 and 2 * len(body) <= float(sums["body_bytes"]) <= 4 * len(body)


def test_what_nobody_looks_at_can_be_left_out(start):
    gateway = start(encrypted(observe={"filterState": False, "histograms": False}), alone=True, env=GCM.env)
    gateway.post(GCM.seal(ACCEPT))
    time.sleep(0.5)
    text = gateway.admin("/stats/prometheus")
    assert re.search(r"^kyc_gate_requests(\{\})? 1$", text, re.MULTILINE), text
    assert not re.search("kyc_gate_(score|body_bytes|processing_us)", text)
    line = gateway.access()[-1]
    # What the gate itself needs after an internal redirect.
    assert line["decision"] == "accept"
    assert {name for name in FILTER_STATE if line[name]} == {"decision"}
    assert [told["decision"] for told in gateway.audit()] == ["accept"]


def test_prometheus_has_the_counters(start):
    gateway = start(encrypted(), env=GCM.env)
    gateway.post(GCM.seal(ACCEPT))
    text = gateway.admin("/stats/prometheus")
    assert re.search(r"^kyc_gate_requests(\{\})? [1-9]\d*$", text, re.MULTILINE), text
    assert re.search(r"^kyc_gate_decision_accept(\{\})? [1-9]\d*$", text, re.MULTILINE)


@pytest.mark.parametrize("action", ["forward", "respond", "deny"])
def test_the_access_log_has_the_decision(start, protocol, action):
    gateway = start(encrypted(decision=every_decision(action)), env=GCM.env)
    data = ("kyc_info", "document", "identity_data")
    gateway.post(GCM.seal(payload(((*data, "Date of issue"), ""))), protocol=protocol)
    line = gateway.access()[-1]
    assert line["decision"] in ("accept", "review") and line["requester_id"] == REQUESTER
    assert line["failed_checks"] == "issueDate"
    assert 0 < int(line["score"]) <= 100
    assert all(re.fullmatch("[0-9a-f]{16}", line[name]) for name in ("settings_revision", "config_revision"))
    assert (line["details"] == "via_upstream") == (action == "forward")


def test_other_requests_leave_no_decision_in_the_access_log(start):
    gateway = start(encrypted(), env=GCM.env)
    gateway.request("GET", "/kyc", [(b"x-kyc-decision", b"accept")])
    line = gateway.access()[-1]
    assert line["status"] == 200 and line["decision"] is None


AUDIT_KEYS = {
    "time",
    "request_id",
    "requester_id",
    "user_id",
    "overall_document_status",
    "decision",
    "error",
    "action",
    "mode",
    "key_id",
    "replay",
    "score",
    "identity_score",
    "address_score",
    "failed_checks",
    "skipped_checks",
    "rules",
    "reasons",
    "failed_rules",
    "checks",
    "settings_revision",
    "config_revision",
    "microseconds",
}


@pytest.mark.parametrize("decision", DECISIONS)
def test_the_audit_line(start, protocol, decision):
    gateway = start(encrypted(), env=GCM.env)
    before = datetime.datetime.now(datetime.timezone.utc)
    gateway.post(GCM.seal(DECISIONS[decision]), protocol=protocol)
    [line] = gateway.audit()
    assert line.keys() <= AUDIT_KEYS
    assert line["time"].endswith("Z")
    assert abs(datetime.datetime.fromisoformat(line["time"][:19] + "+00:00") - before).total_seconds() < 10
    user = hashlib.sha256(USER.encode()).hexdigest()
    assert (line["requester_id"], line["user_id"], line["decision"]) == (REQUESTER, user, decision)
    if decision != "reject":
        [seen] = gateway.backend.seen + gateway.review.seen
        assert line["request_id"] == seen.value("x-request-id")
        assert line["config_revision"] == seen.value("x-kyc-config-revision")
    assert line["key_id"] == GCM.name and "replay" not in line
    assert line["overall_document_status"] == ("ERROR" if decision == "review" else "OK")
    fired = {"review": ["document-status-error"], "reject": ["expired-document"]}
    assert line["rules"] == fired.get(decision, [])
    assert "isPublishedOnline" in line["skipped_checks"] and line["failed_checks"] == []
    assert line["score"] == line["identity_score"] == 100
    assert ["isPublishedOnline", "skip", 0, "PUBLICATION_NOT_CHECKED"] in line["checks"] and len(line["checks"]) == 16
    assert all(re.fullmatch("[0-9a-f]{16}", line[name]) for name in ("settings_revision", "config_revision"))
    assert 0 <= line["microseconds"] < 5_000_000


def test_the_audit_line_of_an_error(start, protocol):
    gateway = start(encrypted(), env=GCM.env)
    gateway.post(b"garbage", protocol=protocol)
    [line] = gateway.audit()
    assert (line["decision"], line["error"], line["cause"]) == ("error", "unreadable-body", "encoding")
    assert line.keys() == {"time", "request_id", "decision", "error", "cause", "config_revision", "microseconds"}


UNREADABLE = {
    "plaintext": ACCEPT,
    "encoding": b"!",
    "too-short": base64.b64encode(bytes(11)),
    "authentication": base64.b64encode(bytes(64)),
    "utf8": GCM.seal(b"\xff{}"),
    "json": GCM.seal(b"{"),
}


def test_the_cause_of_an_unreadable_body_is_for_operators_only(start, protocol):
    gateway = start(encrypted(), env=GCM.env)
    answers = set()
    for count, (cause, body) in enumerate(UNREADABLE.items(), 1):
        with gateway.counting() as changed:
            response = gateway.post(body, protocol=protocol)
        assert changed[f"kyc_gate.unreadable.{cause}"] == changed["kyc_gate.error.unreadable-body"] == 1
        assert gateway.audit(count)[-1]["cause"] == cause
        answers.add((response.status, response.body))
    assert len(answers) == 1


def test_shadow_tells_what_would_have_been(start):
    gateway = start(encrypted(decision=every_decision("deny", mode="shadow")), env=GCM.env)
    with gateway.counting() as changed:
        gateway.post(GCM.seal(DECISIONS["reject"]))
    assert changed["kyc_gate.decision.reject"] == changed["kyc_gate.action.deny"] == 1
    [line] = gateway.audit()
    assert (line["decision"], line["action"], line["mode"]) == ("reject", "deny", "shadow")
    assert gateway.access()[-1]["decision"] == "reject"


@pytest.mark.parametrize(
    ("mode", "logged"), [("plain", USER), ("sha256", hashlib.sha256(USER.encode()).hexdigest()), ("omit", None)]
)
def test_the_user_in_the_audit_line(start, mode, logged):
    gateway = start(encrypted(audit={"userId": mode}), env=GCM.env)
    gateway.post(GCM.seal(ACCEPT))
    [line] = gateway.audit()
    assert line.get("user_id") == logged
    assert ("user_id" in line) == (logged is not None)
    assert mode == "plain" or USER not in gateway.log()


def test_the_user_in_the_audit_line_under_a_key(start):
    gateway = start(encrypted(audit={"userIdKey": "env:PEPPER"}), env={**GCM.env, "PEPPER": "pepper"})
    gateway.post(GCM.seal(ACCEPT))
    [line] = gateway.audit()
    assert line["user_id"] == hmac.digest(b"pepper", USER.encode(), "sha256").hex()


def test_a_hostile_user_id_cannot_forge_audit_lines(start):
    gateway = start(encrypted(audit={"userId": "plain"}), env=GCM.env)
    forged = '[2026-01-01][1][info][wasm] wasm log kyc_gate: {"decision":"accept"}'
    hostile = f'x"}}\n{forged}\r\n\u2028\u0085{forged}'
    gateway.post(GCM.seal(payload((("request_info", "user_id"), hostile), (("request_info", "requester_id"), hostile))))
    [line] = gateway.audit()
    escaped = urllib.parse.quote(
        hostile, safe=string.ascii_letters + string.digits + string.punctuation.replace("%", "")
    )
    assert line["user_id"] == line["requester_id"] and escaped.startswith(line["user_id"])
    assert 150 < len(line["user_id"]) <= 256 and line["user_id"].isascii()


def test_other_requests_are_not_audited(start):
    gateway = start(encrypted(), env=GCM.env)
    gateway.request("GET", "/kyc")
    gateway.request("POST", "/other", body=ACCEPT)
    gateway.post(GCM.seal(ACCEPT))
    gateway.audit(1)


@wasm_only("hold")
def test_envoy_honours_the_header_hold(start, protocol):
    """An Envoy that drops allow_on_headers_stop_iteration can't have the gate; scripts/matrix looks for this test."""
    gateway = start(encrypted(), env=GCM.env)
    with gateway.counting() as changed:
        assert gateway.post(GCM.seal(ACCEPT), protocol=protocol).status == 200
    assert "kyc_gate.error.header-hold-missing" not in changed
    assert len(gateway.seen_posts()) == 1


@wasm_only("hold")
def test_a_missing_header_hold_is_refused_at_once(start, protocol):
    """Without allow_on_headers_stop_iteration Envoy never hands over the body: better no answer than a hanging one."""
    gateway = start(encrypted(), env=GCM.env, hold=False)
    body = GCM.seal(ACCEPT)
    for _ in range(3):
        before = time.monotonic()
        with gateway.counting() as changed:
            assert gateway.post(body, protocol=protocol).status == 503
        assert time.monotonic() - before < 6
        assert changed.get("kyc_gate.error.header-hold-missing") == 1
    told = [line for line in gateway.whole_log().splitlines() if "allow_on_headers_stop_iteration" in line]
    assert len(told) == 1, told
    assert not gateway.backend.seen
    assert gateway.request("GET", "/kyc", protocol=protocol).status == 200


def test_a_slow_client_is_not_mistaken_for_a_missing_hold(start):
    gateway, body = start(encrypted(), env=GCM.env), GCM.seal(ACCEPT)
    # Once a held request has got its body, silence can only be the client's.
    assert gateway.post(body).status == 200
    with gateway.connect() as connection:
        connection.send(head("POST", "/kyc", [JSON, (b"content-length", b"%d" % len(body))]))
        time.sleep(6)
        connection.send(body)
        assert connection.response().status == 200


def test_the_revision_in_force_is_a_gauge(start, protocol):
    """Whoever hears of a change first shows it: the worker that takes the call."""
    gateway = start(settings.api())

    def shown():
        [line] = gateway.admin("/stats?filter=^wasmcustom.kyc_gate.config_revision$").splitlines()
        return int(line.rpartition(": ")[2])

    revisions = []
    for points in (10, 20):
        assert settings.put(gateway, settings.settings(points), protocol=protocol).status == 200
        before = shown()
        gateway.post(settings.POST, protocol=protocol)
        revision = gateway.seen_posts()[-1].value("x-kyc-config-revision")
        assert before == shown() == int(revision[:12], 16)
        revisions.append(revision)
    assert len(set(revisions)) == 2
