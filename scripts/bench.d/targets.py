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
    yield from _after_the_last_byte(results)
    yield from _bypassed(results)
    for told in results.get("first_post") or []:
        first, later = (statistics.median(start[which][0] for start in told["starts"]) for which in ("first", "later"))
        what = f"first post, {told['size']}, {told['module']}"
        yield Verdict(what, "≤ 2 of the later ones", first / later, 2.0, None)


def _to_peer(results: dict) -> Iterator[Verdict]:
    limits = {"1KB": 0.5, "10KB": 0.5, "100KB": 0.5, "1MB": 0.9, "4MB": 1.0}
    for size, limit in limits.items():
        cells = results["closed"].get(size, {})
        for measure, name in (("p50", "p50"), ("cpu", "CPU per request")):
            found, floor = to_peer(cells, "gcm", measure), to_peer(cells, "bare", measure, "gcm")
            yield Verdict(f"{name}, {size}, AES-256-GCM", f"≤ {limit} of the peer", found, limit, floor)


def _after_the_last_byte(results: dict) -> Iterator[Verdict]:
    for megabits, cells in results["paced"].get("1MB", {}).items():
        for name, what in (("gcm", "whole payload"), ("fields", "fields only")):
            at = f"after the last byte, 1MB at {megabits} Mbit/s, {what}"
            # What is sent on is as much as without a filter in the first case only.
            floor = to_peer(cells, "none", "p50", "gcm") if name == "gcm" else None
            yield Verdict(at, "≤ 0.25 of the peer", to_peer(cells, name, "p50"), 0.25, floor)
            if name in cells and "none" in cells:
                added = (cells[name]["p50"] - cells["none"]["p50"]) / 1e6
                yield Verdict(at, "≤ 0.3 ms more than no filter", added, 0.3, None, " ms")


def _bypassed(results: dict) -> Iterator[Verdict]:
    for size, cells in results["closed"].items():
        if {"bypass", "idle", "bare"} <= cells.keys():
            found, floor = (ratio(cells, name, "bare", "p50") for name in ("bypass", "idle"))
            yield Verdict(f"bypassed, p50, {size}", "≤ 1.03 of no filter at all", found, 1.03, floor)
    cells = results["closed"].get("1KB", {})
    if {"bypass", "idle", "bare"} <= cells.keys():
        found, floor = (more(cells, name, "bare", "cpu") / 1e3 for name in ("bypass", "idle"))
        yield Verdict("bypassed, CPU, 1KB", "≤ 10 µs more than no filter at all", found, 10.0, floor, " µs")
