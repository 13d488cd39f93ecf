"""The two protocols behind one interface: the packets of a universe, and their destinations. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol
from uuid import UUID

from stage.lights import artnet, sacn
from stage.model.fixture import SACN_PORT, Lights

Address = tuple[str, int]


class Wire(Protocol):
    """Turns universes into packets."""

    def data(self, universe: int, sequence: int, slots: bytes) -> bytes:
        """A universe's slots."""
        ...

    def goodbyes(self, universe: int, sequence: int) -> list[bytes]:
        """The source leaves the universe: one packet, or none where the protocol does not have one."""
        ...

    def sync(self, sequence: int) -> tuple[bytes, Sequence[Address]]:
        """The packet that makes sent data take effect, and its destinations."""
        ...

    def discovery(self, universes: Sequence[int]) -> tuple[list[bytes], Sequence[Address]]:
        """The packets that announce the source's universes, and their destinations."""
        ...

    def destinations(self, universe: int) -> Sequence[Address]:
        """The destinations of a universe."""
        ...

    def after(self, sequence: int) -> int:
        """The next sequence number."""
        ...


class SacnWire:
    """E1.31: multicast and unicast, terminated packets, sync universe, universe discovery."""

    def __init__(self, lights: Lights, cid: UUID) -> None:
        self._source = sacn.Source(cid, lights.source_name, lights.priority)
        self._sync_universe = lights.sync_universe if lights.sync else 0
        self._multicast = lights.multicast
        self._unicast = unicast(lights)

    def data(self, universe: int, sequence: int, slots: bytes) -> bytes:
        return sacn.data_packet(self._source, universe, sequence, slots, self._sync_universe)

    def goodbyes(self, universe: int, sequence: int) -> list[bytes]:
        return [sacn.data_packet(self._source, universe, sequence, bytes(512), options=sacn.TERMINATED)]

    def sync(self, sequence: int) -> tuple[bytes, Sequence[Address]]:
        packet = sacn.sync_packet(self._source, sequence, self._sync_universe)
        return packet, self.destinations(self._sync_universe)

    def discovery(self, universes: Sequence[int]) -> tuple[list[bytes], Sequence[Address]]:
        group: list[Address] = [(sacn.group_of(sacn.DISCOVERY_UNIVERSE), SACN_PORT)] if self._multicast else []
        return sacn.discovery_packets(self._source, universes), group

    def destinations(self, universe: int) -> Sequence[Address]:
        group: list[Address] = [(sacn.group_of(universe), SACN_PORT)] if self._multicast else []
        return [*group, *self._unicast]

    def after(self, sequence: int) -> int:
        return (sequence + 1) % 256


class ArtnetWire:
    """Art-Net: unicast to the nodes that the stage file names. It has no goodbye: a node keeps its last values."""

    def __init__(self, lights: Lights, cid: UUID) -> None:
        self._unicast = unicast(lights)

    def data(self, universe: int, sequence: int, slots: bytes) -> bytes:
        return artnet.dmx_packet(universe, sequence, slots)

    def goodbyes(self, universe: int, sequence: int) -> list[bytes]:
        return []

    def sync(self, sequence: int) -> tuple[bytes, Sequence[Address]]:
        return artnet.sync_packet(), self._unicast

    def discovery(self, universes: Sequence[int]) -> tuple[list[bytes], Sequence[Address]]:
        return [], ()

    def destinations(self, universe: int) -> Sequence[Address]:
        return self._unicast

    def after(self, sequence: int) -> int:
        return sequence % 255 + 1


WIRES: dict[str, Callable[[Lights, UUID], Wire]] = {"sacn": SacnWire, "artnet": ArtnetWire}
"""The wire of each protocol in the stage file."""


def unicast(lights: Lights) -> list[Address]:
    """The destinations of the stage file, with the protocol's port where none is given."""
    split = [text.partition(":") for text in lights.destinations]
    return [(host, int(port) if port else lights.port) for host, _, port in split]
