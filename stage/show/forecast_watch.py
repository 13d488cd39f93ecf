"""How well a camera is predicted, told by the samples that come afterwards; and by which method it is. Pure.

For every frame, what each method says of the moment that the camera films it is kept until the samples round that
moment are there. While a simpler method misses less, it is used: a camera is never drawn worse for long than if its
newest sample had been held.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

from stage.maths.pose import Quaternion, Vector, slerp
from stage.messages.frames import CameraForecast, ForecastMethod
from stage.messages.samples import TrackingSample
from stage.units import NS_PER_MS, NS_PER_S

METHODS: tuple[ForecastMethod, ForecastMethod, ForecastMethod] = ("blended", "voted", "held")
HELD = 2
Poses = tuple[tuple[Vector, Quaternion], ...]
"""Of a moment, by each of the methods."""
KEPT = 64
"""Frames that wait for the samples of their moment."""
LONGEST_GAP_NS = NS_PER_S // 4
"""Between samples farther apart nobody knows where the camera was."""
JUDGED_S = 1.0
"""For how long a miss counts against a method."""
TOLD_S = 10.0
"""And in what is told."""
WORSE = 1.04
"""A method steps back where another's mean square error is this much less: 2 % of its rms."""
FEWEST = 8
"""Frames compared, before anything is concluded, and between one conclusion and the next."""
FLOOR = 3e-8
"""Mean square that is as good as none, m^2 or rad^2: the tracker's own noise."""
TELL_NS = NS_PER_S


@dataclass(slots=True)
class _Misses:
    """Mean square errors of the three methods, m^2 or rad^2, over the last second, and of what was used over longer."""

    squares: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])
    used_square: float = 0.0
    held_square: float = 0.0
    method: int = 0

    def hear(self, squares: list[float], used: int, keep: float, kept: float) -> None:
        """One frame: what each method missed, squared; `used` was drawn. `keep`: what the past still counts."""
        self.squares = [keep * old + (1.0 - keep) * new for old, new in zip(self.squares, squares, strict=True)]
        self.used_square = kept * self.used_square + (1.0 - kept) * squares[used]
        self.held_square = kept * self.held_square + (1.0 - kept) * squares[HELD]

    def choose(self) -> None:
        """The first method that no other beats by more than a hair."""
        best = min(self.squares) + FLOOR
        self.method = next(number for number, square in enumerate(self.squares) if square + FLOOR <= WORSE * best)


@dataclass(slots=True)
class _Foretold:
    """What was said of the moment that a frame is filmed, and which methods were used."""

    filmed_ns: int
    poses: Poses
    position: int
    rotation: int


class ForecastWatch:
    """One camera."""

    def __init__(self, camera: str) -> None:
        self._camera = camera
        self._waiting: deque[_Foretold] = deque(maxlen=KEPT)
        self._before: TrackingSample | None = None
        self._position, self._rotation = _Misses(), _Misses()
        self._compared = self._compared_lately = self._told_ns = 0
        self._at_ns: int | None = None
        self._horizon_ms = 0.0

    @property
    def methods(self) -> tuple[int, int]:
        """Which of the methods to use for position and for rotation."""
        return self._position.method, self._rotation.method

    def foretold(self, filmed_ns: int, poses: Poses, horizon_ns: int) -> None:
        """A frame was drawn for this moment."""
        self._waiting.append(_Foretold(filmed_ns, poses, *self.methods))
        self._horizon_ms = horizon_ns / NS_PER_MS

    def observe(self, sample: TrackingSample) -> None:
        """A sample, in the order of their capture: frames filmed since the one before are compared."""
        before, self._before = self._before, sample
        if before is None or not 0 < sample.captured_ns - before.captured_ns <= LONGEST_GAP_NS:
            return
        while self._waiting and self._waiting[0].filmed_ns <= sample.captured_ns:
            told = self._waiting.popleft()
            if told.filmed_ns >= before.captured_ns:
                self._compare(told, before, sample)

    def report(self, now_ns: int) -> CameraForecast | None:
        """Once a second, where frames were compared."""
        if self._compared_lately == 0 or now_ns - self._told_ns < TELL_NS:
            return None
        compared, self._compared_lately, self._told_ns = self._compared_lately, 0, now_ns
        position, rotation = self._position, self._rotation
        return CameraForecast(
            camera=self._camera,
            frames=compared,
            horizon_ms=self._horizon_ms,
            missed_mm=1000.0 * math.sqrt(position.used_square),
            held_mm=1000.0 * math.sqrt(position.held_square),
            missed_deg=math.degrees(math.sqrt(rotation.used_square)),
            held_deg=math.degrees(math.sqrt(rotation.held_square)),
            position=METHODS[position.method],
            rotation=METHODS[rotation.method],
        )

    def _compare(self, told: _Foretold, before: TrackingSample, after: TrackingSample) -> None:
        """With where the camera was then, between two samples."""
        part = (told.filmed_ns - before.captured_ns) / (after.captured_ns - before.captured_ns)
        (ax, ay, az), (bx, by, bz) = before.position_m, after.position_m
        place = (ax + (bx - ax) * part, ay + (by - ay) * part, az + (bz - az) * part)
        turn = slerp(before.orientation, after.orientation, part)
        seconds = 0.0 if self._at_ns is None else max(0.0, (told.filmed_ns - self._at_ns) / NS_PER_S)
        self._at_ns = told.filmed_ns
        self._compared, self._compared_lately = self._compared + 1, self._compared_lately + 1
        keep, kept = _kept(self._compared, seconds, JUDGED_S), _kept(self._compared, seconds, TOLD_S)
        away = [math.dist(position, place) for position, _ in told.poses]
        self._position.hear([way * way for way in away], told.position, keep, kept)
        self._rotation.hear(
            [_turned_square(orientation, turn) for _, orientation in told.poses], told.rotation, keep, kept
        )
        if self._compared % FEWEST == 0:
            self._position.choose()
            self._rotation.choose()


def _kept(compared: int, seconds: float, span_s: float) -> float:
    """What the mean of the past counts beside a new value: as in a plain mean at first, then forgotten over a span."""
    return min((compared - 1) / compared, math.exp(-seconds / span_s))


def _turned_square(a: Quaternion, b: Quaternion) -> float:
    """The square of the angle between two orientations, for small angles: rad^2."""
    same = a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + a[3] * b[3]
    return max(0.0, 4.0 * (1.0 - same * same))
