"""Times the first KYC post after Envoy's start against the later ones: first_post.py [--starts N] [NAME=]MODULE...

Each start is a fresh Envoy with one worker. A request of the same size that is no KYC post goes first, so that
connection, buffers and backend are warm, then a post, then some more. Modules and sizes take turns, so that whatever
else the machine does hits all of them. One line per module and size: medians over the starts, in milliseconds, of the
time that a client waits and of the CPU time that all threads of Envoy take; the latter tells more on a busy machine.
ENVOY_BIN names Envoy, as for the tests.
"""

import argparse
import json
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests/e2e"))

from relid import GCM, payload
from resources import Setup

from envoy import Gateway
from gate import encrypted

SIZES = {"10KB": 10_000, "1MB": 1_000_000}
TEMPLATE = {
    "customer": {"name": "${name}", "born": "${dob:-unknown}", "id": "${user_id}"},
    "documentNumber": "${doc_no|mask}",
    "portrait": "${/kyc_info/document/document_info/document_images/portrait_image}",
    "kyc": {"decision": "${decision}", "score": "${score}", "failed": "${failed_checks}"},
}
PORTRAIT = ("kyc_info", "document", "document_info", "document_images", "portrait_image")
JSON = [(b"content-type", b"application/json")]
LATER = 20


def sealed(size):
    """A post of about so many bytes on the wire."""
    room = size * 3 // 4 - len(payload())
    return GCM.seal(payload((PORTRAIT, "A" * max(room, 0))))


def timed(gateway, connection, path, body):
    """Milliseconds of waiting, and of Envoy's CPU."""
    begun, cpu = time.perf_counter(), gateway.cpu_seconds()
    response = connection.request("POST", path, JSON, body)
    elapsed = time.perf_counter() - begun
    assert response.status == 200, response
    return elapsed * 1000, (gateway.cpu_seconds() - cpu) * 1000


def measure(module, body):
    """Milliseconds of Envoy's start, the first post, the later ones: waiting and CPU."""
    setup = Setup(encrypted(requestBody=TEMPLATE), GCM.env, buffer_bytes=8 << 20, module=str(module))
    begun = time.perf_counter()
    gateway = Gateway(setup)
    start = ((time.perf_counter() - begun) * 1000, gateway.cpu_seconds() * 1000)
    try:
        with gateway.connect() as connection:
            for _ in range(3):
                timed(gateway, connection, "/other", body)
            first = timed(gateway, connection, "/kyc", body)
            later = [timed(gateway, connection, "/kyc", body) for _ in range(LATER)]
        return {"start": start, "first": first, "later": [statistics.median(of) for of in zip(*later, strict=True)]}
    finally:
        gateway.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--starts", type=int, default=10, help="of each module and size")
    parser.add_argument("--json", action="store_true", help="print all figures instead of the table")
    parser.add_argument("modules", nargs="+", metavar="[NAME=]MODULE")
    arguments = parser.parse_args()
    modules = [(name or file, Path(file).resolve()) for name, _, file in (m.rpartition("=") for m in arguments.modules)]
    bodies = {name: sealed(size) for name, size in SIZES.items()}
    found = {}
    for _ in range(arguments.starts):
        for size, body in bodies.items():
            for name, module in modules:
                found.setdefault((name, size), []).append(measure(module, body))
    if arguments.json:
        print(json.dumps([{"module": name, "size": size, "starts": runs} for (name, size), runs in found.items()]))
        return
    print(
        f"{'module':12} {'size':>5} {'of':>5} {'start':>8} {'first':>8} {'worst':>8} {'later':>8} {'first/later':>12}"
    )
    for (name, size), runs in found.items():
        for at, of in enumerate(("wait", "CPU")):
            start, first, later = (
                statistics.median(run[key][at] for run in runs) for key in ("start", "first", "later")
            )
            worst = max(run["first"][at] for run in runs)
            print(
                f"{name:12} {size:>5} {of:>5} {start:8.0f} {first:8.2f} {worst:8.2f} {later:8.2f} {first / later:12.2f}"
            )


if __name__ == "__main__":
    main()
