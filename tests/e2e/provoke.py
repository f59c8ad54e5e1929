"""Each alert: an Envoy in which all is well, what provokes the alert, and a Prometheus that must fire it then and not
before."""

import sys
import tempfile
import threading
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from client import head
from prometheus import SECONDS, SHIPPED, Prometheus
from relid import DECISIONS, GCM
from resources import NATIVE, WASM_MODULE
from settings import api, put, settings
from store import AUTHORITY, PATH, TOKEN, Store
from trap import trapping
from watched import OLD, Watched

from gate import encrypted

ACCEPT, REVIEW, REJECT = (GCM.seal(DECISIONS[decision]) for decision in ("accept", "review", "reject"))
JSON = (b"content-type", b"application/json")
# How long all is well, and how long an alert may take.
QUIET, PATIENCE = 8, 120
# Makes the callback of the body trap.
FATAL = b"A" * 777


class Poster:
    """Posts these bodies over and over, one every 50 ms, until it is stopped. They may be replaced."""

    def __init__(self, gateway, bodies):
        self.bodies = bodies
        self._gateway, self._stop = gateway, threading.Event()
        self._thread = threading.Thread(target=self._post, daemon=True)
        self._thread.start()

    def _post(self):
        while not self._stop.is_set():
            for body in list(self.bodies):
                with suppress(OSError):
                    self._gateway.post(body)
                self._stop.wait(0.05)
            self._stop.wait(0.05)

    def stop(self):
        self._stop.set()
        self._thread.join(30)


@dataclass
class Stage:
    """What a provocation has at hand. Whatever it starts is stopped in the end."""

    stack: ExitStack
    gateways: list = field(default_factory=list)
    # What Prometheus knows of a week ago: recorded metrics by name.
    past: dict = field(default_factory=dict)

    def stopped(self, thing):
        self.stack.callback(thing.stop)
        return thing

    def gateway(self, config, **options):
        options = {"env": {**GCM.env, **OLD.env}, **options}
        self.gateways.append(self.stopped(Watched(config, **options)))
        return self.gateways[-1]

    def poster(self, *bodies, gateway=None):
        return self.stopped(Poster(gateway or self.gateways[0], list(bodies)))


def header_hold_missing(stage):
    gateway = stage.gateway(encrypted(), hold=False)
    yield
    assert gateway.post(ACCEPT).status == 503


def policy_lost(stage):
    """The filter is gone from the listener. All posts reach the backend as they came."""
    gateway = stage.gateway(encrypted(), delivery="lds", drain_seconds=1)
    stage.poster(ACCEPT)
    yield
    gateway.reconfigure(None)
    assert gateway.post(ACCEPT).status == 200 and gateway.backend.seen[-1].value("x-kyc-decision") is None


def no_requests(stage):
    stage.past["job:kyc_gate_requests:increase30m"] = 50
    stage.gateway(encrypted())
    poster = stage.poster(ACCEPT)
    yield
    poster.stop()


def error_ratio(stage):
    stage.gateway(encrypted())
    poster = stage.poster(ACCEPT)
    yield
    poster.bodies = [ACCEPT, b"garbage"]


def overloaded(stage):
    """Two clients that send slowly fill the memory."""
    size = 900_000
    gateway = stage.gateway(encrypted(limits={"maxBodyBytes": 1 << 20, "maxInflightBytes": 2 << 20}))
    stage.poster(ACCEPT)
    yield
    for _ in range(2):
        held = stage.stack.enter_context(gateway.connect())
        held.send(head("POST", "/kyc", [JSON, (b"content-length", b"%d" % size)]) + b"A" * (size - 1))
    time.sleep(0.5)
    assert gateway.post(b"A" * size).status == 503
    stage.poster(b"A" * size)


def vm_reloads(stage):
    module = Path(stage.stack.enter_context(tempfile.TemporaryDirectory())) / "kyc_gate.wasm"
    module.write_bytes(trapping(WASM_MODULE, "proxy_on_request_body", 1, len(FATAL)))
    gateway = stage.gateway(encrypted(), module=str(module))
    stage.poster(ACCEPT)
    yield
    with suppress(OSError):
        assert gateway.post(FATAL).status == 503


def settings_store_down(stage):
    store = stage.stopped(Store(settings(20)))
    block = {"cluster": "settings", "path": PATH, "authority": AUTHORITY, "bearer": "env:STORE_TOKEN"}
    config = api(store={**block, "pollSeconds": 1, "timeoutMs": 500})
    stage.gateway(config, env={"STORE_TOKEN": TOKEN}, clusters={"settings": store.port})
    yield
    store.stop()


def revisions_differ(stage):
    """Settings are put to one of two pods."""
    stage.gateway(api())
    stage.gateway(api())
    yield
    assert put(stage.gateways[0], settings(30)).status == 200


def reject_rate_jump(stage):
    stage.past["job:kyc_gate_rejected:ratio1h"] = 0.1
    stage.gateway(encrypted())
    poster = stage.poster(*[ACCEPT] * 9, REJECT)
    yield
    poster.bodies = [ACCEPT, REJECT]


def review_backlog(stage):
    stage.gateway(encrypted())
    stage.poster(REVIEW, ACCEPT)
    yield
    for _ in range(3):
        stage.poster(REVIEW)


def previous_key_in_use(stage):
    """The sender never switches."""
    both = {"requestEncryption": {**GCM.config(), "previousKeys": [f"env:{OLD.name}"]}}
    stage.gateway(both)
    poster = stage.poster(ACCEPT)
    yield
    poster.bodies = [OLD.seal(DECISIONS["accept"])]


PROVOKED = {
    "KycGateHeaderHoldMissing": header_hold_missing,
    "KycGatePolicyLost": policy_lost,
    "KycGateNoRequests": no_requests,
    "KycGateErrorRatio": error_ratio,
    "KycGateOverloaded": overloaded,
    "KycGateVmReloads": vm_reloads,
    "KycGateSettingsStoreDown": settings_store_down,
    "KycGateRevisionsDiffer": revisions_differ,
    "KycGateRejectRateJump": reject_rate_jump,
    "KycGateReviewBacklog": review_backlog,
    "KycGatePreviousKeyInUse": previous_key_in_use,
}
ONLY_WASM = {"KycGateHeaderHoldMissing", "KycGateVmReloads"}


def past_of(stage, job):
    """A text in OpenMetrics' format of the hour around the time that the rules take for a week ago."""
    around = time.time() - SECONDS["1w"]
    lines = []
    for name, value in stage.past.items():
        lines.append(f"# TYPE {name} gauge")
        lines += [f'{name}{{job="{job}"}} {value} {around + at:.0f}' for at in range(-1200, 1201, 60)]
    return "\n".join([*lines, "# EOF\n"]) if lines else None


def provoke(alert):
    """Whether it fired, and only when it should; printed."""
    with ExitStack() as stack:
        stage = Stage(stack)
        provocation = PROVOKED[alert](stage)
        next(provocation)
        pods = {f"pod-{at}": gateway for at, gateway in enumerate(stage.gateways)}
        prometheus = stage.stopped(Prometheus({"gate": pods}, past_of(stage, "gate")))
        if any(firing["alertname"] == alert for firing in watched(prometheus, QUIET)):
            print(f"{alert}: fires before it is provoked", flush=True)
            return False
        begun = time.monotonic()
        for _ in provocation:
            raise AssertionError("a provocation has two parts")
        fired = prometheus.fires(alert, PATIENCE, job="gate")
        others = sorted({firing["alertname"] for firing in prometheus.firing()} - {alert})
        beside = f", and {', '.join(others)}" if others else ""
        took = f"fires {time.monotonic() - begun:.0f} s after it was provoked{beside}"
        print(f"{alert}: {took if fired else 'does NOT fire'}", flush=True)
        return fired


def watched(prometheus, seconds):
    """All that fires at some time."""
    end, seen = time.monotonic() + seconds, []
    while time.monotonic() < end:
        seen += prometheus.firing()
        time.sleep(0.5)
    return seen


def main(names):
    rules = yaml.safe_load((SHIPPED / "kyc-gate.alerts.yaml").read_text())["groups"][0]["rules"]
    assert {rule["alert"] for rule in rules} == PROVOKED.keys(), "not every alert is provoked here"
    unknown = set(names) - PROVOKED.keys()
    if unknown:
        sys.exit(f"there is no alert {', '.join(sorted(unknown))}; there are {', '.join(PROVOKED)}")
    failed = []
    for alert in names or PROVOKED:
        if NATIVE and alert in ONLY_WASM:
            print(f"{alert}: can't happen natively", flush=True)
        elif not provoke(alert):
            failed.append(alert)
    sys.exit(f"failed: {', '.join(failed)}" if failed else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
