"""How long a process lives without the one that started it: not at all, or until nobody has come back for a while.

A process of a running stage outlives its manager, for the walls must not go dark with it: a new manager finds it and
goes on with it. Whoever looks after a stage holds the lock of its run directory; while nobody does, the process is an
orphan. An orphan that nobody finds ends itself.
"""

from __future__ import annotations

import ctypes
import fcntl
import logging
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Thread

from stage.clock import Clock, MonotonicClock
from stage.errors import EXIT_FAILED
from stage.units import NS_PER_S

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
LOOKS = 60
"""How often an orphan looks for its manager before it ends itself."""
LONGEST_LOOK_S = 10.0
PARENT_LOOK_NS = NS_PER_S // 2
LAST_S = 30
"""What it has to end in; then the kernel ends it, whatever it does."""

log = logging.getLogger("openstage")


def die_with_parent() -> None:
    """Ask the kernel (Linux) for SIGTERM when the parent dies; elsewhere a thread looks for that."""
    if sys.platform == "linux":
        _prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    else:
        Thread(target=_wait_for_end_of, args=(os.getppid(),), daemon=True, name="lifeline").start()


def _wait_for_end_of(parent_pid: int) -> None:
    clock = MonotonicClock()
    while os.getppid() == parent_pid:
        clock.rest_until_ns(clock.now_ns() + PARENT_LOOK_NS)
    os.kill(os.getpid(), signal.SIGTERM)


def inherit_orphans() -> None:
    """Ask the kernel (Linux) to make this process the parent of its descendants that lose theirs, so none is left
    unreaped."""
    _prctl(PR_SET_CHILD_SUBREAPER, 1)


def _prctl(what: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(what, value, 0, 0, 0)


def is_watched_over(lock: Path) -> bool:
    """Whether anybody holds the lock: a manager, or who watches over it."""
    try:
        handle = os.open(lock, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


class Orphanhood:
    """How long nobody has held the lock. Pure."""

    def __init__(self, limit_ns: int) -> None:
        self._limit_ns = limit_ns
        self._since_ns: int | None = None

    def is_over(self, watched_over: bool, now_ns: int) -> bool:
        """Whether an orphan has waited long enough."""
        if watched_over:
            self._since_ns = None
            return False
        if self._since_ns is None:
            self._since_ns = now_ns
        return now_ns - self._since_ns >= self._limit_ns


def outlive_manager(lock: Path, limit_s: float, before_the_end: Callable[[], object]) -> None:
    """Live until the lock has not been held for `limit_s`; then call `before_the_end`, say so and end.

    A thread looks now and then, so a loop pays nothing for it. Each look winds up the kernel's alarm, which also ends a
    process whose thread gets no turn.
    """

    def watch() -> None:
        clock = MonotonicClock()
        _wait_orphaned(lock, limit_s, clock)
        log.error("nobody has looked after this stage for %g minutes: this process ends", round(limit_s / 60, 2))
        before_the_end()
        os.kill(os.getpid(), signal.SIGTERM)
        clock.rest_until_ns(clock.now_ns() + LAST_S * NS_PER_S // 2)
        os._exit(EXIT_FAILED)

    Thread(target=watch, daemon=True, name="lifeline").start()


def _wait_orphaned(lock: Path, limit_s: float, clock: Clock) -> None:
    every_s = min(LONGEST_LOOK_S, limit_s / LOOKS)
    orphanhood, watched_over = Orphanhood(round(limit_s * NS_PER_S)), True
    while not orphanhood.is_over(watched_over, clock.now_ns()):
        if watched_over:
            signal.alarm(round(limit_s + every_s) + LAST_S)
        clock.rest_until_ns(clock.now_ns() + round(every_s * NS_PER_S))
        watched_over = is_watched_over(lock)
