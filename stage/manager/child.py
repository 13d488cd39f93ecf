"""One process of the table on the machine: spawned, watched, ended."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import psutil

from stage.manager.launch import LAUNCH, NO_FD, NOW, OUTLIVES, WAIT
from stage.manager.run_dir import log_path
from stage.manager.supervision import BUSY_NS, STILL_NS
from stage.manager.survivors import Survivor
from stage.manager.table import Process
from stage.process.standby import TAKE_OVER
from stage.units import NS_PER_S

LOG_LIMIT_BYTES = 1_000_000
"""A log longer than this is set aside (as `ROLE.1.log`) when the stage is started."""
POLITE = ("nice", "-n", "10")
"""Processes the show does not need give way to those it does."""
LAST_WORDS_BYTES = 2_000
LAST_WORDS_CHARS = 300
BYTES_PER_MB = 1e6
DEAD_SPARE_NS = 10 * NS_PER_S
BUSY_S, BUSY_TURNS = 0.4, 8
"""Processor time without an end to the turn that is no turn any more: at least so much, and so many times the longest
turn of the last ones on all cores."""
NOTHING_S = 0.03
"""Processor time of a process that does nothing in a second: its threads for the bus, and the kernel's 10 ms steps."""


class Child:
    """Spawns the process in a session of its own, so Ctrl-C at the terminal reaches only the manager.

    With `outlives_s` it lives on for so long where this process is killed, and `adopt` goes on with it; otherwise it
    dies with this process. A spare, where one was prepared, has imported everything and takes over at once.

    A spare may be dying when it is told to take over, which cannot be known in advance. So it answers before it starts,
    and one that ends without an answer never took over: see `took_over`.
    """

    def __init__(
        self,
        process: Process,
        stage_path: Path,
        run_dir: Path,
        outlives_s: float | None = None,
        bus_fd: int | None = None,
    ) -> None:
        """`bus_fd`: a socket that already listens at its endpoint, for one that outlives."""
        self.process = process
        self._log = log_path(run_dir, process.role)
        service = ("--stage", str(stage_path), "--run-dir", str(run_dir)) if process.service else ()
        self.command = (process.module, *service, *process.arguments)
        """Its module and arguments."""
        bus_fd = bus_fd if process.service else None
        self._fds = process.fds if bus_fd is None else (*process.fds, bus_fd)
        self._tie: tuple[str, ...] = (str(os.getpid()),)
        if outlives_s is not None:
            fd = NO_FD if bus_fd is None else str(bus_fd)
            self._tie = (OUTLIVES, str(run_dir), process.role, f"{outlives_s:g}", fd)
        self._running: subprocess.Popen[bytes] | Survivor | None = None
        self._spare: Spare | None = None
        self._asked: Spare | None = None
        self.took_over = True
        """Whether the process that `exit_code` found dead had started; False for a spare that died before answering."""
        self._meter: psutil.Process | None = None
        self._cpu_s = 0.0
        self._spare_again_ns = 0
        self._first = True

    def spawn(self) -> int:
        """Start it, unless it is running; returns its process id. Raises OSError where the system refuses."""
        if self._running and self._running.poll() is None:
            return self._running.pid
        self._asked = self._spare_that_hears()
        self._running = self._asked.process if self._asked else self._launched(NOW, subprocess.DEVNULL)
        self._meter = None
        return self._running.pid

    def adopt(self, survivor: Survivor) -> None:
        """Go on with a process that outlived its manager."""
        survivor.watch()
        self._running, self._asked, self._meter, self._first = survivor, None, None, False

    @property
    def end_fd(self) -> int:
        """A descriptor that becomes readable when an adopted process ends; -1 where there is none (SIGCHLD tells)."""
        return self._running.fd if isinstance(self._running, Survivor) else -1

    @property
    def has_spare(self) -> bool:
        """Whether a spare waits."""
        return self._spare is not None and self._spare.process.poll() is None

    def spare_is_due(self, now_ns: int) -> bool:
        """Whether to start a spare: there is none. One that died while it waited is not replaced for a while, for the
        next one would load everything only to die as well."""
        if self._spare is not None and not self.has_spare:
            self.discard_spare()
            self._spare_again_ns = now_ns + DEAD_SPARE_NS
        return self._spare is None and now_ns >= self._spare_again_ns

    def prepare_spare(self) -> None:
        """Start a spare, also in place of a dead one. Raises OSError where the system refuses."""
        self.discard_spare()
        line, its_end = socket.socketpair()
        with its_end:
            try:
                self._spare = Spare(self._launched(WAIT, its_end.fileno()), line)
            except OSError:
                line.close()
                raise

    def _launched(self, start: str, stdin: int) -> subprocess.Popen[bytes]:
        environment = ("env", *self.process.environment) if self.process.environment else ()
        polite = POLITE if self.process.service and not self.process.needed_for_show else ()
        launch = (sys.executable, *LAUNCH, *self._tie, start)
        with self._log_file() as log:
            return subprocess.Popen(
                (*environment, *polite, *launch, *self.command),
                stdin=stdin,
                stdout=log,
                stderr=log,
                start_new_session=True,
                pass_fds=self._fds,
            )

    def _log_file(self) -> BinaryIO:
        """Its log, to be written on; the system's waste basket where none can be written (a folder that became
        read-only): the process matters more."""
        try:
            if self._first:
                _set_aside(self._log)
            self._first = False
            return self._log.open("ab")
        except OSError:
            return open(os.devnull, "ab")

    def _spare_that_hears(self) -> Spare | None:
        """The spare, after telling it to take over; None where there is none or it is dead."""
        spare, self._spare = self._spare, None
        if spare is None or spare.told_to_take_over():
            return spare
        spare.discard()
        return None

    def exit_code(self) -> int | None:
        """Its exit code, once, when it is found dead; negative for a signal."""
        code = self._running.poll() if self._running else None
        if code is not None:
            self._forget()
        return code

    def signal(self, number: signal.Signals) -> None:
        """Send a signal; a dead process is ignored."""
        if self._running:
            self._running.send_signal(number)

    def end(self, longest_s: float) -> None:
        """Tell it and its spare to stop, and wait; after `longest_s` they are killed."""
        self.discard_spare()
        if self._running:
            self._running.terminate()
            try:
                self._running.wait(longest_s)
            except (subprocess.TimeoutExpired, psutil.TimeoutExpired):
                self._running.kill()
                self._running.wait()
            self._forget()

    def _forget(self) -> None:
        """Forget the process that has ended."""
        self.took_over = self._asked is None or self._asked.answered()
        if self._asked:
            self._asked.line.close()
        self._running = self._asked = self._meter = None

    def discard_spare(self) -> None:
        """End the waiting spare."""
        if self._spare:
            self._spare.discard()
            self._spare = None

    def last_words(self) -> str:
        """The last line of its log, without time and role."""
        try:
            with self._log.open("rb") as log:
                log.seek(max(0, log.seek(0, os.SEEK_END) - LAST_WORDS_BYTES))
                lines = log.read().decode(errors="replace").split("\n")
        except OSError:
            return ""
        last = next((line.strip() for line in reversed(lines) if line.strip()), "")
        return last.rpartition(" ERROR ")[2][-LAST_WORDS_CHARS:]

    def note_cpu(self) -> None:
        """Note the processor time it has used until now: its heartbeat came."""
        self._cpu_s = self._used_s()

    def patience_ns(self, turn_ns: int) -> int | None:
        """How long it may be silent, as far as what it has done since its last heartbeat tells; None: not known.

        One that is stopped or does nothing, for a short time. One that works may be drawing a frame that takes this
        long, and its spare would only draw it again; once it has used many times the processor that a turn takes, of
        `turn_ns` at most, it hangs in its work. One that waits for a core is known by neither.
        """
        try:
            status = psutil.Process(self._running.pid).status() if self._running else psutil.STATUS_DEAD
        except psutil.Error:
            return None
        used_s = self._used_s() - self._cpu_s
        if status in (psutil.STATUS_STOPPED, psutil.STATUS_TRACING_STOP):
            return STILL_NS
        if status != psutil.STATUS_RUNNING and used_s < NOTHING_S:
            return STILL_NS
        turn_s = turn_ns / NS_PER_S * (os.cpu_count() or 1)
        return BUSY_NS if self.has_spare and used_s > max(BUSY_S, BUSY_TURNS * turn_s) else None

    def _used_s(self) -> float:
        try:
            times = psutil.Process(self._running.pid).cpu_times() if self._running else None
        except psutil.Error:
            return 0.0
        return times.user + times.system if times else 0.0

    def cpu_percent_and_memory_mb(self) -> tuple[float, float]:
        """CPU since the last call, in percent of one core, and resident memory; zeros while there is no process."""
        if not self._running:
            return 0.0, 0.0
        try:
            self._meter = self._meter or psutil.Process(self._running.pid)
            with self._meter.oneshot():
                return self._meter.cpu_percent(), self._meter.memory_info().rss / BYTES_PER_MB
        except psutil.Error:
            return 0.0, 0.0


@dataclass(frozen=True, slots=True)
class Spare:
    """A process that has imported everything and waits at the other end of `line`."""

    process: subprocess.Popen[bytes]
    line: socket.socket

    def told_to_take_over(self) -> bool:
        """Tell it to take over; False where it is already dead."""
        if self.process.poll() is not None:
            return False
        try:
            self.line.sendall(TAKE_OVER)
        except OSError:
            return False
        return True

    def answered(self) -> bool:
        """Whether it has confirmed taking over. Called once it is dead, when its answer is complete."""
        try:
            return self.line.recv(1, socket.MSG_DONTWAIT) == TAKE_OVER
        except OSError:
            return False

    def discard(self) -> None:
        """End it: it is no longer needed."""
        self.process.kill()
        self.process.wait()
        self.line.close()


def _set_aside(log: Path) -> None:
    if log.exists() and log.stat().st_size > LOG_LIMIT_BYTES:
        log.replace(log.with_suffix(".1.log"))
