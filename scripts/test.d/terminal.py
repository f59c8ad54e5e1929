"""Takes a picture of a terminal's first lines: terminal.py OUTPUT PICTURE."""

import html
import re
import sys
import tempfile
from pathlib import Path

import chromium

LINES = 46
WIDTH = 1040
STYLE = """
body { margin: 0; background: #16181d; color: #d7dae0; }
pre { margin: 0; padding: 14px 20px; font: 13.5px/1.4 "DejaVu Sans Mono", "Liberation Mono", monospace; }
"""
# What the demo uses of ECMA-48's "select graphic rendition".
RENDITIONS = {
    "1": "font-weight: bold",
    "2": "color: #8b909c",
    "31": "color: #f47067",
    "32": "color: #6bc46d",
    "33": "color: #daaa3f",
    "36": "color: #56c2d6",
}
SEQUENCE = re.compile(r"\x1b\[([\d;]*)m")


def marked(text):
    parts, opened = [], 0
    for index, piece in enumerate(SEQUENCE.split(text)):
        if index % 2 == 0:
            parts.append(html.escape(piece))
        elif piece in {"", "0"}:
            parts.append("</span>" * opened)
            opened = 0
        else:
            styles = "; ".join(RENDITIONS[code] for code in piece.split(";"))
            parts.append(f'<span style="{styles}">')
            opened += 1
    return "".join(parts)


def main(output, picture):
    lines = Path(output).read_text().strip("\n").splitlines()[:LINES]
    page = f'<!doctype html><meta charset="utf-8"><style>{STYLE}</style><pre>{marked(chr(10).join(lines))}\n…</pre>'
    with tempfile.TemporaryDirectory() as folder, chromium.browser() as browser:
        file = Path(folder, "terminal.html")
        file.write_text(page)
        browser.open(file.as_uri(), WIDTH)
        high = browser.evaluate("document.documentElement.scrollHeight")
        clip = {"x": 0, "y": 0, "width": WIDTH, "height": high, "scale": 1}
        Path(picture).write_bytes(browser.screenshot(format="webp", quality=80, clip=clip))


main(sys.argv[1], sys.argv[2])
