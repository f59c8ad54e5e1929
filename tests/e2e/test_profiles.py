"""One gateway, several mobile apps: settings, rules, template and actions by app id, authority and path."""

import pytest
from relid import DECISIONS, GCM, payload

from gate import assert_problem, encrypted

APP_ID = ("request_info", "app_id")
ERROR_LIST = ("kyc_info", "document", "document_status", "error_list")
ISSUED = ("kyc_info", "document", "identity_data", "Date of issue")
STRANGE = b'{"request_info": {"app_id": "%s", "requester_id": "r-1"}}'

CONFIG = encrypted(
    match={"paths": ["/kyc", "/v2/kyc"]},
    requestBody={"by": "top", "app": "${app_id}"},
    headers=[{"headerName": "x-by", "headerValue": "top"}],
    decision={"onReject": "deny"},
    profiles=[
        {
            "name": "wallet",
            "match": {"appIds": ["wallet-ios", "wallet-android"]},
            "requestBody": {"by": "wallet", "app": "${app_id}"},
            "headers": [{"headerName": "x-by", "headerValue": "wallet"}],
            "shippedRules": False,
        },
        {
            "name": "partners",
            "match": {"authorities": ["partners.bank.test"], "paths": ["/v2/kyc"]},
            "decision": {"onAccept": "respond"},
        },
        {"name": "trial", "match": {"appIds": ["trial"]}, "decision": {"mode": "shadow"}},
        {
            "name": "weighed",
            "match": {"authorities": ["weighed.bank.test:8443"]},
            "kycSettings": {"identityProof": {"weights": {"issueDate": 60}}},
            "requestBody": "",
        },
        {"name": "default", "headers": []},
    ],
)


def sealed(app_id, *changes):
    return GCM.seal(payload((APP_ID, app_id), *changes))


@pytest.fixture
def gateway(start):
    return start(CONFIG, env=GCM.env)


def test_an_app_gets_its_profile(gateway, protocol):
    for app_id in ("wallet-ios", "wallet-android"):
        gateway.fresh()
        assert gateway.post(sealed(app_id), protocol=protocol).status == 200
        seen = gateway.backend.only()
        assert seen.body == b'{"by":"wallet","app":"%s"}' % app_id.encode()
        assert seen.value("x-by") == "wallet"
        assert seen.value("content-length") == str(len(seen.body))
        [line] = gateway.audit()
        assert line["profile"] == gateway.access()[-1]["profile"] == "wallet"


def test_rules_are_the_profiles(gateway):
    expired = (ERROR_LIST, ["Expired Document"])
    assert gateway.post(sealed("wallet-ios", expired)).status == 200
    assert gateway.backend.only().value("x-kyc-rules") is None
    assert_problem(gateway.post(sealed("another", expired)), 403, "rejected")


@pytest.mark.parametrize("authority", [b"partners.bank.test", b"Partners.Bank.TEST:8443", b"partners.bank.test."])
def test_an_authority_and_a_path_get_their_profile(gateway, protocol, authority):
    at = {"path": "/v2/kyc?trace=1", "authority": authority, "protocol": protocol}
    assert gateway.post(sealed("another"), **at).json()["result"] is True
    assert_problem(gateway.post(sealed("another", (ERROR_LIST, ["Expired Document"])), **at), 403, "rejected")
    assert not gateway.backend.seen
    assert {line["profile"] for line in gateway.audit(2)} == {"partners"}
    # An app that comes first in the list keeps its profile, and one condition of two is none.
    gateway.post(sealed("wallet-ios"), **at)
    gateway.post(sealed("another"), **{**at, "path": "/kyc"})
    assert [seen.body[:15] for seen in gateway.backend.seen] == [b'{"by":"wallet",', b'{"by":"top","ap']


def test_settings_are_the_profiles(gateway, protocol):
    body = sealed("another", (ISSUED, ""))
    assert gateway.post(body, protocol=protocol).status == 200
    assert gateway.backend.only().value("x-kyc-score") == "95"
    response = gateway.post(body, protocol=protocol, authority=b"weighed.bank.test:8443")
    assert_problem(response, 403, "rejected")
    [_, line] = gateway.audit(2)
    assert (line["profile"], line["score"], line["decision"]) == ("weighed", 40, "reject")
    gateway.fresh()
    # At another port it is another authority.
    assert gateway.post(body, protocol=protocol, authority=b"weighed.bank.test:443").status == 200


def test_a_trial_notices_nothing_while_others_are_enforced(gateway, protocol):
    body = sealed("trial", (ERROR_LIST, ["Expired Document"]))
    assert gateway.post(body, protocol=protocol).status == 200
    seen = gateway.backend.only()
    assert seen.body == body
    assert (seen.value("x-kyc-decision"), seen.value("x-kyc-mode")) == ("reject", "shadow")
    assert seen.value("x-by") is None
    # Not V3, but its app is known; with the app unknown, the top level counts.
    strange = GCM.seal(STRANGE % b"trial")
    gateway.fresh()
    assert gateway.post(strange, protocol=protocol).status == 200
    assert (gateway.backend.only().body, gateway.backend.only().value("x-kyc-decision")) == (strange, "error")
    assert_problem(gateway.post(GCM.seal(STRANGE % b"wallet-ios"), protocol=protocol), 422, "invalid-payload")
    assert_problem(gateway.post(b"garbage", protocol=protocol), 400, "unreadable-body")


def test_all_others_get_the_default(gateway, protocol):
    gateway.post(sealed("another"), protocol=protocol)
    seen = gateway.backend.only()
    assert seen.body == b'{"by":"top","app":"another"}'
    assert seen.value("x-by") is None
    [line] = gateway.audit()
    assert line["profile"] == "default"


def test_profiles_are_counted(gateway):
    with gateway.counting() as changed:
        for app_id in ("wallet-ios", "wallet-android", "trial", "another"):
            gateway.post(sealed(app_id))
        gateway.post(b"garbage")
    counts = {name: count for name, count in changed.items() if ".profile." in name}
    assert counts == {"kyc_gate.profile.wallet": 2, "kyc_gate.profile.trial": 1, "kyc_gate.profile.default": 1}
    assert changed["kyc_gate.requests"] == 5
    names = set(gateway.stats())
    assert {"kyc_gate.profile.partners", "kyc_gate.profile.weighed"} <= names
    # The wallet has no rules, the others have the shipped ones.
    assert "kyc_gate.rule_fired.expired-document" in names


def test_without_profiles_none_is_told(start):
    gateway = start(encrypted(), env=GCM.env)
    gateway.post(GCM.seal(DECISIONS["accept"]))
    [line] = gateway.audit()
    assert "profile" not in line and gateway.access()[-1]["profile"] is None
