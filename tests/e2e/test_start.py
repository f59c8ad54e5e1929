"""Why Envoy doesn't start: each in one line, which envoy/README.md has and the demo tells."""

import re
import socket
import subprocess
import sys

import pytest
from resources import ROOT, wasm_only

from envoy import find_envoy

sys.path.append(str(ROOT / "scripts/demo.d"))

from proxy import reason

pytestmark = wasm_only("bootstrap")
PAGE = (ROOT / "envoy/README.md").read_text()
TEXT = (ROOT / "envoy/envoy.yaml").read_text()
LITERAL = re.compile(r"^ +# A demo key.+?^( +)key_values:\n.+?\n", re.MULTILINE | re.DOTALL)


def taken(text, port):
    return text.replace("port_value: 10000", f"port_value: {port}")


FAULTS = {
    "a port is taken": (taken, "Address already in use", "127.0.0.1:10000 is taken: stop what listens there"),
    "the key is missing": (
        lambda text, _: LITERAL.sub(r"\1host_env_keys: [KYC_REQUEST_KEY]\n", text),
        "is not set",
        "KYC_REQUEST_KEY is missing in Envoy's environment",
    ),
    "the module is missing": (
        lambda text, _: text.replace("dist/kyc_gate.wasm", "nowhere/dist/kyc_gate.wasm"),
        "Invalid path",
        "dist/kyc_gate.wasm is missing: run scripts/build",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_one_plain_line(fault, tmp_path):
    spoil, part, told = FAULTS[fault]
    [wanted] = [cell for cell in re.findall(r"^\|[^|]*\| `(.+)` \|$", PAGE, re.MULTILINE) if part in cell]
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        text = spoil(TEXT, port).replace("port_value: 9901", "port_value: 0")
        (tmp_path / "envoy.yaml").write_text(text)
        command = [*find_envoy(), "-c", tmp_path / "envoy.yaml", "--disable-hot-restart", "--log-level", "warning"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode
    log = (done.stdout + done.stderr).replace(f":{port}", ":10000").replace("nowhere/", "")
    assert any(wanted in line for line in log.splitlines()), log
    assert reason(log) == told
