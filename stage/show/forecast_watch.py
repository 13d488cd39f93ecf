"""How well a camera is predicted, told by the samples that come afterwards; and by which method it is. Pure.

For every frame, what each method says of the moment that the camera films it is kept until the samples round that
moment are there. While a simpler method misses less, it is used: a camera is never drawn worse for long than if its
newest sample had been held.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

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
JUDGED_NS = NS_PER_S
"""For how long a miss counts against a method."""
TOLD_NS = 10 * NS_PER_S
"""And in what is told."""
WORSE = 1.04
"""A method steps back where another's mean square error is this much less: 2 % of its rms."""
FEWEST = 8
"""Frames compared, before anything is concluded, and between one conclusion and the next."""
FLOOR = 3e-8
"""Mean square that is as good as none, m^2 or rad^2: the tracker's own noise."""
TELL_NS = NS_PER_S


class _Misses:
    """What the methods missed of one target, position or rotation: squares, m^2 or rad^2, of the frames of late.

    What is older is forgotten whole: one wild forecast, as while a camera is acquired, may not outweigh all that
    follow."""

    def __init__(self) -> None:
        self._frames: deque[tuple[int, list[float], int]] = deque()
        self.method = 0

    def hear(self, filmed_ns: int, squares: list[float], used: int) -> None:
        """One frame: what each method missed, squared; `used` was drawn."""
        frames = self._frames
        frames.append((filmed_ns, squares, used))
        while not 0 <= filmed_ns - frames[0][0] <= TOLD_NS:
            frames.popleft()

    def choose(self) -> None:
        """The first method that no other beats by more than a hair, over the last second."""
        newest_ns, sums = self._frames[-1][0], [0.0, 0.0, 0.0]
        count = 0
        for filmed_ns, squares, _ in reversed(self._frames):
            if newest_ns - filmed_ns > JUDGED_NS:
                break
            sums = [kept + new for kept, new in zip(sums, squares, strict=True)]
            count += 1
        floor = FLOOR * count
        best = min(sums) + floor
        self.method = next(number for number, square in enumerate(sums) if square + floor <= WORSE * best)

    def told(self) -> tuple[float, float]:
        """Root mean squares of what was used, and of holding."""
        count = len(self._frames)
        used_square = sum(squares[used] for _, squares, used in self._frames) / count
        held_square = sum(squares[HELD] for _, squares, _ in self._frames) / count
        return math.sqrt(used_square), math.sqrt(held_square)


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
        missed_m, held_m = position.told()
        missed_rad, held_rad = rotation.told()
        return CameraForecast(
            camera=self._camera,
            frames=compared,
            horizon_ms=self._horizon_ms,
            missed_mm=1000.0 * missed_m,
            held_mm=1000.0 * held_m,
            missed_deg=math.degrees(missed_rad),
            held_deg=math.degrees(held_rad),
            position=METHODS[position.method],
            rotation=METHODS[rotation.method],
        )

    def _compare(self, told: _Foretold, before: TrackingSample, after: TrackingSample) -> None:
        """With where the camera was then, between two samples."""
        part = (told.filmed_ns - before.captured_ns) / (after.captured_ns - before.captured_ns)
        (ax, ay, az), (bx, by, bz) = before.position_m, after.position_m
        place = (ax + (bx - ax) * part, ay + (by - ay) * part, az + (bz - az) * part)
        turn = slerp(before.orientation, after.orientation, part)
        self._compared, self._compared_lately = self._compared + 1, self._compared_lately + 1
        away = [math.dist(position, place) for position, _ in told.poses]
        turned = [_turned_square(orientation, turn) for _, orientation in told.poses]
        self._position.hear(told.filmed_ns, [way * way for way in away], told.position)
        self._rotation.hear(told.filmed_ns, turned, told.rotation)
        if self._compared % FEWEST == 0:
            self._position.choose()
            self._rotation.choose()


def _turned_square(a: Quaternion, b: Quaternion) -> float:
    """The square of the angle between two orientations, for small angles: rad^2."""
    same = a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + a[3] * b[3]
    return max(0.0, 4.0 * (1.0 - same * same))
