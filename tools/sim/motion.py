"""How a simulated camera moves: pure, seeded functions of time, with units and dynamics.

`pose_at(t_s)` is `stage_from_camera` at `t_s` seconds; the same time always gives the same pose, in any order.
Every motion stays around a home pose and never ends.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from stage.errors import InputError
from stage.maths.pose import (
    ORIGIN,
    Pose,
    Vector,
    pan_tilt_roll_from_quaternion,
    quaternion_conjugate,
    quaternion_from_pan_tilt_roll,
    quaternion_multiply,
)
from stage.motions.kinds import NOTHING_SAID, Said
from stage.motions.reading import SUFFIXES, read_motion
from stage.motions.trajectory import Trajectory

DEFAULT_HOME = Pose((0.0, -3.5, 1.6))
"""A camera's default home: 3.5 m behind the stage's origin, at eye height, looking along +Y."""

DOLLY_SPEED_M_S = 0.5
DOLLY_STEADY_S = 3.0
DOLLY_TURN_S = math.pi / 2.0
"""With a half-cosine turn of this length the track is 1 m to either side: 0.75 m steady + 0.5 T / pi in the turn."""


class Motion(Protocol):
    """Anything that gives a camera's pose."""

    def pose_at(self, t_s: float) -> Pose:
        """`stage_from_camera` at a moment, in seconds since the motion's start."""
        ...


@dataclass(frozen=True, slots=True)
class Still:
    """A camera locked off at home."""

    home: Pose = DEFAULT_HOME

    def pose_at(self, t_s: float) -> Pose:
        return self.home


@dataclass(frozen=True, slots=True)
class Dolly:
    """A camera on a sideways track, 1 m to either side of home, facing as at home.

    From 0 to 3 s (`DOLLY_STEADY_S`) it rolls to the right at exactly 0.5 m/s (`DOLLY_SPEED_M_S`), from -0.75 to
    +0.75 m; then it turns round in pi/2 s along a half cosine of speed (at most 1 m/s2) and comes back the same way.
    """

    home: Pose = DEFAULT_HOME

    def pose_at(self, t_s: float) -> Pose:
        half_s = DOLLY_STEADY_S + DOLLY_TURN_S
        halves, since_s = divmod(t_s, half_s)
        edge_m = DOLLY_SPEED_M_S * DOLLY_STEADY_S / 2.0
        if since_s <= DOLLY_STEADY_S:
            along_m = DOLLY_SPEED_M_S * since_s - edge_m
        else:
            turned = math.sin(math.pi * (since_s - DOLLY_STEADY_S) / DOLLY_TURN_S)
            along_m = edge_m + DOLLY_SPEED_M_S * DOLLY_TURN_S / math.pi * turned
        return self.home @ Pose((along_m if halves % 2 == 0 else -along_m, 0.0, 0.0))


@dataclass(frozen=True, slots=True)
class Crane:
    """A camera on a boom of 2.5 m that pivots behind home, rising and swinging, held on a point 5 m ahead of home.

    The boom rises +-25 degrees every 8 s and swings +-15 degrees every 13 s; pan and tilt follow the target.
    """

    home: Pose = DEFAULT_HOME

    def pose_at(self, t_s: float) -> Pose:
        rise = math.radians(25.0) * math.sin(math.tau * t_s / 8.0)
        swing = math.radians(15.0) * math.sin(math.tau * t_s / 13.0)
        boom_m, target_m = 2.5, 5.0
        position = (
            boom_m * math.cos(rise) * math.sin(swing),
            boom_m * (math.cos(rise) * math.cos(swing) - 1.0),
            boom_m * math.sin(rise),
        )
        pan_deg, tilt_deg = _looking_at((-position[0], target_m - position[1], -position[2]))
        return self.home @ Pose(position, quaternion_from_pan_tilt_roll(pan_deg, tilt_deg, 0.0))


@dataclass(frozen=True, slots=True)
class Wave:
    """A sum of sines: (amplitude, frequency in Hz, phase in radians) each."""

    terms: tuple[tuple[float, float, float], ...]

    def at(self, t_s: float) -> float:
        """The value at a moment, in the unit of the amplitudes."""
        return sum(amplitude * math.sin(math.tau * hz * t_s + phase) for amplitude, hz, phase in self.terms)


HANDHELD_HZ = (0.19, 0.31, 0.53, 0.89, 1.41, 2.29)
"""Breathing and sway to tremor; no two share a period, so the motion does not repeat within minutes."""
HANDHELD_SWAY_M = 0.02
HANDHELD_TURN_DEG = 0.8


class Handheld:
    """A camera on a shoulder: about 2 cm and 1 degree of sway per axis, decreasing with frequency."""

    def __init__(self, home: Pose = DEFAULT_HOME, seed: int = 0) -> None:
        self._home = home
        chance = random.Random(seed)
        self._sway_m = tuple(_hand_wave(HANDHELD_SWAY_M, chance) for _ in range(3))
        self._turn_deg = tuple(_hand_wave(HANDHELD_TURN_DEG, chance) for _ in range(3))

    def pose_at(self, t_s: float) -> Pose:
        x, y, z = (wave.at(t_s) for wave in self._sway_m)
        pan, tilt, roll = (wave.at(t_s) for wave in self._turn_deg)
        return self._home @ Pose((x, y, z), quaternion_from_pan_tilt_roll(pan, tilt, roll))


class RecordedMotion:
    """A recorded camera. Played to the end, then backwards, and so on.

    Its world is rotated about Z so that the first pose has home's pan, and shifted so that the mean of the path is at
    home. The camera is mounted such that its first pose looks exactly as home does: a
    recording that looks down at a desk then works in front of a wall.
    """

    def __init__(self, recorded: Trajectory, home: Pose = DEFAULT_HOME) -> None:
        self.notes = recorded.notes
        self._path = recorded.facing_stage(ORIGIN)
        count = len(self._path.poses)
        mean_x, mean_y, mean_z = (sum(pose.position_m[i] for pose in self._path.poses) / count for i in range(3))
        pan_deg, _, _ = pan_tilt_roll_from_quaternion(home.orientation)
        heading = Pose(home.position_m, quaternion_from_pan_tilt_roll(pan_deg, 0.0, 0.0))
        self._stage_from_path = heading @ Pose((-mean_x, -mean_y, -mean_z))
        first = self._stage_from_path @ self._path.poses[0]
        self._mount = Pose(orientation=quaternion_multiply(quaternion_conjugate(first.orientation), home.orientation))

    def pose_at(self, t_s: float) -> Pose:
        duration_s = self._path.duration_s
        since_s = t_s % (2.0 * duration_s)
        return self._stage_from_path @ self._path.pose_at(min(since_s, 2.0 * duration_s - since_s)) @ self._mount


@dataclass(frozen=True, slots=True)
class WhipPan:
    """A camera on a tripod that whips 90 degrees in half a second, settles, holds, and whips back.

    Holds for 1 s 45 degrees to the left of home, whips right along a minimum-jerk curve (peak 340 degrees/s),
    overshoots by up to 1 degree, settles, and is back 4 s after the first whip began.
    """

    home: Pose = DEFAULT_HOME

    def pose_at(self, t_s: float) -> Pose:
        hold_s, half_s = 1.0, 2.0
        halves, since_s = divmod(t_s - hold_s, half_s)
        pan_deg = 45.0 - 90.0 * _whip(since_s)
        turn = quaternion_from_pan_tilt_roll(pan_deg if halves % 2 == 0 else -pan_deg, 0.0, 0.0)
        return Pose(self.home.position_m, quaternion_multiply(self.home.orientation, turn))


SURVEY_S = 8.0
"""A survey's shortest repeat; its slower parts take three times as long."""


@dataclass(frozen=True, slots=True)
class Survey:
    """A camera that moves along and about all six axes at once, each at its own pace: what a check needs.

    Up to 0.35 m to either side, 0.25 m to and fro, 0.15 m up and down; 12 degrees of pan, 7 of tilt, 6 of roll. No two
    axes are at their middle together, so that none can be left out or swapped for another unseen.
    """

    home: Pose = DEFAULT_HOME

    def pose_at(self, t_s: float) -> Pose:
        def wave(size: float, turns: float, phase: float) -> float:
            return size * math.sin(math.tau * turns * t_s / SURVEY_S + phase)

        place = (wave(0.35, 1.0, 0.4), wave(0.25, 2.0 / 3.0, 1.1), wave(0.15, 4.0 / 3.0, 2.0))
        turn = quaternion_from_pan_tilt_roll(wave(12.0, 1.0, 1.7), wave(7.0, 4.0 / 3.0, 0.7), wave(6.0, 2.0 / 3.0, 2.6))
        return self.home @ Pose(place, turn)


MOTIONS: dict[str, Callable[[Pose, int], Motion]] = {
    "still": lambda home, seed: Still(home),
    "dolly": lambda home, seed: Dolly(home),
    "crane": lambda home, seed: Crane(home),
    "handheld": lambda home, seed: Handheld(home, seed),
    "whip-pan": lambda home, seed: WhipPan(home),
    "survey": lambda home, seed: Survey(home),
}
"""The motions that need no file, by name; only the hand-held one has a seed."""


def motion_named(
    name_or_file: str,
    home: Pose = DEFAULT_HOME,
    seed: int = 0,
    *,
    option: str = "--motion",
    said: Said = NOTHING_SAID,
) -> Motion:
    """A motion of the table, or of a recording (`stage.motions`), read as was `said`.

    Raises InputError for a bad file and for any other name, naming the `option` it was given with.
    """
    if (make := MOTIONS.get(name_or_file)) is not None:
        return make(home, seed)
    path = Path(name_or_file)
    if path.suffix.lower() in SUFFIXES or path.is_file():
        return RecordedMotion(read_motion(path, said), home)
    known = ", ".join(MOTIONS)
    raise InputError(option, name_or_file, "no such motion", f"Choose one of {known}, or give a recorded motion's file")


def recording_notes(name_or_file: str) -> tuple[str, ...]:
    """What was recognised or left out in a recording; nothing for a motion of the table. Raises InputError."""
    motion = motion_named(name_or_file)
    return motion.notes if isinstance(motion, RecordedMotion) else ()


def _hand_wave(amplitude: float, chance: random.Random) -> Wave:
    """Sines of random phase whose amplitudes fall with the frequency to the power 3/4, `amplitude` rms in all."""
    weights = [hz**-0.75 for hz in HANDHELD_HZ]
    scale = amplitude * math.sqrt(2.0 / sum(weight * weight for weight in weights))
    return Wave(
        tuple(
            (scale * weight, hz * chance.uniform(0.93, 1.07), chance.uniform(0.0, math.tau))
            for weight, hz in zip(weights, HANDHELD_HZ, strict=True)
        )
    )


def _looking_at(direction: Vector) -> tuple[float, float]:
    """Pan (positive left) and tilt in degrees that turn +Y toward a direction."""
    x, y, z = direction
    return math.degrees(math.atan2(-x, y)), math.degrees(math.atan2(z, math.hypot(x, y)))


def _whip(since_s: float) -> float:
    """The share of the way (0 to 1, with overshoot) since the whip began: minimum jerk (Flash and Hogan 1985) over
    0.5 s, then a decaying swing of 4 Hz that starts with no speed."""
    whip_s, swing_hz, decay_per_s, overshoot = 0.5, 4.0, 6.0, 1.0 / 90.0
    if since_s < whip_s:
        part = since_s / whip_s
        return part**3 * (10.0 - 15.0 * part + 6.0 * part * part)
    after_s = since_s - whip_s
    swing = 1.0 - math.cos(math.tau * swing_hz * after_s)
    return 1.0 + overshoot * math.exp(-decay_per_s * after_s) * swing / 2.0
