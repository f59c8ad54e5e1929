"""Envoy is told to go, or to go on with another configuration, while clients post: none loses a post."""

import subprocess
import sys
import time

import pytest
import yaml
from backend import Answer
from client import Http1, head
from load import Load, Sent
from relid import GCM, payload
from resources import NATIVE, ROOT

from envoy import Refused, eventually
from gate import encrypted

JSON = (b"content-type", b"application/json")
CHANGES, EVERY = 100, 10


def generation(name):
    """A configuration that can be told apart by what it does."""
    return encrypted(headers=[{"headerName": "x-generation", "headerValue": name}])


def test_a_hundred_changes_of_the_configuration_under_load(start_alone):
    """Every tenth one is refused, and the one before it stays in force."""
    gateway = start_alone(generation("0"), env=GCM.env, delivery="ecds", concurrency=2)
    refused = encrypted(headers=[{"headerName": "x-generation", "headerValue": "${nothing}"}])
    in_force, memory = "0", []
    with gateway.backend.answering(Answer(echo=True)), Load(gateway, GCM.seal, clients=2, pause=0.02) as load:
        for change in range(1, CHANGES + 1):
            if change % EVERY:
                in_force = str(change)
                gateway.reconfigure(generation(in_force))
            else:
                with pytest.raises(Refused, match="unknown macro"):
                    gateway.reconfigure(refused)
                memory.append(gateway.module_bytes())
            assert gateway.post(GCM.seal(payload((("request_info", "requester_id"), f"probe-{change}")))).status == 200
            probe = next(seen for seen in gateway.seen_posts() if seen.value("x-kyc-requester-id") == f"probe-{change}")
            assert probe.value("x-generation") == in_force
    probes = [seen for seen in gateway.backend.seen if seen.value("x-kyc-requester-id").startswith("probe-")]
    assert len(probes) == CHANGES
    gateway.backend.seen[:] = [seen for seen in gateway.backend.seen if seen not in probes]
    load.assert_nothing_lost()
    # Natively Envoy's own memory is among it.
    assert memory[-1] <= memory[1] + ((1 << 20) if NATIVE else 0), "old configurations are kept"


def test_draining_before_the_end_loses_nothing(start_alone):
    """As a preStop hook does it: drain, wait for as long as that takes, then SIGTERM."""
    gateway = start_alone(encrypted(), env=GCM.env, concurrency=2, drain_seconds=2)
    with Load(gateway, GCM.seal, pause=0.01) as load:
        load.wait(50)
        gateway.drain()
        load.wait(20)
        load.keep_connections()
        before = -1
        # Nobody gets through any more once the listener is gone.
        while before != len(load.sent):
            before = len(load.sent)
            eventually(lambda before=before: len(load.sent) != before, 1.5)
        assert gateway.terminate() == 0
    load.assert_nothing_lost()


# Stands for the busybox of the sidecar's pod.
BUSYBOX = """#!{python}
import os, sys, urllib.request
if sys.argv[1] == "wget":
    body = b"" if "--post-data" in sys.argv else None
    sys.stdout.write(urllib.request.urlopen(sys.argv[-1], body, timeout=5).read().decode())
else:
    os.execvp(sys.argv[1], sys.argv[1:])
"""


def test_the_sidecars_hook_loses_nothing(start_alone, tmp_path):
    """The command that Kubernetes runs in the pod before SIGTERM; also with a post that comes slowly."""
    gateway = start_alone(encrypted(), env=GCM.env, concurrency=2, drain_seconds=2)
    box = tmp_path / "busybox"
    box.write_text(BUSYBOX.format(python=sys.executable))
    box.chmod(0o755)
    deployments = yaml.safe_load_all((ROOT / "envoy/sidecar/kyc-gate.yaml").read_text())
    [pod] = [manifest["spec"]["template"]["spec"] for manifest in deployments if manifest["kind"] == "Deployment"]
    [hook] = [c["lifecycle"]["preStop"]["exec"]["command"] for c in pod["containers"] if c["name"] == "envoy"]
    here = {
        "/var/lib/kyc-gate-tools/busybox": str(box),
        "http://127.0.0.1:9901": gateway.admin_address,
        "http.kyc.": "http.e2e.",
        "sleep 20": "sleep 2",
    }
    for there, replacement in here.items():
        assert any(there in word for word in hook), there
        hook = [word.replace(there, replacement) for word in hook]
    body = GCM.seal(payload((("request_info", "requester_id"), "load-slow")))
    with Load(gateway, GCM.seal, pause=0.01) as load, Http1(gateway.port) as slow:
        load.wait(50)
        slow.send(head("POST", "/kyc", [JSON, (b"content-length", b"%d" % len(body))]) + body[:-1])
        ending = subprocess.Popen(hook)
        load.wait(20)
        load.keep_connections()
        assert eventually(lambda: not gateway.listens(), 10)
        # Nobody gets in any more, but a post is still on its way.
        time.sleep(1)
        assert ending.poll() is None
        slow.send(body[-1:])
        assert slow.response().status == 200
        assert ending.wait(10) == 0
        assert gateway.terminate() == 0
    load.sent.append(Sent("load-slow", 200))
    load.assert_nothing_lost()


def test_the_end_without_draining_lets_nothing_through(start_alone):
    """Envoy goes at once: who was waiting gets no answer, and what it had not judged goes nowhere."""
    gateway = start_alone(encrypted(), env=GCM.env, concurrency=2)
    with gateway.backend.answering(Answer(echo=True, seconds=0.05)), Load(gateway, GCM.seal, clients=8) as load:
        load.wait(50)
        assert gateway.terminate() == 0
    load.assert_accounted()
    # What was on its way, and what connections that Envoy never accepted were given.
    assert load.errors()
