"""Answers Art-Net's question who is there, on Art-Net's port. IO."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterable
from contextlib import suppress
from ipaddress import IPv4Address, ip_address

from stage.lights.artpoll import Named, parsed_poll, replies
from stage.lights.wire import unicast
from stage.model.fixture import ARTNET_PORT, Lights
from stage.process.edge import Edge
from stage.units import NS_PER_S

LONGEST_PACKET = 2048
MOST_AT_ONCE = 64
MOST_A_SECOND = 32
"""Questions that are answered: an answer is larger than a question, and its sender may be forged."""

log = logging.getLogger("openstage.lights")


class PollEar:
    """One socket. `deaf` is why nobody can be answered, "" where all is well."""

    def __init__(self, lights: Lights, stage: str, universes: Iterable[int], port: int = ARTNET_PORT) -> None:
        self._universes = sorted(universes)
        self._interface, self._names = lights.interface, (lights.source_name, f"OpenStage: {stage}")
        self._second, self._answered = 0, 0
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self.deaf = ""
        try:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._socket.bind((lights.interface, port))
        except OSError as error:
            self.deaf = f"cannot answer who is there: {error.strerror}"
            log.warning("%s", self.deaf)

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._socket.getsockname()[1])

    def answer(self, edge: Edge, now_ns: int) -> None:
        """Answer what has come since the last call."""
        for _ in range(MOST_AT_ONCE):
            try:
                packet, sender = self._socket.recvfrom(LONGEST_PACKET)
            except OSError:  # none waiting (BlockingIOError), or the card is gone for now
                return
            with edge.net("datagram", sender[0]):
                self._answer(packet, (str(sender[0]), int(sender[1])), now_ns)

    def close(self) -> None:
        """Stop listening."""
        self._socket.close()

    def _answer(self, packet: bytes, sender: tuple[str, int], now_ns: int) -> None:
        poll = parsed_poll(packet)
        if poll is None or not self._may_answer(now_ns):
            return
        short, long = self._names
        named = Named(_near(self._interface, sender[0]), short, long)
        for reply in replies(poll, named, self._universes):
            for port in {sender[1], ARTNET_PORT}:
                with suppress(BlockingIOError):
                    self._socket.sendto(reply, (sender[0], port))

    def _may_answer(self, now_ns: int) -> bool:
        second = now_ns // NS_PER_S
        if second != self._second:
            self._second, self._answered = second, 0
        self._answered += 1
        return self._answered <= MOST_A_SECOND


def poll_ear(lights: Lights, stage: str, universes: Iterable[int]) -> PollEar | None:
    """An ear where it is wanted: not beside a receiver on this machine, whose port it is."""
    beside = any(ip_address(host).is_loopback and port == ARTNET_PORT for host, port in unicast(lights))
    return PollEar(lights, stage, universes) if lights.protocol == "artnet" and lights.on and not beside else None


def _near(interface: str, sender: str) -> IPv4Address:
    """The address of this machine that the sender can reach."""
    chosen = IPv4Address(interface)
    if not chosen.is_unspecified:
        return chosen
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((sender, ARTNET_PORT))
            return IPv4Address(probe.getsockname()[0])
        except OSError:
            return chosen
