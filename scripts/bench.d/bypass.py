"""What the filter costs a request that is no KYC post: bypass.py [--rounds N] [--requests N] MODULE

Envoy without the filter and with it, one worker each, take turns under one client that keeps its connection and sends
the next request when the last one is answered. Prints the median wait and Envoy's CPU time per request, and what the
filter adds. The CPU time is that of all of Envoy's threads. ENVOY_BIN names Envoy, as for the tests.
"""

import argparse
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests/e2e"))

from client import head
from resources import Setup

from envoy import Gateway

REQUEST = head("GET", "/other", [(b"accept", b"*/*"), (b"user-agent", b"bench")])


def round_of(gateway, connection, requests):
    """Microseconds: the median wait, CPU per request."""
    waits, cpu = [], gateway.cpu_seconds()
    for _ in range(requests):
        begun = time.perf_counter()
        connection.send(REQUEST)
        assert connection.response("GET").status == 200
        waits.append(time.perf_counter() - begun)
    return statistics.median(waits) * 1e6, (gateway.cpu_seconds() - cpu) * 1e6 / requests


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--requests", type=int, default=1000, help="in each round")
    parser.add_argument("module", type=Path)
    arguments = parser.parse_args()
    module = str(arguments.module.resolve())
    found = {"no filter": [], "bypassed": []}
    gateways = [Gateway(Setup(config, module=module)) for config in (None, {})]
    try:
        with gateways[0].connect() as plain, gateways[1].connect() as gated:
            for _ in range(arguments.rounds):
                for name, gateway, connection in zip(found, gateways, (plain, gated), strict=True):
                    found[name].append(round_of(gateway, connection, arguments.requests))
    finally:
        for gateway in gateways:
            gateway.stop()
    medians = ([statistics.median(of) for of in zip(*rounds, strict=True)] for rounds in found.values())
    (wait, cpu), (gated_wait, gated_cpu) = medians
    print(f"{'':10} {'wait µs':>9} {'CPU µs':>9}")
    print(f"{'no filter':10} {wait:9.1f} {cpu:9.1f}")
    print(f"{'bypassed':10} {gated_wait:9.1f} {gated_cpu:9.1f}")
    print(f"{'added':10} {gated_wait - wait:9.1f} {gated_cpu - cpu:9.1f}   ({gated_wait / wait - 1:+.1%} of the wait)")


if __name__ == "__main__":
    main()
