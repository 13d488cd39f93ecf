"""The port of a stage's console: chosen, and held, before anybody is told of it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from stage.errors import InputError

FIRST_PORT = 8400
PORTS_TRIED = 20
HIGHEST_PORT = 65_535
BACKLOG = 128
"""Browsers that wait until the console answers."""


def host_and_port(listen: str) -> tuple[str, int]:
    """What `--listen` was given. Raises InputError."""
    host, _, port = listen.rpartition(":")
    if not host or not port.isdecimal() or int(port) > HIGHEST_PORT:
        raise InputError("--listen", "", f"is {listen!r}", "Say HOST:PORT, such as 0.0.0.0:8140")
    return host.strip("[]"), int(port)


@contextmanager
def listening(host: str, wanted: int | None) -> Iterator[socket.socket]:
    """A socket that listens on the wanted port, or on the first free one from the default on.

    It is held as long as the stage runs and inherited by the console, so the address that is printed is this stage's
    from the first moment, and also between two lives of the console. Raises InputError where the port is taken.
    """
    ports = [wanted] if wanted is not None else list(range(FIRST_PORT, FIRST_PORT + PORTS_TRIED))
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    reason = "cannot be used"
    for port in ports:
        try:
            ear = socket.create_server((host, port), family=family, backlog=BACKLOG)
        except OSError as error:
            reason = error.strerror or reason
            continue
        with ear:
            yield ear
            return
    problem = f"cannot be listened on: {reason}"
    raise InputError(f"{host}:{ports[0]}", "", problem, "Give another --console-port or --console-host")
