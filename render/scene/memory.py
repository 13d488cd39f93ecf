"""The memory of a process that reads sets: bounded, so that a set that is too large ends its reader and nobody else.

Linux counts private memory against RLIMIT_DATA (getrlimit(2), since 4.7); address space alone, which graphics drivers
reserve generously, is not counted. Elsewhere the limit holds as far as the system keeps it.
"""

from __future__ import annotations

import os
import re
import resource
from contextlib import suppress
from pathlib import Path

from stage.errors import InputError

SHARE = 0.7
"""Of the memory that is free when the reader starts; the walls' processes keep the rest."""
LEAST_BYTES = 1_500_000_000
GB = 1e9
FIRST_TO_GO = "1000"
"""The kernel's oom_score_adj: if memory runs out all the same, the reader is ended before anybody else."""
_AVAILABLE = re.compile(r"^MemAvailable:\s+(\d+) kB", re.MULTILINE)


def limit_memory() -> int | None:
    """Bound this process' memory and make it the first to be ended; returns the bound in bytes, None where there is
    none."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(FIRST_TO_GO, encoding="ascii")
    free = free_bytes()
    if free is None:
        return None
    bound = max(LEAST_BYTES, int(SHARE * free))
    try:
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        bound = bound if hard == resource.RLIM_INFINITY else min(bound, hard)
        resource.setrlimit(resource.RLIMIT_DATA, (bound, hard))
    except (OSError, ValueError):
        return None
    return bound


def lift_limit() -> None:
    """Take the bound away: a graphics driver may need more, and has its own ways when it does not get it."""
    with suppress(OSError, ValueError):
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (hard, hard))


def free_bytes() -> int | None:
    """Memory that can be had without swapping; None where the system does not say."""
    try:
        found = _AVAILABLE.search(Path("/proc/meminfo").read_text(encoding="ascii"))
        return int(found[1]) * 1024 if found else int(os.sysconf("SC_PHYS_PAGES")) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return None


def out_of_memory(where: str, field: str, error: MemoryError) -> InputError:
    """What a reader that ran out of memory says: what it had, what it asked for, and the bound."""
    bound, _ = resource.getrlimit(resource.RLIMIT_DATA)
    limit = "" if bound == resource.RLIM_INFINITY else f"; reading a set may use {bound / GB:.1f} GB here"
    asked = f" and asked for more ({error})" if str(error) else " and asked for more"
    problem = f"needs more memory than there is: it had {peak_bytes() / GB:.1f} GB{asked}{limit}"
    return InputError(where, field, problem, "Make the file smaller, or give the machine more memory")


def peak_bytes() -> int:
    """The most memory that this process has had."""
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used if os.uname().sysname == "Darwin" else used * 1024
