"""What each host call costs in a real Envoy; see scripts/host-calls."""

import argparse
import pathlib
import random
import shutil
import statistics
import sys

import bootstrap
import machine
import posts
from machine import ROOT
from processes import Backend, Envoy, Way, all_stopped_at_the_end
from rounds import Requests, Sender
from scenarios import Scenario

OUTPUT = ROOT / "target/bench/host-calls"
CONNECTIONS, CALLS, SECONDS = 32, 8, 0.15
# What benches/host_calls/module.rs knows each by.
KINDS = {
    "get_current_time_nanoseconds": "t",
    "get_log_level": "L",
    "log, a line of 700 bytes": "l",
    "log, below the level": "q",
    "get_header_map_pairs": "p",
    "get_header_map_pairs and set_header_map_pairs": "P",
    "get_header_map_value": "g",
    "replace_header_map_value": "h",
    "remove_header_map_value": "r",
    "set_property (filter state)": "s",
    "get_property": "S",
    "call_foreign_function (clear_route_cache)": "f",
    "increment_metric": "c",
    "record_metric": "m",
    "get_buffer_bytes, 1.4 KB": "b",
    "set_buffer_bytes, nothing": "B",
}
ONCE = {"holding the request": "_", "holding it, and all calls of a post": "*"}
ALONE, NOTHING = "Envoy alone", "a Wasm filter that does nothing"


def measure(programs: pathlib.Path, module: pathlib.Path, envoy: list[str], count: int) -> dict[str, list[float]]:
    """Microseconds of Envoy's CPU for a request, by what it does, one a round."""
    shutil.rmtree(OUTPUT, ignore_errors=True)
    OUTPUT.mkdir(parents=True)
    letters = {NOTHING: "-", **KINDS, **ONCE}
    found = {name: [] for name in (ALONE, *letters)}
    with all_stopped_at_the_end() as started:
        started.append(backend := Backend(programs / "backend", OUTPUT))
        ways = {}
        for at, name in enumerate(found):
            filters = [_filter(module, letters[name])] if name in letters else []
            document = bootstrap.bootstrap(filters, backend.port)
            ways[name] = Way(Envoy(envoy, OUTPUT, f"envoy-{at}", document, {}))
            started.append(ways[name].envoy)
        sender = Sender(programs / "load", Requests(OUTPUT / "requests"), ways)
        for _ in range(count):
            for name in random.sample(list(ways), len(ways)):
                post = Scenario(name, name, name, "gcm", posts.OTHER_PATH)
                told = sender.closed(post, 1000, CONNECTIONS, SECONDS, 1, 3)
                found[name].append(sum(told["cpu"].values()) / len(told["whole"]) / 1e3)
    return found


def _filter(module: pathlib.Path, letter: str) -> dict:
    text = {"@type": "type.googleapis.com/google.protobuf.StringValue", "value": f"{letter}{CALLS}"}
    return bootstrap.wasm(module, {"allow_on_headers_stop_iteration": True, "configuration": text}, {})


def more(found: dict[str, list[float]], one: str, other: str) -> float:
    """What one takes more than the other: the median of the differences within rounds."""
    return statistics.median(a - b for a, b in zip(found[one], found[other], strict=True))


def table(found: dict[str, list[float]]) -> str:
    rows = [(ALONE, statistics.median(found[ALONE])), (NOTHING, more(found, NOTHING, ALONE))]
    rows += [(name, more(found, name, NOTHING)) for name in ONCE]
    rows += [(f"`{name}`", more(found, name, NOTHING) / CALLS) for name in KINDS]
    return "\n".join(["| what | µs |", "|---|---|", *(f"| {name} | {value:.2f} |" for name, value in rows)])


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/host-calls")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--realtime", action="store_true")
    parser.add_argument("--programs", type=pathlib.Path, required=True)
    parser.add_argument("--module", type=pathlib.Path, required=True)
    parser.add_argument("envoy", nargs="+")
    options = parser.parse_args()
    with machine.priority(options.realtime):
        print(table(measure(options.programs, options.module, options.envoy, options.rounds)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
