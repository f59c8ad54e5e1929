"""Lays out what mdBook reads: the pages that docs/SUMMARY.md lists, wherever they are, and the files that they link to.

Takes the folder to make. mdBook copies all that lies beside the pages, so the repository itself can't be its source.
"""

import os
import pathlib
import re
import shutil
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SUMMARY = ROOT / "docs/SUMMARY.md"
FENCE = re.compile(r"^( *)```.*?^\1```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(\[[^\]]*\]\()([^)#\s]+)(#[^)\s]*)?\)")
OUTSIDE = re.compile(r"\w+:")


def main(folder: pathlib.Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    source = folder / "src"
    source.mkdir(parents=True)
    shutil.copy(ROOT / "docs/book.toml", folder)
    pages = {(SUMMARY.parent / link[2]).resolve() for link in LINK.finditer(SUMMARY.read_text())}
    (source / "SUMMARY.md").write_text(moved(SUMMARY, ROOT / "SUMMARY.md"))
    for page in pages:
        copy = source / placed(page).relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(moved(page, page))
        for file in linked(page) - pages:
            if file.is_file():
                beside = source / file.relative_to(ROOT)
                beside.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(file, beside)


def linked(page: pathlib.Path) -> set[pathlib.Path]:
    text = FENCE.sub("", page.read_text())
    return {target(page, link[2]) for link in LINK.finditer(text) if not OUTSIDE.match(link[2])}


def target(page: pathlib.Path, link: str) -> pathlib.Path:
    """The file that a link names; of a folder, its page."""
    path = (page.parent / link).resolve()
    readme = path / "README.md"
    return readme if readme.exists() else path


def placed(page: pathlib.Path) -> pathlib.Path:
    """Where a file goes. mdBook makes index.html of a README, and leaves the links to it as they are."""
    return page.with_name("index.md") if page.name == "README.md" else page


def moved(page: pathlib.Path, to: pathlib.Path) -> str:
    """The page with the links that it needs at another place, and with folders' pages in the place of folders."""

    def rebased(link: re.Match[str]) -> str:
        if OUTSIDE.match(link[2]):
            return link[0]
        return f"{link[1]}{os.path.relpath(placed(target(page, link[2])), to.parent)}{link[3] or ''})"

    parts, end = [], 0
    text = page.read_text()
    for block in FENCE.finditer(text):
        parts += [LINK.sub(rebased, text[end : block.start()]), block[0]]
        end = block.end()
    return "".join([*parts, LINK.sub(rebased, text[end:])])


main(pathlib.Path(sys.argv[1]))
