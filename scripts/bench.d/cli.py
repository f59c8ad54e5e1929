"""Times the command line: cli.py BINARY FOLDER."""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROUNDS = 3
STARTS = 20
EXAMPLES = Path("examples/replay")


def run(command):
    """Returns seconds and MiB."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{command[1]} failed")
    return time.perf_counter() - begun, usage.ru_maxrss / 1024


def main(binary, folder):
    policies = ["--baseline", EXAMPLES / "gate.json", "--settings", EXAMPLES / "proposed.json", "--csv"]
    inputs = {
        "posts": ["tenth.ndjson"],
        "ten times as many posts": ["posts.ndjson"],
        "audit lines": ["--audit", "envoy.log"],
    }
    for name, words in inputs.items():
        *options, file = words
        path = Path(folder, file)
        rounds = sorted(run([binary, "replay", *options, path, *policies]) for _ in range(ROUNDS))
        seconds = [f"{second:.2f}" for second, _ in rounds]
        memory = max(mebibytes for _, mebibytes in rounds)
        size = path.stat().st_size / 1e6
        print(f"{name} ({size:.0f} MB): {seconds[1]} s ({seconds[0]} to {seconds[-1]}), {memory:.0f} MiB")
    starts = [run([binary, "--version"])[0] * 1000 for _ in range(STARTS)]
    print(f"start: {statistics.median(starts):.1f} ms")


main(*sys.argv[1:])
