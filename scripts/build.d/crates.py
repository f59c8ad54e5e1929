"""The crates that a package of this repository is made of, as Cargo resolves them for one target.

crates.py PACKAGE TARGET FILE writes them as cargo-auditable does, for the section `.dep-v0` of what is built: zlib's
format with JSON in it (https://github.com/rust-secure-code/cargo-auditable), which cargo-audit, Trivy, Syft and others
read. Not packed, because every zlib packs in its own way and the bytes have to be the same everywhere.
"""

import json
import pathlib
import re
import subprocess
import sys
import zlib
from dataclasses import dataclass, field

ROOT = pathlib.Path(__file__).resolve().parents[2]
# A line of `cargo tree --prefix depth --format {p}`, such as "2cipher v0.5.2" or "1quote v1.0.1 (proc-macro) (*)".
LINE = re.compile(r"(?P<depth>\d+)(?P<name>[a-zA-Z_][\w-]*) v(?P<version>\S+)(?P<notes>.*)")


@dataclass
class Crate:
    """Of the root package and of those it depends on; `dependencies` are keys of the same graph."""

    name: str
    version: str
    is_local: bool
    # Runs while the others are built, and is in nothing that they become: build scripts and macros.
    is_for_building: bool
    dependencies: set[tuple[str, str]] = field(default_factory=set)


def graph(package: str, target: str) -> dict[tuple[str, str], Crate]:
    """The crates by name and version, the package's own first."""
    inside = {key for _, key, _ in _tree(package, target, "normal,no-proc-macro")}
    crates, path = {}, []
    for depth, key, notes in _tree(package, target, "normal,build"):
        crates.setdefault(key, Crate(*key, is_local="(/" in notes, is_for_building=key not in inside))
        del path[depth:]
        if path:
            crates[path[-1]].dependencies.add(key)
        path.append(key)
    return crates


def _tree(package: str, target: str, edges: str) -> list[tuple[int, tuple[str, str], str]]:
    """Depth, name with version, and notes of each line. Cargo tells a crate's own dependencies once."""
    command = ["cargo", "tree", "--locked", "--package", package, "--target", target, "--edges", edges]
    command += ["--prefix", "depth", "--format", "{p}"]
    told = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    lines = [LINE.fullmatch(line) for line in told.splitlines() if line]
    return [(int(line["depth"]), (line["name"], line["version"]), line["notes"]) for line in lines]


def audit_section(crates: dict[tuple[str, str], Crate]) -> bytes:
    """What cargo-auditable writes for these crates. A field that has its default is left out."""
    root, *_ = crates
    places = {key: place for place, key in enumerate(sorted(crates))}
    packages = []
    for key in places:
        crate = crates[key]
        entry = {"name": crate.name, "version": crate.version, "source": "local" if crate.is_local else "crates.io"}
        if crate.is_for_building:
            entry["kind"] = "build"
        if crate.dependencies:
            entry["dependencies"] = sorted(places[dependency] for dependency in crate.dependencies)
        if key == root:
            entry["root"] = True
        packages.append(entry)
    return zlib.compress(json.dumps({"packages": packages}, separators=(",", ":")).encode(), level=0)


if __name__ == "__main__":
    package, target, file = sys.argv[1:]
    pathlib.Path(file).write_bytes(audit_section(graph(package, target)))
