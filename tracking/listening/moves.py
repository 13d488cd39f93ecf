"""Moves that somebody makes when asked, and the axes, signs and scale that follow from them. Pure.

The settings are found with the readers that the stage uses, so what is printed is what the stage will do: places give
the axes; then each turn is read with those axes, and its sign is turned round where it went the wrong way.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stage.maths.pose import Pose, Vector, quaternion_conjugate, quaternion_multiply, rotate, slerp
from stage.units import NS_PER_S
from tracking.listening.streams import Stream, Timed, readings_of

PLACES = ("right", "forward", "up")
TURNS = ("pan left", "tilt up", "roll clockwise")
MOVES = {
    "right": "Move the tracker to the RIGHT (as the camera looks), about half a metre",
    "forward": "Move it FORWARD, toward the wall, about half a metre",
    "up": "Move it UP, about half a metre",
    "pan left": "Bring it level, then PAN it to the LEFT, about 30 degrees",
    "tilt up": "Bring it level, then TILT it UP, about 20 degrees",
    "roll clockwise": "Bring it level, then ROLL it CLOCKWISE (seen from behind), about 20 degrees",
}
"""What is asked, in this order."""
ASKED_M = 0.5
SCALES = tuple(10.0**power for power in range(-3, 4))
REST_NS = NS_PER_S // 4
"""The beginning and the end of a move, over which places are averaged."""
APART, STILL = 0.25, 0.05
"""Of the longest way in what was seen: a rest is so far from where the move ends, and moves no more than so much."""
LEAST_DEG = 3.0
LEAST_STEP = 3.0
"""A move is at least so many times as long as what shakes."""
SLANT_DEG = 15.0
NONE_MOVED = "nothing moved"
TRIES = 3
"""How often a move is asked for in which nothing moved."""
AXIS_NAMES = "xyz"
Between = Callable[[Pose, Pose], float]
"""How far two poses are apart, as far as a move goes."""
BY_FRAME = ("psn", "osc")
"""Protocols whose sources name the device's axes for places and rotations together."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The settings that follow from moves, what was seen of each, and what could not be found."""

    settings: dict[str, Any]
    seen: tuple[str, ...]
    problems: tuple[str, ...]


def outcome_of(stream: Stream, port: int, moves: Mapping[str, Sequence[Timed]]) -> Outcome:
    """The settings of the source that reads a stream as its moves (`MOVES`, the datagrams of each) were asked for."""
    seen: list[str] = []
    problems: list[str] = []
    settings: dict[str, Any] = {}
    ways = {name: _way(stream, port, moves[name]) for name in PLACES if name in moves}
    settings |= _axes(stream, ways, seen, problems)
    settings |= _scale(ways, seen)
    for name, key, axis in zip(TURNS, ("pan_sign", "tilt_sign", "roll_sign"), (2, 0, 1), strict=True):
        if name in moves:
            ends = _ends(stream, port, settings, moves[name], _angle_deg)
            settings |= _sign(ends, (name, key, axis), seen, problems)
    return Outcome(settings, tuple(seen), tuple(problems))


def moved(stream: Stream, port: int, name: str, datagrams: Sequence[Timed]) -> str:
    """What a move looks like, or `NONE_MOVED`: asked again then."""
    ends = _ends(stream, port, {}, datagrams, _length_m if name in PLACES else _angle_deg)
    if ends is None:
        return NONE_MOVED
    before, after, shake_m = ends
    if name in PLACES:
        length_m = math.dist(before.position_m, after.position_m)
        return NONE_MOVED if length_m <= LEAST_STEP * shake_m or length_m == 0.0 else f"{length_m:.4g} m on the wire"
    angle = _angle_deg(before, after)
    return NONE_MOVED if angle < LEAST_DEG else f"{angle:.1f} degrees"


def _axes(stream: Stream, ways: Mapping[str, Vector | None], seen: list[str], problems: list[str]) -> dict[str, Any]:
    """Which axis of the device is the stage's right, forward and up."""
    found: list[str] = []
    for name, way in ways.items():
        if way is None:
            problems.append(f"{name}: {NONE_MOVED}, so the axes stay as they are")
            continue
        axis = max(range(3), key=lambda index: abs(way[index]))
        slant = math.degrees(math.acos(min(1.0, abs(way[axis]) / math.hypot(*way))))
        found.append(f"{'-' if way[axis] < 0 else '+'}{AXIS_NAMES[axis]}")
        seen.append(f"{name}: its {found[-1]}, {math.hypot(*way):.4g} m on the wire")
        if slant > SLANT_DEG:
            problems.append(
                f"{name}: {slant:.0f} degrees off its axis {AXIS_NAMES[axis]}: the tracker's space is turned; "
                "align it to the stage afterwards"
            )
    if len(found) < len(PLACES):
        return {}
    if len({axis[1] for axis in found}) < len(PLACES):
        problems.append(f"right, forward and up were {', '.join(found)}: two along one axis. Make these moves again")
        return {}
    return {"frame" if stream.named.protocol in BY_FRAME else "axes": found}


def _scale(ways: Mapping[str, Vector | None], seen: list[str]) -> dict[str, Any]:
    """A power of ten, where half a metre comes as something else."""
    lengths = sorted(math.hypot(*way) for way in ways.values() if way is not None)
    if not lengths:
        return {}
    length_m = lengths[len(lengths) // 2]
    scale = min(SCALES, key=lambda each: abs(math.log10(length_m * each / ASKED_M)))
    if scale == 1.0:
        return {}
    seen.append(f"half a metre comes as {length_m:.4g} m: its unit is another, position_scale = {scale:g}")
    return {"position_scale": scale}


def _sign(
    ends: tuple[Pose, Pose, float] | None, asked: tuple[str, str, int], seen: list[str], problems: list[str]
) -> dict[str, Any]:
    """1 or -1 for one of pan, tilt and roll, from the ends of its move, read with the axes that were found."""
    name, key, axis = asked
    if ends is None or _angle_deg(ends[0], ends[1]) < LEAST_DEG:
        problems.append(f"{name}: {NONE_MOVED}, so {key} stays 1")
        return {}
    turn = _turn_deg(ends[0], ends[1])
    largest = max(range(3), key=lambda index: abs(turn[index]))
    if largest != axis:
        words = ("tilt", "roll", "pan")
        problems.append(f"{name}: the tracker told {words[largest]} instead: set its mounting at the tracker")
        return {}
    seen.append(f"{name}: {abs(turn[axis]):.1f} degrees, {'as asked' if turn[axis] > 0 else 'the other way'}")
    return {} if turn[axis] > 0 else {key: -1}


def _way(stream: Stream, port: int, datagrams: Sequence[Timed]) -> Vector | None:
    """From the beginning to the end of a move, along the device's own axes; None where nothing moved."""
    plain = {"frame": ["+x", "+y", "+z"]} if stream.named.protocol in BY_FRAME else {}
    ends = _ends(stream, port, plain, datagrams, _length_m)
    if ends is None:
        return None
    before, after, shake_m = ends
    x, y, z = (b - a for a, b in zip(before.position_m, after.position_m, strict=True))
    return None if math.hypot(x, y, z) <= max(LEAST_STEP * shake_m, 1e-9) else (x, y, z)


def _ends(
    stream: Stream, port: int, settings: Mapping[str, Any], datagrams: Sequence[Timed], between: Between
) -> tuple[Pose, Pose, float] | None:
    """The mean pose at the beginning and at the end of a move, and how far a single one is from it.

    Who was asked to come back first stood still there before the move: it begins at the last place of rest that is not
    where it ends.
    """
    source = stream.source(port, **settings)
    read = [(at_ns, reading.pose) for at_ns, reading in readings_of(source, datagrams, stream.sender)]
    if len(read) < 2:
        return None
    windows = _windows(read)
    means = [_mean(window) for window in windows]
    aways = [between(mean, means[-1]) for mean in means]
    extent = max(aways)
    rests = [
        index
        for index, (window, mean) in enumerate(zip(windows, means, strict=True))
        if aways[index] > APART * extent and max(between(pose, mean) for pose in window) <= STILL * extent
    ]
    begin = rests[-1] if rests else 0
    before, after = means[begin], means[-1]
    shakes = [math.dist(pose.position_m, before.position_m) for pose in windows[begin]]
    shakes += [math.dist(pose.position_m, after.position_m) for pose in windows[-1]]
    return before, after, sorted(shakes)[len(shakes) // 2]


def _windows(read: Sequence[tuple[int, Pose]]) -> list[list[Pose]]:
    """Its poses in stretches as long as a rest, each half over the one before; the last one ends with the move."""
    end_ns = read[-1][0]
    starts = range(read[0][0], max(read[0][0], end_ns - REST_NS) + 1, REST_NS // 2)
    windows = [[pose for at_ns, pose in read if start <= at_ns <= start + REST_NS] for start in starts]
    windows.append([pose for at_ns, pose in read if end_ns - at_ns <= REST_NS])
    return [window for window in windows if window]


def _mean(poses: Sequence[Pose]) -> Pose:
    x, y, z = (sum(pose.position_m[axis] for pose in poses) / len(poses) for axis in range(3))
    turn = poses[0].orientation
    for count, pose in enumerate(poses[1:], start=2):
        turn = slerp(turn, pose.orientation, 1.0 / count)
    return Pose((x, y, z), turn)


def _length_m(before: Pose, after: Pose) -> float:
    return math.dist(before.position_m, after.position_m)


def _angle_deg(before: Pose, after: Pose) -> float:
    turn = quaternion_multiply(after.orientation, quaternion_conjugate(before.orientation))
    return math.degrees(2.0 * math.atan2(math.hypot(*turn[1:]), abs(turn[0])))


def _turn_deg(before: Pose, after: Pose) -> Vector:
    """How much a level camera tilted up, rolled clockwise and panned left, in the order of the stage's axes."""
    ahead_a, ahead_b = (rotate(pose.orientation, (0.0, 1.0, 0.0)) for pose in (before, after))
    right_a, right_b = (rotate(pose.orientation, (1.0, 0.0, 0.0)) for pose in (before, after))
    pan = _headed(math.atan2(-ahead_b[0], ahead_b[1]) - math.atan2(-ahead_a[0], ahead_a[1]))
    tilt = math.asin(max(-1.0, min(1.0, ahead_b[2]))) - math.asin(max(-1.0, min(1.0, ahead_a[2])))
    roll = math.asin(max(-1.0, min(1.0, -right_b[2]))) - math.asin(max(-1.0, min(1.0, -right_a[2])))
    return (math.degrees(tilt), math.degrees(roll), math.degrees(pan))


def _headed(angle: float) -> float:
    return math.remainder(angle, math.tau)
