"""The command line, built as the other Rust tests are."""

import functools
import os
import subprocess

from resources import ROOT


@functools.cache
def binary():
    """Builds it, unless KYC_GATE_CLI names one."""
    if "KYC_GATE_CLI" in os.environ:
        return os.environ["KYC_GATE_CLI"]
    command = ["cargo", "build", "--locked", "--quiet", "-p", "kyc-gate-cli", "--bin", "kyc-gate"]
    subprocess.run(command, cwd=ROOT, check=True)
    target = os.environ.get("CARGO_TARGET_DIR", ROOT / "target")
    return f"{target}/debug/kyc-gate"


def kyc_gate(*arguments, stdin="", **environment):
    """Runs a command: nothing of the caller's environment but the path, no terminal."""
    environment = {"PATH": os.environ["PATH"], **environment}
    command = [binary(), *map(str, arguments)]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=60, env=environment)
