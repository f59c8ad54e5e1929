"""The demo, the sidecar's Envoy, and the judges of the manifests."""

import contextlib
import os
import platform
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field

import pytest
import yaml
from pages import ROOT

sys.path.append(str(ROOT / "tests/manifests"))

from certificate import write_certificate
from judges import custom_schemas, kubernetes_schema, pytest_collection_modifyitems, pytest_configure, validate
from manifests import SIDECAR, containers, of_kind, sidecar_bootstrap

__all__ = ["custom_schemas", "kubernetes_schema", "pytest_collection_modifyitems", "pytest_configure", "validate"]

# Others on this machine may use the fixed ports of the demo for a while.
PATIENCE = 60


@dataclass
class Running:
    """A process and what it has said so far."""

    process: subprocess.Popen
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self.process.stdout:
            self.said.append(line)

    def text(self) -> str:
        return "".join(self.said)

    def wait_for(self, probe, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while not probe():
            if self.process.poll() is not None or time.monotonic() > end:
                pytest.fail(f"{self.process.args} ended or hangs:\n{''.join(self.said[-20:])}")
            time.sleep(0.05)

    def stop(self, how: int) -> int:
        self.process.send_signal(how)
        try:
            return self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


def start(command: list[str], **environment: str) -> Running:
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True, "errors": "replace"}
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | environment, start_new_session=True, **options)
    return Running(process)


def shell(line: str) -> subprocess.CompletedProcess:
    """Runs a line as a reader would, from the root of the repository."""
    command = ["bash", "-o", "pipefail", "-c", line]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)


@pytest.fixture(scope="session")
def demo() -> str:
    """What ./scripts/demo prints."""
    wait_until_free([*demo_ports()])
    done = shell("./scripts/demo")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def release(tmp_path_factory):
    """A folder with a release, most of it stand-ins."""
    folder = tmp_path_factory.mktemp("release")
    subprocess.run([sys.executable, str(ROOT / "tests/package/stand_ins.py"), str(folder)], check=True)
    return folder


@pytest.fixture(scope="session")
def native_demo(demo) -> str:
    """What ./scripts/demo --native prints; "" where the native module can't be loaded."""
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        return ""
    wait_until_free([*demo_ports()])
    done = shell("./scripts/demo --native")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def served(native_demo) -> Running:
    """./scripts/demo --serve, until the end of the tests. After the other demos, which need the same ports."""
    wait_until_free([*demo_ports()])
    running = start(["./scripts/demo", "--serve"])
    try:
        running.wait_for(lambda: "Ctrl-C ends it." in running.text())
        yield running
        assert running.stop(signal.SIGINT) == 0, running.text()
    finally:
        running.stop(signal.SIGKILL)


@pytest.fixture(scope="session")
def sidecar(tmp_path_factory) -> Running:
    """The Envoy of the sidecar, with its own arguments, its files from elsewhere, and no backend behind it."""
    directory = tmp_path_factory.mktemp("sidecar")
    write_certificate(directory)
    bootstrap = yaml.safe_dump(sidecar_bootstrap())
    bootstrap = bootstrap.replace("/etc/kyc-gate/tls", str(directory))
    bootstrap = bootstrap.replace("/var/lib/kyc-gate", str(ROOT / "dist"))
    # The demo has the same admin port.
    admin = sidecar_bootstrap()["admin"]["address"]["socket_address"]["port_value"]
    bootstrap = bootstrap.replace(str(admin), str(any_free_port()))
    (directory / "envoy.yaml").write_text(bootstrap)
    arguments = containers(of_kind(SIDECAR, "Deployment"))["envoy"]["args"]
    arguments = [argument.replace("/etc/kyc-gate", str(directory)) for argument in arguments]
    listeners = yaml.safe_load(bootstrap)["static_resources"]["listeners"]
    ports = [listener["address"]["socket_address"]["port_value"] for listener in listeners]
    wait_until_free(ports)
    envoy = shell(". scripts/lib/envoy.sh && find_envoy").stdout.splitlines()
    running = start([*envoy, *arguments], KYC_REQUEST_KEY="AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
    try:
        running.wait_for(lambda: not any(map(is_free, ports)))
        yield running
    finally:
        running.stop(signal.SIGTERM)
        shutil.rmtree(directory)


def demo_ports() -> set[int]:
    return {int(port) for port in re.findall(r"port_value: (\d+)", (ROOT / "envoy/envoy.yaml").read_text())}


def wait_until_free(ports: list[int]) -> None:
    end = time.monotonic() + PATIENCE
    while taken := [port for port in ports if not is_free(port)]:
        if time.monotonic() > end:
            pytest.fail(f"ports {taken} are taken")
        time.sleep(0.5)


def any_free_port() -> int:
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_free(port: int) -> bool:
    with contextlib.closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0
