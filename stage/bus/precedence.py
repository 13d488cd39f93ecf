"""Whether threads of this process may have real-time priority, where the system grants it."""

from __future__ import annotations

import os
import sys


def may_come_first() -> bool:
    """Whether the kernel (Linux) grants first-in-first-out scheduling. Tried on the calling thread, then reverted: it
    needs root, CAP_SYS_NICE or an `rtprio` limit."""
    if sys.platform != "linux":
        return False
    before, parameters = os.sched_getscheduler(0), os.sched_getparam(0)
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(os.sched_get_priority_min(os.SCHED_FIFO)))
    except OSError:
        return False
    os.sched_setscheduler(0, before, parameters)
    return True
