"""A port for a process that is about to be started and binds it a moment later."""

from __future__ import annotations

import os
import socket
from itertools import count

from stage.errors import ProcessError

PORTS = range(20_000, 32_000)
"""Below those that Linux (32768 on) and macOS (49152 on) hand out on request: another program could be given one of
those before the process binds it."""
APART = 31
"""Processes that choose at the same time start this many ports apart."""

_chosen = count()


def free_port(kind: socket.SocketKind, host: str = "127.0.0.1") -> int:
    """A port of a UDP (`SOCK_DGRAM`) or TCP (`SOCK_STREAM`) socket that is free, a different one at each call.

    Raises ProcessError if all are taken, which no stage machine comes near.
    """
    first = os.getpid() * APART
    for _ in PORTS:
        port = PORTS[(first + next(_chosen)) % len(PORTS)]
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind((host, port))
            except OSError:
                continue
        return port
    raise ProcessError(f"no port from {PORTS.start} to {PORTS.stop - 1} is free on {host}")
