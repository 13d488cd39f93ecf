"""Hears what other sACN sources send on our universes. IO."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterable, Iterator
from ipaddress import ip_address

from stage.lights.sacn import group_of
from stage.model.fixture import SACN_PORT

LONGEST_PACKET = 2048
MOST_AT_ONCE = 64
"""The most datagrams read from one universe per turn: a flood does not delay the lamps."""

log = logging.getLogger("openstage.lights")


class Ear:
    """A socket for each universe, bound to its multicast group: it takes no unicast packets away from receivers on
    this machine. `deaf` is why universes cannot be heard, "" where all can."""

    def __init__(self, universes: Iterable[int], interface: str, port: int = SACN_PORT) -> None:
        self._sockets: list[socket.socket] = []
        self.deaf = ""
        for universe in universes:
            try:
                self._sockets.append(_joined(group_of(universe), interface, port))
            except OSError as error:
                self.deaf = f"cannot hear desks: {error.strerror}"
        if self.deaf:
            log.warning("%s", self.deaf)

    def packets(self) -> Iterator[bytes]:
        """The packets since the last call."""
        for each in self._sockets:
            for _ in range(MOST_AT_ONCE):
                try:
                    yield each.recv(LONGEST_PACKET)
                except OSError:  # none waiting (BlockingIOError), or the card is gone for now
                    break

    def close(self) -> None:
        """Leave the groups."""
        for each in self._sockets:
            each.close()


def _joined(group: str, interface: str, port: int) -> socket.socket:
    opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        opened.setblocking(False)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind((group, port))
        membership = ip_address(group).packed + ip_address(interface).packed
        opened.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, membership)
    except OSError:
        opened.close()
        raise
    return opened
