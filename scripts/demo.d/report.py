"""What the demo prints."""

import json
import os
import re
import sys

from backend import Seen

COLOURS = {"accept": "32", "review": "33", "reject": "31", "error": "31"}
# Longest text shown whole.
SHOWN = 100


def colour(text: str, code: str) -> str:
    plain = not sys.stdout.isatty() or "NO_COLOR" in os.environ or os.environ.get("TERM") == "dumb"
    if plain and "FORCE_COLOR" not in os.environ:
        return text
    return f"\x1b[{code}m{text}\x1b[0m"


def heading(text: str) -> None:
    print(f"\n{colour(text, '1')}")


def row(label: str, text: str) -> None:
    """A labelled paragraph; further lines stand below its first."""
    first, *others = text.splitlines() or [""]
    print(f"   {colour(label.ljust(9), '2')}{first}")
    for line in others:
        print(f"            {line}")


def size(count: int) -> str:
    return f"{count:,}".replace(",", " ") + " bytes"


def decision(word: str) -> str:
    return colour(word.upper(), f"1;{COLOURS.get(word, '35')}")


def why(line: dict, audit: dict | None, seen: Seen | None, weights: dict[str, int]) -> str:
    """The decision with what led to it, from the access log, the audit line and the headers the backend got."""
    if line.get("decision") not in ("accept", "review", "reject"):
        return f"{decision('error')}  never decrypted, never scored: {line.get('details')}"
    headers = dict(seen.headers) if seen else {}
    failed = names((audit or {}).get("failed_checks") or line.get("failed_checks"))
    rules = names((audit or {}).get("rules") or headers.get("x-kyc-rules"))
    skipped = names((audit or {}).get("skipped_checks") or headers.get("x-kyc-skipped-checks"))
    reasons = names((audit or {}).get("reasons") or headers.get("x-kyc-reasons"))
    text = f"{decision(line['decision'])}  score {line.get('score')} of 100"
    for check in failed:
        text += f"\nfailed check {check}: -{weights.get(check, 0)}"
    for rule in rules:
        text += f"\nrule {rule} fired"
    if reasons:
        text += "\nreason " + ", ".join(reasons)
    if skipped:
        text += "\nno evidence for " + ", ".join(skipped)
    return text


def names(value: object) -> list[str]:
    """A list, or the comma-separated text of a header."""
    if isinstance(value, list):
        return [str(name) for name in value]
    return [name for name in str(value or "").split(",") if name]


def gate_headers(seen: Seen) -> str:
    wanted = [f"{name}: {shorten(value)}" for name, value in seen.headers if is_from_gate(name)]
    return "\n".join(wanted)


def is_from_gate(name: str) -> bool:
    return name.startswith("x-kyc-") or name in ("apiversion", "x-customer", "content-length")


def body(raw: bytes) -> str:
    """JSON as it came, indented, with pictures shortened."""
    try:
        text = json.dumps(_shortened(json.loads(raw)), indent=2, ensure_ascii=False)
    except ValueError:
        return shorten(raw.decode(errors="replace"))
    # Short lists read better on one line.
    return re.sub(r"\[\s+([^\[\]{}]{1,100}?)\s+\]", lambda m: "[" + re.sub(r"\s*\n\s*", " ", m[1]) + "]", text)


def line_of(raw: bytes) -> str:
    """JSON on one line."""
    try:
        return json.dumps(_shortened(json.loads(raw)), ensure_ascii=False)
    except ValueError:
        return shorten(raw.decode(errors="replace"))


def shorten(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:24]}… ({len(text):,} characters)".replace(",", " ")


def _shortened(value: object) -> object:
    if isinstance(value, dict):
        return {key: _shortened(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_shortened(member) for member in value]
    return shorten(value) if isinstance(value, str) else value
