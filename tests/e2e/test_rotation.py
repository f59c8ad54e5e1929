"""A key is replaced while posts go on, as docs/key-rotation.md says: none fails, none is lost."""

import json
import re
from pathlib import Path

import pytest
from envoy import Refused
from load import Load
from relid import DECISIONS, Envelope

PAGE = Path(__file__).resolve().parents[2] / "docs/key-rotation.md"
# What the page's blocks call their keys, which are written in hex here.
OLD = Envelope(name="KYC_KEY_2026")
NEW = Envelope(name="KYC_KEY_2027", key=bytes(range(32, 64)))
ENV = OLD.env | NEW.env
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
        with gateway.counting() as changed:
            load.wait(100)
        assert changed["kyc_gate.opened_with.previous"] >= 100 and "kyc_gate.opened_with.current" not in changed
        load.switch(NEW.seal)
        with gateway.counting() as changed:
            load.wait(100)
        assert changed["kyc_gate.opened_with.current"] >= 100 and "kyc_gate.opened_with.previous" not in changed
        gateway.reconfigure(new)
        load.wait(100)
    load.assert_nothing_lost()
    assert gateway.post(OLD.seal(ACCEPT)).status == 400


def test_the_audit_line_names_the_key(start):
    gateway = start(steps()[1], env=ENV)
    for envelope in (OLD, NEW):
        gateway.fresh()
        assert gateway.post(envelope.seal(ACCEPT)).status == 200
        [line] = gateway.audit()
        assert line["key_id"] == envelope.name


def test_a_new_vm_has_the_environment_of_now(start):
    """The list of variables and another vm_config.configuration, as the page has it, whatever Envoy makes of the list."""
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
