"""One cell of the matrix: what became of one module in one Envoy."""

import collections
import datetime
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree

import envoys

ROOT = envoys.ROOT
RESULTS = ROOT / "docs/matrix"
HOSTS = ("wasm", "native")
MODULES = {"wasm": ROOT / "dist/kyc_gate.wasm", "native": ROOT / "dist/libkyc_gate.so"}
# The first Envoy whose functions the native module calls.
FIRST_NATIVE = (1, 40)
# The test that fails where an Envoy drops allow_on_headers_stop_iteration.
HOLD = "test_envoy_honours_the_header_hold"
# So many failures tell enough; with all of them an Envoy that answers nothing would take an hour.
FAILURES = 40
KEY = "a3ljLWdhdGUgZGVtbyBrZXksIGRvIG5vdCB1c2UgaXQ="


def path_of(version: str, host: str) -> pathlib.Path:
    return RESULTS / f"{version}-{host}.json"


def run(version: str, host: str) -> dict:
    """Runs the tests, or shows the module to an Envoy that must refuse it, and keeps the result."""
    envoy = envoys.binary(version)
    begin = time.monotonic()
    refuses = host == "native" and minor(version) < FIRST_NATIVE
    cell = {"envoy": version, "host": host} | origin(host)
    cell |= {"refusal": refusal(envoy)} if refuses else tested(envoy, host, f"{version}-{host}")
    cell["seconds"] = round(time.monotonic() - begin)
    RESULTS.mkdir(exist_ok=True)
    path_of(version, host).write_text(json.dumps(cell, indent=2) + "\n")
    return cell


def minor(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:2])


def origin(host: str) -> dict:
    """What was tested: the commit, with a plus if more was changed in the tree, and the module."""
    commit, changes = git("rev-parse", "HEAD"), git("status", "--porcelain", "--", "src", "native", "cli", "tests")
    return {
        "commit": commit + ("+" if changes else ""),
        "module": hashlib.sha256(MODULES[host].read_bytes()).hexdigest(),
        "date": datetime.datetime.now(datetime.timezone.utc).date().isoformat(),
    }


def git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


def refusal(envoy: pathlib.Path) -> str:
    """What this Envoy says of the native module's own bootstrap; empty if it takes it."""
    command = [envoy, "--mode", "validate", "-c", "envoy/native/envoy.yaml", "--log-level", "warning"]
    environment = os.environ | {"KYC_REQUEST_KEY": KEY, "ENVOY_DYNAMIC_MODULES_SEARCH_PATH": "dist"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
    if done.returncode == 0:
        return ""
    # Protobuf strews blanks over its messages, so that nobody compares them.
    said = re.sub(r" +", " ", done.stdout + done.stderr)
    for pattern in (r"undefined symbol: \w+", r"no such field: '\w+'"):
        if found := re.search(pattern, said):
            return found[0]
    sys.exit(f"{envoy}: refuses for another reason than its age:\n{said}")


def tested(envoy: pathlib.Path, host: str, name: str) -> dict:
    """The end-to-end tests, with their output in target/matrix/."""
    folder = ROOT / "target/matrix"
    folder.mkdir(parents=True, exist_ok=True)
    junit, log = folder / f"{name}.xml", folder / f"{name}.log"
    junit.unlink(missing_ok=True)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "-n", "2", "--dist", "loadfile"]
    command += [f"--maxfail={FAILURES}", f"--junit-xml={junit}", "tests/e2e"]
    modules = {"KYC_GATE_WASM": str(MODULES["wasm"]), "KYC_GATE_NATIVE": str(MODULES["native"])}
    environment = os.environ | modules | {"ENVOY_BIN": str(envoy), "KYC_GATE_HOST": host}
    with log.open("wb") as out:
        subprocess.run(command, cwd=ROOT, env=environment, stdout=out, stderr=out)
    if not junit.exists():
        sys.exit(f"{log}: the tests did not run")
    return counted(junit.read_text())


def counted(junit: str) -> dict:
    """The tests of a report by what became of them; of skips the reasons, of failures the names."""
    counts, skips, failures = collections.Counter(), collections.Counter(), []
    for case in ElementTree.fromstring(junit).iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            failures.append(f"{case.get('classname').rpartition('.')[2]}::{case.get('name')}")
        elif (skip := case.find("skipped")) is not None:
            skips[skip.get("message")] += 1
        else:
            counts["passed"] += 1
    return {
        "passed": counts["passed"],
        "failed": sorted(failures),
        "skipped": dict(sorted(skips.items())),
        "holds_headers": not any(HOLD in name for name in failures),
    }
