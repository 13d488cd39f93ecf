"""A spare that stands by: it has everything loaded and follows the stage, and begins when the manager tells it to.

The manager is at the other end of a socket. When that closes, the manager has ended or needs the spare no longer.
"""

from __future__ import annotations

import os
import select
import socket
import sys
from typing import NoReturn

TAKE_OVER = b"!"
"""Said by the manager, and answered with the same before the spare begins."""


class Standby:
    """The spare's end of the line to the manager."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line

    @classmethod
    def on_standard_input(cls) -> Standby:
        """The line as the manager hands it to a process."""
        return cls(socket.socket(fileno=os.dup(sys.stdin.fileno())))

    def told(self, longest_s: float | None) -> bool:
        """Wait to be told to take over, and answer; False after `longest_s` (None = wait for ever). Ends the process
        where the manager has ended or discards the spare."""
        if not select.select([self._line], [], [], longest_s)[0]:
            return False
        if self._line.recv(1) != TAKE_OVER:
            self.end()
        self._line.sendall(TAKE_OVER)
        self._line.close()
        return True

    def end(self) -> NoReturn:
        """End this process: it was never needed."""
        self._line.close()
        sys.exit(0)
