"""Real-time priority for a loop's own thread, where the system grants it, and a guard that takes it back.

A loop wakes, does a fraction of a millisecond's work, and sleeps; other programs must not make it wait its turn, and it
must not make them wait. A thread that runs on and on without once sleeping has a fault: the kernel then says so (Linux,
RLIMIT_RTTIME, signal XCPU), and it goes on as an ordinary one. Threads and processes that it starts are ordinary.
"""

from __future__ import annotations

import logging
import os
import sys
from types import FrameType

ENDLESS_US = 200_000
"""A loop that runs so long without sleeping gives its priority up: forty times the longest turn that is in order."""
log = logging.getLogger("openstage.process")


def come_first() -> bool:
    """Let the calling thread, a process's main one, run before all ordinary ones: first in, first out, at the lowest
    such priority, below the threads that carry the bus. Returns whether the system grants it; it needs root,
    CAP_SYS_NICE or an `rtprio` limit."""
    if sys.platform != "linux":
        return False
    import resource
    import signal

    policy, lowest = os.SCHED_FIFO | os.SCHED_RESET_ON_FORK, os.sched_get_priority_min(os.SCHED_FIFO)
    _, most_us = resource.getrlimit(resource.RLIMIT_RTTIME)
    try:
        resource.setrlimit(resource.RLIMIT_RTTIME, (ENDLESS_US, most_us))
        signal.signal(signal.SIGXCPU, _step_back)
        os.sched_setscheduler(0, policy, os.sched_param(lowest))
    except (OSError, ValueError):
        return False
    return True


def _step_back(number: int, frame: FrameType | None) -> None:
    """Go on as an ordinary thread."""
    if sys.platform == "linux" and os.sched_getscheduler(0) & ~os.SCHED_RESET_ON_FORK != os.SCHED_OTHER:
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
        log.warning("ran %d ms without sleeping: goes on without real-time priority", ENDLESS_US // 1000)
