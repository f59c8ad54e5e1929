"""envoy/edge as it is shipped: what is over the limit never gets to the gate, and no early data is taken."""

import base64
import http.client
import re
import shutil
import ssl
import subprocess

import pytest
from relid import DECISIONS, GCM
from resources import wasm_only
from shipped import Shipped
from test_examples import issue, write

pytestmark = wasm_only("bootstrap")
BODY = GCM.seal(DECISIONS["accept"])
JSON = {"content-type": "application/json"}
ADMITTED = 5


@pytest.fixture(scope="module")
def edge(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls")
    write(folder, "tls", issue("kyc.bank.example"))
    few = {
        "/etc/kyc-gate/tls": folder,
        "max_tokens: 100, tokens_per_fill: 50, fill_interval: 1s": (
            f"max_tokens: {ADMITTED}, tokens_per_fill: {ADMITTED}, fill_interval: 600s"
        ),
    }
    gateway = Shipped("edge", few, KYC_REQUEST_KEY=base64.b64encode(GCM.key).decode())
    gateway.trust = ssl.create_default_context(cafile=str(folder / "tls.crt"))
    gateway.trust.check_hostname = False
    yield gateway
    gateway.stop()


def test_what_is_over_the_limit_never_gets_to_the_gate(edge):
    edge.fresh()
    connection = http.client.HTTPSConnection("127.0.0.1", edge.port, context=edge.trust, timeout=10)
    statuses = []
    with edge.counting() as changed:
        for _ in range(ADMITTED + 3):
            connection.request("POST", "/kyc", BODY, JSON)
            response = connection.getresponse()
            statuses.append(response.status)
            retry_after = response.getheader("retry-after")
            response.read()
    connection.close()
    assert statuses == [200] * ADMITTED + [429] * 3
    assert retry_after == "1"
    assert changed["kyc_gate.requests"] == ADMITTED == len(edge.seen_posts())
    assert "kyc.http_local_rate_limit.rate_limited: 3" in edge.admin("/stats?filter=rate_limited$")


@pytest.mark.skipif(not shutil.which("openssl"), reason="there is no openssl here")
def test_no_early_data(edge, tmp_path):
    """Tickets allow none, and a client that insists is told to wait."""
    (tmp_path / "request").write_bytes(b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")

    def client(*options):
        command = [
            "openssl",
            "s_client",
            "-connect",
            f"127.0.0.1:{edge.port}",
            "-tls1_3",
            "-ign_eof",
            *map(str, options),
        ]
        request = (tmp_path / "request").read_bytes()
        done = subprocess.run(command, input=request, capture_output=True, timeout=20)
        return (done.stdout + done.stderr).decode(errors="replace")

    first = client("-sess_out", tmp_path / "session")
    allowed = re.findall(r"Max Early Data: (\d+)", first)
    assert allowed and set(allowed) == {"0"}, first
    again = client("-sess_in", tmp_path / "session", "-early_data", tmp_path / "request")
    assert "Reused, TLSv1.3" in again and "Early data was accepted" not in again
