"""Prints the comments that are wider than code may be, which no formatter breaks: width.py FILE...

Ends with 1 if there are any. Python's are ruff's to find (E501).
"""

import re
import sys
from pathlib import Path

COLUMNS = 120
COMMENT = {".rs": "//", ".mjs": "//", ".toml": "#", ".yaml": "#", ".sh": "#"}
# A word that long, such as a link, can't be broken.
UNBREAKABLE = re.compile(rf"\S{{{COLUMNS - 30},}}")


def wide(path: Path) -> list[str]:
    """The places of wide comments. A file without a suffix is a script."""
    sign = COMMENT[path.suffix or ".sh"]
    return [
        f"{path}:{number}: {len(line)} columns"
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if len(line) > COLUMNS and line.lstrip().startswith(sign) and not UNBREAKABLE.search(line)
    ]


found = [place for name in sys.argv[1:] for place in wide(Path(name))]
print("\n".join(found), end="\n" if found else "")
sys.exit(bool(found))
