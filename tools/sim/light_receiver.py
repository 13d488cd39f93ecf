"""A simulated lighting node: receives sACN or Art-Net at the wire and records it."""

from __future__ import annotations

import socket
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address
from threading import Event, Thread
from uuid import UUID

from stage.clock import Clock
from stage.errors import InputError, PacketError
from stage.lights import artnet, sacn
from stage.units import NS_PER_S

LONGEST_PACKET = 2048
BUFFER_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Received:
    """One universe's slots as received; `priority` is -1 for Art-Net, which has none."""

    received_ns: int
    universe: int
    sequence: int
    priority: int
    source: str
    cid: UUID | None
    terminated: bool
    slots: bytes
    packet: bytes


@dataclass(slots=True)
class Account:
    """What was received of one universe, in order."""

    packets: int = 0
    terminated: int = 0
    out_of_order: int = 0
    shortest_gap_ns: int = 0
    last: Received | None = None
    times_ns: list[int] = field(default_factory=list)

    def add(self, received: Received) -> None:
        """One more."""
        if self.last is not None:
            gap_ns = received.received_ns - self.last.received_ns
            self.shortest_gap_ns = gap_ns if self.packets == 1 else min(gap_ns, self.shortest_gap_ns)
            self.out_of_order += not sacn.is_newer(received.sequence, self.last.sequence)
        self.packets += 1
        self.terminated += received.terminated
        self.last = received
        self.times_ns.append(received.received_ns)

    def most_in_a_second(self) -> int:
        """The most packets within any second."""
        times, most, first = self.times_ns, 0, 0
        for number, moment_ns in enumerate(times):
            while moment_ns - times[first] >= NS_PER_S:
                first += 1
            most = max(most, number - first + 1)
        return most


class LightReceiver:
    """Listens on a UDP port, and in the groups of `universes` if an interface is given. `refused` counts invalid
    packets. Raises InputError if the port cannot be opened."""

    def __init__(
        self, clock: Clock, host: str = "127.0.0.1", port: int = 0, universes: Iterable[int] = (), interface: str = ""
    ) -> None:
        self._clock = clock
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind((host, port))
            for universe in universes if interface else ():
                membership = ip_address(sacn.group_of(universe)).packed + ip_address(interface).packed
                self._socket.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, membership)
        except OSError as error:
            self._socket.close()
            where = f"{host}:{port}"
            raise InputError(
                where, "", f"cannot listen: {error.strerror}", "Choose another port or interface"
            ) from error
        self.port: int = self._socket.getsockname()[1]
        self.refused = 0
        self.syncs = 0

    def receive(self, wait_ns: int) -> Received | None:
        """The next universe that arrives within `wait_ns`; None if none does."""
        until_ns = self._clock.now_ns() + wait_ns
        while (left_ns := until_ns - self._clock.now_ns()) > 0:
            self._socket.settimeout(left_ns / NS_PER_S)
            try:
                packet = self._socket.recv(LONGEST_PACKET)
            except TimeoutError:
                return None
            if (received := self._read(packet, self._clock.now_ns())) is not None:
                return received
        return None

    def close(self) -> None:
        """Close the port."""
        self._socket.close()

    def _read(self, packet: bytes, now_ns: int) -> Received | None:
        try:
            read = artnet.parsed(packet) if packet.startswith(artnet.ID) else sacn.parsed(packet)
        except PacketError:
            self.refused += 1
            return None
        if isinstance(read, sacn.DataPacket):
            who = (read.priority, read.source_name, read.cid)
            ended, slots = read.terminated, read.slots
            return Received(now_ns, read.universe, read.sequence, *who, terminated=ended, slots=slots, packet=packet)
        if isinstance(read, artnet.DmxPacket):
            return Received(
                received_ns=now_ns,
                universe=read.universe,
                sequence=read.sequence,
                priority=-1,
                source="",
                cid=None,
                terminated=False,
                slots=read.slots,
                packet=packet,
            )
        self.syncs += 1
        return None


@contextmanager
def listening(clock: Clock) -> Iterator[tuple[LightReceiver, list[Received]]]:
    """A receiver on loopback that records everything as it arrives, in its own thread."""
    receiver, heard, over = LightReceiver(clock), list[Received](), Event()

    def listen() -> None:
        while not over.is_set():
            if (one := receiver.receive(NS_PER_S // 10)) is not None:
                heard.append(one)

    thread = Thread(target=listen, daemon=True)
    thread.start()
    try:
        yield receiver, heard
    finally:
        over.set()
        thread.join()
        receiver.close()


def accounts_of(received: Iterable[Received]) -> dict[int, Account]:
    """What was received, by universe."""
    accounts: defaultdict[int, Account] = defaultdict(Account)
    for one in received:
        accounts[one.universe].add(one)
    return dict(accounts)
