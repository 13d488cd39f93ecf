"""What systemd is told of a service: that it is ready, that it lives, that it ends (sd_notify(3)). IO.

A datagram to the socket that systemd names in NOTIFY_SOCKET; without one nobody is told.
"""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable

READY, ALIVE, STOPPING = "READY=1", "WATCHDOG=1", "STOPPING=1"
ABSTRACT = "@"
"""Stands for the zero byte that abstract names begin with."""

Tell = Callable[[str], None]
log = logging.getLogger("openstage.manager")


def untold(state: str) -> None:
    """Where no service manager started this program."""


def notifier(address: str | None) -> Tell:
    """What tells the service manager at this address; a failure is logged once, and the stage runs on."""
    if not address:
        return untold
    failed = False
    place = "\0" + address[1:] if address.startswith(ABSTRACT) else address

    def tell(state: str) -> None:
        nonlocal failed
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as wire:
                wire.setblocking(False)
                wire.sendto(state.encode(), place)
        except OSError as error:
            if not failed:
                log.warning("systemd cannot be told that the stage lives: %s", error)
            failed = True

    return tell
