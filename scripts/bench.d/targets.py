"""What the gate is held to, and whether it is met, from the numbers of one run."""

import statistics
from collections.abc import Iterator
from dataclasses import dataclass

from scenarios import peer_of


@dataclass(frozen=True)
class Verdict:
    what: str
    wanted: str
    found: float | None
    limit: float
    # What a gate that costs nothing would have.
    floor: float | None
    unit: str = ""

    @property
    def met(self) -> bool:
        return self.found is not None and self.found <= self.limit


def ratio(cells: dict, ours: str, theirs: str, measure: str) -> float:
    """The median over the rounds of ours to theirs, each within its round."""
    pairs = zip(cells[ours]["rounds"][measure], cells[theirs]["rounds"][measure], strict=True)
    return statistics.median(one / other for one, other in pairs)


def more(cells: dict, one: str, other: str, measure: str) -> float:
    """The median over the rounds of what one takes more than the other, each within its round. Nanoseconds."""
    pairs = zip(cells[one]["rounds"][measure], cells[other]["rounds"][measure], strict=True)
    return statistics.median(first - second for first, second in pairs)


def to_peer(cells: dict, ours: str, measure: str, like: str | None = None) -> float | None:
    """The ratio to the peer in whichever of its modes does best here; `None` when it was not measured. The peer is the
    one of `ours`, or that of another scenario, `like`."""
    present = [name for name in peer_of(like or ours) if name in cells]
    if ours not in cells or not present:
        return None
    return max(ratio(cells, ours, name, measure) for name in present)


def verdicts(results: dict) -> Iterator[Verdict]:
    yield from _to_peer(results)
    yield from _at_rest(results)
    yield from _after_the_last_byte(results)
    yield from _bypassed(results)
    for told in results.get("first_post") or []:
        first, later = (statistics.median(start[which][0] for start in told["starts"]) for which in ("first", "later"))
        what = f"first post, {told['size']}, {told['module']}"
        yield Verdict(what, "≤ 2 of the later ones", first / later, 2.0, None)


SIZES = ["1KB", "10KB", "100KB", "1MB", "4MB"]
# Of the peer, by size: with one connection the time and the CPU, with 32 the CPU.
ONE = {"gcm": [0.60, 0.65, 0.80, 1.0, 1.0], "native-gcm": [0.50, 0.45, 0.30, 0.30, 0.25]}
MANY = {"gcm": [0.80, 0.80, 0.85, 0.90, 0.90], "native-gcm": [0.65, 0.60, 0.40, 0.30, 0.25]}
GATES = {"gcm": "Wasm", "native-gcm": "native"}
# What the native module may add to Envoy's memory.
NATIVE_MEGABYTES = 15


def _to_peer(results: dict) -> Iterator[Verdict]:
    measures = [("p50", "p50", "1 connection"), ("cpu", "CPU per request", "1 connection")]
    for gate, limits in ONE.items():
        for measure in measures:
            yield from _ratios(results["closed"], gate, limits, measure)
    for gate, limits in MANY.items():
        cells = results.get("at_once", {}).get("32", {})
        yield from _ratios(cells, gate, limits, ("cpu", "CPU per request", "32 connections"))


def _ratios(sizes: dict, gate: str, limits: list[float], measure: tuple[str, str, str]) -> Iterator[Verdict]:
    key, name, connections = measure
    for size, limit in zip(SIZES, limits, strict=True):
        cells = sizes.get(size, {})
        found, floor = to_peer(cells, gate, key), to_peer(cells, "bare", key, "gcm")
        what = f"{GATES[gate]}, {name}, {size}, {connections}"
        yield Verdict(what, f"≤ {limit:.2f} of the peer", found, limit, floor)


def _at_rest(results: dict) -> Iterator[Verdict]:
    resident = results.get("at_rest", {})
    if {"native-gcm", "bare"} <= resident.keys():
        added = (resident["native-gcm"] - resident["bare"]) / 1e6
        wanted = f"≤ {NATIVE_MEGABYTES} MB more than no filter"
        yield Verdict("native, memory at rest", wanted, added, NATIVE_MEGABYTES, None, " MB")


# With the milliseconds that they may add to no filter.
LAST_BYTE = [
    ("gcm", "Wasm, whole payload", 0.3),
    ("fields", "Wasm, fields only", 0.3),
    ("native-gcm", "native, whole payload", 0.3),
    ("native-fields", "native, fields only", 0.1),
]


def _after_the_last_byte(results: dict) -> Iterator[Verdict]:
    for megabits, cells in results["paced"].get("1MB", {}).items():
        for name, what, limit in LAST_BYTE:
            at = f"after the last byte, 1MB at {megabits} Mbit/s, {what}"
            # What is sent on is as much as without a filter in the first case only.
            floor = to_peer(cells, "none", "p50", "gcm") if name == "gcm" else None
            if not name.startswith("native-"):
                yield Verdict(at, "≤ 0.25 of the peer", to_peer(cells, name, "p50"), 0.25, floor)
            if name in cells and "none" in cells:
                added = (cells[name]["p50"] - cells["none"]["p50"]) / 1e6
                yield Verdict(at, f"≤ {limit} ms more than no filter", added, limit, None, " ms")


def _bypassed(results: dict) -> Iterator[Verdict]:
    for size, cells in results["closed"].items():
        if {"bypass", "idle", "bare"} <= cells.keys():
            found, floor = (ratio(cells, name, "bare", "p50") for name in ("bypass", "idle"))
            yield Verdict(f"bypassed, p50, {size}", "≤ 1.03 of no filter at all", found, 1.03, floor)
    cells = results["closed"].get("1KB", {})
    if {"bypass", "idle", "bare"} <= cells.keys():
        found, floor = (more(cells, name, "bare", "cpu") / 1e3 for name in ("bypass", "idle"))
        yield Verdict("bypassed, CPU, 1KB", "≤ 10 µs more than no filter at all", found, 10.0, floor, " µs")
