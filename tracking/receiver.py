"""Datagrams off the network, stamped before anyone reads them.

On Linux the kernel stamps a datagram on arrival, so a process that was kept waiting does not make its packets look
late. Elsewhere the stamp is taken as soon as the datagram is read.
"""

from __future__ import annotations

import errno
import selectors
import socket
import struct
import sys
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from stage.clock import Clock, realtime_ns
from stage.errors import InputError
from stage.model.sources.base import TrackerSource
from stage.units import NS_PER_S

LARGEST_DATAGRAM = 65_535
RECEIVE_BUFFER = 4 << 20
"""Requested from the kernel per socket: holds seconds of packets in case this process is kept from running."""
BURST = 256
"""Datagrams read from one socket before the others get their turn."""
SO_TIMESTAMPNS = 35
"""Linux: the kernel's arrival stamp, CLOCK_REALTIME (socket(7)); Python does not name it."""
SO_RXQ_OVFL = 40
"""Linux: how many datagrams the socket had no room for so far, with each that it had (socket(7))."""
SO_MEMINFO = 55
"""Linux: a socket's memory figures; the last of them is the same count, also where no datagram brings it (sock_diag(7):
SK_MEMINFO_DROPS)."""
STAMP, DROPPED, MEMORY = struct.Struct("@qq"), struct.Struct("@I"), struct.Struct("@9I")
STAMP_ROOM = 64
DROPPED_WRAPS = 1 << 32
OLDEST_NS = 10 * NS_PER_S
"""A datagram waits no longer than the socket's queue holds; an older stamp means that calendar time was set."""

Address = tuple[str, int]


class Ear(NamedTuple):
    """Where to listen: an address of this machine and a port, or a multicast group that the card of `host` joins."""

    host: str
    port: int
    group: str | None = None


class Arrival(NamedTuple):
    """A datagram. `data` is valid only until the next arrival; `port` is the index of the listening address.
    `dropped`: datagrams of that address that the kernel had no room for since the last one."""

    port: int
    data: memoryview
    sender: str
    received_ns: int
    dropped: int = 0


class Receiver:
    """One socket for every address and port that sources name, in their order of first mention."""

    def __init__(self, sources: Sequence[TrackerSource], clock: Clock, stage_file: str) -> None:
        """Raises InputError where an address cannot be listened on."""
        self._clock = clock
        self._buffer = bytearray(LARGEST_DATAGRAM)
        self._view = memoryview(self._buffer)
        self._selector = selectors.SelectSelector()  # waits in microseconds; epoll in milliseconds
        self._sockets: list[socket.socket] = []
        self._dropped: list[int] = []
        try:
            ears = [ear_of(source) for source in sources]
            for ear in listening_ears(sources):
                opened = open_port(ear, stage_file, f"sources[{ears.index(ear)}]")
                self._selector.register(opened, selectors.EVENT_READ, len(self._sockets))
                self._sockets.append(opened)
                self._dropped.append(0)
        except InputError:
            self.close()
            raise

    @property
    def addresses(self) -> list[Address]:
        """Where the sockets are bound: the actual port where the stage file says 0."""
        return [udp.getsockname()[:2] for udp in self._sockets]

    def arrivals(self, wait_ns: int) -> Iterator[Arrival]:
        """What is in the kernel's queues; waits up to `wait_ns` for the first datagram."""
        for key, _ in self._selector.select(wait_ns / NS_PER_S):
            yield from self._drained(self._sockets[key.data], key.data)

    def close(self) -> None:
        """Close the ports."""
        self._selector.close()
        for udp in self._sockets:
            udp.close()

    def unheard(self) -> Iterator[tuple[int, int]]:
        """By the index of the listening address, how many datagrams found no room since one last brought their count:
        after a flood none may come that does."""
        if sys.platform != "linux":
            return
        for port, udp in enumerate(self._sockets):
            figures = udp.getsockopt(socket.SOL_SOCKET, SO_MEMINFO, MEMORY.size)
            if len(figures) == MEMORY.size and (dropped := self._since(port, MEMORY.unpack(figures)[-1])):
                yield port, dropped

    def _since(self, port: int, total: int) -> int:
        """How much the kernel's count has grown. One that waited brings an older count."""
        grown = (total - self._dropped[port]) % DROPPED_WRAPS
        if grown >= DROPPED_WRAPS // 2:
            return 0
        self._dropped[port] = total
        return grown

    def _drained(self, udp: socket.socket, port: int) -> Iterator[Arrival]:
        for _ in range(BURST):
            try:
                length, ancillary, _, sender = udp.recvmsg_into((self._buffer,), STAMP_ROOM)
            except BlockingIOError:
                return
            received_ns = arrived_ns(ancillary, self._clock.now_ns(), realtime_ns())
            dropped = self._since(port, dropped_of(ancillary)) if len(ancillary) > 1 else 0
            yield Arrival(port, self._view[:length], sender[0], received_ns, dropped)


def arrived_ns(ancillary: list[tuple[int, int, bytes]], now_ns: int, calendar_ns: int) -> int:
    """The kernel's stamp on our clock: now less the datagram's age. Now, if there is no stamp or the age is not
    plausible (calendar time may be set while a datagram waits)."""
    for _, kind, data in ancillary:
        if kind == SO_TIMESTAMPNS and len(data) == STAMP.size:
            seconds, nanoseconds = STAMP.unpack(data)
            age_ns = calendar_ns - seconds * NS_PER_S - nanoseconds
            return now_ns - age_ns if 0 < age_ns < OLDEST_NS else now_ns
    return now_ns


def dropped_of(ancillary: list[tuple[int, int, bytes]]) -> int:
    """The kernel's count of datagrams that found no room."""
    for _, kind, data in ancillary:
        if kind == SO_RXQ_OVFL and len(data) == DROPPED.size:
            return int(DROPPED.unpack(data)[0])
    return 0


def ear_of(source: TrackerSource) -> Ear:
    """Where a source listens."""
    return Ear(source.host, source.port, source.group)


def listening_ears(sources: Sequence[TrackerSource]) -> list[Ear]:
    """The different places where the sources listen, in order; sources of one place share its socket."""
    return list(dict.fromkeys(ear_of(source) for source in sources))


def open_port(ear: Ear, stage_file: str, field: str) -> socket.socket:
    """A bound socket that does not block, with a deep queue and arrival stamps. Raises InputError."""
    host, port, group = ear
    try:
        family, _, _, _, resolved = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
        udp = socket.socket(family, socket.SOCK_DGRAM)
    except (OSError, UnicodeError) as error:
        raise InputError(stage_file, f"{field}.host", f"{host!r} is not an address ({error})", HOST_REMEDY) from error
    try:
        udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        if sys.platform == "linux":
            udp.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
            udp.setsockopt(socket.SOL_SOCKET, SO_RXQ_OVFL, 1)
        udp.setblocking(False)
        if group is None:
            udp.bind(resolved)
        else:
            _join(udp, group, port, resolved[0])
    except OSError as error:
        udp.close()
        raise _why_not(error, ear, stage_file, field) from error
    return udp


def _join(udp: socket.socket, group: str, port: int, card: str | int) -> None:
    """Bind to a multicast group, which other programs may hear as well, through the card that has this address.

    Bound to the group itself, a Unix socket gets that group's datagrams only; Windows cannot."""
    udp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    udp.bind(("" if sys.platform == "win32" else group, port))
    udp.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(group) + socket.inet_aton(str(card)))


HOST_REMEDY = "Write 0.0.0.0 for every network of this machine, or the address of one of its network cards"


def _why_not(error: OSError, ear: Ear, stage_file: str, field: str) -> InputError:
    host, port, group = ear
    if group is not None and error.errno in (errno.ENODEV, errno.EADDRNOTAVAIL):
        problem = f"no network card with the address {host} can join the group {group}"
        return InputError(stage_file, f"{field}.host", problem, HOST_REMEDY)
    if error.errno == errno.EADDRINUSE:
        remedy = f"End the program that listens there (`ss -lunp 'sport = {port}'` names it), or choose another port"
        return InputError(stage_file, f"{field}.port", f"port {port} on {host} is in use", remedy)
    if error.errno == errno.EADDRNOTAVAIL:
        return InputError(stage_file, f"{field}.host", f"this machine has no address {host}", HOST_REMEDY)
    if error.errno == errno.EACCES:
        remedy = "Choose a port of 1024 or more"
        return InputError(stage_file, f"{field}.port", f"port {port} may not be listened on", remedy)
    return InputError(stage_file, field, f"cannot listen on {host}:{port} ({error})", HOST_REMEDY)
