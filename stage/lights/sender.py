"""Sends universes: sockets and sequence numbers. IO; `pacing` decides when, `wire` the format."""

from __future__ import annotations

import logging
import socket
from collections.abc import Mapping, Sequence
from contextlib import suppress
from ipaddress import ip_address

from stage.clock import Clock
from stage.lights.pacing import Pacing
from stage.lights.sequence_book import SequenceBook
from stage.lights.wire import Address, Wire
from stage.model.fixture import Lights
from stage.units import NS_PER_S

GOODBYES = 3
"""Terminated packets for each universe (E1.31 section 6.2.6)."""
DISCOVERY_NS = 10 * NS_PER_S
EVERYWHERE = "0.0.0.0"
HOPS = 16
"""How many routers a multicast packet may pass."""

log = logging.getLogger("openstage.lights")


class LightSender:
    """Sends what is due, and goodbyes at the end. `error` is why the last packet could not be sent, else ""."""

    def __init__(self, lights: Lights, wire: Wire, book: SequenceBook, clock: Clock) -> None:
        self._lights, self._wire, self._book, self._clock = lights, wire, book, clock
        self._pacing = Pacing(lights.rate_hz)
        self._socket = _open_socket(lights.interface)
        self._sending: tuple[int, ...] = ()
        self._discovery_ns = 0
        self.packets = 0
        self.error = ""

    def send(self, universes: Mapping[int, bytes], now_ns: int) -> None:
        """Send the universes that are due."""
        due = self._pacing.due(universes, now_ns)
        self._sending = tuple(universes)
        for universe in due:
            packet = self._wire.data(universe, self._count(universe), universes[universe])
            self._out(packet, self._wire.destinations(universe))
            self._pacing.sent(universe, universes[universe], now_ns)
        if due and self._lights.sync:
            self._out(*self._wire.sync(self._count(self._lights.sync_universe)))
        if due and now_ns >= self._discovery_ns:
            self._discovery_ns = now_ns + DISCOVERY_NS
            packets, listeners = self._wire.discovery(tuple(universes))
            for packet in packets:
                self._out(packet, listeners)

    def leave(self) -> None:
        """Send the goodbyes, three times and at the usual pace; receivers then follow the desk."""
        leaving, self._sending = self._sending, ()
        for _ in range(GOODBYES if leaving else 0):
            self._clock.rest_until_ns(self._pacing.free_ns())
            now_ns = self._clock.now_ns()
            for universe in leaving:
                for packet in self._wire.goodbyes(universe, self._count(universe)):
                    self._out(packet, self._wire.destinations(universe))
                self._pacing.sent(universe, b"", now_ns)
        self._pacing.forget()

    def next_ns(self) -> int:
        """The earliest time of the next sending."""
        return self._pacing.free_ns()

    def rate_hz(self, now_ns: int) -> float:
        """Packets of each universe in the last second."""
        return self._pacing.rate_hz(now_ns)

    def close(self) -> None:
        """Send the goodbyes and close the socket."""
        self.leave()
        self._socket.close()

    def _count(self, universe: int) -> int:
        sequence = self._book[universe] = self._wire.after(self._book[universe])
        return sequence

    def _out(self, packet: bytes, addresses: Sequence[Address]) -> None:
        error = ""
        for address in addresses:
            try:
                self._socket.sendto(packet, address)
                self.packets += 1
            except OSError as failed:
                error = f"cannot send to {address[0]}: {failed.strerror}"
        if error and error != self.error:
            log.error("%s", error)
        self.error = error


def _open_socket(interface: str) -> socket.socket:
    """A UDP socket that sends through a network card; its packets are also heard on this machine."""
    opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    opened.setblocking(False)
    opened.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, HOPS)
    if interface != EVERYWHERE:
        with suppress(OSError):  # the card may come up later: sending reports errors until then
            opened.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, ip_address(interface).packed)
    return opened
