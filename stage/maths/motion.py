"""Camera motion prediction: where a camera will be when the frame it is drawn for is on the wall.

A late position is a parallax error, but a late rotation only needs margin, so the two are predicted apart, each by the
forecasters that did best of late (`Forecast`). Rotation is predicted as its rotation vector in stage space, summed up
from sample to sample. Samples may arrive at any interval, late, twice, or not
at all: predictions stay finite and near the newest sample. No clock and no randomness: the same samples give the same
prediction.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from stage.maths.motion_forecast import Forecast
from stage.maths.pose import (
    IDENTITY,
    ORIGIN,
    Quaternion,
    Vector,
    quaternion_conjugate,
    quaternion_from_rotation_vector,
    quaternion_multiply,
    quaternion_normalised,
    rotation_vector_from_quaternion,
)
from stage.units import NS_PER_S

FURTHEST_M = 1e5
"""A position beyond this is a broken sample, not a stage."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a camera can move, in metres or radians: between two moments `slack` + `speed` t; from its prediction
    `slack` + `acceleration` t^2 / 2. Anything further is not motion."""

    slack: float
    speed: float
    acceleration: float

    def foretold(self, forecast: Vector, measured: Vector, dt_s: float) -> bool:
        """Whether a camera predicted at `forecast` over `dt_s` may have reached `measured`."""
        return math.dist(forecast, measured) <= self.slack + 0.5 * self.acceleration * dt_s * dt_s

    def spans(self, way: Vector, dt_s: float) -> bool:
        """Whether a camera can move this far in `dt_s`."""
        return math.hypot(*way) <= self.slack + self.speed * abs(dt_s)

    def limited(self, way: Vector, dt_s: float) -> Vector:
        """The displacement, shortened to what a camera can cover in `dt_s`."""
        if self.spans(way, dt_s):
            return way
        scale = (self.slack + self.speed * abs(dt_s)) / math.hypot(*way)
        return (way[0] * scale, way[1] * scale, way[2] * scale)


@dataclass(frozen=True, slots=True)
class PredictorTuning:
    """One set of figures for every camera and every motion.

    Prediction extends `furthest_ahead_s` beyond the newest sample, then stops. After `longest_gap_s` without a sample
    it restarts from the next; it also restarts for a sample older than the newest by more than `clock_step_s`, because
    the source's clock has been set. A sample nearer than `closest_s` to the newest is left out: packets that
    come at once before their clock is known would be a speed that no camera has.
    """

    position_reach: Reach = Reach(slack=0.03, speed=10.0, acceleration=50.0)
    rotation_reach: Reach = Reach(slack=0.1, speed=15.0, acceleration=300.0)
    furthest_ahead_s: float = 0.2
    longest_gap_s: float = 0.25
    clock_step_s: float = 1.0
    closest_s: float = 3e-3


Pose = tuple[Vector, Quaternion]
"""Position in metres and orientation."""
EVERY_CAMERA = PredictorTuning()


@dataclass(frozen=True, slots=True)
class _Measured:
    """A valid sample: finite position, unit quaternion."""

    captured_ns: int
    position_m: Vector
    orientation: Quaternion

    def seconds_since(self, earlier: _Measured) -> float:
        return (self.captured_ns - earlier.captured_ns) / NS_PER_S

    def turn_since(self, earlier: _Measured) -> Vector:
        """The rotation vector in stage space from the earlier orientation to this one, radians."""
        return rotation_vector_from_quaternion(
            quaternion_multiply(self.orientation, quaternion_conjugate(earlier.orientation))
        )


class _Track:
    """An unbroken run of samples: the forecast and the newest sample."""

    def __init__(self, first: _Measured, tuning: PredictorTuning) -> None:
        self._tuning = tuning
        self.began_ns = first.captured_ns
        self.newest = first
        self.turned_rad: Vector = ORIGIN
        self._alone = True
        self._answer: tuple[int, Pose] | None = None
        self._asked_ns: int | None = None
        self._forecast = Forecast((*first.position_m, *ORIGIN))

    def goes_on(self, measured: _Measured) -> bool:
        """Take the sample if the camera can have moved to it; otherwise change nothing."""
        dt_s = measured.seconds_since(self.newest)
        turned_rad = _sum(self.turned_rad, measured.turn_since(self.newest))
        if not self._may_reach(measured, turned_rad, dt_s):
            return False
        self._alone = False
        self._forecast.observe((*measured.position_m, *turned_rad), dt_s)
        self.newest, self.turned_rad, self._answer, self._asked_ns = measured, turned_rad, None, None
        return True

    def _may_reach(self, measured: _Measured, turned_rad: Vector, dt_s: float) -> bool:
        """Nothing is foretold from one sample: the second may be as far as a camera gets."""
        if self._alone:
            return self.agrees(self.newest, measured)
        position_m, rotation_rad = self._forecast.next_at(dt_s)
        return self._tuning.position_reach.foretold(
            position_m, measured.position_m, dt_s
        ) and self._tuning.rotation_reach.foretold(rotation_rad, turned_rad, dt_s)

    def agrees(self, earlier: _Measured, later: _Measured) -> bool:
        """Whether a camera can have moved from one sample to the other, regardless of its earlier motion."""
        dt_s = later.seconds_since(earlier)
        way, turn = _difference(later.position_m, earlier.position_m), later.turn_since(earlier)
        tuning = self._tuning
        return dt_s > 0 and tuning.position_reach.spans(way, dt_s) and tuning.rotation_reach.spans(turn, dt_s)

    def pose_at(self, at_ns: int) -> Pose:
        """The predicted pose, at most as far ahead (or back) as the tuning says and within the camera's reach. The same
        moment asked again, as after rehearsals, costs nothing."""
        if self._answer is None or self._answer[0] != at_ns:
            ahead_s = self._ahead_s(at_ns)
            self._answer = (at_ns, self._reached(self._forecast.at(ahead_s), ahead_s))
        return self._answer[1]

    def asked(self, at_ns: int) -> None:
        """What is learnt is learnt for moments as far ahead as this."""
        if self._asked_ns != at_ns:
            self._asked_ns = at_ns
            self._forecast.ask(self._ahead_s(at_ns))

    def voted_at(self, at_ns: int) -> Pose:
        """The pose by the votes alone."""
        ahead_s = self._ahead_s(at_ns)
        return self._reached(self._forecast.voted_at(ahead_s), ahead_s)

    def _ahead_s(self, at_ns: int) -> float:
        furthest_s = self._tuning.furthest_ahead_s
        return max(-furthest_s, min(furthest_s, (at_ns - self.newest.captured_ns) / NS_PER_S))

    def _reached(self, forecast: tuple[Vector, Vector], ahead_s: float) -> Pose:
        """The pose of a forecast, as far as a camera gets in that time."""
        way, turn = _difference(forecast[0], self.newest.position_m), _difference(forecast[1], self.turned_rad)
        turn = self._tuning.rotation_reach.limited(turn, ahead_s)
        return (
            _sum(self.newest.position_m, self._tuning.position_reach.limited(way, ahead_s)),
            quaternion_normalised(quaternion_multiply(quaternion_from_rotation_vector(turn), self.newest.orientation)),
        )


class MotionPredictor:
    """Predicts one camera's pose. Before the first sample it is at `position_m`, `orientation`.

    `accepted` and `dropped` count samples. Duplicates, samples older than the newest, invalid poses, and jumps that the
    next sample does not confirm are dropped.
    """

    def __init__(
        self,
        position_m: Vector = ORIGIN,
        orientation: Quaternion = IDENTITY,
        tuning: PredictorTuning = EVERY_CAMERA,
    ) -> None:
        self._tuning = tuning
        self._rest = (position_m, orientation)
        self._track: _Track | None = None
        self._suspect: _Measured | None = None
        self.accepted = 0
        self.dropped = 0

    @property
    def newest_ns(self) -> int | None:
        """When the newest accepted sample was captured; None before the first."""
        return None if self._track is None else self._track.newest.captured_ns

    @property
    def known_s(self) -> float:
        """For how long the samples that predictions rest on have gone on, seconds."""
        track = self._track
        return 0.0 if track is None else (track.newest.captured_ns - track.began_ns) / NS_PER_S

    def observe(self, captured_ns: int, position_m: Vector, orientation: Quaternion) -> bool:
        """Take a sample: captured when, metres, unit quaternion. False where it is dropped.

        A sample that no camera could have moved to is set aside. If the next one agrees with it, the camera was carried
        or the tracker relocalised, and prediction restarts there; if not, it was a glitch.
        """
        measured = _measured(captured_ns, position_m, orientation)
        taken = measured is not None and self._takes(measured)
        if taken:
            self.accepted += 1
        else:
            self.dropped += 1
        return taken

    def predict(self, at_ns: int) -> Pose:
        """The same as `pose_at`, and `asked`."""
        self.asked(at_ns)
        return self.pose_at(at_ns)

    def pose_at(self, at_ns: int) -> Pose:
        """Position in metres and orientation at a moment, always finite, the orientation of unit length."""
        return self._rest if self._track is None else self._track.pose_at(at_ns)

    def asked(self, at_ns: int) -> None:
        """Predictions are for moments as far ahead as this one: from now on it learns for these."""
        if self._track is not None:
            self._track.asked(at_ns)

    def candidates(self, at_ns: int) -> tuple[Pose, Pose, Pose]:
        """The pose at a moment as `pose_at` says, by votes alone, and held: the newest sample."""
        track = self._track
        if track is None:
            return self._rest, self._rest, self._rest
        return track.pose_at(at_ns), track.voted_at(at_ns), (track.newest.position_m, track.newest.orientation)

    def _takes(self, measured: _Measured) -> bool:
        track = self._track
        if track is None:
            return self._starts(measured)
        dt_s = measured.seconds_since(track.newest)
        if dt_s > self._tuning.longest_gap_s or dt_s < -self._tuning.clock_step_s:
            return self._starts(measured)
        if dt_s < self._tuning.closest_s:
            return False
        if track.goes_on(measured):
            self._suspect = None
            return True
        if self._suspect is not None and track.agrees(self._suspect, measured):
            return self._starts(measured)
        self._suspect = measured
        return False

    def _starts(self, measured: _Measured) -> bool:
        self._track, self._suspect = _Track(measured, self._tuning), None
        return True


def _measured(captured_ns: int, position_m: Vector, orientation: Quaternion) -> _Measured | None:
    """The sample, if it is a pose."""
    x, y, z = position_m
    if not (abs(x) <= FURTHEST_M and abs(y) <= FURTHEST_M and abs(z) <= FURTHEST_M):
        return None
    try:
        return _Measured(captured_ns, position_m, quaternion_normalised(orientation))
    except ValueError:
        return None


def _sum(a: Vector, b: Vector) -> Vector:
    return (a[0] + b[0], a[1] + b[1], a[2] + b[2])


def _difference(a: Vector, b: Vector) -> Vector:
    return (a[0] - b[0], a[1] - b[1], a[2] - b[2])
