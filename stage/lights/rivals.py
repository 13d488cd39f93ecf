"""Other sACN sources on our universes, and which has control by priority. Pure: time is an argument."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from stage.errors import PacketError
from stage.lights.sacn import DataPacket, is_newer, parsed
from stage.units import NS_PER_S

LOST_NS = NS_PER_S * 5 // 2
"""A source is lost after this long without a packet (E1.31 section 6.7.1)."""
MOST_SOURCES = 64


@dataclass(frozen=True, slots=True)
class _Heard:
    name: str
    priority: int
    sequence: int
    heard_ns: int


class Rivals:
    """Sources heard on each universe. Receivers follow the one of highest priority."""

    def __init__(self, cid: UUID, priority: int) -> None:
        self._cid, self._priority = cid, priority
        self._heard: dict[tuple[int, UUID], _Heard] = {}
        self.malformed = 0

    def hear(self, packet: bytes, now_ns: int) -> None:
        """Take in a datagram; anything but a data packet is counted and dropped."""
        try:
            data = parsed(packet)
        except PacketError:
            self.malformed += 1
            return
        if isinstance(data, DataPacket) and data.cid != self._cid and data.start_code == 0:
            self._note(data, now_ns)

    def owned(self, now_ns: int) -> dict[int, str]:
        """By universe, the name of the source that controls it because its priority is higher than ours."""
        living = {key: heard for key, heard in self._heard.items() if now_ns - heard.heard_ns < LOST_NS}
        self._heard = living
        higher = sorted((heard.priority, universe, heard.name) for (universe, _), heard in living.items())
        return {universe: name for priority, universe, name in higher if priority > self._priority}

    def _note(self, data: DataPacket, now_ns: int) -> None:
        key = (data.universe, data.cid)
        before = self._heard.get(key)
        fresh = before is None or now_ns - before.heard_ns >= LOST_NS
        if data.terminated:
            self._heard.pop(key, None)
            return
        newer = fresh or (before is not None and is_newer(data.sequence, before.sequence))
        if newer and (key in self._heard or len(self._heard) < MOST_SOURCES):
            self._heard[key] = _Heard(data.source_name, data.priority, data.sequence, now_ns)
