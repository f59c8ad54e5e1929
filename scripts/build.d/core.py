"""The revision of the core: a digest over the names and texts of src/. What has the same core decides alike.

    core.py                     prints that of this tree
    core.py --section FILE      writes it into FILE, for the section .kyc-gate-core of a module
    core.py --commits REVISION  prints the commits that have it, the latest first

`kyc-gate --version` tells the one in the command line, by the same rule in cli/build.rs. It changes with nothing else
in the repository, and a tree without .git has it, too.
"""

import hashlib
import io
import pathlib
import subprocess
import sys
import tarfile
from collections.abc import Mapping

ROOT = pathlib.Path(__file__).resolve().parents[2]
# As many as the gate's other revisions have.
DIGITS = 16


def of_tree(root: pathlib.Path = ROOT) -> str:
    source = root / "src"
    return _digest({path.relative_to(source): path.read_bytes() for path in source.rglob("*") if path.is_file()})


def of_commit(commit: str, root: pathlib.Path = ROOT) -> str:
    archive = _git(root, "archive", "--format=tar", f"{commit}:src")
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        inside = {pathlib.PurePath(one.name): files.extractfile(one).read() for one in files if one.isfile()}
    return _digest(inside)


def commits(revision: str, root: pathlib.Path = ROOT) -> list[str]:
    """The last commit and those before it that have this core. Most commits leave src/ alone."""
    cores: dict[bytes, str] = {}
    found = []
    for commit in _git(root, "rev-list", "HEAD").decode().split():
        tree = _git(root, "rev-parse", f"{commit}:src")
        if tree not in cores:
            cores[tree] = of_commit(commit, root)
        if cores[tree] == revision:
            found.append(commit)
    return found


def _digest(files: Mapping[pathlib.PurePath, bytes]) -> str:
    digest = hashlib.sha256()
    for name, text in sorted(files.items(), key=lambda file: file[0].parts):
        for part in (name.as_posix().encode(), text):
            digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()[:DIGITS]


def _git(root: pathlib.Path, *words: str) -> bytes:
    return subprocess.run(["git", *words], cwd=root, check=True, stdout=subprocess.PIPE).stdout


def main(arguments: list[str]) -> int:
    if not arguments:
        print(of_tree())
        return 0
    option, value = arguments
    if option == "--section":
        pathlib.Path(value).write_text(of_tree())
        return 0
    found = commits(value)
    print("\n".join(found) or f"no commit up to this one has the core {value}")
    return 0 if found else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
