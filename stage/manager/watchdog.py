"""Watches over the manager: starts another where it dies or hangs, and ends with it where it ends by itself.

    openstage run          the watchdog: holds the lock, waits
      `- manager           forked from it, so it starts at once; starts and supervises
           `- processes    outlive a manager; the next one adopts them

The watchdog does next to nothing, so that nothing can happen to it; what the manager imports, it does not.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from stage.clock import Clock
from stage.manager.sd_notify import ALIVE, READY, STOPPING, Tell, untold
from stage.manager.wakeup import STOP_SIGNALS, Wakeup
from stage.process.lifeline import inherit_orphans
from stage.units import NS_PER_S

PING_NS = NS_PER_S // 2
SILENCE_LIMIT_NS = 10 * NS_PER_S
"""A manager that turns, but says nothing for this long, hangs."""
START_LIMIT_NS = 120 * NS_PER_S
"""The same until its first turn: it imports, and reads the stage's file."""
LOOK_S = 1.0
PAUSE_NS = 3 * NS_PER_S
"""A look that comes this late: this process was stopped itself (Ctrl-Z), and the manager with it."""
END_LIMIT_NS = 30 * NS_PER_S
"""The time a manager has to end everything once it is told to; then it is ended itself."""
MOST_IN_A_ROW, ROW_NS = 5, 60 * NS_PER_S
"""A manager that dies so often in this time is not started again."""
CRASHED = 70
"""The exit code of a manager that ended by a fault of its own (EX_SOFTWARE of sysexits.h)."""


@dataclass(frozen=True, slots=True)
class Life:
    """One life of the manager. `number` counts from 0; `reason`: how the one before ended. `last`: it is to end the
    stage, for no manager stays alive."""

    number: int
    reason: str
    last: bool
    watchdog_pid: int
    ping_fd: int

    def ping(self) -> None:
        """A sign of life for the watchdog."""
        try:
            os.write(self.ping_fd, b".")
        except OSError:  # the watchdog is dead, or stopped and has not read for long
            return

    @property
    def is_watched(self) -> bool:
        """Whether the watchdog lives."""
        return os.getppid() == self.watchdog_pid


class Watchdog:
    """`manage` lives one life of the manager in a process of its own and returns its exit code. `tell` the service
    manager that the stage is ready once a manager turns, and then that it lives."""

    def __init__(self, manage: Callable[[Life], int], clock: Clock, tell: Tell = untold) -> None:
        self._manage, self._clock, self._tell = manage, clock, tell
        self._is_ready = False
        self._ear, self._mouth = os.pipe()
        os.set_blocking(self._ear, False)
        os.set_blocking(self._mouth, False)
        self._deaths_ns: list[int] = []
        self._reason = ""
        self.lives = 0
        """Managers that were started."""

    def run(self) -> int:
        """Keep a manager alive until one ends by itself; its exit code, or `CRASHED` where none stays alive."""
        inherit_orphans()
        with Wakeup() as wakeup:
            while True:
                last = len(self._deaths_ns) >= MOST_IN_A_ROW or wakeup.stop_asked
                pid = self._forked(last)
                code = self._ended(pid, wakeup, last)
                if code >= 0 and code != CRASHED:
                    return code
                if last:
                    return CRASHED
                self._note_death(code)

    def _forked(self, last: bool) -> int:
        life = Life(self.lives, self._reason, last, os.getpid(), self._mouth)
        self.lives += 1
        sys.stdout.flush()
        sys.stderr.flush()
        return os.fork() or self._lived(life)

    def _lived(self, life: Life) -> NoReturn:
        """In the manager's process: live the life, and never return from it."""
        for number in (*STOP_SIGNALS, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.set_wakeup_fd(-1)
        os.close(self._ear)
        try:
            code = self._manage(life)
        except BaseException:
            traceback.print_exc()
            code = CRASHED
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)

    def _ended(self, pid: int, wakeup: Wakeup, last: bool) -> int:
        """Wait until the manager has ended; its exit code, negative for a signal. Other orphans are reaped as well. The
        `last` one ends the stage anyway and is not interrupted in that."""
        now_ns = self._clock.now_ns()
        silent_since_ns, limit_ns, told_ns, looked_ns = now_ns, START_LIMIT_NS, 0, now_ns
        while (code := _reaped(pid)) is None:
            wakeup.wait(LOOK_S, (self._ear,))
            now_ns = self._clock.now_ns()
            if self._heard():
                silent_since_ns, limit_ns = now_ns, SILENCE_LIMIT_NS
                self._say_ready()
            self._tell(ALIVE)
            if now_ns - looked_ns > PAUSE_NS:
                silent_since_ns = now_ns
            looked_ns = now_ns
            if wakeup.stop_asked and not told_ns and not last:
                self._tell(STOPPING)
                os.kill(pid, signal.SIGTERM)
                told_ns, limit_ns = now_ns, END_LIMIT_NS
            if now_ns - max(silent_since_ns, told_ns) > limit_ns:
                os.kill(pid, signal.SIGKILL)
        return code

    def _say_ready(self) -> None:
        if not self._is_ready:
            self._is_ready = True
            self._tell(READY)

    def _heard(self) -> bool:
        try:
            return bool(select.select([self._ear], [], [], 0)[0]) and bool(os.read(self._ear, 4096))
        except BlockingIOError:
            return False

    def _note_death(self, code: int) -> None:
        now_ns = self._clock.now_ns()
        self._deaths_ns = [*(death for death in self._deaths_ns if now_ns - death < ROW_NS), now_ns]
        self._reason = "crashed" if code == CRASHED else f"killed by {_name_of(-code)}"


def _reaped(pid: int) -> int | None:
    """The exit code of the child `pid` where it has ended; every other one that has ended is reaped."""
    found: int | None = None
    while True:
        try:
            ended, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return found
        if ended == 0:
            return found
        if ended == pid:
            found = os.waitstatus_to_exitcode(status)


def _name_of(number: int) -> str:
    return next((known.name for known in signal.Signals if known == number), f"signal {number}")
