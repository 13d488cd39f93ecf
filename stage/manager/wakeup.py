"""Waits for a child's death or a signal without delay or polling, on Linux and macOS alike."""

from __future__ import annotations

import select
import signal
import socket
from collections.abc import Sequence
from types import FrameType, TracebackType

LEAVE_SIGNAL = signal.SIGUSR1
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Wakeup:
    """While entered, SIGCHLD ends a `wait`, SIGINT, SIGTERM or SIGHUP end it and set `stop_asked`, and SIGUSR1 sets
    `leave_asked`: another manager takes over.

    Main thread only. The previous handlers are restored on leaving.
    """

    def __init__(self) -> None:
        self.stop_asked = False
        self.leave_asked = False

    def __enter__(self) -> Wakeup:
        self._ear, self._mouth = socket.socketpair()
        self._ear.setblocking(False)
        self._mouth.setblocking(False)
        self._fd_before = signal.set_wakeup_fd(self._mouth.fileno(), warn_on_full_buffer=False)
        self._handlers_before = {number: signal.signal(number, self._on_stop) for number in STOP_SIGNALS}
        self._handlers_before[LEAVE_SIGNAL] = signal.signal(LEAVE_SIGNAL, self._on_leave)
        self._handlers_before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda number, frame: None)
        return self

    def wait(self, longest_s: float, also: Sequence[int] = ()) -> None:
        """Wait for a signal, until one of the other descriptors can be read, or until the time is up."""
        ear = self._ear.fileno()
        if ear in select.select([ear, *also], [], [], longest_s)[0]:
            self._ear.recv(4096)

    def _on_leave(self, number: int, frame: FrameType | None) -> None:
        self.leave_asked = True

    def _on_stop(self, number: int, frame: FrameType | None) -> None:
        self.stop_asked = True

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for number, handler in self._handlers_before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._fd_before)
        self._ear.close()
        self._mouth.close()
