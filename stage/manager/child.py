"""One process of the table on the machine: spawned, watched, ended."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import psutil

from stage.manager.launch import NOW, WAIT
from stage.manager.run_dir import log_path
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
NOTHING_S = 0.03
"""Processor time of a process that does nothing in a second: its threads for the bus, and the kernel's 10 ms steps."""


class Child:
    """Spawns the process in a session of its own, so Ctrl-C at the terminal reaches only the manager.

    It inherits `lock_fd`: the run directory is in use while any of the stage's processes lives. A spare, where one was
    prepared, has imported everything and takes over at once.

    A spare may be dying when it is told to take over, which cannot be known in advance. So it answers before it starts,
    and one that ends without an answer never took over: see `took_over`.
    """

    def __init__(self, process: Process, stage_path: Path, run_dir: Path, lock_fd: int) -> None:
        self.process = process
        self._lock_fd = lock_fd
        self._log = log_path(run_dir, process.role)
        service = ("--stage", str(stage_path), "--run-dir", str(run_dir)) if process.service else ()
        self._arguments = (process.module, *service, *process.arguments)
        self._running: subprocess.Popen[bytes] | None = None
        self._spare: Spare | None = None
        self._asked: Spare | None = None
        self.took_over = True
        """Whether the process that `exit_code` found dead had started; False for a spare that died before answering."""
        self._meter: psutil.Process | None = None
        self._cpu_s = 0.0
        self._spare_again_ns = 0
        _set_aside(self._log)

    def spawn(self) -> int:
        """Start it, unless it is running; returns its process id. Raises OSError where the system refuses."""
        if self._running and self._running.poll() is None:
            return self._running.pid
        self._asked = self._spare_that_hears()
        self._running = self._asked.process if self._asked else self._launched(NOW, subprocess.DEVNULL)
        self._meter = None
        return self._running.pid

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
        launch = (sys.executable, "-m", "stage.manager.launch", str(os.getpid()), start)
        with self._log.open("ab") as log:
            return subprocess.Popen(
                (*environment, *polite, *launch, *self._arguments),
                stdin=stdin,
                stdout=log,
                stderr=log,
                start_new_session=True,
                pass_fds=(self._lock_fd, *self.process.fds),
            )

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
            except subprocess.TimeoutExpired:
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
        with self._log.open("rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - LAST_WORDS_BYTES))
            lines = log.read().decode(errors="replace").split("\n")
        last = next((line.strip() for line in reversed(lines) if line.strip()), "")
        return last.rpartition(" ERROR ")[2][-LAST_WORDS_CHARS:]

    def note_cpu(self) -> None:
        """Note the processor time it has used until now: its heartbeat came."""
        self._cpu_s = self._used_s()

    @property
    def stands_still(self) -> bool:
        """Whether it is stopped, or has done nothing since `note_cpu`. One that waits for a core does not stand
        still, nor does one whose threads work."""
        try:
            status = psutil.Process(self._running.pid).status() if self._running else psutil.STATUS_DEAD
        except psutil.Error:
            return False
        if status in (psutil.STATUS_STOPPED, psutil.STATUS_TRACING_STOP):
            return True
        return status != psutil.STATUS_RUNNING and self._used_s() - self._cpu_s < NOTHING_S

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
