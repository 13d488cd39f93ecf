"""The processes of a stage that outlived their manager: found by their command lines, ended or gone on with."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path

import psutil

from stage.manager.launch import LAUNCH, OUTLIVES
from stage.manager.supervision import ENDED_UNSEEN

KILL_WAIT_S = 3.0


class Survivor:
    """A process of a stage that this one did not start. It is used like one that it did (`subprocess.Popen`)."""

    def __init__(self, process: psutil.Process, role: str, command: tuple[str, ...]) -> None:
        """`command`: its module and arguments."""
        self.pid = process.pid
        self.role, self.command = role, command
        self._process = process
        self._end: int | None = None
        self.fd = -1
        """Becomes readable when it ends; -1 where the system has no such thing."""

    def watch(self) -> None:
        """From now on `fd` tells its end."""
        with suppress(OSError, AttributeError):  # dead already, or not Linux
            self.fd = os.pidfd_open(self.pid)

    @property
    def started_utc_s(self) -> float:
        """When it was started."""
        return self._process.create_time()

    @property
    def is_stopped(self) -> bool:
        """Whether somebody stopped it (SIGSTOP)."""
        try:
            return self._process.status() in (psutil.STATUS_STOPPED, psutil.STATUS_TRACING_STOP)
        except psutil.Error:
            return False

    def poll(self) -> int | None:
        """None while it lives, then `ENDED_UNSEEN`."""
        if self._end is None and not self._lives():
            self._end = ENDED_UNSEEN
            if self.fd >= 0:
                os.close(self.fd)
                self.fd = -1
        return self._end

    def _lives(self) -> bool:
        try:
            return self._process.is_running() and self._process.status() != psutil.STATUS_ZOMBIE
        except psutil.Error:
            return False

    def wait(self, timeout: float | None = None) -> int:
        """Its end. Raises psutil.TimeoutExpired."""
        if self.poll() is None:
            self._process.wait(timeout)
        return self.poll() or ENDED_UNSEEN

    def send_signal(self, number: int) -> None:
        """Send a signal; a dead process is ignored."""
        with suppress(psutil.Error):
            self._process.send_signal(number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


def survivors_in(run_dir: Path) -> list[Survivor]:
    """Every process of the stage in the directory, spares included, in the order of their start."""
    found: list[Survivor] = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            words = process.cmdline()
            if tuple(words[1:4]) == (*LAUNCH, OUTLIVES) and _is_ours(process) and os.path.samefile(words[4], run_dir):
                found.append(Survivor(process, words[5], tuple(words[9:])))
    return sorted(found, key=lambda survivor: survivor.started_utc_s)


def _is_ours(process: psutil.Process) -> bool:
    return process.uids().effective == os.geteuid() and process.status() != psutil.STATUS_ZOMBIE


def end_all(survivors: list[Survivor], longest_s: float) -> None:
    """Ask them to end, and end those that have not after `longest_s`."""
    for survivor in survivors:
        survivor.terminate()
    processes = [survivor._process for survivor in survivors]
    left = psutil.wait_procs(processes, longest_s)[1]
    for survivor in survivors:
        if survivor.poll() is None:
            survivor.kill()
    psutil.wait_procs(left, KILL_WAIT_S)


def has_open(pid: int, file: Path) -> bool:
    """Whether a process lives and has the file open."""
    try:
        return any(os.path.samefile(each.path, file) for each in psutil.Process(pid).open_files())
    except (psutil.Error, OSError, ValueError):
        return False
