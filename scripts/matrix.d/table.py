"""The table of all cells, in the README between two marks."""

import json

import cells
import envoys

README = envoys.ROOT / "README.md"
BEGIN, END = "<!-- scripts/matrix writes this -->", "<!-- to here -->"


def results() -> list[dict]:
    """The cells of the Envoys that are pinned; the file of another one is refused."""
    found = [json.loads(path.read_text()) for path in sorted(cells.RESULTS.glob("*.json"))]
    strange = {cell["envoy"] for cell in found} - set(envoys.pinned())
    if strange:
        raise ValueError(f"docs/matrix has Envoys that scripts/envoy.txt hasn't: {sorted(strange)}")
    return found


def is_red(cell: dict) -> bool:
    """Whether this Envoy and this module don't go together, or the native one was taken where it must be refused."""
    if "refusal" in cell:
        return not cell["refusal"]
    return bool(cell["failed"] or not cell["passed"] or not cell["holds_headers"])


def verdict(cell: dict | None) -> str:
    if cell is None:
        return "**not run**"
    if "refusal" in cell:
        return f"refused by Envoy: {cell['refusal'].partition(':')[0]}" if cell["refusal"] else "**RED**: not refused"
    if not cell["holds_headers"]:
        return "**RED**: drops the header hold"
    if is_red(cell):
        return f"**RED**: {len(cell['failed'])} failed, {cell['passed']} passed"
    return f"{cell['passed']} passed"


def line(cell: dict) -> str:
    return f"Envoy {cell['envoy']}, {cell['host']}: {verdict(cell)} in {cell['seconds']} s"


def text(found: list[dict]) -> str:
    """Both marks and what is between them."""
    by_cell = {(cell["envoy"], cell["host"]): cell for cell in found}
    rows = ["| Envoy | Wasm module | native module |", "|---|---|---|"]
    for version in reversed(envoys.pinned()):
        verdicts = [verdict(by_cell.get((version, host))) for host in cells.HOSTS]
        rows.append(f"| {version} | {' | '.join(verdicts)} |")
    commits = sorted({f"`{cell['commit'][:9]}` on {cell['date']}" for cell in found})
    return "\n".join([BEGIN, *rows, "", f"End-to-end tests of {', '.join(commits)}.", END])


def write() -> None:
    readme = README.read_text()
    before, _, rest = readme.partition(BEGIN)
    after = rest.partition(END)[2]
    README.write_text(before + text(results()) + after)
