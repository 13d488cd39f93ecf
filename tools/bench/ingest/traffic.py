"""The ingest bench's traffic and its expected result: a pure function of the settings, so the sender and the checker,
two processes, agree without communicating.

Good packets come from simulated trackers. Bad datagrams are mixed in: damaged, foreign, random.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import NamedTuple

from stage.model.sources.freed import FreedSource
from tools.sim.motion import Handheld
from tools.sim.tracker import SimulatedTracker, TrackerSettings

GOOD = ""
MALFORMED_SHARE = 0.15
D1, D1_LENGTH = 0xD1, 29
FOREIGN = tuple(bytes.fromhex(text) for text in ("d001016e", "d901001056", "db010064"))
"""Good messages of the FreeD family other than D1."""


class Sent(NamedTuple):
    """A datagram: when it leaves, to which source, its bytes, and the reason it must be refused for ("" = none)."""

    moment_ns: int
    source: int
    datagram: bytes
    reason: str


@dataclass(frozen=True, slots=True)
class Traffic:
    """A number of sources, each with a packet rate; their packets are spread evenly over the period."""

    sources: int
    rate_hz: int
    seconds: float
    malformed: bool
    epoch_ns: int
    seed: int = 1

    def document(self) -> dict[str, object]:
        """The settings as JSON carries them."""
        return asdict(self)

    def tracker(self, source: int) -> SimulatedTracker:
        """The device of a source, with camera ids from 1."""
        phase_ms = 1000.0 / self.rate_hz * source / self.sources
        settings = TrackerSettings(
            motion=Handheld(seed=self.seed + source),
            rate_hz=Fraction(self.rate_hz),
            epoch_ns=self.epoch_ns,
            phase_ms=phase_ms,
            seed=self.seed + source,
            camera_id=source + 1,
            source=FreedSource(name=f"s{source}", counter="user-16"),
        )
        return SimulatedTracker(settings)

    def packets_per_source(self) -> int:
        """Good packets."""
        return max(1, round(self.rate_hz * self.seconds))

    def stream(self) -> Iterator[Sent]:
        """Everything, in order of time."""
        return heapq.merge(*(self.stream_of(source) for source in range(self.sources)))

    def stream_of(self, source: int) -> Iterator[Sent]:
        """The datagrams to one source: every packet, and after some of them a bad one."""
        chance = random.Random((self.seed << 20) + source)
        for moment_ns, packet in self.tracker(source).packets(self.packets_per_source()):
            yield Sent(moment_ns, source, packet, GOOD)
            if self.malformed and chance.random() < MALFORMED_SHARE:
                datagram, reason = chance.choice(MAKERS)(packet, chance)
                yield Sent(moment_ns, source, datagram, reason)


def _truncated(packet: bytes, chance: random.Random) -> tuple[bytes, str]:
    return packet[: chance.randrange(D1_LENGTH)], "length"


def _padded(packet: bytes, chance: random.Random) -> tuple[bytes, str]:
    return packet + chance.randbytes(chance.randint(1, 1400)), "padding"


def _one_bit_wrong(packet: bytes, chance: random.Random) -> tuple[bytes, str]:
    damaged = bytearray(packet)
    damaged[chance.randrange(1, D1_LENGTH)] ^= 1 << chance.randrange(8)
    return bytes(damaged), "checksum"


def _of_another_camera(packet: bytes, chance: random.Random) -> tuple[bytes, str]:
    body = packet[:1] + bytes((100 + chance.randrange(100),)) + packet[2:-1]
    return body + bytes(((0x40 - sum(body)) & 0xFF,)), "camera-id"


def _sent_twice(packet: bytes, chance: random.Random) -> tuple[bytes, str]:
    return packet, "duplicate"


def _foreign(packet: bytes, chance: random.Random) -> tuple[bytes, str]:
    return chance.choice(FOREIGN), "type"


def _random_bytes(packet: bytes, chance: random.Random) -> tuple[bytes, str]:
    """Random bytes of 0 to 64; one in four begins like a D1, with a sum that is always wrong."""
    datagram = chance.randbytes(chance.randint(0, 64))
    if datagram and chance.random() < 0.25:
        datagram = bytes((D1,)) + datagram[1:]
    if not datagram:
        return datagram, "length"
    if datagram[0] != D1:
        return datagram, "type"
    if len(datagram) != D1_LENGTH:
        return datagram, "length" if len(datagram) < D1_LENGTH else "padding"
    wrong = (0x41 - sum(datagram[:-1])) & 0xFF
    return datagram[:-1] + bytes((wrong,)), "checksum"


MAKERS: tuple[Callable[[bytes, random.Random], tuple[bytes, str]], ...] = (
    _truncated,
    _padded,
    _one_bit_wrong,
    _of_another_camera,
    _sent_twice,
    _foreign,
    _random_bytes,
)
"""Each gives a datagram that must be refused, and the reason to be counted."""
