"""Envoy with envoy/envoy.yaml or envoy/native/envoy.yaml: what the file says, the process, its log and statistics."""

import base64
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request

import yaml

ROOT = pathlib.Path(__file__).parents[2]


class Bootstrap:
    """The numbers the demo needs, read from the file that Envoy reads."""

    path = "envoy/envoy.yaml"
    module = "dist/kyc_gate.wasm"
    # The logger of Envoy's that the gate writes to.
    logger = "wasm"

    def __init__(self) -> None:
        document = yaml.safe_load((ROOT / self.path).read_text())
        resources = document["static_resources"]
        self.admin_port = _port(document["admin"])
        self.port = _port(resources["listeners"][0])
        self.cluster_ports = {
            cluster["name"]: _port(cluster["load_assignment"]["endpoints"][0]["lb_endpoints"][0]["endpoint"])
            for cluster in resources["clusters"]
        }
        connection_manager = resources["listeners"][0]["filter_chains"][0]["filters"][0]["typed_config"]
        gate = next(f for f in connection_manager["http_filters"] if f["name"] == "kyc-gate")["typed_config"]
        self._read(gate)

    def _read(self, gate: dict) -> None:
        plugin = gate["config"]
        self.variables = plugin["vm_config"]["environment_variables"]["key_values"]
        self.gate = json.loads(plugin["configuration"]["value"])

    @property
    def request_key(self) -> bytes:
        return base64.b64decode(self.variables["KYC_REQUEST_KEY"])

    def environment(self) -> dict[str, str]:
        """What Envoy's own environment has to have."""
        return {}

    def ports(self) -> dict[str, int]:
        return {"Envoy's listener": self.port, "Envoy's admin page": self.admin_port} | {
            f"the {name} cluster": port for name, port in self.cluster_ports.items()
        }


class NativeBootstrap(Bootstrap):
    """The native module has no environment but Envoy's; the demo's key is in the other file."""

    path = "envoy/native/envoy.yaml"
    module = "dist/libkyc_gate.so"
    logger = "dynamic_modules"

    def _read(self, gate: dict) -> None:
        self.variables = Bootstrap().variables
        self.gate = json.loads(gate["filter_config"]["value"])

    def environment(self) -> dict[str, str]:
        return self.variables


def _port(owner: dict) -> int:
    return owner["address"]["socket_address"]["port_value"]


def taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


class Failed(Exception):
    """Envoy did not start, or went away."""


# What Envoy says, as envoy/README.md has it, and what to do.
REASONS = {
    r"cannot bind '(\S+)': Address already in use": "{} is taken: stop what listens there",
    r"environment variable (\w+) is not set": "{} is missing in Envoy's environment",
    r"Invalid path: ([^\s`]+)": "{} is missing: run scripts/build",
}


def reason(log: str) -> str | None:
    """Returns why Envoy ended, in a line, where that is known."""
    for pattern, words in REASONS.items():
        if found := re.search(pattern, log):
            return words.format(found[1])
    return None


class Envoy:
    def __init__(self, command: list[str], bootstrap: Bootstrap, log: pathlib.Path):
        self._admin = f"http://127.0.0.1:{bootstrap.admin_port}"
        self._log = log
        self._access: list[dict] = []
        self._audit: list[dict] = []
        log.parent.mkdir(parents=True, exist_ok=True)
        self._log_file = log.open("w")
        self._audit_mark = f"[{bootstrap.logger}]"
        options = ["-c", bootstrap.path, "--log-level", "warning", "--component-log-level", f"{bootstrap.logger}:info"]
        # Access log lines would otherwise come ten seconds late, and another Envoy on this machine be in the way.
        options += ["--file-flush-interval-msec", "100", "--disable-hot-restart"]
        # Its own session: Ctrl-C is ours to handle, and stopping it takes what func-e started along.
        self._process = subprocess.Popen(
            [*command, *options],
            cwd=ROOT,
            env={**os.environ, **bootstrap.environment()},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        threading.Thread(target=self._read, daemon=True).start()

    def wait_ready(self, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                time.sleep(0.2)
                raise Failed(
                    reason(self.last_lines())
                    or f"Envoy ended with status {self._process.returncode}:\n{self.last_lines()}"
                )
            try:
                if self.admin("/ready").strip() == "LIVE":
                    return
            except OSError:
                pass
            time.sleep(0.1)
        raise Failed(f"Envoy is not ready after {seconds:.0f} s:\n{self.last_lines()}")

    def admin(self, path: str) -> str:
        # The admin page is on this machine, whatever proxy the environment names.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(self._admin + path, timeout=5) as answer:
            return answer.read().decode()

    def version(self) -> str:
        return json.loads(self.admin("/server_info"))["version"].split("/")[1]

    def access_line(self, number: int, seconds: float = 5) -> dict | None:
        """The access log's line of the request with this number, counted from 0."""
        return _wait_for(self._access, number, seconds)

    def audit_line(self, requester_id: str) -> dict | None:
        return next((line for line in self._audit if line.get("requester_id") == requester_id), None)

    def access_lines(self) -> list[dict]:
        return list(self._access)

    def audit_lines(self) -> list[dict]:
        return list(self._audit)

    def running(self) -> bool:
        return self._process.poll() is None

    def last_lines(self) -> str:
        self._log_file.flush()
        return "\n".join(self._log.read_text().splitlines()[-15:])

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def _read(self) -> None:
        for line in self._process.stdout:
            self._log_file.write(line)
            self._log_file.flush()
            if self._audit_mark in line and (audit := _json_object(line)):
                self._audit.append(audit)
            elif line.startswith("{") and (access := _json_object(line)):
                self._access.append(access)


def _json_object(line: str) -> dict | None:
    start = line.find("{")
    if start < 0:
        return None
    try:
        found = json.loads(line[start:])
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _wait_for(lines: list[dict], number: int, seconds: float) -> dict | None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if len(lines) > number:
            return lines[number]
        time.sleep(0.02)
    return None
