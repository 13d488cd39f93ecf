"""A loop comes before ordinary programs, unless it never sleeps."""

from __future__ import annotations

import subprocess
import sys

from stage.bus.precedence import may_come_first

ASKED = """
import os, threading, time
from stage.process.coming_first import ENDLESS_US, come_first
came = come_first()
first = os.sched_getscheduler(0) & ~os.SCHED_RESET_ON_FORK
others = []
thread = threading.Thread(target=lambda: others.append(os.sched_getscheduler(0)))
thread.start()
thread.join()
used = time.thread_time()
while time.thread_time() - used < 10 and os.sched_getscheduler(0) & ~os.SCHED_RESET_ON_FORK != os.SCHED_OTHER:
    pass
after = os.sched_getscheduler(0) & ~os.SCHED_RESET_ON_FORK
print(came, first == os.SCHED_FIFO, others == [os.SCHED_OTHER], after == os.SCHED_OTHER)
"""


def test_a_loop_comes_first_its_threads_do_not_and_one_that_never_sleeps_steps_back() -> None:
    done = subprocess.run([sys.executable, "-c", ASKED], capture_output=True, text=True, check=True)
    granted = str(may_come_first())
    assert done.stdout.split() == [granted, granted, "True", "True"], done.stderr
    assert ("without real-time priority" in done.stderr) == may_come_first()
