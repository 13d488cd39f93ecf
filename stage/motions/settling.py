"""Poses as a file has them become a trajectory: order, units, signs, stage axes; and notes on each. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from stage.errors import InputError
from stage.maths.pose import Pose, Quaternion
from stage.motions.kinds import (
    DEFAULT_FRAME_RATE,
    IN_WORDS,
    METRES,
    SECONDS,
    Kind,
    LengthUnit,
    RawPose,
    Said,
    TimeUnit,
)
from stage.motions.scales import length_unit_of, time_unit_of
from stage.motions.trajectory import Trajectory

LONGEST_S = 7 * 86_400.0
"""A week: no recording of a camera is longer, so the unit of time is not what was said."""
SLOW_HZ = 2.0
APART_STEPS = 10.0
"""Poses of one time that lie so many usual steps apart are not two readings of one camera."""
IN_HEADS: dict[str, TimeUnit] = {
    "s": "s", "sec": "s", "seconds": "s", "ms": "ms", "msec": "ms", "us": "us", "µs": "us", "usec": "us", "ns": "ns",
    "nsec": "ns",
}  # fmt: skip
METRES_IN_HEADS = {"m": 1.0, "metres": 1.0, "meters": 1.0, "cm": 0.01, "mm": 0.001}


@dataclass(frozen=True, slots=True)
class FileSays:
    """What the file itself says of its units and its world; None where it does not."""

    time_unit: TimeUnit | None = None
    metres_per_unit: float | None = None
    frame_rate: float | None = None
    stage_from_world: Quaternion | None = None
    notes: tuple[str, ...] = ()

    @classmethod
    def of_head(cls, units: dict[str, str]) -> FileSays:
        """Units in brackets in the head of a table."""
        return cls(IN_HEADS.get(units.get("time", "")), METRES_IN_HEADS.get(units.get("x", "")))

    def noting(self, note: str) -> FileSays:
        """The same, with another note."""
        return replace(self, notes=(*self.notes, note))

    def turned(self, world: Quaternion) -> FileSays:
        """The same, with the turn of its world into the stage's."""
        return replace(self, stage_from_world=world)


def settled(raw: Sequence[RawPose], kind: Kind, where: str, said: Said, says: FileSays) -> Trajectory:
    """The trajectory of a file's poses. Raises InputError where they are out of order, too few or too long."""
    notes = list(says.notes)
    poses = _in_order(raw, where, notes)
    if len(poses) < 2:
        raise InputError(where, "", f"{len(poses)} poses; a motion needs at least two", f"Give {kind.words}")
    kind = replace(kind, stage_from_world=says.stage_from_world or kind.stage_from_world)
    times_s = _seconds(poses, kind, said, says, notes)
    if times_s[-1] > LONGEST_S:
        problem = f"lasts {times_s[-1] / 86_400.0:.3g} days"
        raise InputError(where, "", problem, "Say the unit of its times with --time-unit")
    on_stage = _continuous([kind.on_stage_axes(pose.position, pose.orientation) for pose in poses])
    metres = _metres(on_stage, times_s, kind, said, says, notes)
    if metres != 1.0:
        on_stage = [Pose(_scaled(pose.position_m, metres), pose.orientation) for pose in on_stage]
    return Trajectory(where, tuple(times_s), tuple(on_stage), kind.name, tuple(notes))


def _in_order(raw: Sequence[RawPose], where: str, notes: list[str]) -> list[RawPose]:
    """The poses without those whose time is that of the one before. Raises InputError where time goes back."""
    kept: list[RawPose] = []
    doubled, apart = 0, 0.0
    first_line = 0
    for pose in raw:
        if kept and pose.time == kept[-1].time:
            doubled += 1
            first_line = first_line or pose.line
            apart = max(apart, math.dist(pose.position, kept[-1].position))
            continue
        if kept and pose.time < kept[-1].time:
            problem = f"time {pose.time} is not after {kept[-1].time}, the time of the previous pose"
            raise InputError(where, f"line {pose.line}", problem, "Sort the lines by time")
        kept.append(pose)
    if doubled:
        at = f" (the first in line {first_line})" if first_line else ""
        note = f"{doubled} of {len(raw)} poses left out: their time is that of the pose before{at}"
        elsewhere = apart > APART_STEPS * _usual_step(kept)
        notes.append(note + ("; they lie elsewhere: are there two cameras in the file?" if elsewhere else ""))
    return kept


def _usual_step(poses: Sequence[RawPose]) -> float:
    """The median distance from pose to pose, in the file's unit."""
    return median(math.dist(a.position, b.position) for a, b in pairwise(poses)) if len(poses) > 1 else math.inf


def _seconds(poses: Sequence[RawPose], kind: Kind, said: Said, says: FileSays, notes: list[str]) -> list[float]:
    """Seconds since the first pose."""
    since = [pose.time - poses[0].time for pose in poses]
    if kind.times == "frames" and said.time_unit in (None, "frames"):
        rate = said.frame_rate or says.frame_rate
        if rate is None:
            rate = DEFAULT_FRAME_RATE
            notes.append(f"its times are frames, taken at {rate:g} a second; say --frame-rate for another")
        return [frames / rate for frames in since]
    if said.time_unit == "frames":
        return [frames / (said.frame_rate or DEFAULT_FRAME_RATE) for frames in since]
    unit = said.time_unit or says.time_unit
    if unit is None:
        unit = time_unit_of(since)
        rate_hz = (len(since) - 1) / (since[-1] * SECONDS[unit])
        if unit != kind.time_unit:
            read = f"times read as {IN_WORDS[unit]} ({rate_hz:.3g} poses a second)"
            notes.append(f"{read}; say --time-unit for another")
        elif rate_hz < SLOW_HZ:
            counting = "if its times count frames, say --time-unit frames --frame-rate 24"
            notes.append(f"only {rate_hz:.2g} poses a second: {counting}")
    return [time * SECONDS[unit] for time in since]


def _metres(
    poses: Sequence[Pose], times_s: Sequence[float], kind: Kind, said: Said, says: FileSays, notes: list[str]
) -> float:
    """Metres in one unit of the file."""
    if said.unit is not None:
        return METRES[said.unit]
    if says.metres_per_unit is not None:
        return says.metres_per_unit
    if kind.unit is not None:
        return METRES[kind.unit]
    unit: LengthUnit = length_unit_of(poses, times_s)
    if unit != "m":
        notes.append(f"lengths read as {IN_WORDS[unit]}: in metres no camera goes so fast or stands so high; "
                     "say --unit m if they are metres")  # fmt: skip
    return METRES[unit]


def _continuous(poses: Sequence[Pose]) -> list[Pose]:
    """The same rotations, each quaternion with the sign that lies nearer to the one before."""
    kept = [poses[0]]
    for pose in poses[1:]:
        w, x, y, z = pose.orientation
        same = sum(a * b for a, b in zip(pose.orientation, kept[-1].orientation, strict=True)) >= 0.0
        kept.append(pose if same else Pose(pose.position_m, (-w, -x, -y, -z)))
    return kept


def _scaled(position: tuple[float, float, float], metres: float) -> tuple[float, float, float]:
    return (position[0] * metres, position[1] * metres, position[2] * metres)
