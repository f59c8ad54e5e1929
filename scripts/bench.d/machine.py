"""Where it runs: the repository, the processor, the kernel."""

import contextlib
import os
import pathlib
import platform
from collections.abc import Iterator

ROOT = pathlib.Path(__file__).resolve().parents[2]

# With two processors or more, Envoy has the first one for itself; all else shares the others.
PROCESSORS = sorted(os.sched_getaffinity(0))
ENVOYS = {PROCESSORS[0]}
OTHERS = set(PROCESSORS[1:]) or ENVOYS


def describe() -> dict[str, str]:
    return {
        "processor": _cpu_model(),
        "cores": str(len(PROCESSORS)),
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
    }


def _cpu_model() -> str:
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return value.strip()
    return platform.machine()


@contextlib.contextmanager
def priority(realtime: bool) -> Iterator[None]:
    """With `realtime`, what is started inside goes ahead of everything else on the machine."""
    if not realtime:
        yield
        return
    os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(10))
    try:
        yield
    finally:
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
