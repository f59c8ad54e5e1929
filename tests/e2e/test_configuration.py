"""Which configurations Envoy takes, and how it says what is wrong with the others."""

import re

import pytest
from relid import DECISIONS, GCM
from resources import MODULE, Setup, wasm_only

from envoy import CRASHES, Gateway, Refused
from gate import encrypted

SECRET = "5eC2e7" * 8


@pytest.fixture
def refusal(start):
    """What Envoy logs when it refuses a listener."""

    def refusal(config, **options):
        with pytest.raises(Refused) as refused:
            start(config, **options)
        log = str(refused.value)
        assert not [crash for crash in CRASHES if crash in log], log
        return log

    return refusal


def block(**changes):
    return {"requestEncryption": GCM.config(**changes)}


# Each configuration, and the paths that its refusal names.
REFUSED = {
    "unknown key": ({"requestEncryptoin": {}}, ["requestEncryptoin"]),
    "unknown key inside": ({"decision": {"onaccept": "deny"}}, ["decision.onaccept"]),
    "wrong type": ({"limits": {"maxDepth": "64"}}, ["limits.maxDepth"]),
    "out of range": (
        {"kycSettings": {"identityProof": {"weights": {"firstName": 101}}}},
        ["kycSettings.identityProof.weights.firstName"],
    ),
    "thresholds crossed": (
        {"kycSettings": {"identityProof": {"thresholds": {"rejectBelow": 90, "acceptAbove": 50}}}},
        ["kycSettings.identityProof.thresholds"],
    ),
    "a rule that is no condition": (
        {"rules": [{"name": "a", "when": "document.expired &&\n documnt.expired", "then": "review"}]},
        ["rules[0].when: at 2:2: unknown variable"],
    ),
    "no such action": ({"decision": {"onReject": "drop"}}, ["decision.onReject"]),
    "ECB": (block(cipherSpec="AES/ECB/PKCS5Padding"), ["requestEncryption.cipherSpec"]),
    "digest suffix": (block(cipherSpec="AES/256/CBC/PKCS7Padding:SHA-256"), ["requestEncryption.cipherSpec"]),
    "bits that are not the key's": (block(cipherSpec="AES/128/CBC/PKCS7Padding"), ["requestEncryption"]),
    "static nonce": (block(ivParamSpec="00" * 12), ["requestEncryption"]),
    "literal secret": (block(key=SECRET), ["requestEncryption.key"]),
    "variable not set": (block(key="env:NOT_SET_ANYWHERE"), ["requestEncryption.key", "NOT_SET_ANYWHERE"]),
    "previous key not set": (block(previousKeys=["env:NOT_SET_ANYWHERE"]), ["requestEncryption.previousKeys[0]"]),
    "unknown macro": ({"requestBody": {"a": {"b": "${no_such}"}}}, ["requestBody.a.b"]),
    "unknown filter": ({"requestBody": {"a": "${dob|shout}"}}, ["requestBody.a"]),
    "unclosed macro": ({"headers": [{"headerName": "x-a", "headerValue": "${dob"}]}, ["headers[0].headerValue"]),
    "template that is a number": ({"requestBody": 1}, ["requestBody"]),
    "bad pointer": ({"evidence": {"addressDocument": "no-slash"}}, ["evidence.addressDocument"]),
    "several at once": (
        {
            "decision": {"mode": "maybe", "onError": "crash"},
            "limits": {"maxFields": -1},
            "evidence": {"face": {"scale": "stars"}},
            "match": {"paths": "/kyc"},
            "surplus": 1,
            **block(key=SECRET, cipherSpec="DES/CBC/PKCS5Padding"),
        },
        [
            "decision.mode",
            "decision.onError",
            "limits.maxFields",
            "evidence.face.scale",
            "match.paths",
            "surplus",
            "requestEncryption.key",
            "requestEncryption.cipherSpec",
        ],
    ),
    "no JSON": ("{", []),
    "no object": ("[]", []),
    "a key twice": ('{"limits": {}, "limits": {}}', []),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_with_every_path_and_no_secret(refusal, case):
    config, paths = REFUSED[case]
    log = refusal(config, env=GCM.env)
    assert not [path for path in paths if path not in log], log
    assert SECRET not in log and GCM.key.hex() not in log


def test_envoy_does_not_start_with_a_refused_one():
    with pytest.raises(Refused, match="requestEncryptoin"):
        Gateway(Setup({"requestEncryptoin": {}})).stop()


def test_a_key_of_the_wrong_length_is_not_shown(refusal):
    log = refusal(encrypted(), env={"KYC_KEY": SECRET + SECRET})
    assert "requestEncryption.key" in log and SECRET not in log


@wasm_only("sds")
def test_secrets_by_sds_are_refused(refusal):
    config = encrypted(sds={"*": {"ads": {}}})
    config["requestEncryption"]["key"] = "sds:kyc-key"
    log = refusal(config)
    for path in ("requestEncryption.key", "sds"):
        assert f"\n{path}: only the native module gets secrets by SDS; in Wasm" in log


def test_an_ambiguous_key_is_refused(refusal):
    text = "00112233445566778899aabbccddeeff"
    config = block()
    del config["requestEncryption"]["keyEncoding"]
    log = refusal(config, env={"KYC_KEY": text})
    assert "requestEncryption.key" in log and text not in log


@pytest.mark.parametrize("as_struct", [False, True], ids=["StringValue", "Struct"])
@pytest.mark.parametrize("where", ["env", "literal_env"], ids=["host_env_keys", "key_values"])
def test_taken_either_way(start, as_struct, where):
    """In a Struct all numbers are doubles."""
    config = encrypted(limits={"maxBodyBytes": 100_000}, shippedRules=False)
    gateway = start(config, alone=True, as_struct=as_struct, **{where: GCM.env})
    assert gateway.post(GCM.seal(DECISIONS["reject"])).status == 200
    assert gateway.backend.only().body == DECISIONS["reject"], "the shipped rules are off"


def test_every_optional_block_may_be_empty(start):
    blocks = ("match", "evidence", "decision", "limits", "kycSettings")
    gateway = start({**{name: {} for name in blocks}, "headers": [], "requestBody": ""})
    assert gateway.post(DECISIONS["accept"]).status == 200
    assert gateway.backend.only().body == DECISIONS["accept"]


def test_what_is_odd_is_told_once_for_all_workers(start):
    """Five VMs load it: the main thread's, which tries it, and those of the workers."""
    config = {"audit": {"userId": "plain"}, "evidence": {"nameSimilarity": 0.5}}
    gateway = start(config, alone=True, concurrency=4)
    told = re.findall(r"kyc-gate: configuration: ([\w.]+):", gateway.whole_log())
    assert told == ["evidence.nameSimilarity", "audit.userId"] or told == ["audit.userId", "evidence.nameSimilarity"]
    assert gateway.stats()["kyc_gate.config_warnings"] == 2
    assert gateway.post(DECISIONS["accept"]).status == 200


def test_one_module_serves_several_configurations(start):
    """Each listener's filter has its own."""
    assert MODULE.stat().st_size > 0
    strict = start({"decision": {"onAccept": "deny"}})
    lenient = start({})
    assert strict.post(DECISIONS["accept"]).status == 403
    assert lenient.post(DECISIONS["accept"]).status == 200
