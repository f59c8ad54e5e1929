"""Sends posts of all sizes and kinds for a long time, through the Wasm module and the native one; see scripts/soak."""

import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys
import time
from collections import Counter

import bootstrap
import machine
import posts
from machine import ROOT

# In tests/e2e, which posts has put on the path.
from memory import module_bytes
from processes import Backend, Envoy, Failed, Process, all_stopped_at_the_end, settle

OUTPUT, PAGE = ROOT / "target/soak", ROOT / "docs/soak.md"
CONNECTIONS = 8
# Per thousand.
SIZES = {"1 KB": (1_000, 890), "100 KB": (100_000, 100), "1 MB": (1_000_000, 10)}
KINDS = {"accept": 40, "review": 20, "reject": 20, "tampered": 10, "no V3 payload": 10}
DECISIONS = ("accept", "review", "reject")
# The warm-up: first so many of the largest, which may all be on their way at once; then this part of the posts.
LARGEST_FIRST, WARM, ROWS = 400, 0.5, 10
# How much more than in the warm-up is still flat. A Wasm module keeps what it ever had, and it is chance whether one
# more of the largest posts was on its way with the others. Of Envoy, what its allocator keeps. A native module's memory
# is Envoy's, which has allocated more at one time than at another.
FLAT = {"module": 1.0, "allocated": 1.25, "envoy": 1.05}
ONE_MORE = {"module": 1 << 20}
MODULES = {"wasm": ROOT / "dist/kyc_gate.wasm", "native": ROOT / "dist/libkyc_gate.so"}
TITLES = {"wasm": "Wasm module", "native": "native module"}
LABELS = {
    "module": ("The module", "the module's VM, MiB"),
    "allocated": ("Envoy and the module together", "allocated by Envoy and the module, MiB"),
    "envoy": ("Envoy", "Envoy, resident, MiB"),
}
# How long an Envoy may settle before it is at rest.
REST_SECONDS = 3
# What the native module may add to an Envoy at rest.
REST_BYTES = 15 << 20


def body(kind: str, size: int) -> bytes:
    post = json.loads(posts.payload(size))
    status = post["kyc_info"]["document"].setdefault("document_status", {})
    if kind == "review":
        status["overall_document_status"] = "ERROR"
    elif kind == "reject":
        status["error_list"] = ["Expired Document"]
    elif kind == "no V3 payload":
        post["kyc_info"] = {"was": post["kyc_info"]}
    sealed = posts.GCM.seal(json.dumps(post).encode())
    return sealed[:40] + (b"A" if sealed[40:41] != b"A" else b"B") + sealed[41:] if kind == "tampered" else sealed


def write_plans(folder: pathlib.Path) -> dict[str, pathlib.Path]:
    """Of the largest posts, and of all."""
    lines = []
    for size, (length, of_thousand) in SIZES.items():
        for kind, of_hundred in KINDS.items():
            file = folder / f"{size} {kind}".replace(" ", "-")
            sent = body(kind, length)
            head = "POST /kyc HTTP/1.1\r\nhost: soak.test\r\ncontent-type: application/json\r\n"
            file.write_bytes(f"{head}content-length: {len(sent)}\r\n\r\n".encode() + sent)
            lines.append(f"{of_thousand * of_hundred // 10} {file}\n")
    plans = {"largest": folder / "largest", "all": folder / "all"}
    plans["largest"].write_text("".join(lines[-len(KINDS) :]))
    plans["all"].write_text("".join(lines))
    return plans


def counters(envoy: Envoy) -> dict[str, int]:
    found = re.findall(r"^(?:wasmcustom\.)?([\w.-]+): (\d+)$", envoy.admin("/stats?type=Counters"), re.MULTILINE)
    return {name: int(value) for name, value in found}


def resident(envoy: Envoy) -> int:
    status = pathlib.Path(f"/proc/{envoy.pid}/status").read_text()
    return int(re.search(r"^VmRSS:\s+(\d+) kB$", status, re.MULTILINE)[1]) * 1024


def sample(envoy: Envoy, host: str) -> dict[str, int]:
    posts_then = counters(envoy).get("kyc_gate.requests", 0)
    if host == "wasm":
        return {"posts": posts_then, "envoy": resident(envoy), "module": module_bytes(envoy.pid)}
    allocated = int(json.loads(envoy.admin("/memory"))["allocated"])
    return {"posts": posts_then, "envoy": resident(envoy), "allocated": allocated}


def send(programs: pathlib.Path, envoy: Envoy, host: str, plan: pathlib.Path, count: int, folder: pathlib.Path):
    """Sends, and samples meanwhile."""
    command = [str(programs / "soak"), str(envoy.port), str(CONNECTIONS), str(count), str(plan)]
    with (folder / "answers").open("wb") as file:
        sender = subprocess.Popen(
            command, stdout=file, stderr=subprocess.PIPE, preexec_fn=lambda: settle(machine.OTHERS)
        )
    samples = []
    while sender.poll() is None:
        time.sleep(0.25)
        samples.append(sample(envoy, host))
    if sender.returncode:
        raise Failed(sender.stderr.read().decode())
    found = re.findall(r"^(?:.*/)?(\S+) (\d+) (\d+)$", (folder / "answers").read_text(), re.MULTILINE)
    return samples, Counter({(name, int(status)): int(number) for name, status, number in found})


def agreements(answers: Counter, counted: dict[str, int], count: int) -> list[tuple[str, int, int]]:
    """What must be the same: what it is, what clients or the plan say, what Envoy counted."""

    def sent(*kinds):
        return sum(number for (name, _), number in answers.items() if any(name.endswith(f"-{kind}") for kind in kinds))

    def answered(*statuses):
        return sum(number for (_, status), number in answers.items() if status in statuses)

    gate = "kyc_gate."
    return [
        ("answers to posts sent", count, sum(answers.values())),
        ("posts that the gate ruled on", count, counted.get(gate + "requests", 0)),
        *((f"decision {kind}", sent(kind), counted.get(f"{gate}decision.{kind}", 0)) for kind in DECISIONS),
        ("tampered: 400", sent("tampered"), answered(400)),
        ("error unreadable-body", sent("tampered"), counted.get(gate + "error.unreadable-body", 0)),
        ("no V3 payload: 422", sent("no-V3-payload"), answered(422)),
        ("error invalid-payload", sent("no-V3-payload"), counted.get(gate + "error.invalid-payload", 0)),
        ("forwarded", sent("accept", "review"), counted.get("cluster.backend.upstream_rq_total", 0)),
        (
            "answered by the backend with 200",
            sent("accept", "review"),
            counted.get("cluster.backend.upstream_rq_200", 0),
        ),
        ("200 to the client", sent("accept", "review", "reject"), answered(200)),
    ]


def chosen(samples: list[dict[str, int]], count: int) -> list[dict[str, int]]:
    """A sample for each tenth of the posts."""
    wanted = [count * (row + 1) // ROWS for row in range(ROWS)]
    return [min(samples, key=lambda sample: abs(sample["posts"] - posts_then)) for posts_then in wanted]


def flat(samples: list[dict[str, int]], count: int) -> dict[str, tuple[int, int, bool]]:
    """Of each memory: the most during the warm-up, the most after it, and whether that is flat."""
    found = {}
    for name in [name for name in FLAT if name in samples[0]]:
        factor = FLAT[name]
        before = max(sample[name] for sample in samples if sample["posts"] <= count * WARM)
        after = max(sample[name] for sample in samples if sample["posts"] > count * WARM)
        found[name] = before, after, after <= before * factor + ONE_MORE.get(name, 0)
    return found


def mib(size: int) -> str:
    return f"{size / 2**20:.1f}"


def section(host: str, samples, agreed, memory, fact: str) -> list[str]:
    """What is told of one of the modules."""
    names = list(memory)[::-1]
    rows = chosen(samples, agreed[0][1])
    return [
        f"## The {TITLES[host]}",
        "",
        f"{fact}.",
        "",
        f"| posts | {' | '.join(LABELS[name][1] for name in names)} |",
        f"|---|{'---|' * len(names)}",
        *(f"| {row['posts']:,} | {' | '.join(mib(row[name]) for name in names)} |" for row in rows),
        "",
        *(
            f"{LABELS[name][0]}: {mib(before)} MiB at most in the first half of the posts, {mib(after)} MiB at most "
            f"after it, {'flat' if ok else '**not flat**'}."
            for name, (before, after, ok) in memory.items()
        ),
        "",
        "| what | expected | counted |",
        "|---|---|---|",
        *(f"| {what} | {wanted:,} | {found:,} |" for what, wanted, found in agreed),
        "",
    ]


def page(facts: dict[str, str], rest: dict[str, int], sections: list[list[str]]) -> str:
    mix = ", ".join(f"{share / 10:g} % of {size}" for size, (_, share) in SIZES.items())
    kinds = ", ".join(f"{share} % {kind}" for kind, share in KINDS.items())
    bare = rest["none"]
    return "\n".join(
        [
            "# Soak",
            "",
            "What `scripts/soak` found; it writes this page. Posts of all sizes and kinds go through the gate in "
            "a real Envoy,",
            "as fast as they are answered; memory is looked at meanwhile, and in the end everything is counted.",
            "",
            *(f"- {name}: {fact}" for name, fact in facts.items()),
            f"- sizes: {mix}",
            f"- kinds: {kinds}",
            "",
            "## At rest",
            "",
            "Before the first post, resident memory of an Envoy with one worker:",
            "",
            "| filter | MiB | more than without one |",
            "|---|---|---|",
            f"| none | {mib(bare)} | |",
            *(
                f"| the {TITLES[host]} | {mib(rest[host])} | {mib(rest[host] - bare)} |"
                for host in rest
                if host in TITLES
            ),
            "",
            *(line for lines in sections for line in lines),
        ]
    )


class Soak:
    """The programs and the Envoy that all runs have in common."""

    def __init__(self, options: argparse.Namespace):
        self.options = options
        # Whatever the small posts lack: their decision is the rules'.
        self.configuration = {**posts.configuration("gcm"), "kycSettings": {}}
        self.version = ""

    def filters(self, host: str) -> list[dict]:
        if host == "none":
            return []
        module = self.options.module or MODULES[host]
        return [bootstrap.gate(module, self.configuration, posts.KEYS)]

    def at_rest(self, host: str) -> int:
        with all_stopped_at_the_end() as started:
            # Nobody asks for anything, so there needn't be a backend.
            config = bootstrap.bootstrap(self.filters(host), 1)
            started.append(envoy := Envoy(self.options.envoy, OUTPUT, "envoy", config, posts.KEYS))
            self.version = envoy.version()
            time.sleep(REST_SECONDS)
            return resident(envoy)

    def run(self, host: str) -> tuple[list[str], bool]:
        """What is told of a module, and whether all of it is as it has to be."""
        options = self.options
        started: list[Process]
        with all_stopped_at_the_end() as started:
            started.append(backend := Backend(options.programs / "backend", OUTPUT))
            config = bootstrap.bootstrap(self.filters(host), backend.port)
            started.append(envoy := Envoy(options.envoy, OUTPUT, "envoy", config, posts.KEYS))
            begun = time.monotonic()
            plans = write_plans(OUTPUT)
            _, first = send(options.programs, envoy, host, plans["largest"], LARGEST_FIRST, OUTPUT)
            samples, then = send(options.programs, envoy, host, plans["all"], options.posts, OUTPUT)
            seconds = time.monotonic() - begun
            agreed = agreements(first + then, counters(envoy), LARGEST_FIRST + options.posts)
            samples.append(sample(envoy, host))
        (OUTPUT / "envoy.log").unlink()
        memory = flat(samples, options.posts)
        sent = f"{LARGEST_FIRST} of the largest posts, then {options.posts:,} over {CONNECTIONS} connections"
        sound = all(wanted == found for _, wanted, found in agreed) and all(ok for _, _, ok in memory.values())
        return section(host, samples, agreed, memory, f"{sent} in {seconds:.0f} s"), sound


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/soak")
    parser.add_argument("--host", choices=list(MODULES), help="only this one, and leave the page as it is")
    parser.add_argument("--posts", type=int, default=200_000)
    parser.add_argument("--programs", type=pathlib.Path, required=True)
    parser.add_argument("--module", type=pathlib.Path)
    parser.add_argument("envoy", nargs="+")
    options = parser.parse_args()
    shutil.rmtree(OUTPUT, ignore_errors=True)
    OUTPUT.mkdir(parents=True)
    hosts = [options.host] if options.host else list(MODULES)
    soak = Soak(options)
    rest = {host: soak.at_rest(host) for host in ["none", *hosts]}
    told = [soak.run(host) for host in hosts]
    facts = {**machine.describe(), "Envoy": f"{soak.version}, one worker"}
    text = page(facts, rest, [lines for lines, _ in told])
    print(text)
    if options.posts >= 200_000 and not options.host:
        PAGE.write_text(text)
    small = "native" not in rest or rest["native"] - rest["none"] <= REST_BYTES
    return int(not small or not all(sound for _, sound in told))


if __name__ == "__main__":
    sys.exit(main())
