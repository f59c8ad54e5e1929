"""Runs the bench; see scripts/bench."""

import argparse
import dataclasses
import datetime
import hashlib
import json
import pathlib
import shutil
import signal
import subprocess
import sys

import agree
import bootstrap
import machine
import page
import posts
import rounds
import sampling
import scenarios
from machine import ROOT
from processes import Failed, all_stopped_at_the_end

SIZES = {"1KB": 10**3, "10KB": 10**4, "100KB": 10**5, "1MB": 10**6, "4MB": 4 * 10**6, "10MB": 10**7}
# Paced: what a line carries in the time that a caller has patience for.
PACED_SIZES = ["100KB", "1MB", "4MB"]
MEGABITS = [100, 1000]
PACED_WAYS = ["none", "plain", "gcm", "cbc", "fields", "native-gcm", "native-fields"]
PACED_WAYS += [*scenarios.peer_of("gcm"), *scenarios.peer_of("fields")]
# Many posts at once: how many, and of what. Larger ones would be gigabytes in flight.
CONNECTIONS = [1, 8, 32]
AT_ONCE_SIZES = ["1KB", "10KB", "100KB", "1MB", "4MB"]
AT_ONCE_WAYS = ["bare", "plain", "gcm", "native-gcm", *scenarios.peer_of("gcm")]

FULL = rounds.Effort(rounds=9, seconds=0.4, least=5, paced=3)
QUICK = rounds.Effort(rounds=5, seconds=0.15, least=2, paced=2)
QUICK_CONNECTIONS = [1, 32]
QUICK_SIZES = ["1KB", "10KB", "1MB"]
QUICK_ONLY = ["bare", "gcm", "native-gcm", *scenarios.peer_of("gcm")]

FIRST_POST_STARTS = 7

OUTPUT = ROOT / "target/bench/run"
DOCS = ROOT / "docs"


def main() -> int:
    options = _arguments()
    # Told to end, we still have to stop what we started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if options.page:
        page.write(json.loads((DOCS / "benchmarks/results.json").read_text()), DOCS)
        return 0
    shutil.rmtree(OUTPUT, ignore_errors=True)
    OUTPUT.mkdir(parents=True)
    try:
        with machine.priority(options.realtime):
            results = run(options)
    except (Failed, OSError, subprocess.SubprocessError) as failure:
        print(f"the bench failed: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    (OUTPUT / "results.json").write_text(json.dumps(results, indent=1))
    if results["complete"]:
        page.write(results, DOCS)
        print("\nwritten: docs/benchmarks.md, docs/benchmarks/")
    else:
        print(page.text(results, "charts"))
        print("Only a part, or a quick try: docs/ is left alone. The figures are in target/bench/run/results.json")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--no-build", action="store_true", help="with what is in dist/")
    parser.add_argument("--page", action="store_true")
    parser.add_argument("--only", help="scenarios, by comma")
    parser.add_argument("--sizes", help=f"of {','.join(SIZES)}")
    parser.add_argument("--connections", help=f"of {','.join(map(str, CONNECTIONS))}, or others")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--module", action="append", default=[], metavar="[NAME=]FILE")
    parser.add_argument("--realtime", action="store_true", help="ahead of all else on a machine that is busy; as root")
    parser.add_argument("--programs", type=pathlib.Path, default=ROOT / "target/bench/release")
    parser.add_argument("envoy", nargs="*")
    options = parser.parse_args()
    options.modules = {name: ROOT / "dist" / name for name in ("kyc_gate.wasm", "libkyc_gate.so")}
    for name, _, file in (text.rpartition("=") for text in options.module):
        options.modules[name or pathlib.Path(file).name] = pathlib.Path(file).resolve()
    known = [scenario.name for scenario in scenarios.all_scenarios(options.modules)]
    extra = [name for name in known if "@" in name]
    options.names = options.only.split(",") if options.only else [*QUICK_ONLY, *extra] if options.quick else known
    options.size_names = options.sizes.split(",") if options.sizes else QUICK_SIZES if options.quick else list(SIZES)
    chosen = QUICK_CONNECTIONS if options.quick else CONNECTIONS
    options.counts = [int(count) for count in options.connections.split(",")] if options.connections else chosen
    for name in [*options.names, *options.size_names]:
        if name not in [*known, *SIZES]:
            parser.error(f"{name} is none of {', '.join([*known, *SIZES])}")
    for module in options.modules.values():
        if not module.is_file() and not options.page:
            parser.error(f"there is no {module}")
    return options


def run(options: argparse.Namespace) -> dict:
    effort = QUICK if options.quick else FULL
    effort = dataclasses.replace(effort, rounds=options.rounds or effort.rounds)
    chosen = [s for s in scenarios.all_scenarios(options.modules) if s.name in options.names]
    programs = scenarios.Programs(options.modules, options.programs, options.envoy)
    begun = datetime.datetime.now(datetime.timezone.utc)
    partial = [options.quick, options.only, options.sizes, options.module, options.connections, options.rounds]
    results = {
        "complete": not any(partial),
        "quick": options.quick,
        "date": begun.strftime("%Y-%m-%d"),
        "machine": machine.describe(),
        "modules": {name: _digest(module) for name, module in options.modules.items()},
        "scenarios": {scenario.name: scenario.label for scenario in chosen},
        "sizes": {name: SIZES[name] for name in options.size_names},
        "realtime": options.realtime,
        # By size with one connection, and by their number and size with more.
        "closed": {},
        "at_once": {str(count): {} for count in options.counts if count > 1},
        "paced": {},
    }
    with all_stopped_at_the_end() as started:
        ways = scenarios.start(chosen, programs, OUTPUT, started)
        results["envoy"] = next(iter(ways.values())).envoy.version()
        results["at_rest"] = {
            scenario.name: sum(process.resident_bytes() for process in ways[scenario.way].processes())
            for scenario in chosen
        }
        sender = rounds.Sender(programs.binary("load"), rounds.Requests(OUTPUT / "requests"), ways)
        for name in options.size_names:
            _check(ways, chosen, SIZES[name])
            print(f"{name}: gate and peer agree; timing", file=sys.stderr, flush=True)
            for count in options.counts:
                some, into = chosen, results["closed"]
                if count > 1:
                    if name not in AT_ONCE_SIZES:
                        continue
                    some = chosen if options.only else _of(AT_ONCE_WAYS, chosen)
                    into = results["at_once"][str(count)]
                cells = rounds.closed(sender, ways, some, SIZES[name], count, effort)
                into[name] = {key: cell.summary() for key, cell in cells.items()}
        if "1KB" in options.size_names and sampling.is_possible():
            print("1KB, sampled", file=sys.stderr, flush=True)
            results["sampled"] = sampling.measure(sender, ways, chosen, OUTPUT)
        # A quick try is about the processor.
        for name in [name for name in PACED_SIZES if name in options.size_names and not options.quick]:
            results["paced"][name] = {}
            for megabits in MEGABITS:
                print(f"{name} at {megabits} Mbit/s", file=sys.stderr, flush=True)
                some = _of(PACED_WAYS, chosen)
                results["paced"][name][str(megabits)] = rounds.paced(sender, some, SIZES[name], megabits, effort)
    if not options.quick:
        results["first_post"] = _first_post(options)
    return results


def _of(names: list[str], chosen: list[scenarios.Scenario]) -> list[scenarios.Scenario]:
    """Those of the names, whatever module they are of."""
    return [scenario for scenario in chosen if scenario.name.partition("@")[0] in names]


def _check(ways: dict, chosen: list, size: int) -> None:
    bodies = {kind: posts.sealed(kind, size) for kind in posts.ENVELOPES}
    wrong = list(agree.differences(ways, chosen, bodies))
    if wrong:
        raise Failed("gate and peer differ at {} bytes:\n{}".format(size, "\n".join(wrong)))


def _first_post(options: argparse.Namespace) -> list | None:
    """What the first post through a fresh worker takes, by the script that measures it."""
    script = pathlib.Path(__file__).with_name("first_post.py")
    modules = [f"{name}={file}" for name, file in options.modules.items() if not bootstrap.is_native(file)]
    command = [sys.executable, str(script), "--json", "--starts", str(FIRST_POST_STARTS), *modules]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    if done.returncode != 0:
        raise Failed(f"{script.name}: {done.stderr}")
    return json.loads(done.stdout)


def _digest(module: pathlib.Path) -> str:
    return hashlib.sha256(module.read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
