"""The project's Markdown pages: their blocks, headings and links."""

import pathlib
import re
from dataclasses import dataclass

ROOT = pathlib.Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("envoy/**/*.md")])
FENCE = re.compile(r"( *)```([\w ]*)")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


@dataclass
class Block:
    page: pathlib.Path
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(language: str) -> list[Block]:
    """The fenced blocks of a language on all pages, without the indentation of the list that they stand in."""
    return [block for page in PAGES for kind, block in _fenced(page) if kind == language]


def _fenced(page: pathlib.Path) -> list[tuple[str, Block]]:
    found, opened = [], None
    for number, line in enumerate(page.read_text().splitlines(), 1):
        fence = FENCE.fullmatch(line)
        if opened and line.strip() == "```":
            kind, indent, first, lines = opened
            text = "".join(text[indent:] + "\n" for text in lines)
            found.append((kind, Block(page, first, text)))
            opened = None
        elif opened:
            opened[3].append(line)
        elif fence:
            opened = (fence[2], len(fence[1]), number + 1, [])
    assert opened is None, f"{page}: a block is not closed"
    return found


def prose(page: pathlib.Path) -> str:
    """The page without its blocks."""
    return re.sub(r"^( *)```.*?^\1```$", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)


def anchors(page: pathlib.Path) -> set[str]:
    """What a #fragment can name, as GitHub makes it of the headings."""
    found: list[str] = []
    for heading in re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE):
        text = LINK.sub(lambda link: link[0].partition("]")[0][1:], heading)
        slug = re.sub(r"[^\w\- ]", "", text.strip().lower()).replace(" ", "-")
        again = sum(1 for other in found if re.fullmatch(re.escape(slug) + r"(-\d+)?", other))
        found.append(f"{slug}-{again}" if again else slug)
    return set(found)


def links(page: pathlib.Path) -> list[str]:
    return LINK.findall(prose(page))


def section(page: str, heading: str) -> str:
    """What stands below a heading, up to the next one that is no deeper."""
    depth = len(heading) - len(heading.lstrip("#"))
    rest = (ROOT / page).read_text().split(f"\n{heading}\n", 1)[1]
    return re.split(rf"^#{{1,{depth}}} ", rest, maxsplit=1, flags=re.MULTILINE)[0]


def rows(text: str) -> list[list[str]]:
    """The cells of the tables in a text, heads left out."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    after_head = {i + 1 for i, line in enumerate(lines) if line.startswith("|---")}
    rules = {i - 1 for i in after_head}
    heads = {i - 1 for i in rules}
    kept = [line for i, line in enumerate(lines) if i not in rules | heads]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip("|"))] for line in kept]


def code(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)
