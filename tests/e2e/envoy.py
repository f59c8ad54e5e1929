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
from dataclasses import dataclass, field, replace
from pathlib import Path

import yaml
from backend import Backend
from client import AUTHORITY, PROTOCOLS
from memory import module_bytes

ROOT = Path(__file__).resolve().parents[2]
MODULE = Path(os.environ.get("KYC_GATE_WASM", ROOT / "dist/kyc_gate.wasm"))
START_SECONDS = 30
# What Envoy's log says when a module has failed, and what the gate says of its own bugs.
CRASHES = ("Uncaught RuntimeError", "in-VM backtrace", "panicked at", "Unimplemented", "internal error", "host call failed")
EMPTY_REPLIES = {"body_format": {"text_format_source": {"inline_string": ""}}}
FILTER_STATE = ("decision", "score", "requester_id", "failed_checks", "settings_revision", "profile", "answer")


@functools.cache
def find_envoy():
    """The words of the command that runs Envoy; see the script."""
    script = shlex.quote(str(ROOT / "scripts/lib/envoy.sh"))
    return tuple(subprocess.check_output(["bash", "-c", f". {script}; find_envoy"], text=True).splitlines())


class Refused(Exception):
    """Envoy did not start; the text is its log."""


@dataclass(frozen=True)
class Setup:
    """All that tells one Envoy from another."""

    # The plugin configuration; a str goes in as it is, None leaves the filter out.
    config: dict | str | None = None
    # In Envoy's own environment, handed on by host_env_keys.
    env: dict = field(default_factory=dict)
    # In the bootstrap.
    literal_env: dict = field(default_factory=dict)
    hold: bool = True
    as_struct: bool = False
    # The connection's (HTTP/1.1) or the stream's (HTTP/2), and the one of the routes, which beats it.
    buffer_bytes: int = 1 << 20
    request_buffer_bytes: int | None = None
    concurrency: int = 1
    # What a read of an answer may take at most, see `_cluster`.
    answer_buffer_bytes: int | None = None
    # More clusters: name to port.
    clusters: dict = field(default_factory=dict)
    # How the filter gets its configuration: in the bootstrap, or from a file that `reconfigure` replaces, which holds
    # either the whole listener ("lds") or the filter alone ("ecds").
    delivery: str = "static"
    # Part of the VM's identity: with another one, there is a new VM.
    vm_configuration: str = ""
    # How long connections may go on by a listener that was replaced; Envoy's own default.
    drain_seconds: int = 600
    # Where all but reviews are routed.
    default_cluster: str = "backend"
    module: str = str(MODULE)
    # Of Envoy, and of what it says of Wasm.
    log_level: str = "info"
    wasm_log_level: str = "info"
    # How long a request may take to arrive, where that is limited, and its answer.
    request_seconds: float = 0
    # How long nothing may happen on a stream.
    idle_seconds: float = 300
    route_seconds: float = 20
    # Whether Envoy's own answers are headers only.
    bare_replies: bool = False
    # What the shipped list of capabilities allows and this Envoy doesn't.
    denied: tuple = ()

    def key(self):
        return json.dumps(vars(self), sort_keys=True)


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
        self._mark = 0
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
        command += ["--log-level", self.setup.log_level, "--file-flush-interval-msec", "20"]
        command += ["--component-log-level", f"wasm:{self.setup.wasm_log_level}"]
        with self._log.open("wb") as log:
            environment = {**os.environ, **self.setup.env}
            self._process = subprocess.Popen(list(map(str, command)), stdout=log, stderr=log, env=environment)
        eventually(lambda: self._process.poll() is not None or self._ready(admin), START_SECONDS)
        if self._process.poll() is not None or not self._ready(admin):
            # Before this line are Envoy's extensions.
            raise Refused(self._log.read_text().rpartition("loading 1 listener(s)")[2])
        listeners = json.loads(self.admin("/listeners?format=json"))["listener_statuses"]
        self.port = listeners[0]["local_address"]["socket_address"]["port_value"]

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
        """Puts the next version of the file in place, atomically, as Envoy wants it."""
        self._version += 1
        [resource] = [self._listener()] if self.setup.delivery == "lds" else self._filter()
        kind = "config.listener.v3.Listener" if self.setup.delivery == "lds" else "config.core.v3.TypedExtensionConfig"
        resource = {"@type": f"type.googleapis.com/envoy.{kind}", **resource}
        response = {"version_info": str(self._version), "resources": [resource]}
        staged = self._folder / "staged.json"
        staged.write_text(json.dumps(response))
        staged.rename(self._watched())

    def _watched(self):
        return self._folder / "watched" / "delivered.json"

    def _source(self):
        self._watched().parent.mkdir(exist_ok=True)
        path = {"path": str(self._watched()), "watched_directory": {"path": str(self._watched().parent)}}
        return {"resource_api_version": "V3", "path_config_source": path}

    def _in_force(self, created):
        """`created` is the count of listeners before; every worker makes one of its own."""
        if self.setup.delivery == "lds":
            made = self._number("listener_manager.listener_create_success") - created
            return made >= self.setup.concurrency and not self._number("listener_manager.total_listeners_warming")
        dump = json.loads(self.admin("/config_dump?resource=ecds_filters")).get("configs", [])
        return [ecds["version_info"] for ecds in dump] == [str(self._version)]

    def _rejected(self):
        names = {"lds": "listener_manager.lds.update_rejected", "ecds": "kyc_gate.(config_fail|update_rejected)"}
        return self._number(names[self.setup.delivery])

    def _number(self, name):
        """The value of a counter or gauge; the sum of those whose names end so."""
        lines = self.admin(f"/stats?filter={name}$").splitlines()
        return sum(int(line.rpartition(": ")[2]) for line in lines)

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
        self._mark, self._access_mark = self._log.stat().st_size, self._size(self._access)
        return self

    @staticmethod
    def _size(path):
        return path.stat().st_size if path.exists() else 0

    def upstream_connections(self):
        """How many connections to the backend Envoy takes for open."""
        return self._number("cluster.backend.upstream_cx_active")

    def seen_posts(self):
        """The KYC posts that reached either backend."""
        return [seen for seen in self.backend.seen + self.review.seen if seen.target == "/kyc"]

    def alive(self):
        return self._process.poll() is None

    def connect(self, protocol="h1"):
        return PROTOCOLS[protocol](self.port)

    def cpu_seconds(self):
        """The CPU time of all of Envoy's threads so far."""
        threads = Path(f"/proc/{self._process.pid}/task").glob("*/schedstat")
        return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9

    def module_bytes(self):
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
        return self._log.read_text("utf-8", "replace")

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
        clusters = {"backend": self.backend.port, "review": self.review.port, **self.setup.clusters}
        bootstrap = {
            "node": {"id": "e2e", "cluster": "e2e"},
            "admin": {"address": _address(0)},
            "stats_flush_interval": "0.2s",
            "static_resources": {"clusters": [_cluster(name, port, self.setup.answer_buffer_bytes) for name, port in clusters.items()]},
        }
        if self.setup.delivery == "lds":
            bootstrap["dynamic_resources"] = {"lds_config": self._source()}
        else:
            bootstrap["static_resources"]["listeners"] = [self._listener()]
        return bootstrap

    def _listener(self):
        connections = {
            "name": "envoy.filters.network.http_connection_manager",
            "typed_config": {
                "@type": _type("filters.network.http_connection_manager.v3.HttpConnectionManager"),
                "stat_prefix": "e2e",
                "request_timeout": f"{self.setup.request_seconds}s",
                "stream_idle_timeout": f"{self.setup.idle_seconds}s",
                "http_protocol_options": {"enable_trailers": True},
                # What limits the buffer of an HTTP/2 stream is its window, not the connection's limit.
                "http2_protocol_options": {"initial_stream_window_size": max(self.setup.buffer_bytes, 65_535)},
                "access_log": [self._access_log()],
                **({"local_reply_config": EMPTY_REPLIES} if self.setup.bare_replies else {}),
                "route_config": {"virtual_hosts": [self._virtual_host()]},
                "http_filters": [*self._filter_slot(), _router()],
            },
        }
        return {
            "name": "gate",
            "address": _address(self._listen_port),
            "per_connection_buffer_limit_bytes": self.setup.buffer_bytes,
            "filter_chains": [{"filters": [connections]}],
        }

    def _virtual_host(self):
        host = {"name": "all", "domains": ["*"], "routes": _routes(self.setup.default_cluster, self.setup.route_seconds)}
        if self.setup.request_buffer_bytes:
            host["request_body_buffer_limit"] = self.setup.request_buffer_bytes
        return host

    def _filter_slot(self):
        if self.setup.delivery != "ecds":
            return self._filter()
        discovery = {"config_source": self._source(), "type_urls": [_type("filters.http.wasm.v3.Wasm")]}
        return [{"name": "kyc_gate", "config_discovery": discovery}]

    def _filter(self):
        if self.setup.config is None:
            return []
        config, kind = self.setup.config, "StringValue"
        if self.setup.as_struct:
            kind = "Struct"
        elif not isinstance(config, str):
            config = json.dumps(config)
        environment = {"host_env_keys": list(self.setup.env), "key_values": self.setup.literal_env}
        plugin = {
            "name": "kyc_gate",
            "root_id": "kyc_gate",
            "failure_policy": "FAIL_RELOAD",
            "capability_restriction_config": {"allowed_capabilities": self._capabilities()},
            "configuration": {"@type": f"type.googleapis.com/google.protobuf.{kind}", "value": config},
            "vm_config": {
                "runtime": "envoy.wasm.runtime.v8",
                "code": {"local": {"filename": self.setup.module}},
                "environment_variables": environment,
            },
        }
        if self.setup.vm_configuration:
            plugin["vm_config"]["configuration"] = {
                "@type": "type.googleapis.com/google.protobuf.StringValue",
                "value": self.setup.vm_configuration,
            }
        if self.setup.hold:
            plugin["allow_on_headers_stop_iteration"] = True
        typed = {"@type": _type("filters.http.wasm.v3.Wasm"), "config": plugin}
        return [{"name": "kyc_gate", "typed_config": typed}]

    def _capabilities(self):
        return {name: {} for name in shipped_capabilities() if name not in self.setup.denied}

    def _access_log(self):
        fields = {"status": "%RESPONSE_CODE%", "details": "%RESPONSE_CODE_DETAILS%", "path": "%REQ(:PATH)%"}
        fields |= {name: f"%FILTER_STATE(wasm.kyc_{name}:PLAIN)%" for name in FILTER_STATE}
        typed = {
            "@type": _type("access_loggers.file.v3.FileAccessLog"),
            "path": str(self._access),
            "log_format": {"json_format": fields},
        }
        return {"name": "envoy.access_loggers.file", "typed_config": typed}


def audit_lines(log):
    """The JSON objects that the module logged at info."""
    found = re.findall(r"\[info\]\[wasm\].*?wasm log[^{]*(\{.*\})\s*$", log, re.MULTILINE)
    return [json.loads(line) for line in found]


def _address(port):
    return {"socket_address": {"address": "127.0.0.1", "port_value": port}}


def _free_port():
    """A listener that is replaced must keep its port, so Envoy can't choose one."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@functools.cache
def shipped_capabilities():
    """What the shipped bootstrap lets the module do, wherever in it that stands."""
    [block] = _values_of("capability_restriction_config", yaml.safe_load((ROOT / "envoy/envoy.yaml").read_text()))
    return block["allowed_capabilities"]


def _values_of(key, node):
    members = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for name, value in members:
        if name == key:
            yield value
        yield from _values_of(key, value)


def _type(name):
    return f"type.googleapis.com/envoy.extensions.{name}"


def _router():
    return {
        "name": "envoy.filters.http.router",
        "typed_config": {"@type": _type("filters.http.router.v3.Router")},
    }


def _routes(default, seconds):
    review = {"name": "x-kyc-decision", "string_match": {"exact": "review"}}
    return [
        {"match": {"prefix": "/", "headers": [review]}, "route": {"cluster": "review", "timeout": f"{seconds}s"}},
        {"match": {"prefix": "/"}, "route": {"cluster": default, "timeout": f"{seconds}s"}},
    ]


def _cluster(name, port, buffer_bytes=None):
    endpoint = {"address": _address(port)}
    options = {
        "@type": _type("upstreams.http.v3.HttpProtocolOptions"),
        "explicit_http_config": {"http_protocol_options": {"enable_trailers": True}},
    }
    limit = {"per_connection_buffer_limit_bytes": buffer_bytes} if buffer_bytes else {}
    return {
        "name": name,
        "type": "STATIC",
        **limit,
        "typed_extension_protocol_options": {"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": options},
        "load_assignment": {
            "cluster_name": name,
            "endpoints": [{"lb_endpoints": [{"endpoint": endpoint}]}],
        },
    }
