"""docs/benchmarks.md and its charts, made of the results."""

import json
import pathlib
import shutil

import sampling
import targets
from chart import Line, chart
from scenarios import peer_of

SUBJECTS = {
    "none": ("no filter (buffer)", "#6e7781", True),
    "plain": ("gate, plaintext", "#1a7f37", False),
    "gcm": ("gate, AES-256-GCM", "#0969da", False),
    "cbc": ("gate, AES-256-CBC", "#8250df", False),
    "native-gcm": ("native gate, AES-256-GCM", "#cf222e", False),
    "fields": ("gate, GCM, fields only", "#1b7c83", True),
}
PEER = ("ext_proc peer, AES-256-GCM", "#bc4c00", False)


def write(results: dict, docs: pathlib.Path) -> None:
    """All of it or nothing: made beside, then moved into place. The last run on another processor stays beside it."""
    elsewhere = _elsewhere(results, docs / "benchmarks")
    made = docs / "benchmarks.part"
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir()
    try:
        (made / "results.json").write_text(json.dumps(results, separators=(",", ":")) + "\n")
        if elsewhere:
            (made / "elsewhere.json").write_text(json.dumps(elsewhere, separators=(",", ":")) + "\n")
        for name, drawing in drawings(results).items():
            (made / f"{name}.svg").write_text(drawing)
        page = made / "page.md"
        page.write_text(text(results, "benchmarks", elsewhere))
        shutil.rmtree(docs / "benchmarks", ignore_errors=True)
        page.replace(docs / "benchmarks.md")
        made.rename(docs / "benchmarks")
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _elsewhere(results: dict, folder: pathlib.Path) -> dict | None:
    files = [file for file in (folder / "results.json", folder / "elsewhere.json") if file.exists()]
    runs = (json.loads(file.read_text()) for file in files)
    return next((run for run in runs if _processor(run) != _processor(results)), None)


def _processor(results: dict) -> str:
    return results["machine"]["processor"]


def drawings(results: dict) -> dict[str, str]:
    sizes = list(results["sizes"])
    closed = {size: results["closed"][size] for size in sizes}
    found = {
        "p50": chart("Time of a request, median", "milliseconds, logarithmic", sizes, _lines(closed, "p50", 1e6)),
        "cpu": chart("Processor time of a request", "milliseconds, logarithmic", sizes, _lines(closed, "cpu", 1e6)),
    }
    for megabits in _rates(results):
        cells = {size: by_rate[megabits] for size, by_rate in results["paced"].items()}
        title = f"Waiting after the last byte, sent at {megabits} Mbit/s"
        found[f"paced-{megabits}"] = chart(title, "milliseconds, logarithmic", list(cells), _lines(cells, "p50", 1e6))
    return found


def _rates(results: dict) -> list[str]:
    return list(next(iter(results["paced"].values()), {}))


def _lines(cells: dict[str, dict], measure: str, unit: float) -> list[Line]:
    lines = []
    for name, (label, colour, dashed) in SUBJECTS.items():
        values = {size: at[name][measure] / unit for size, at in cells.items() if name in at}
        lines += [Line(label, colour, values, dashed)] if values else []
    values = {size: best[1] / unit for size, at in cells.items() if (best := _best_peer(at, "gcm", measure))}
    lines += [Line(PEER[0], PEER[1], values, PEER[2])] if values else []
    return lines


def _best_peer(cells: dict, name: str, measure: str) -> tuple[str, float] | None:
    present = [(peer, cells[peer][measure]) for peer in peer_of(name) if peer in cells]
    return min(present, key=lambda found: found[1], default=None)


def text(results: dict, charts: str, elsewhere: dict | None = None) -> str:
    parts = [_head(results), _targets(results, elsewhere), _made_of(results), _sampled(results)]
    parts += [_charts(results, charts)]
    parts += [_closed(results), _at_once(results), _paced(results), _first_post(results), _memory(results)]
    parts += [METHOD, _where(results)]
    return "\n\n".join(part.strip() for part in parts if part) + "\n"


def _head(results: dict) -> str:
    return f"""
# Benchmarks

What the gate costs in a real Envoy, beside no filter and beside the hop that it saves: an ext_proc service in native
Rust that does the same job. Measured on {results["date"]} with Envoy {results["envoy"]} by one command, which wrote
this page; [how](#method) and [where](#where) are below.

```sh
./scripts/bench
```
{_warning(results)}"""


def _warning(results: dict) -> str:
    if results["quick"]:
        return "\n**A quick try: too few requests for any conclusion.**\n"
    return ""


def _targets(results: dict, elsewhere: dict | None) -> str:
    there = {
        verdict.what + verdict.wanted: verdict for verdict in targets.verdicts(elsewhere or {"closed": {}, "paced": {}})
    }
    rows = []
    for verdict in targets.verdicts(results):
        if verdict.found is None:
            continue
        other = there.get(verdict.what + verdict.wanted)
        told = (verdict.floor, verdict.found, other.found if other else None)
        floor, found, other = ("" if value is None else f"{value:.2f}{verdict.unit}" for value in told)
        rows.append([verdict.what, verdict.wanted, floor, found, "met" if verdict.met else "**not met**", other])
    head = ["measure", "wanted", "floor", "found", "", "elsewhere"]
    parts = [f"## Targets\n\n{TARGETS.strip()}", _told_elsewhere(elsewhere) if elsewhere else "", _table(head, rows)]
    return "\n\n".join(part for part in parts if part)


def _told_elsewhere(elsewhere: dict) -> str:
    return f"""
Elsewhere is the last run on another processor: {_processor(elsewhere)}, {elsewhere["date"]}, module
`{next(iter(elsewhere["modules"].values()))[:16]}…`. From 10 KB on the processor matters more to the gate, which has AES
on vectors, than to the peer, which has AES instructions.
""".strip()


TARGETS = """
Ratios are medians over the rounds, each of two neighbours in one round. The peer is taken in whichever of its
modes does best in the row. The floor is what a gate that takes no time would have: Envoy without any filter, with the
buffer filter where the clock starts with the last byte, and with a Wasm filter that does nothing where a request is
only let pass. Where it is above what is wanted, nothing in the gate can meet that.
"""


def _made_of(results: dict) -> str:
    steps = {
        "Envoy alone": ("bare",),
        "any Wasm filter": ("idle", "bare"),
        "the gate looks at headers": ("bypass", "idle"),
        "holds, scores, rewrites": ("plain", "bypass"),
        "decrypts": ("gcm", "plain"),
    }
    rows = []
    for size, cells in results["closed"].items():
        best = _best_peer(cells, "gcm", "cpu")
        if not best or not {name for step in steps.values() for name in step} <= cells.keys():
            continue
        parts = [cells[a[0]]["cpu"] if len(a) == 1 else targets.more(cells, *a, "cpu") for a in steps.values()]
        rows.append(
            [size, *(f"{part / 1e3:,.0f}".replace(",", " ") for part in [*parts, cells["gcm"]["cpu"], best[1]])]
        )
    if not rows:
        return ""
    head = ["", *steps, "the gate, AES-256-GCM", "the peer"]
    return f"## What a post is made of\n\n{MADE_OF.strip()}\n\n{_table(head, rows)}"


MADE_OF = """
CPU in microseconds: what each step adds to the one before it, as medians of the differences within rounds, so that the
sum isn't exact. "Any Wasm filter" is a module whose callbacks return at once.

- **1 and 10 KB** are bound by Envoy and by the border between it and the module: a post makes some thirty
  [host calls](host-calls.md), most of them for what the contract promises (headers, metrics, filter state, audit
  line).
- **From 100 KB on** AES is what counts. WebAssembly has no AES instructions; with 128-bit vectors GCM opens some
  400 MB/s on an EPYC, with the processor's own instructions, which the native gate and the peer have, many times as
  much (`scripts/bench-stages`).
- **After the last byte** comes what may not come earlier: the payload isn't looked at before it is authentic. So
  checking UTF-8, scanning, scoring and handing the new body to Envoy are left, at 1 MB some 0.35 ms in node, and all of
  it must be sent. A body that holds fields only is sent in no time.

What a faster gate would take, where a target above is missed:

- Of Envoy: one call that sets many headers or filter states at once; V8's trap handler, which Envoy doesn't install, so
  that each access to memory is preceded by a check of its bounds (scanning and scoring take 1.15 times as long with
  it, `scripts/bench-stages`); a call that decrypts, for AES in hardware from within the sandbox.
- Of the native module: nothing of the gate's own is left that weighs as much as what Envoy does for it.
"""


def _sampled(results: dict) -> str:
    found = results.get("sampled")
    if not found:
        return ""
    totals = {name: sum(parts.values()) for name, parts in found.items()}
    best = min((totals[name] for name in peer_of("gcm") if name in totals), default=None)
    rows = []
    for name, parts in found.items():
        told = [totals[name], *(parts.get(part, 0) for part in sampling.PARTS), parts.get("other", 0)]
        row = [results["scenarios"][name], *(f"{value / 1e3:.1f}" for value in told)]
        idle = (totals[name] - parts.get("module", 0)) / best if best and parts.get("module") else None
        rows.append([*row, f"{totals[name] / best:.2f}" if best else "", "" if idle is None else f"{idle:.2f}"])
    head = ["", "all", *sampling.PARTS, "other", "x peer", "without the module's code"]
    return f"## Where the time of a small post goes\n\n{SAMPLED.strip()}\n\n{_table(head, rows)}"


SAMPLED = """
CPU in microseconds of a post of 1 KB, 32 at once, by whose code ran (`perf record --event cpu-clock`, of Envoy and of
the peer). The last column is the ratio to the peer that would be left if the module's code took no time at all: what
making it faster can't undercut.

- What Envoy's own code takes more than without a filter is the work that it is asked for (holding the request, header,
  filter state, metrics, the log line, choosing the route again), the border where there is one, and its own code and
  data coming back into the processor's caches after the module's.
- The module's code takes up to two thirds more than in a warm loop, for the same reason: between two posts all of Envoy
  ran. So it is the number of distinct instructions on the way of a post that counts, more than how often they run.
"""


def _charts(results: dict, folder: str) -> str:
    if not results["complete"]:
        return ""
    names = drawings(results)
    titles = {"p50": "Median time by size", "cpu": "Processor time by size"}
    images = [f"![{titles.get(name, 'Waiting after the last byte')}]({folder}/{name}.svg)" for name in names]
    return "\n\n".join(["## Charts", *images])


def _closed(results: dict) -> str:
    parts = [
        "## One request after the other",
        "One connection, the next request as soon as the answer is there. CPU is Envoy's and the peer's, all threads;\n"
        "requests per second and core follow from it. `x peer` are the ratios of time and CPU to the peer.",
    ]
    parts += [f"### {size}\n\n{_cells(results, cells)}" for size, cells in results["closed"].items()]
    return "\n\n".join(parts) if results["closed"] else ""


def _at_once(results: dict) -> str:
    parts = [
        "## Many at once",
        "So many connections, on each the next request as soon as the answer is there. Envoy is busy all the time and\n"
        "serves several of them in a turn of its loop; so does the peer, whose hop then costs less for each. The\n"
        "median is how long a request waits while all others are served too.",
    ]
    for count, sizes in results.get("at_once", {}).items():
        for size, cells in sizes.items():
            parts.append(f"### {size}, {count} connections\n\n{_cells(results, cells)}")
    return "\n\n".join(parts) if len(parts) > 2 else ""


def _cells(results: dict, cells: dict) -> str:
    rows = []
    for name, cell in cells.items():
        ratios = [targets.to_peer(cells, name, measure) for measure in ("p50", "cpu")]
        times = " / ".join(f"{ratio:.2f}" for ratio in ratios if ratio is not None)
        rows.append(
            [
                results["scenarios"][name],
                _time(cell["p50"]),
                _time(cell["p99"]),
                _time(cell["cpu"]),
                f"{cell['per_core']:,.0f}".replace(",", " "),
                times,
                str(cell["requests"]),
            ]
        )
    return _table(["", "p50", "p99", "CPU", "requests/s/core", "x peer", "requests"], rows)


def _paced(results: dict) -> str:
    if not results["paced"]:
        return ""
    parts = [
        "## After the last byte",
        "What a caller feels: the request comes in at the speed of a line, and the clock starts with its last byte.\n"
        "Without a filter the backend still has to be sent all of the body, since the buffer filter held it back.",
    ]
    for size, by_rate in results["paced"].items():
        for megabits, cells in by_rate.items():
            rows = []
            for name, cell in cells.items():
                ratio = targets.to_peer(cells, name, "p50")
                times = "" if ratio is None else f"{ratio:.2f}"
                row = [results["scenarios"][name], _time(cell["p50"]), _time(cell["p90"]), times, str(cell["requests"])]
                rows.append(row)
            head = ["", "p50", "p90", "x peer", "requests"]
            parts.append(f"### {size} at {megabits} Mbit/s\n\n{_table(head, rows)}")
    return "\n\n".join(parts)


def _first_post(results: dict) -> str:
    if not results.get("first_post"):
        return ""
    rows = []
    for told in results["first_post"]:
        first, later = ([start[which][0] for start in told["starts"]] for which in ("first", "later"))
        row = [f"`{told['module']}`", told["size"], _milliseconds(_median(first)), _milliseconds(max(first))]
        rows.append([*row, _milliseconds(_median(later)), str(len(first))])
    head = ["module", "post", "first, median", "first, worst", "later, median", "starts"]
    intro = (
        "Envoy's V8 compiles the whole module when it loads it, so the first post meets warm code. "
        "What it waits in a fresh Envoy:"
    )
    return f"## The first post\n\n{intro}\n\n{_table(head, rows)}"


def _memory(results: dict) -> str:
    names = list(results["scenarios"])
    sizes = list(results["closed"])
    if not sizes:
        return ""
    rows = []
    for name in names:
        cells = [results["closed"][size].get(name) for size in sizes]
        rows.append(
            [results["scenarios"][name], *(f"{cell['peak_bytes'] / 1e6:.0f}" if cell else "" for cell in cells)]
        )
    intro = (
        "The most that was ever resident of Envoy, V8 and module included, and of the peer, in MB, after the posts of\n"
        "this size; sizes grow from left to right, and memory is not given back to the system."
    )
    return f"## Memory\n\n{intro}\n\n{_table(['', *sizes], rows)}"


METHOD = """
## Method

- **Envoys** run with one worker, one for each scenario, all at once; only one of them has work at a time. Buffers and
  windows are larger than any post. There is no access log; the audit line is written, by gate and peer, to a file.
- **The job** is the same for gate and peer, and so is the configuration: decrypt, score by the shipped settings, set
  the decision headers, and send a new body upstream that holds some fields, the decision and the whole payload; under
  "fields only" the payload isn't in it, for a backend that has no use for pictures. Sizes are of the payload;
  encrypted, it travels as base64, a third larger. Without a filter and bypassed, the encrypted body goes through.
- **The native gate** is the same sources as Envoy's dynamic module, under the same configuration.
- **The peer** (`benches/envoy/`) is the gate's own core compiled natively, with the processor's AES instructions,
  behind Envoy's external processing protocol: `tonic` and `envoy-types`, one thread without a hand-over, whole posts in
  its HTTP/2 windows, an allocator that keeps large blocks. It runs in three ways: duplex streaming over TCP and over a
  Unix domain socket, and buffered. It need not look at responses, keep metrics or set filter state; the gate does all
  of it.
- **Before a size is timed**, gate and peer must send the same body, byte for byte, and the same headers to the
  backend, a forged decision header must be gone, and no other scenario may change the body. Else the run fails.
- **Rounds**: each scenario in turn for a part of a second, in an order drawn anew each time. Medians are taken over the
  rounds, ratios between neighbours in the same round; p99 is over all requests.
- **Sender and backend** are small programs with blocking sockets, and a thread for each connection. Envoy has the
  first processor for itself; sender, backend and peer share the others.
- **A paced sender** hands 8 KiB at a time to the kernel, by schedule; the clock starts when the last piece is handed
  over and stops with the answer's last byte.
- **CPU** is the time on a processor of all threads, from `/proc/PID/task/*/schedstat`. What the kernel does for the
  loopback interface counts for whoever sends.
"""


def _where(results: dict) -> str:
    rows = [[name, value] for name, value in results["machine"].items()]
    rows.append(["Envoy", results["envoy"]])
    rows += [[f"`{name}`", f"sha256 `{digest[:16]}…`"] for name, digest in results["modules"].items()]
    rows.append(["priority", "real-time" if results["realtime"] else "usual"])
    return f"## Where\n\n{_table(['', ''], rows)}"


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    drawn = ["| " + " | ".join(line) + " |" for line in lines]
    drawn[1] = "|" + "---|" * len(head)
    return "\n".join(drawn)


def _time(nanoseconds: float) -> str:
    return _milliseconds(nanoseconds / 1e6)


def _milliseconds(value: float) -> str:
    return f"{value:.3f} ms" if value < 1 else f"{value:.2f} ms" if value < 10 else f"{value:.1f} ms"


def _median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]
