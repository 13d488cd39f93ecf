"""The senders that the bench of timing tries: what each does to its packets, and how exact the camera must be. Pure."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from stage.maths.pose import Pose
from stage.model.sources.freed import FreedSource
from stage.units import NS_PER_MS, NS_PER_S
from tools.sim.motion import Motion, motion_named
from tools.sim.timing import (
    Sent,
    batched,
    doubled,
    each_period,
    even_moments,
    gapped,
    late,
    resent,
    stalled,
    uneven_moments,
)
from tools.sim.wire.table import datagram
from tools.sim.wire.told import Told, device_values

NOISE_M = 1e-4
HOME = Pose((0.0, -3.5, 1.6))


@dataclass(frozen=True, slots=True)
class Sway:
    """A camera that sways from side to side, and a little up and to and fro, at most `peak_m_s` fast."""

    peak_m_s: float
    hz: float = 0.5

    def pose_at(self, t_s: float) -> Pose:
        reach_m = self.peak_m_s / (math.tau * self.hz)
        x, y, z = HOME.position_m
        return Pose((x + reach_m * math.sin(math.tau * self.hz * t_s), y, z))


class Packet(NamedTuple):
    """A packet: when its pose was captured, and its number."""

    captured_ns: int
    number: int


Shape = Callable[[int], Iterator[Sent[Packet]]]
"""From a seed to packets at their moments of arrival, without end."""


@dataclass(frozen=True, slots=True)
class Row:
    """A sender. `limit_mm`: the rms error that its camera may have; None: no more than if arrivals were taken as they
    come. `settled_s`: from when on it is measured."""

    name: str
    motion: Callable[[int], Motion]
    shape: Shape
    limit_mm: float | None
    noise_m: float = 0.0
    not_above_arrivals: bool = False

    def stream(self, source: FreedSource, seed: int, seconds: float) -> Iterator[tuple[int, bytes]]:
        """The datagrams and their moments."""
        motion = self.motion(seed)
        for at_ns, packet in itertools.takewhile(lambda sent: sent[0] < seconds * NS_PER_S, self.shape(seed)):
            yield at_ns, self._datagram(source, motion, packet, seed)

    def _datagram(self, source: FreedSource, motion: Motion, packet: Packet, seed: int) -> bytes:
        pose = motion.pose_at(packet.captured_ns / NS_PER_S)
        if self.noise_m:
            chance = random.Random((seed << 40) + packet.number)
            x, y, z = (value + chance.gauss(0.0, self.noise_m) for value in pose.position_m)
            pose = Pose((x, y, z), pose.orientation)
        place_m, angles_deg = device_values(pose, source)
        told = Told(n=packet.number, place_m=place_m, angles_deg=angles_deg, captured_ns=packet.captured_ns)
        return datagram(told, source)


def even(rate_hz: float = 60.0, drift_ppm: float = 0.0) -> Iterator[Sent[Packet]]:
    """A steady clock."""
    return _packets(even_moments(rate_hz, drift_ppm))


def _packets(moments: Iterator[int]) -> Iterator[Sent[Packet]]:
    return ((at_ns, Packet(at_ns, n)) for n, at_ns in enumerate(moments))


def _batches(seed: int) -> Iterator[Sent[Packet]]:
    chance = random.Random(seed)
    return batched(even(), lambda: chance.randint(1, 4))


def _swaying(peak_m_s: float) -> Callable[[int], Motion]:
    return lambda seed: Sway(peak_m_s)


def _hand(seed: int) -> Motion:
    return motion_named("handheld", HOME, seed)


SLOW, FAST = _swaying(0.78), _swaying(1.1)
MS = NS_PER_MS

ROWS: tuple[Row, ...] = (
    Row("clean, 1.1 m/s, 0.1 mm noise", FAST, lambda seed: even(), 0.5, NOISE_M),
    Row("6 at once, every 100 ms", SLOW, lambda seed: each_period(even(), 100 * MS), 3.5),
    Row("25 Hz, sent at 60 Hz", SLOW, lambda seed: resent(even(25.0), 60.0), 2.0),
    Row("pairs", SLOW, lambda seed: batched(even(), lambda: 2), 1.5),
    Row("each twice, 4 ms apart", SLOW, lambda seed: doubled(even(), 4 * MS), 1.0),
    Row("1 % stalls of 100 ms", SLOW, lambda seed: stalled(even(), 0.01, 100 * MS, seed), 2.0),
    Row("jitter, sigma 5 ms", SLOW, lambda seed: late(even(), 5 * MS, seed), 3.0, 0.0, not_above_arrivals=True),
    Row("no clock, +-40 %, hands", _hand, lambda seed: _packets(uneven_moments(60.0, 0.4, seed)), None, NOISE_M),
    Row("gaps of 200 ms", SLOW, lambda seed: gapped(even(), 0.005, 200 * MS, seed), None),
    Row("1 to 4 at once", SLOW, _batches, 3.5),
    Row("drift 200 ppm", SLOW, lambda seed: even(60.0, 200.0), 0.5),
)
"""Limits from what a stage can bear; where there is none, arrivals taken as they come are the limit."""
