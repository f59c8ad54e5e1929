"""The processes of a bench: Envoys, peers and the backend. Each ends when it is told to, or when we end."""

import contextlib
import ctypes
import json
import os
import pathlib
import re
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass

from machine import ENVOYS, OTHERS

START_SECONDS = 60
_LIBC = ctypes.CDLL(None)
_PR_SET_PDEATHSIG, _PR_SET_TIMERSLACK = 1, 29


class Failed(Exception):
    """A process did not start, or went away, or did the wrong thing."""


def settle(processors: set[int]) -> None:
    """In a child, before it becomes another program: on its processors, and gone when we are."""
    os.sched_setaffinity(0, processors)
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    # Else each pause of a paced sender would be 50 µs too long.
    _LIBC.prctl(_PR_SET_TIMERSLACK, 1)


class Process:
    """A child on its processors; what it writes goes to a file."""

    def __init__(self, command: list[str], log: pathlib.Path, processors: set[int], **environment: str):
        self.log = log
        with log.open("wb") as file:
            self._process = subprocess.Popen(
                command,
                stdout=file,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env={**os.environ, **environment},
                preexec_fn=lambda: settle(processors),
            )
        self.pid = self._process.pid

    def wait_for(self, probe) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not probe():
            if self._process.poll() is not None:
                raise Failed(
                    f"{self._process.args[0]} ended with status {self._process.returncode}:\n{self.last_lines()}"
                )
            if time.monotonic() > deadline:
                raise Failed(f"{self._process.args[0]} is not ready after {START_SECONDS} s:\n{self.last_lines()}")
            time.sleep(0.02)

    def last_lines(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-10:])

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def peak_bytes(self) -> int:
        """The most memory that was ever resident."""
        return self._memory("VmHWM")

    def resident_bytes(self) -> int:
        """The memory that is resident now."""
        return self._memory("VmRSS")

    def _memory(self, what: str) -> int:
        status = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(rf"^{what}:\s+(\d+) kB$", status, re.MULTILINE)[1]) * 1024


class Backend(Process):
    def __init__(self, program: pathlib.Path, folder: pathlib.Path):
        super().__init__([str(program)], folder / "backend.log", OTHERS)
        self.wait_for(lambda: self.log.read_text().strip())
        self.port = int(self.log.read_text())


class Peer(Process):
    def __init__(self, program: pathlib.Path, folder: pathlib.Path, name: str, configuration: dict, keys: dict):
        (folder / f"{name}.json").write_text(json.dumps(configuration))
        self.socket = folder / f"{name}.sock"
        self.socket.unlink(missing_ok=True)
        command = [str(program), str(folder / f"{name}.json"), str(self.socket)]
        super().__init__(command, folder / f"{name}.log", OTHERS, **keys)
        self.wait_for(lambda: self.log.read_text().partition("\n")[1])
        self.port = int(self.log.read_text().partition("\n")[0])


class Envoy(Process):
    def __init__(self, command: list[str], folder: pathlib.Path, name: str, bootstrap: dict, keys: dict):
        file, self._admin = folder / f"{name}.json", folder / f"{name}.admin"
        self._admin.unlink(missing_ok=True)
        file.write_text(json.dumps(bootstrap, indent=1))
        options = ["-c", str(file), "--concurrency", "1", "--disable-hot-restart", "--log-level", "warning"]
        options += ["--component-log-level", "wasm:info,dynamic_modules:info", "--admin-address-path", str(self._admin)]
        super().__init__([*command, *options], folder / f"{name}.log", ENVOYS, **keys)
        self.wait_for(self._ready)
        listeners = json.loads(self.admin("/listeners?format=json"))["listener_statuses"]
        self.port = listeners[0]["local_address"]["socket_address"]["port_value"]

    def _ready(self) -> bool:
        with contextlib.suppress(OSError):
            return bool(self._admin.exists() and self._admin.read_text()) and self.admin("/ready").strip() == "LIVE"
        return False

    def admin(self, path: str) -> str:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"http://{self._admin.read_text().strip()}{path}", timeout=10) as answer:
            return answer.read().decode()

    def version(self) -> str:
        return json.loads(self.admin("/server_info"))["version"].split("/")[1]


@dataclass
class Way:
    """A way through an Envoy: where to send, and whose processor time counts."""

    envoy: Envoy
    peer: Peer | None = None

    def processes(self) -> list[Process]:
        return [self.envoy, *([self.peer] if self.peer else [])]


@contextlib.contextmanager
def all_stopped_at_the_end() -> Iterator[list[Process]]:
    started: list[Process] = []
    try:
        yield started
    finally:
        for process in reversed(started):
            process.stop()
