"""Sends posts of all sizes and kinds for a long time; see scripts/soak."""

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
LARGEST_FIRST, WARM, ROWS = 400, 0.2, 10
# How much more than after the warm-up is still flat: of the module nothing, of Envoy what its allocator keeps.
FLAT = {"module": 1.0, "envoy": 1.05}


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


def sample(envoy: Envoy) -> dict[str, int]:
    status = pathlib.Path(f"/proc/{envoy.pid}/status").read_text()
    return {
        "posts": counters(envoy).get("kyc_gate.requests", 0),
        "envoy": int(re.search(r"^VmRSS:\s+(\d+) kB$", status, re.MULTILINE)[1]) * 1024,
        "module": module_bytes(envoy.pid),
    }


def send(programs: pathlib.Path, envoy: Envoy, plan: pathlib.Path, count: int, folder: pathlib.Path):
    """Sends, and samples meanwhile."""
    command = [str(programs / "soak"), str(envoy.port), str(CONNECTIONS), str(count), str(plan)]
    with (folder / "answers").open("wb") as file:
        sender = subprocess.Popen(
            command, stdout=file, stderr=subprocess.PIPE, preexec_fn=lambda: settle(machine.OTHERS)
        )
    samples = []
    while sender.poll() is None:
        time.sleep(0.25)
        samples.append(sample(envoy))
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
    for name, factor in FLAT.items():
        before = max(sample[name] for sample in samples if sample["posts"] <= count * WARM)
        after = max(sample[name] for sample in samples if sample["posts"] > count * WARM)
        found[name] = before, after, after <= before * factor
    return found


def report(samples, agreed, memory, facts: dict[str, str]) -> str:
    def mib(size):
        return f"{size / 2**20:.1f}"

    mix = ", ".join(f"{share / 10:g} % of {size}" for size, (_, share) in SIZES.items())
    kinds = ", ".join(f"{share} % {kind}" for kind, share in KINDS.items())
    count = agreed[0][1]
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
            "## Memory",
            "",
            "| posts | Envoy, resident, MiB | the module's VM, MiB |",
            "|---|---|---|",
            *(f"| {s['posts']:,} | {mib(s['envoy'])} | {mib(s['module'])} |" for s in chosen(samples, count)),
            "",
            *(
                f"{label} had {mib(before)} MiB at most in the first fifth of the posts and {mib(after)} MiB at most "
                f"after it: {'flat' if ok else '**not flat**'}."
                for label, (before, after, ok) in zip(("The module", "Envoy"), memory.values(), strict=True)
            ),
            "",
            "## Counts",
            "",
            "| what | expected | counted |",
            "|---|---|---|",
            *(f"| {what} | {wanted:,} | {found:,} |" for what, wanted, found in agreed),
            "",
        ]
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/soak")
    parser.add_argument("--posts", type=int, default=200_000)
    parser.add_argument("--programs", type=pathlib.Path, required=True)
    parser.add_argument("--module", type=pathlib.Path, default=ROOT / "dist/kyc_gate.wasm")
    parser.add_argument("envoy", nargs="+")
    options = parser.parse_args()
    shutil.rmtree(OUTPUT, ignore_errors=True)
    OUTPUT.mkdir(parents=True)
    # Whatever the small posts lack: their decision is the rules'.
    configuration = {**posts.configuration("gcm"), "kycSettings": {}}
    started: list[Process]
    with all_stopped_at_the_end() as started:
        started.append(backend := Backend(options.programs / "backend", OUTPUT))
        filters = [bootstrap.gate(options.module, configuration, posts.KEYS)]
        started.append(
            envoy := Envoy(options.envoy, OUTPUT, "envoy", bootstrap.bootstrap(filters, backend.port), posts.KEYS)
        )
        begun = time.monotonic()
        plans = write_plans(OUTPUT)
        _, first = send(options.programs, envoy, plans["largest"], LARGEST_FIRST, OUTPUT)
        samples, then = send(options.programs, envoy, plans["all"], options.posts, OUTPUT)
        seconds = time.monotonic() - begun
        agreed = agreements(first + then, counters(envoy), LARGEST_FIRST + options.posts)
        samples.append(sample(envoy))
        facts = {
            **machine.describe(),
            "Envoy": f"{envoy.version()}, one worker",
            "posts": f"{LARGEST_FIRST} of the largest, then {options.posts:,} over {CONNECTIONS} connections"
            f" in {seconds:.0f} s",
        }
    (OUTPUT / "envoy.log").unlink()
    memory = flat(samples, options.posts)
    text = report(samples, agreed, memory, facts)
    print(text)
    if options.posts >= 200_000:
        PAGE.write_text(text)
    return int(any(wanted != found for _, wanted, found in agreed) or not all(ok for _, _, ok in memory.values()))


if __name__ == "__main__":
    sys.exit(main())
