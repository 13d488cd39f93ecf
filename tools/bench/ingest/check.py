"""Samples and health against the bytes that were sent, by arithmetic that shares nothing with the product's decoder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stage.messages.control import LoopReport
from stage.messages.samples import SourceHealth, TrackingSample
from stage.messages.topics import Record
from stage.units import NS_PER_S
from tools.bench.ingest.traffic import GOOD, Sent, Traffic

PUPIL_M = 0.1
FOCAL_LENGTH_MM = 24.0
TOLERANCE = 1e-9
COUNTERS = 1 << 16
OLDEST_NS = NS_PER_S // 10
"""A sample is captured before it arrives; the sender's clock says how long, beyond what this machine's load makes."""


def compared(traffic: Traffic, records: Sequence[Record], sent: int) -> dict[str, object]:
    """The records on the bus against what was sent. `exact`: nothing lost, invented or wrong, and every source counted
    its refused datagrams under the right reasons."""
    expected = [list(traffic.stream_of(source)) for source in range(traffic.sources)]
    results = [_compared_source(source, datagrams, records) for source, datagrams in enumerate(expected)]
    refused = sum((result.refused for result in results), Counter[str]())
    counted = sum((result.counted for result in results), Counter[str]())
    lost, invented, wrong = (sum(getattr(result, name) for result in results) for name in ("lost", "invented", "wrong"))
    datagrams = sum(map(len, expected))
    newest = {record.source: record for record in records if isinstance(record, SourceHealth)}
    cpu_ms = [record.cpu_p50_ms for record in records if isinstance(record, LoopReport)]
    return {
        "datagrams_sent": sent,
        "packets_sent": datagrams - refused.total(),
        "samples": sum(isinstance(record, TrackingSample) for record in records),
        "lost": lost,
        "dated_alike": sum(dict(record.rejected).get("overtaken", 0) for record in newest.values()),
        "invented": invented,
        "wrong": wrong,
        "malformed_sent": dict(sorted(refused.items())),
        "malformed_counted": dict(sorted(counted.items())),
        "cpu_per_datagram_us": round(float(np.median(cpu_ms)) * 1000.0, 1) if cpu_ms else None,
        "exact": sent == datagrams and lost == invented == wrong == 0 and all(r.counts_agree for r in results),
    }


def flooded_figures(traffic: Traffic, records: Sequence[Record], sent: int, junk_sent: int) -> dict[str, object]:
    """What became of the datagrams under a flood of junk. `good`: no more packets are missing than found no room, and
    every datagram was taken, refused, or found no room.

    A packet that was taken need not become a sample: where packets wait behind a flood, several may be dated alike."""
    newest = {record.source: record for record in records if isinstance(record, SourceHealth)}
    counted = sum((Counter(dict(health.rejected)) for health in newest.values()), Counter[str]())
    overflow, dated_alike = counted.pop("overflow", 0), counted.pop("overtaken", 0)
    packets = traffic.sources * traffic.packets_per_source()
    taken = sum(health.accepted for health in newest.values())
    return {
        "good": packets - taken <= overflow and taken + counted.total() + overflow == sent + junk_sent,
        "junk_sent": junk_sent,
        "junk_per_s": round(junk_sent / traffic.seconds),
        "found_no_room": overflow,
        "packets_missing": packets - taken,
        "dated_alike": dated_alike,
        "refused": counted.total(),
    }


@dataclass(frozen=True, slots=True)
class SourceResult:
    """One source: samples that are missing, invented or different; refusals due and counted."""

    lost: int
    invented: int
    wrong: int
    refused: Counter[str]
    counted: Counter[str]
    counts_agree: bool


def _compared_source(source: int, datagrams: Sequence[Sent], records: Sequence[Record]) -> SourceResult:
    name = f"s{source}"
    samples = [record for record in records if isinstance(record, TrackingSample) and record.source == name]
    health = [record for record in records if isinstance(record, SourceHealth) and record.source == name][-1:]
    good = [one.datagram for one in datagrams if one.reason == GOOD]
    refused = Counter(one.reason for one in datagrams if one.reason != GOOD)
    numbered = {place: sample for sample in samples if (place := packet_of(sample)) < len(good)}
    counted = Counter(dict(health[0].rejected)) if health else Counter[str]()
    dated_alike = counted.pop("overtaken", 0)
    return SourceResult(
        len(good) - len(numbered) - dated_alike,
        len(samples) - len(numbered),
        wrong_samples(list(numbered.values()), good),
        refused,
        counted,
        counted == refused and bool(health) and health[0].accepted == len(good),
    )


def packet_of(sample: TrackingSample) -> int:
    """Which packet a sample is of: the one with its count that is nearest to its number. Packets that came at once on a
    busy machine may be dated alike, and only one of them becomes a sample."""
    counter = sample.sender_counter or 0
    return counter + COUNTERS * max(0, round((sample.number - counter) / COUNTERS))


def wrong_samples(samples: Sequence[TrackingSample], datagrams: Sequence[bytes]) -> int:
    """How many samples of a camera differ from their packets: each from the datagram with its count.

    The pose is computed from the bytes independently: integers by field, `R = Rz(-pan) Rx(tilt) Ry(roll)` as matrices,
    the pupil `PUPIL_M` ahead; within 1e-9 m and 1e-9 of the axes.
    """
    if not samples:
        return 0
    expected = np.array([_integers(datagrams[packet_of(sample)]) for sample in samples], np.float64)
    pan, tilt, roll = np.radians(expected[:, :3] / 32768.0).T
    turn = _about_z(-pan) @ _about_x(tilt) @ _about_y(roll)
    position = expected[:, 3:6] / 64_000.0 + PUPIL_M * turn[:, :, 1]
    told_turn = _matrices(np.array([sample.orientation for sample in samples]))
    told_position = np.array([sample.position_m for sample in samples])
    bad = np.abs(told_position - position).max(axis=1) > TOLERANCE
    bad |= np.abs(told_turn - turn).max(axis=(1, 2)) > TOLERANCE
    bad |= np.array(
        [
            sample.sender_counter != int.from_bytes(datagrams[packet_of(sample)][26:28], "big")
            or sample.lens.focal_length_mm != FOCAL_LENGTH_MM
            or not 0 <= sample.received_ns - sample.captured_ns <= OLDEST_NS
            for sample in samples
        ]
    )
    return int(bad.sum())


def _integers(datagram: bytes) -> list[int]:
    """Pan, tilt, roll, x, y, z as on the wire."""
    return [int.from_bytes(datagram[at : at + 3], "big", signed=True) for at in range(2, 20, 3)]


def _about_x(angle: NDArray[np.float64]) -> NDArray[np.float64]:
    return _planar(angle, 1, 2)


def _about_y(angle: NDArray[np.float64]) -> NDArray[np.float64]:
    return _planar(angle, 2, 0)


def _about_z(angle: NDArray[np.float64]) -> NDArray[np.float64]:
    return _planar(angle, 0, 1)


def _planar(angle: NDArray[np.float64], first: int, second: int) -> NDArray[np.float64]:
    """(n, 3, 3) rotations that turn axis `first` toward axis `second`."""
    turns = np.tile(np.eye(3), (len(angle), 1, 1))
    turns[:, first, first] = turns[:, second, second] = np.cos(angle)
    turns[:, second, first] = np.sin(angle)
    turns[:, first, second] = -np.sin(angle)
    return turns


def _matrices(quaternions: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, 3, 3) from (n, 4) w, x, y, z: the identity plus 2 w [v]x plus 2 [v]x^2."""
    w, v = quaternions[:, 0], quaternions[:, 1:]
    cross = np.zeros((len(w), 3, 3))
    cross[:, 0, 1], cross[:, 0, 2], cross[:, 1, 2] = -v[:, 2], v[:, 1], -v[:, 0]
    cross -= cross.transpose(0, 2, 1)
    turns: NDArray[np.float64] = np.eye(3) + 2 * w[:, None, None] * cross + 2 * cross @ cross
    return turns
