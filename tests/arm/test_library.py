"""The native module for 64-bit ARM, under qemu: it loads, and judges encrypted posts as elsewhere.

tests/arm/host.c stands in for Envoy. It is compiled for this machine's processor as well, where it shows that what is
wrong isn't the stand-in.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from relid import DECISIONS, Envelope

ROOT = Path(__file__).resolve().parents[2]
ABI = json.loads((ROOT / "tests/data/native-abi.json").read_text())
ZIG = ROOT / ".tools/zig/ziglang/zig"
# Where Debian's libc6-arm64-cross has ARM's C library.
SYSROOT = "/usr/aarch64-linux-gnu"
TYPES = {"bool": "bool", "u32": "uint32_t", "u64": "uint64_t", "usize": "size_t", "pointer": "void *"}

ENVELOPES = [
    Envelope(),
    Envelope(encoding="base64url"),
    Envelope(encoding="hex"),
    Envelope("AES/CBC/PKCS5Padding"),
    Envelope("AES/CTR/NoPadding", key=bytes(range(16))),
]


def stubs():
    """All calls, doing nothing; those in host.c take their place."""
    lines = ["#include <stdbool.h>", "#include <stddef.h>", "#include <stdint.h>"]
    for name, (returned, *_) in ABI["calls"].items():
        result = "{}" if returned == "void" else "{ return 0; }"
        lines.append(f"__attribute__((weak)) {TYPES.get(returned, 'void')} {name}() {result}")
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module", params=["x86_64", "aarch64"])
def host(request, tmp_path_factory):
    """The command that runs host.c on a processor, with the library for it."""
    processor = request.param
    folder = tmp_path_factory.mktemp(processor)
    (folder / "stubs.c").write_text(stubs())
    sources = [ROOT / "tests/arm/host.c", folder / "stubs.c"]
    compile_c = [ZIG, "cc", f"--target={processor}-linux-gnu.2.31", "-std=c11", "-rdynamic"]
    subprocess.check_call([*compile_c, "-o", folder / "host", *sources, "-ldl"])
    if processor == "x86_64":
        return [folder / "host", ROOT / "dist/libkyc_gate.so"]
    qemu = shutil.which("qemu-aarch64") or shutil.which("qemu-aarch64-static")
    return [qemu, "-L", SYSROOT, folder / "host", ROOT / "dist/libkyc_gate.aarch64.so"]


def judge(host, tmp_path, configuration, body, secrets):
    (tmp_path / "gate.json").write_text(configuration)
    (tmp_path / "body").write_bytes(body)
    command = [*host, tmp_path / "gate.json", tmp_path / "body"]
    done = subprocess.run(command, env={**os.environ, **secrets}, capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode().splitlines()


@pytest.mark.parametrize("envelope", ENVELOPES, ids=lambda envelope: f"{envelope.spec} {envelope.encoding}")
@pytest.mark.parametrize("decision", DECISIONS)
def test_posts_are_judged(host, tmp_path, envelope, decision):
    configuration = json.dumps({"requestEncryption": envelope.config()})
    payload = DECISIONS[decision]
    done = judge(host, tmp_path, configuration, envelope.seal(payload), envelope.env)
    assert done[0] == f"version {ABI['version']}"
    assert f"state wasm.kyc_decision: {decision}" in done
    if decision == "accept":
        assert "header x-kyc-decision: accept" in done
        assert f"forwarded {payload.decode()}" in "\n".join(done)


def test_a_changed_post_is_refused(host, tmp_path):
    envelope = Envelope()
    sealed = bytearray(envelope.seal(DECISIONS["accept"]))
    sealed[len(sealed) // 2] ^= 1
    done = judge(host, tmp_path, json.dumps({"requestEncryption": envelope.config()}), bytes(sealed), envelope.env)
    assert any(line.startswith("response 4") for line in done) and not any("forwarded {" in line for line in done)


def test_a_configuration_is_checked(host, tmp_path):
    assert "refused" in judge(host, tmp_path, '{"requestEncryption": {}}', b"x", {})
