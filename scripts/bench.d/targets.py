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
    unit: str = ""

    @property
    def met(self) -> bool:
        return self.found is not None and self.found <= self.limit


def ratio(cells: dict, ours: str, theirs: str, measure: str) -> float:
    """The median over the rounds of ours to theirs, each within its round."""
    pairs = zip(cells[ours]["rounds"][measure], cells[theirs]["rounds"][measure])
    return statistics.median(one / other for one, other in pairs)


def to_peer(cells: dict, ours: str, measure: str) -> float | None:
    """The ratio to the peer in whichever of its modes does best here; `None` when it was not measured."""
    present = [name for name in peer_of(ours) if name in cells]
    if ours not in cells or not present:
        return None
    return max(ratio(cells, ours, name, measure) for name in present)


def verdicts(results: dict) -> Iterator[Verdict]:
    limits = {"1KB": 0.5, "10KB": 0.5, "100KB": 0.5, "1MB": 0.9, "4MB": 1.0}
    for size, limit in limits.items():
        cells = results["closed"].get(size, {})
        for measure, name in (("p50", "p50"), ("cpu", "CPU per request")):
            found = to_peer(cells, "gcm", measure)
            yield Verdict(f"{name}, {size}, AES-256-GCM", f"≤ {limit} of the peer", found, limit)
    for megabits, cells in results["paced"].get("1MB", {}).items():
        for name, what in (("gcm", "whole payload"), ("fields", "fields only")):
            at = f"after the last byte, 1MB at {megabits} Mbit/s, {what}"
            yield Verdict(at, "≤ 0.25 of the peer", to_peer(cells, name, "p50"), 0.25)
            if name in cells and "none" in cells:
                more = (cells[name]["p50"] - cells["none"]["p50"]) / 1e6
                yield Verdict(at, "≤ 0.3 ms more than no filter", more, 0.3, " ms")
    for size, cells in results["closed"].items():
        if "bypass" in cells and "bare" in cells:
            more = ratio(cells, "bypass", "bare", "p50")
            yield Verdict(f"bypassed, p50, {size}", "≤ 1.03 of no filter at all", more, 1.03)
    yield from _bypass_cpu(results)
    for told in results.get("first_post") or []:
        first, later = (statistics.median(start[which][0] for start in told["starts"]) for which in ("first", "later"))
        yield Verdict(f"first post, {told['size']}, {told['module']}", "≤ 2 of the later ones", first / later, 2.0)


def _bypass_cpu(results: dict) -> Iterator[Verdict]:
    cells = results["closed"].get("1KB", {})
    if "bypass" in cells and "bare" in cells:
        pairs = zip(cells["bypass"]["rounds"]["cpu"], cells["bare"]["rounds"]["cpu"])
        more = statistics.median(one - other for one, other in pairs) / 1e3
        yield Verdict("bypassed, CPU, 1KB", "≤ 10 µs more than no filter at all", more, 10.0, " µs")
