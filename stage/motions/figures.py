"""What a recorded motion amounts to, in numbers. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from stage.maths.pose import Vector
from stage.motions.kinds import KINDS
from stage.motions.trajectory import Trajectory


@dataclass(frozen=True, slots=True)
class MotionFigures:
    """A recording's kind, length and rate, how far and how fast it goes, the box it stays in, and its notes."""

    file: str
    kind: str
    words: str
    poses: int
    duration_s: float
    rate_hz: float
    way_m: float
    fastest_m_s: float
    lowest_m: Vector
    highest_m: Vector
    notes: tuple[str, ...]


def figures_of(read: Trajectory) -> MotionFigures:
    """The figures of a trajectory; speeds from pose to pose, noise included."""
    places = [pose.position_m for pose in read.poses]
    steps = [math.dist(a, b) for a, b in pairwise(places)]
    times = [later - earlier for earlier, later in pairwise(read.times_s)]
    xs, ys, zs = zip(*places, strict=True)
    return MotionFigures(
        file=read.name,
        kind=read.kind,
        words=KINDS[read.kind].words,
        poses=len(places),
        duration_s=read.duration_s,
        rate_hz=(len(places) - 1) / read.duration_s,
        way_m=sum(steps),
        fastest_m_s=max(step / time for step, time in zip(steps, times, strict=True)),
        lowest_m=(min(xs), min(ys), min(zs)),
        highest_m=(max(xs), max(ys), max(zs)),
        notes=read.notes,
    )
