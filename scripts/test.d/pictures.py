"""Takes pictures of a report: pictures.py REPORT FOLDER [--whole]."""

import sys
from pathlib import Path

import chromium

PICTURES = [("light", 1280, ""), ("dark", 1280, ""), ("light", 390, "-narrow")]
# Of the whole page, what a reader of the docs gets to see.
HEIGHT = 1500


def main(report, folder, whole=False):
    with chromium.browser() as browser:
        for scheme, width, suffix in PICTURES:
            browser.media(scheme=scheme)
            browser.open(Path(report).resolve().as_uri(), width)
            high = browser.evaluate("document.documentElement.scrollHeight")
            clip = {"x": 0, "y": 0, "width": width, "height": high if whole else HEIGHT, "scale": 1}
            picture = browser.screenshot(format="webp", quality=70, clip=clip)
            Path(folder, f"replay-{scheme}{suffix}.webp").write_bytes(picture)


main(sys.argv[1], sys.argv[2], whole="--whole" in sys.argv)
