"""A real Envoy with a generated bootstrap: start, talk to, read its logs and statistics, stop."""

import contextlib
import functools
import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request
from dataclasses import replace
from pathlib import Path

from backend import Backend
from client import AUTHORITY, PROTOCOLS
from memory import module_bytes
from resources import LOGGER, NATIVE, ROOT, address, clusters, discovered_filter, discovery, filter_of, listener

START_SECONDS = 90
LISTENERS_REJECTED = "listener_manager.lds.update_rejected"
RUNTIME = {"envoy.reloadable_features.dynamic_modules_strip_custom_stat_prefix": True} if NATIVE else {}
# What Envoy's log says when a module has failed, and what the gate says of its own bugs.
CRASHES = (
    "Uncaught RuntimeError",
    "in-VM backtrace",
    "panicked at",
    "Unimplemented",
    "internal error",
    "host call failed",
)


@functools.cache
def find_envoy():
    """The words of the command that runs Envoy; see the script."""
    script = shlex.quote(str(ROOT / "scripts/lib/envoy.sh"))
    at_least = "40" if NATIVE else ""
    found = subprocess.check_output(["bash", "-c", f". {script}; find_envoy {at_least}"], text=True)
    return tuple(found.splitlines())


@functools.cache
def envoy_version():
    """Major and minor version of that Envoy."""
    told = subprocess.check_output([*find_envoy(), "--version"], text=True)
    return tuple(int(part) for part in re.search(r"/(\d+)\.(\d+)\.\d+/", told).groups())


class Refused(Exception):
    """Envoy did not start; the text is its log."""


def eventually(probe, seconds=5):
    """The first true answer of the probe; its last one when time is up."""
    end = time.monotonic() + seconds
    while not (found := probe()) and time.monotonic() < end:
        time.sleep(0.02)
    return found


class Gateway:
    """An Envoy, the backend behind it, and the second one that reviews are routed to."""

    def __init__(self, setup):
        self.setup = setup
        self.backend, self.review = Backend(), Backend()
        self._folder = Path(tempfile.mkdtemp(prefix="kyc-gate-e2e-"))
        self._log, self._access = self._folder / "envoy.log", self._folder / "access.log"
        # Where in the logs begins what belongs to the set-up, and to the test.
        self._begin = self._mark = 0
        self._access_mark = 0
        self._version = 0
        self._listen_port = _free_port() if setup.delivery == "lds" else 0
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def _start(self):
        bootstrap, admin = self._folder / "bootstrap.json", self._folder / "admin.txt"
        bootstrap.write_text(json.dumps(self._bootstrap(), indent=1))
        if self.setup.delivery != "static":
            self._deliver()
        command = [*find_envoy(), "-c", bootstrap, "--disable-hot-restart"]
        command += ["--concurrency", str(self.setup.concurrency), "--admin-address-path", admin]
        command += ["--drain-time-s", str(self.setup.drain_seconds)]
        command += ["--log-level", self.setup.log_level, "--file-flush-interval-msec", "5"]
        command += ["--component-log-level", f"{LOGGER}:{self.setup.module_log_level}"]
        with self._log.open("wb") as log:
            environment = {**os.environ, **self._environment()}
            self._process = subprocess.Popen(list(map(str, command)), stdout=log, stderr=log, env=environment)
        eventually(lambda: self._process.poll() is not None or self._ready(admin), START_SECONDS)
        if self._process.poll() is not None or not self._ready(admin):
            # Before this line are Envoy's extensions.
            raise Refused(self._log.read_text().rpartition("loading 1 listener(s)")[2])
        self._started()

    def _environment(self):
        """Natively, the gate reads Envoy's own."""
        return self.setup.env | (self.setup.literal_env if NATIVE else {})

    def _started(self):
        self.port = self._port_of()

    def reconfigure(self, config, seconds=30, drained=True, **changes):
        """Replaces the plugin configuration, and what else of the set-up belongs to the filter, while Envoy runs.

        Returns once all new requests go by it. With a new listener, those on old connections don't before Envoy has
        drained them; `drained=False` doesn't wait for that. `Refused` if Envoy doesn't take it: then the one before
        goes on.
        """
        before, self.setup = self.setup, replace(self.setup, config=config, **changes)
        rejected, created = self._rejected(), self._number("listener_manager.listener_create_success")
        self._deliver()
        eventually(lambda: self._in_force(created) or self._rejected() > rejected, seconds)
        if self._rejected() > rejected or not self._in_force(created):
            self.setup = before
            raise Refused("\n".join(line for line in self.log().splitlines() if "[info]" not in line))
        # The main thread says so as soon as it has told the workers.
        time.sleep(0.1)
        if drained and self.setup.delivery == "lds":
            draining = "listener_manager.total_(filter_chains|listeners)_draining"
            assert eventually(lambda: not self._number(draining), seconds), "connections don't drain"

    def _deliver(self):
        """Puts the next version of the file in place."""
        if self.setup.delivery == "lds":
            self._publish("delivered", "listener.v3.Listener", [self._listener()])
        else:
            self._publish("delivered", "core.v3.TypedExtensionConfig", filter_of(self.setup))

    def _publish(self, name, kind, resources):
        """Replaces a file that Envoy watches, atomically, as Envoy wants it."""
        self._version += 1
        staged = self._folder / "staged.json"
        staged.write_text(json.dumps(discovery(kind, self._version, resources)))
        staged.rename(self._watched(name))

    def _watched(self, name):
        folder = self._folder / "watched"
        folder.mkdir(exist_ok=True)
        return folder / f"{name}.json"

    def _source(self, name):
        path = self._watched(name)
        config = {"path": str(path), "watched_directory": {"path": str(path.parent)}}
        return {"resource_api_version": "V3", "path_config_source": config}

    def _in_force(self, created):
        """`created` is the count of listeners before; every worker makes one of its own."""
        if self.setup.delivery == "lds":
            return self._listener_in_force(created)
        dump = json.loads(self.admin("/config_dump?resource=ecds_filters")).get("configs", [])
        return [ecds["version_info"] for ecds in dump] == [str(self._version)]

    def _listener_in_force(self, created):
        made = self._number("listener_manager.listener_create_success") - created
        return made >= self.setup.concurrency and not self._number("listener_manager.total_listeners_warming")

    def _rejected(self):
        names = {"lds": LISTENERS_REJECTED, "ecds": "kyc_gate.(config_fail|update_rejected)"}
        return self._number(names[self.setup.delivery])

    def _number(self, name):
        """The value of a counter or gauge; the sum of those whose names end so."""
        lines = self.admin(f"/stats?filter={name}$").splitlines()
        return sum(int(line.rpartition(": ")[2]) for line in lines)

    @property
    def pid(self):
        return self._process.pid

    @property
    def admin_address(self):
        return self._admin

    def listens(self):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True
        return False

    def drain(self):
        """Connections end with their next answer; after `drain_seconds` nobody listens any more."""
        self.admin("/drain_listeners?graceful", b"")

    def terminate(self, seconds=30):
        """SIGTERM, as Kubernetes sends it; the exit status."""
        self._process.terminate()
        return self._process.wait(seconds)

    def _port_of(self, name=None):
        """Where a listener listens; without a name, the first one."""
        listeners = json.loads(self.admin("/listeners?format=json"))["listener_statuses"]
        chosen = next(status for status in listeners if name in (None, status["name"]))
        return chosen["local_address"]["socket_address"]["port_value"]

    def _ready(self, admin):
        if not (admin.exists() and admin.read_text()):
            return False
        self._admin = "http://" + admin.read_text().strip()
        with contextlib.suppress(OSError):
            return self.admin("/ready") == "LIVE\n"
        return False

    def stop(self):
        for backend in (self.backend, self.review):
            backend.stop()
        if hasattr(self, "_process"):
            self._process.terminate()
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def fresh(self):
        """Forgets what earlier tests did."""
        self.backend.seen.clear()
        self.review.seen.clear()
        # A request is logged after its answer, so the one before may still be to be logged.
        time.sleep(0.015)
        self._mark, self._access_mark = self._log.stat().st_size, self._size(self._access)
        return self

    @staticmethod
    def _size(path):
        return path.stat().st_size if path.exists() else 0

    def active_requests(self):
        """How many requests Envoy has on its hands."""
        return self._number("http.e2e.downstream_rq_active")

    def upstream_connections(self):
        """How many connections to the backend Envoy takes for open."""
        return self._number("cluster.backend.upstream_cx_active")

    def seen_posts(self):
        """The KYC posts that reached either backend."""
        return [seen for seen in self.backend.seen + self.review.seen if seen.target == "/kyc"]

    def can_become(self, _setup):
        """Whether it can take another set-up."""
        return False

    def alive(self):
        return self._process.poll() is None

    def connect(self, protocol="h1"):
        return PROTOCOLS[protocol](self.port)

    def cpu_seconds(self):
        """The CPU time of all of Envoy's threads so far."""
        threads = Path(f"/proc/{self._process.pid}/task").glob("*/schedstat")
        return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9

    def module_bytes(self):
        """The memory of the Wasm module; natively, where it has none of its own, what all of Envoy has allocated."""
        if NATIVE:
            return int(json.loads(self.admin("/memory"))["allocated"])
        return module_bytes(self._process.pid)

    def request(self, method, path, headers=(), body=b"", protocol="h1", authority=AUTHORITY):
        with self.connect(protocol) as connection:
            return connection.request(method, path, headers, body, authority)

    def post(self, body, headers=(), protocol="h1", path="/kyc", authority=AUTHORITY):
        """A KYC post as REL-ID's server sends it."""
        if not any(name.lower() == b"content-type" for name, _ in headers):
            headers = [*headers, (b"content-type", b"application/json")]
        return self.request("POST", path, headers, body, protocol, authority)

    def admin(self, path, body=None):
        """An administrative page; with a body, posts."""
        with urllib.request.urlopen(self._admin + path, body, timeout=10) as answer:
            return answer.read().decode()

    def stats(self):
        """The gate's counters. In the plain text, Envoy puts its namespace for Wasm before their names."""
        lines = self.admin("/stats?filter=^wasmcustom.kyc_gate&type=Counters").splitlines()
        pairs = (line.removeprefix("wasmcustom.").split(": ") for line in lines)
        return {name: int(value) for name, value in pairs}

    @contextlib.contextmanager
    def counting(self):
        """How the gate's counters change inside the block; only those that do."""
        before, changed = self.stats(), {}
        yield changed
        for name, value in self.stats().items():
            if value != before.get(name, 0):
                changed[name] = value - before.get(name, 0)

    def log(self):
        """Envoy's log since `fresh`."""
        return self._log.read_bytes()[self._mark :].decode("utf-8", "replace")

    def whole_log(self):
        """Envoy's log since it took the set-up."""
        return self._log.read_bytes()[self._begin :].decode("utf-8", "replace")

    def audit(self, count=1):
        """The audit lines since `fresh`, which must be so many."""
        lines = eventually(lambda: (found := audit_lines(self.log())) and len(found) >= count and found)
        lines = lines or audit_lines(self.log())
        assert len(lines) == count, self.log()
        return lines

    def access(self, count=1):
        """The access log lines since `fresh`, at least so many."""

        def lines():
            text = self._access.read_bytes()[self._access_mark :].decode() if self._access.exists() else ""
            return [json.loads(line) for line in text.splitlines()]

        eventually(lambda: len(lines()) >= count)
        assert len(lines()) >= count, "the access log lacks lines"
        return lines()

    def _bootstrap(self):
        bootstrap = {
            "node": {"id": "e2e", "cluster": "e2e"},
            "admin": {"address": address(0)},
            "stats_flush_interval": "0.2s",
            # For the names of metrics: Envoy does for Wasm what for native modules has to be asked for.
            "layered_runtime": {"layers": [{"name": "static", "static_layer": RUNTIME}]},
            "static_resources": {
                "clusters": clusters(self.setup, self.backend.port, self.review.port),
                "secrets": [
                    {"name": name, "generic_secret": {"secret": {"inline_string": value}}}
                    for name, value in self.setup.secrets.items()
                ],
            },
        }
        if self.setup.delivery == "lds":
            bootstrap["dynamic_resources"] = {"lds_config": self._source("delivered")}
        else:
            bootstrap["static_resources"]["listeners"] = [self._listener()]
        return bootstrap

    def _listener(self):
        if self.setup.delivery == "ecds":
            filters = discovered_filter(self._source("delivered"))
        else:
            filters = filter_of(self.setup)
        return listener(self.setup, self._access, filters, self._listen_port)


def audit_lines(log):
    """The JSON objects that the module logged at info."""
    mark = "" if NATIVE else "wasm log"
    found = re.findall(rf"\[info\]\[{LOGGER}\].*?{mark}[^{{]*(\{{.*\}})\s*$", log, re.MULTILINE)
    return [json.loads(line) for line in found]


def _free_port():
    """A listener that is replaced must keep its port, so Envoy can't choose one."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]
