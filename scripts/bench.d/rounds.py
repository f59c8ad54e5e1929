"""Rounds: each scenario once, in an order drawn anew, so that a noisy minute hits all of them alike."""

import json
import pathlib
import random
import statistics
import subprocess
from dataclasses import dataclass, field

import posts
from machine import OTHERS
from processes import Failed, Way, settle
from scenarios import Scenario


@dataclass
class Cell:
    """What was measured of one scenario at one size. Times in nanoseconds."""

    # One value a round, for ratios within the same round.
    p50: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    whole: list[int] = field(default_factory=list)
    peak_bytes: int = 0

    def summary(self) -> dict:
        whole = sorted(self.whole)
        cpu = statistics.median(self.cpu)
        return {
            "requests": len(whole),
            "p50": statistics.median(self.p50),
            "p99": whole[min(len(whole) - 1, len(whole) * 99 // 100)],
            "cpu": cpu,
            "per_core": 1e9 / cpu,
            "peak_bytes": self.peak_bytes,
            "rounds": {"p50": self.p50, "cpu": self.cpu},
        }


@dataclass(frozen=True)
class Effort:
    """How much is measured."""

    rounds: int
    seconds: float
    # Posts a round, at least.
    least: int
    paced: int


class Requests:
    """The bytes to send, in files for the sender."""

    def __init__(self, folder: pathlib.Path):
        self._folder = folder
        folder.mkdir(exist_ok=True)

    def file(self, scenario: Scenario, size: int) -> pathlib.Path:
        path = self._folder / f"{scenario.kind}-{scenario.path.strip('/')}-{size}.http"
        if not path.exists():
            path.write_bytes(posts.request(scenario.path, posts.sealed(scenario.kind, size)))
        return path


class Sender:
    def __init__(self, program: pathlib.Path, requests: Requests, ways: dict[str, Way]):
        self._program, self._requests, self._ways = program, requests, ways

    def closed(self, scenario: Scenario, size: int, connections: int, seconds: float, least: int, warm: int) -> dict:
        pids = [str(process.pid) for process in self._ways[scenario.way].processes()]
        return self._run(scenario, size, ["closed", str(seconds), str(least), str(warm), str(connections), *pids])

    def paced(self, scenario: Scenario, size: int, megabits: int, count: int) -> dict:
        return self._run(scenario, size, ["paced", str(megabits), str(count), "1"])

    def _run(self, scenario: Scenario, size: int, mode: list[str]) -> dict:
        way = self._ways[scenario.way]
        command = [self._program, str(way.envoy.port), self._requests.file(scenario, size), *mode]
        done = subprocess.run(command, capture_output=True, text=True, preexec_fn=lambda: settle(OTHERS), timeout=300)
        if done.returncode != 0:
            raise Failed(f"{scenario.name} at {size} bytes: {done.stderr}\n{way.envoy.last_lines()}")
        return json.loads(done.stdout)


def closed(
    sender: Sender, ways: dict[str, Way], scenarios: list[Scenario], size: int, connections: int, effort: Effort
) -> dict[str, Cell]:
    """On each connection one post after the other, as fast as answers come."""
    cells = {scenario.name: Cell() for scenario in scenarios}
    for scenario in scenarios:
        sender.closed(scenario, size, connections, effort.seconds / 2, effort.least, 3)
    for _ in range(effort.rounds):
        for scenario in random.sample(scenarios, len(scenarios)):
            told = sender.closed(scenario, size, connections, effort.seconds, effort.least, 2)
            cell = cells[scenario.name]
            cell.whole += told["whole"]
            cell.p50.append(statistics.median(told["whole"]))
            cell.cpu.append(sum(told["cpu"].values()) / len(told["whole"]))
    for scenario in scenarios:
        cells[scenario.name].peak_bytes = sum(p.peak_bytes() for p in ways[scenario.way].processes())
    return cells


def paced(sender: Sender, scenarios: list[Scenario], size: int, megabits: int, effort: Effort) -> dict[str, dict]:
    """Posts that arrive at the speed of a line. What counts is the time after their last byte."""
    times: dict[str, list[list[int]]] = {scenario.name: [] for scenario in scenarios}
    for _ in range(effort.rounds):
        for scenario in random.sample(scenarios, len(scenarios)):
            times[scenario.name].append(sender.paced(scenario, size, megabits, effort.paced)["after_last"])
    return {name: _paced_summary(rounds) for name, rounds in times.items()}


def _paced_summary(rounds: list[list[int]]) -> dict:
    everything = sorted(time for one in rounds for time in one)
    medians = [statistics.median(one) for one in rounds]
    return {
        "requests": len(everything),
        "p50": statistics.median(everything),
        "p90": everything[min(len(everything) - 1, len(everything) * 9 // 10)],
        "rounds": {"p50": medians},
    }
