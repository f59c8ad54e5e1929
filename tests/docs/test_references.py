"""Files and headings that comments and pages name are there; nothing outside of the repository is named."""

import ast
import fnmatch
import io
import posixpath
import re
import subprocess
import tokenize
from pathlib import PurePosixPath

import pytest
from pages import ROOT, anchors, prose

LISTED = subprocess.check_output(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, text=True).splitlines()
FILES = {name for name in LISTED if (ROOT / name).is_file()}
KNOWN = FILES | {str(folder) for name in FILES for folder in PurePosixPath(name).parents}
# A file is named by its ending or by the folder at the root that it lies in.
ENDING = re.compile(r"[\w*]\.(rs|md|py|mjs|json|toml|yaml|sh|txt|svg|lock)$")
TOP = re.compile(r"(src|tests|docs|scripts|envoy|benches|fuzz|examples|\.ci)/")
WORD = re.compile(r"(?<![\w./@$:{-])[\w.-]+(?:/[\w.*-]+)*/?(?:#[a-z\d][\w-]*)?")
# What the scripts and fuzzers make.
MADE = re.compile(r"(dist|target|fuzz/(corpus|artifacts)|\.venv|\.tools)(/|$)")


def said(name: str) -> str:
    """The prose of a page, the comments of another source; nothing of data."""
    path, ending = ROOT / name, PurePosixPath(name).suffix
    if ending == ".md":
        return prose(path)
    if ending == ".py":
        return "\n".join(of_python(path.read_text()))
    if ending in {".rs", ".mjs"}:
        return "\n".join(re.findall(r"(?:^|\s)//[/!]? (.*)$", path.read_text(), re.MULTILINE))
    if ending in {".sh", ".toml", ".yaml"} or re.fullmatch(r"scripts/[\w-]+|envoy/.*/Dockerfile", name):
        return "\n".join(re.findall(r"(?:^|\s)# (.*)$", path.read_text(), re.MULTILINE))
    return ""


def of_python(text: str) -> list[str]:
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    nodes = (node for node in ast.walk(ast.parse(text)) if isinstance(node, documented))
    return [token.string for token in tokens if token.type == tokenize.COMMENT] + [
        ast.get_docstring(node) or "" for node in nodes
    ]


def named(text: str) -> list[tuple[str, str]]:
    """The files and folders that a text names, each with a heading or an empty one."""
    words = (word.rstrip(".") for word in WORD.findall(re.sub(r"\w+://\S+", "", text)))
    pairs = (word.partition("#")[::2] for word in words)
    return [(name, heading) for name, heading in pairs if ENDING.search(name) or TOP.match(name)]


def meant(name: str, within: str) -> list[str]:
    """What a name stands for in a file: from the root, from src, or from the file's folder or one above it. A name
    without a folder stands for any file that is called so."""
    if "/" not in name:
        return [known for known in FILES if posixpath.basename(known) == name]
    places = ["src", *map(str, PurePosixPath(within).parents)]
    paths = {posixpath.normpath(posixpath.join(place, name)) for place in places}
    if "*" in name:
        return [known for known in KNOWN for path in paths if fnmatch.fnmatch(known, path)]
    return [*paths & KNOWN]


def dead(text: str, within: str) -> list[str]:
    """The names in a text that stand for nothing."""
    lost = []
    for name, heading in named(text):
        pages = meant(name, within)
        headings = {anchor for page in pages if page.endswith(".md") for anchor in anchors(ROOT / page)}
        if not MADE.match(name) and not (pages and (not heading or heading in headings)):
            lost.append(f"{name}#{heading}" if heading else name)
    return lost


@pytest.mark.parametrize("name", sorted(name for name in FILES if said(name)))
def test_names_in_comments_and_pages(name):
    assert dead(said(name), name) == []


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("see `contract.md` 3, and ../elsewhere/page.md.", ["contract.md", "../elsewhere/page.md"]),
        ("tests/data/names.json, src/gate/ and `scripts/test`", []),
        (
            "src/gate/hall.rs, scripts/tests, docs/scorings.md",
            ["src/gate/hall.rs", "scripts/tests", "docs/scorings.md"],
        ),
        ("RATIONALE.md#dependencies, docs/scoring.md#nothing.", ["docs/scoring.md#nothing"]),
        ("gate/stats.rs, seat/stats.rs, Cargo.toml, docs/*.md, docs/*.rs", ["seat/stats.rs", "docs/*.rs"]),
        ("https://example.com/src/what.rs, /etc/envoy.yaml, dist/kyc_gate.wasm, and/or, 1.40/1.39", []),
    ],
)
def test_what_counts_as_a_name(text, lost):
    assert dead(text, "src/scoring/age.rs") == lost
