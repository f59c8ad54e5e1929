"""Rules that operators write, in Envoy's own V8."""

import json

from relid import DECISIONS, GCM

from gate import encrypted, every_decision

# As deep as rules may nest: evaluating it takes the most stack.
DEEPEST = "(1 + " * 20 + "score" + ")" * 20 + " > 0"
WIDEST = " || ".join(["document.errors.exists(error, error == 'none of these')"] * 15)

RULES = [
    {"name": "young", "when": "person.age < person.minimum_age + 100", "then": "review", "reason": "underage-person"},
    {"name": "no-such-field", "when": "document.fields['Shoe size'] == '46'", "then": "review", "reason": "other"},
    {"name": "here", "when": "request.path == '/kyc' && request.authority != ''", "then": "accept"},
    {"name": "deep", "when": DEEPEST, "then": "accept"},
    {"name": "wide", "when": WIDEST, "then": "reject"},
]


def test_rules_decide(start, protocol):
    template = {"why": "${explanation}"}
    gateway = start(encrypted(rules=RULES, requestBody=template, decision=every_decision("forward")), env=GCM.env)
    with gateway.counting() as changed:
        gateway.post(GCM.seal(DECISIONS["accept"]), protocol=protocol)
    request = gateway.review.only()
    headers = request.named("x-kyc-")
    assert (headers["x-kyc-decision"], headers["x-kyc-score"]) == ("review", "100")
    assert headers["x-kyc-rules"] == "young,no-such-field,here,deep"
    assert headers["x-kyc-reasons"] == "underage-person"
    steps = json.loads(request.body)["why"]
    assert steps[16:] == [
        {"rule": "young", "outcome": "review", "code": "RULE_FIRED", "reason": "underage-person"},
        {"rule": "no-such-field", "outcome": "review", "code": "RULE_FAILED"},
        {"rule": "here", "outcome": "accept", "code": "RULE_FIRED"},
        {"rule": "deep", "outcome": "accept", "code": "RULE_FIRED"},
    ]
    counted = {name: by for name, by in changed.items() if ".rule_" in name}
    fired = {f"kyc_gate.rule_fired.{name}": 1 for name in headers["x-kyc-rules"].split(",")}
    assert counted == fired | {"kyc_gate.rule_failed.no-such-field": 1}
    [line] = gateway.audit()
    assert line["failed_rules"] == ["no-such-field"]
