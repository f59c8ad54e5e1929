"""Schemas and tools from published packages, fetched once into target/manifests, and the Envoy of the scripts."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
from collections.abc import Callable

import pytest
from manifests import ROOT

sys.path.append(str(ROOT / "tests/e2e"))

from kyc_gate import kyc_gate

__all__ = ["Custom", "custom_schemas", "kubernetes_schema", "kyc_gate", "validate"]

HERE = pathlib.Path(__file__).parent
CACHE = ROOT / "target/manifests"
KUBERNETES = HERE / "requirements.txt"
FIRST_NATIVE = (1, 40)
NPM_FILES = ["package.json", "package-lock.json", "validate.mjs"]


class Custom:
    """The schemas of all that isn't Kubernetes' own: Istio, the Gateway API, Envoy Gateway, the Prometheus operator."""

    def __init__(self) -> None:
        self._directory = CACHE / "npm"
        if not shutil.which("npm"):
            pytest.fail("npm and node are needed for the schemas of custom objects")
        wanted = "".join((HERE / name).read_text() for name in NPM_FILES)
        if stale(self._directory, wanted):
            for name in NPM_FILES:
                shutil.copy(HERE / name, self._directory)
            run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=self._directory)
            fresh(self._directory, wanted)

    def problems(self, objects: list[dict]) -> list[str | None]:
        """What the schemas say about each object, None for nothing. They let unknown keys pass."""
        found = run(["node", "validate.mjs"], cwd=self._directory, input=json.dumps(objects))
        return json.loads(found)

    def known_keys(self, manifest: dict) -> set[str]:
        """The keys that the types of an object's group have; an Istio kind's types are in a file of its own."""
        group = manifest["apiVersion"].partition("/")[0]
        package = self._directory / "node_modules/@kubernetes-models" / GROUPS.get(group, "istio")
        files = package.glob(f"{manifest['apiVersion']}/{manifest['kind'] if group not in GROUPS else '*'}.d.ts")
        return set(re.findall(r'^\s*"(\w+)"\??:', "\n".join(file.read_text() for file in files), re.MULTILINE))


GROUPS = {
    "gateway.envoyproxy.io": "envoy-gateway",
    "gateway.networking.k8s.io": "gateway-api",
    "monitoring.coreos.com": "prometheus-operator",
}


@pytest.fixture(scope="session")
def custom_schemas() -> Custom:
    return Custom()


@pytest.fixture(scope="session")
def kubernetes_schema() -> object:
    """The module kubernetes_validate, which brings the schemas of many versions with it."""
    directory = CACHE / "kubernetes"
    wanted = f"{sys.version}\n{KUBERNETES.read_text()}"
    if stale(directory, wanted):
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        run([*pip, "--no-deps", "--require-hashes", "--target", str(directory), "-r", str(KUBERNETES)])
        fresh(directory, wanted)
    sys.path.append(str(directory))
    import kubernetes_validate

    return kubernetes_validate


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "envoy: asks Envoy, so `scripts/test versions` repeats it with each version")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "validate" in item.fixturenames:
            item.add_marker("envoy")


def envoy_command() -> list[str]:
    return run(["bash", "-c", ". scripts/lib/envoy.sh && find_envoy"], cwd=ROOT).splitlines()


def has_native_modules() -> bool:
    """Whether this Envoy is new enough for the native module; an older one must refuse it."""
    told = run([*envoy_command(), "--version"], cwd=ROOT)
    return tuple(map(int, re.search(r"/(\d+)\.(\d+)\.\d+", told).groups())) >= FIRST_NATIVE


def is_refused_for_its_age(log: str) -> bool:
    """Whether that is why an older Envoy says no. Protobuf strews blanks over its messages."""
    said = re.sub(" +", " ", log)
    fields = "module|metrics_namespace"
    return re.search(rf"undefined symbol: envoy_dynamic_module|no such field: '({fields})'", said) is not None


@pytest.fixture(scope="session")
def promtool() -> Callable[..., None]:
    """Runs it, and fails with what it says."""
    script = '. scripts/lib/prometheus.sh; ensure_prometheus; "$PROMETHEUS/promtool" "$@"'

    def promtool(*arguments: object) -> None:
        run(["bash", "-c", script, "promtool", *map(str, arguments)], cwd=ROOT)

    return promtool


@pytest.fixture(scope="session")
def validate() -> Callable[[pathlib.Path], tuple[bool, str]]:
    """Whether Envoy accepts a bootstrap; that includes whether the gate accepts its configuration."""
    if not (ROOT / "dist/kyc_gate.wasm").exists():
        pytest.fail("dist/kyc_gate.wasm is missing: run scripts/build")
    envoy = envoy_command()

    def check(bootstrap: pathlib.Path) -> tuple[bool, str]:
        key = "a3ljLWdhdGUgZGVtbyBrZXksIGRvIG5vdCB1c2UgaXQ="
        secrets = {"KYC_REQUEST_KEY": key, "KYC_SIGNATURE_KEY": key, "KYC_CLIENT_SECRET": "s3cret"}
        environment = os.environ | secrets
        command = [*envoy, "--mode", "validate", "-c", str(bootstrap), "--log-level", "warning"]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
        return done.returncode == 0, done.stdout + done.stderr

    return check


def stale(directory: pathlib.Path, wanted: str) -> bool:
    stamp = directory / ".stamp"
    if stamp.exists() and stamp.read_text() == wanted:
        return False
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    return True


def fresh(directory: pathlib.Path, wanted: str) -> None:
    (directory / ".stamp").write_text(wanted)


def run(command: list[str], **options: object) -> str:
    done = subprocess.run(command, text=True, capture_output=True, timeout=600, **options)
    if done.returncode:
        pytest.fail(f"{' '.join(command)}:\n{done.stdout}{done.stderr}")
    return done.stdout
