"""The sockets of the bus, made once for all lives of the processes that publish there.

Whoever publishes inherits the socket that already listens. So a process that takes over needs no new file in a folder
that may be read-only or full by then, and subscribers need not find it anew: they wait at the socket.
"""

from __future__ import annotations

import logging
import socket
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from stage.bus.zmq_bus import socket_path
from stage.messages.topics import ROLES

BACKLOG = 64
"""Subscribers that wait at an endpoint until somebody publishes there: a stage has a dozen processes."""

log = logging.getLogger("openstage.manager")


class Endpoints:
    """While entered, a listening socket for every role of the stage in `run_dir`: `fds`. Where one cannot be made, its
    role makes its own."""

    def __init__(self, run_dir: Path) -> None:
        self._run_dir = run_dir
        self._open = ExitStack()
        self._fds: dict[str, int] = {}
        self.fds: Mapping[str, int] = self._fds

    def __enter__(self) -> Endpoints:
        for role in ROLES:
            path = socket_path(self._run_dir, role)
            ear = self._open.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
            try:
                path.unlink(missing_ok=True)
                ear.bind(str(path))
                ear.listen(BACKLOG)
            except OSError as error:
                log.warning("the endpoint of %s is left to itself: %s", role, error)
                continue
            self._fds[role] = ear.fileno()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._open.close()
