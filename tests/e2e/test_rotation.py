"""A key is replaced while posts go on, as docs/key-rotation.md says: none fails, none is lost."""

import json
import re
from pathlib import Path

import pytest
from backend import Answer
from cryptography.exceptions import InvalidTag
from load import Load
from relid import DECISIONS, Envelope

from envoy import Refused
from gate import encrypted

PAGE = Path(__file__).resolve().parents[2] / "docs/key-rotation.md"
# What the page's blocks call their keys, which are written in hex here.
OLD = Envelope(name="KYC_KEY_2026")
NEW = Envelope(name="KYC_KEY_2027", key=bytes(range(32, 64)))
OLD_ANSWER = Envelope(name="KYC_ANSWER_KEY_2026", key=bytes(range(64, 96)))
NEW_ANSWER = Envelope(name="KYC_ANSWER_KEY_2027", key=bytes(range(96, 128)))
ENV = OLD.env | NEW.env | OLD_ANSWER.env | NEW_ANSWER.env
ACCEPT = DECISIONS["accept"]


def steps():
    """The configurations of the page's steps 1, 2 and 5."""
    blocks = re.findall(r"^```jsonc\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    return [json.loads(f"{{{block}}}") for block in blocks]


@pytest.mark.parametrize("delivery", ["ecds", "lds"])
def test_no_post_is_lost_while_a_key_is_replaced(start, delivery):
    old, both, new = steps()
    gateway = start(old, env=ENV, delivery=delivery, concurrency=2, drain_seconds=2)
    with Load(gateway, OLD.seal, pause=0.002) as load:
        load.wait(100)
        gateway.reconfigure(both)
        load.assert_opened_with("previous", other="current")
        load.switch(NEW.seal)
        load.assert_opened_with("current", other="previous")
        gateway.reconfigure(new)
        load.wait(100)
    load.assert_nothing_lost()
    assert gateway.post(OLD.seal(ACCEPT)).status == 400


@pytest.mark.parametrize("delivery", ["ecds", "lds"])
def test_each_answer_is_under_one_key_while_that_is_replaced(start, delivery):
    """The gate's own answers and the backend's; those that are on their way keep the key of their configuration."""
    gateway = start(answering(OLD_ANSWER), env=ENV, delivery=delivery, concurrency=2, drain_seconds=2)
    with gateway.backend.answering(Answer(body=b'{"result":true}', seconds=0.03)), Load(gateway, OLD.seal) as load:
        load.wait(100)
        before = len(load.sent)
        gateway.reconfigure(answering(NEW_ANSWER))
        load.wait(20)
        after = len(load.sent)
        load.wait(100)
    load.assert_nothing_lost()
    keys = [key_of(sent) for sent in load.sent]
    # The last ones before had perhaps not reached Envoy yet.
    assert set(keys[: before - 10]) == {OLD_ANSWER.name}
    assert set(keys[after:]) == {NEW_ANSWER.name}
    rejected = gateway.post(OLD.seal(DECISIONS["reject"]))
    assert NEW_ANSWER.open(rejected.body) and not opens(OLD_ANSWER, rejected.body)


def answering(envelope):
    """The sender's key stays, the answers' is this one; rejected posts are answered by the gate."""
    blocks = {"responseBody": {}, "responseDecryption": envelope.config(), "decision": {"onReject": "respond"}}
    return encrypted(OLD, **blocks)


def key_of(sent):
    """The name of the only key that opens the answer, which must be this post's."""
    [envelope] = [envelope for envelope in (OLD_ANSWER, NEW_ANSWER) if opens(envelope, sent.body)]
    assert json.loads(envelope.open(sent.body))["reference_number"] == sent.requester_id
    return envelope.name


def opens(envelope, body):
    try:
        return bool(envelope.open(body))
    except InvalidTag:
        return False


def test_the_audit_line_names_the_key(start):
    gateway = start(steps()[1], env=ENV)
    for envelope in (OLD, NEW):
        gateway.fresh()
        assert gateway.post(envelope.seal(ACCEPT)).status == 200
        [line] = gateway.audit()
        assert line["key_id"] == envelope.name


def test_a_new_vm_has_the_environment_of_now(start):
    """The list of variables and another vm_config.configuration, as on the page, whatever Envoy makes of the list."""
    old, both, _ = steps()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(NEW.name, NEW.key.hex())
        gateway = start(old, env=OLD.env, delivery="ecds")
    gateway.reconfigure(both, env=ENV, vm_configuration="2")
    for envelope in (OLD, NEW):
        assert gateway.post(envelope.seal(ACCEPT)).status == 200


def test_a_refused_configuration_leaves_the_one_before(start):
    """What step 2 comes to without step 1."""
    old, both, _ = steps()
    gateway = start(old, env=OLD.env, delivery="ecds")
    with pytest.raises(Refused, match=f"environment variable {NEW.name} is not set"):
        gateway.reconfigure(both, env=ENV)
    assert gateway.post(OLD.seal(ACCEPT)).status == 200
