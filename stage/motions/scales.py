"""Which unit the times and the lengths of a recording are in. Pure.

Times by their step: a recorded motion has one to a thousand poses a second, and the units are a thousand apart, so at
most one of them fits. Lengths by what a camera on a stage does: how fast it goes, how high it stands, how far it gets.
Metres are what the formats mean; another unit is taken only where metres cannot be and the other one fits.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from stage.maths.pose import Pose
from stage.motions.kinds import METRES, LengthUnit, TimeUnit

SLOWEST_STEP_S = 1.0
"""Poses further apart than this are no recording of a motion, so the number is of a smaller unit."""
FASTEST_M_S = 30.0
HIGHEST_M = 12.0
"""Faster than a car chase, higher than a studio: what metres cannot be."""
TYPICAL = {"speed": (0.3, 0.8), "height": (1.5, 0.35), "spread": (1.5, 0.8)}
"""A camera on a stage: the usual metres per second, metres, metres, and their spread in powers of ten."""
MOST = {"speed": 8.0, "height": 6.0, "spread": 30.0}
"""What another unit than metres has to stay within, m/s and m."""
SAMPLES = 20_000
"""Enough of a long recording for its unit."""


def time_unit_of(times: Sequence[int | float]) -> TimeUnit:
    """Seconds, milliseconds, microseconds or nanoseconds, by the usual step between two poses."""
    step = float(median(b - a for a, b in pairwise(times)))
    units: tuple[tuple[TimeUnit, float], ...] = (("s", SLOWEST_STEP_S), ("ms", 1e3), ("us", 1e6))
    for unit, largest in units:
        if step <= largest:
            return unit
    return "ns"


def length_unit_of(poses: Sequence[Pose], times_s: Sequence[float]) -> LengthUnit:
    """Metres, unless they cannot be and centimetres or millimetres fit; poses in stage axes, in the file's unit."""
    measured = _measured(poses, times_s)
    if measured["speed"] <= FASTEST_M_S and measured["height"] <= HIGHEST_M:
        return "m"
    smaller: tuple[LengthUnit, LengthUnit] = ("cm", "mm")
    fitting = [unit for unit in smaller if all(value * METRES[unit] <= MOST[what] for what, value in measured.items())]
    return min(fitting, key=lambda unit: _strangeness(measured, METRES[unit]), default="m")


def _measured(poses: Sequence[Pose], times_s: Sequence[float]) -> dict[str, float]:
    """Speed (median where it moves), height above zero, and how far from its middle it gets; 0: says nothing."""
    every = max(1, len(poses) // SAMPLES)
    places = [pose.position_m for pose in poses[::every]]
    times = times_s[::every]
    speeds = [
        math.dist(a, b) / (later - earlier)
        for a, b, earlier, later in zip(places, places[1:], times, times[1:], strict=False)
    ]
    moving = [speed for speed in speeds if speed > 0.0]
    middle = [median(place[axis] for place in places) for axis in range(3)]
    spread = sorted(math.dist(place, middle) for place in places)[int(0.95 * (len(places) - 1))]
    return {"speed": median(moving) if moving else 0.0, "height": abs(middle[2]), "spread": spread}


def _strangeness(measured: dict[str, float], metres: float) -> float:
    """How unusual it is for a camera: squared powers of ten from the usual, by their spread."""
    return sum(
        (math.log10(value * metres / TYPICAL[what][0]) / TYPICAL[what][1]) ** 2
        for what, value in measured.items()
        if value * metres > 1e-6
    )
