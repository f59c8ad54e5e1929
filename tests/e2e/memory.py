"""What a running Envoy takes."""

import itertools
import re
from pathlib import Path


def module_bytes(pid):
    """The memory of an Envoy's largest VM: V8 reserves gigabytes for each, and opens as much as the module grows to."""
    maps = re.findall(r"^(\w+)-(\w+) (\S+)", Path(f"/proc/{pid}/maps").read_text(), re.MULTILINE)
    areas = [(int(end, 16) - int(start, 16), mode) for start, end, mode in maps]
    return max(
        size
        for (size, mode), (rest, reserved) in itertools.pairwise(areas)
        if mode == "rw-p" and reserved == "---p" and rest > 1 << 31
    )
