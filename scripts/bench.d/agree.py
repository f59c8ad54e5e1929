"""Before anything is timed: gate and peer must send the very same request upstream."""

import http.client
from collections.abc import Iterator

import posts
from processes import Way
from scenarios import GATES, Scenario, peer_of

# In the duplex mode Envoy drops the length, since headers are done with before the body is known.
FRAMING = {"content-length", "transfer-encoding"}
# Envoy's own, different for each request.
EVER_NEW = {"x-request-id"}


def upstream(way: Way, scenario: Scenario, body: bytes) -> tuple[int, dict[str, str], bytes]:
    """Status, the headers that reached the backend, the body that did."""
    connection = http.client.HTTPConnection("127.0.0.1", way.envoy.port, timeout=60)
    try:
        # The forged header is to be gone, whoever judges.
        headers = {"host": "kyc.bank.example", "content-type": "application/json", "x-bench-echo": "1"}
        headers["x-kyc-decision"] = "forged"
        connection.request("POST", scenario.path, body, headers)
        answer = connection.getresponse()
        text = answer.read()
    finally:
        connection.close()
    head, _, body = text.partition(b"\r\n\r\n")
    lines = (line.split(": ", 1) for line in head.decode("latin-1").splitlines()[1:])
    return answer.status, {name: value for name, value in sorted(lines) if name not in EVER_NEW}, body


def differences(ways: dict[str, Way], scenarios: list[Scenario], bodies: dict[str, bytes]) -> Iterator[str]:
    """What differs, in words. `bodies` are the posts by kind."""
    known = {scenario.name: scenario for scenario in scenarios}
    for scenario in scenarios:
        body = bodies[scenario.kind]
        if scenario.way.partition("-")[0] in GATES and scenario.path == posts.KYC_PATH:
            status, headers, sent = upstream(ways[scenario.way], scenario, body)
            if status != 200 or headers.get("x-kyc-decision") != "accept" or b'"decision":' not in sent[:64]:
                yield f"{scenario.name}: the gate answered {status} and did not rewrite an accepted post"
            if headers.get("content-length") != str(len(sent)):
                yield f"{scenario.name}: the gate's content-length is wrong"
            for name in peer_of(scenario.name):
                if name in known:
                    other = upstream(ways[known[name].way], known[name], body)
                    yield from _compare(scenario.name, name, (status, headers, sent), other)
        elif scenario.path == posts.OTHER_PATH or scenario.way == "buffer":
            status, _, sent = upstream(ways[scenario.way], scenario, body)
            if status != 200 or sent != body:
                yield f"{scenario.name}: the body did not go on as it came"


def _compare(ours: str, theirs: str, one: tuple, other: tuple) -> Iterator[str]:
    if one[0] != other[0]:
        yield f"{ours} and {theirs}: status {one[0]} and {other[0]}"
    if one[2] != other[2]:
        yield f"{ours} and {theirs}: {len(one[2])} and {len(other[2])} bytes upstream, not the same"
    left, right = ({k: v for k, v in headers.items() if k not in FRAMING} for headers in (one[1], other[1]))
    for name in sorted(left.keys() | right.keys()):
        if left.get(name) != right.get(name):
            yield f"{ours} and {theirs}: {name} is {left.get(name)!r} and {right.get(name)!r}"
    if "content-length" in other[1] and other[1]["content-length"] != str(len(other[2])):
        yield f"{theirs}: its content-length is wrong"
