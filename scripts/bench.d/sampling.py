"""Where the processor time of a post goes, by sampling Envoy, and the peer, while they are under load."""

import collections
import pathlib
import re
import shutil
import subprocess
import threading

from processes import Failed, Way
from rounds import Sender
from scenarios import Scenario, peer_of

WAYS = ["bare", "gcm", "native-gcm", *peer_of("gcm")]
CONNECTIONS, SECONDS, SIZE = 32, 4, 1000
# Prime, so that it doesn't keep in step with anything.
SAMPLES_A_SECOND = 1999
# What perf calls the file that code is from; code of V8's is from none. The first form that fits.
PARTS = {
    "kernel": r"\[(kernel|guest|vdso|vvar).*|.*\.ko.*",
    "module": r"libkyc_gate.*\.so|perf-\d+\.map|\[JIT\].*|//anon|\[?unknown\]?",
    "Envoy": r"envoy.*|exe",
    "peer": r"peer",
    "C library": r"(lib|ld-).*\.so.*",
}


def is_possible() -> bool:
    """Whether there is a perf that may look at other processes."""
    if not shutil.which("perf"):
        return False
    probe = ["perf", "record", "--quiet", "--event", "cpu-clock", "--output", "/dev/null", "--", "true"]
    return subprocess.run(probe, capture_output=True).returncode == 0


def measure(sender: Sender, ways: dict[str, Way], chosen: list[Scenario], folder: pathlib.Path) -> dict:
    """Nanoseconds of a post by part, by scenario."""
    return {one.name: _shares(sender, ways[one.way], one, folder) for one in chosen if one.name in WAYS}


def _shares(sender: Sender, way: Way, scenario: Scenario, folder: pathlib.Path) -> dict[str, float]:
    told = {}

    def send() -> None:
        told.update(sender.closed(scenario, SIZE, CONNECTIONS, SECONDS, 1, 100))

    sending = threading.Thread(target=send)
    sending.start()
    samples = _sample([process.pid for process in way.processes()], folder / "perf.data")
    sending.join()
    if not told or not samples:
        raise Failed(f"no profile of {scenario.name}")
    each = sum(told["cpu"].values()) / len(told["whole"]) / samples.total()
    return {part: count * each for part, count in samples.items()}


def _sample(pids: list[int], file: pathlib.Path) -> collections.Counter:
    command = ["perf", "record", "--quiet", "--event", "cpu-clock", "--freq", str(SAMPLES_A_SECOND)]
    command += ["--pid", ",".join(map(str, pids)), "--output", str(file), "--", "sleep", str(SECONDS - 1)]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    script = ["perf", "script", "--input", str(file), "--fields", "dso,ip"]
    lines = subprocess.run(script, check=True, capture_output=True, text=True, timeout=60).stdout.splitlines()
    return collections.Counter(part(line) for line in lines if line.strip())


def part(line: str) -> str:
    """What code an address is of, by a line of `perf script`: the address, and its file in brackets."""
    file = re.sub(r"^\s*[0-9a-f]+\s*\(?|\)?\s*$", "", line)
    name = file if file.startswith(("[", "//")) else pathlib.PurePath(file).name
    return next((known for known, form in PARTS.items() if re.fullmatch(form, name)), "other")
