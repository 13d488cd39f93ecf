"""Whether the inner view covered what each camera really filmed: told by the samples that come afterwards. Pure.

A frame is drawn for where the camera is predicted to be. The samples round that moment say where it was. The edges of
the true picture, seen from the pupil that was drawn for, must lie within the look's margin round the drawn picture.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

from stage.maths.pose import Quaternion, Vector, slerp
from stage.maths.projection import Axes, camera_axes, camera_slopes, dot, offset, widened
from stage.messages.frames import CameraMargin, CameraState, Frame
from stage.messages.samples import TrackingSample, Validity
from stage.model.camera import Camera
from stage.model.stagefile import Stage
from stage.units import NS_PER_S

KEPT = 64
"""Frames that wait for the samples of their moment."""
LONGEST_GAP_NS = NS_PER_S // 4
"""Between samples farther apart nobody knows where the camera was."""
SECONDS = 60
NEAREST_M = 1.0
WIDEST, SPREAD = 2.0, 4.0
"""See `_near`: the angle across of what is 63 degrees up changes by 1 / cos 63 of the way; the rest is for safety."""
TELL_NS = NS_PER_S
TELL_MISS_NS = NS_PER_S // 4


@dataclass(slots=True)
class _Drawn:
    """What a frame was drawn from, and when the camera films it."""

    filmed_ns: int
    state: CameraState
    margin_deg: float


@dataclass(slots=True)
class _Second:
    number: int
    frames: int = 0
    missed: int = 0
    worst_deg: float = 0.0


class MarginWatch:
    """One camera. `distance_m`: about how far the walls are from it. `aim_ns`: from present time to filming."""

    def __init__(self, camera: str, distance_m: float, aim_ns: int) -> None:
        self._camera = camera
        self._distance_m = max(distance_m, NEAREST_M)
        self._aim_ns = aim_ns
        self._before: TrackingSample | None = None
        self._waiting: deque[_Drawn] = deque(maxlen=KEPT)
        self._seconds: deque[_Second] = deque(maxlen=SECONDS)
        self._holds_deg_s: float | None = None
        self._told_ns = 0
        self._told_missed = 0

    def drawn(self, frame: Frame) -> None:
        """A frame that was decided."""
        state = next((state for state in frame.shown_cameras if state.name == self._camera), None)
        if state is None or state.validity is not Validity.LIVE or not frame.look.inner.visible:
            return
        margin_deg = frame.look.inner.trim_of(self._camera)[0] + state.more_margin_deg
        self._waiting.append(_Drawn(frame.present_ns + self._aim_ns, state, margin_deg))
        self._holds_deg_s = margin_deg * NS_PER_S / state.horizon_ns if state.horizon_ns > 0 else None

    def observe(self, sample: TrackingSample) -> None:
        """A sample, in the order of their capture; frames filmed since the one before are compared."""
        before, self._before = self._before, sample
        if before is None or not 0 < sample.captured_ns - before.captured_ns <= LONGEST_GAP_NS:
            return
        while self._waiting and self._waiting[0].filmed_ns <= sample.captured_ns:
            drawn = self._waiting.popleft()
            if drawn.filmed_ns >= before.captured_ns:
                part = (drawn.filmed_ns - before.captured_ns) / (sample.captured_ns - before.captured_ns)
                self._count(drawn, before, sample, part)

    def report(self, now_ns: int) -> CameraMargin | None:
        """The last minute, once a second, and sooner where another frame was missed."""
        alive = [second for second in self._seconds if second.number > now_ns // NS_PER_S - SECONDS]
        missed = sum(second.missed for second in alive)
        due_ns = TELL_MISS_NS if missed > self._told_missed else TELL_NS
        if not alive or now_ns - self._told_ns < due_ns:
            return None
        self._told_ns, self._told_missed = now_ns, missed
        frames, worst = sum(second.frames for second in alive), max(second.worst_deg for second in alive)
        return CameraMargin(self._camera, frames, missed, worst, self._holds_deg_s)

    def _count(self, drawn: _Drawn, before: TrackingSample, after: TrackingSample, part: float) -> None:
        (ax, ay, az), (bx, by, bz) = before.position_m, after.position_m
        place = (ax + (bx - ax) * part, ay + (by - ay) * part, az + (bz - az) * part)
        missed_deg = beyond_margin_deg(
            drawn.state, (place, slerp(before.orientation, after.orientation, part)), drawn.margin_deg, self._distance_m
        )
        number = drawn.filmed_ns // NS_PER_S
        if not self._seconds or self._seconds[-1].number != number:
            self._seconds.append(_Second(number))
        second = self._seconds[-1]
        second.frames += 1
        second.missed += missed_deg > 0.0
        second.worst_deg = max(second.worst_deg, missed_deg)


def beyond_margin_deg(
    drawn: CameraState, true: tuple[Vector, Quaternion], margin_deg: float, distance_m: float
) -> float:
    """How far the picture of a camera that truly stands at a pose reaches beyond the margin drawn for it, at its worst
    corner or edge; 0 where it is covered. `distance_m`: to what it films."""
    lens = drawn.lens
    filmed = camera_slopes(drawn.sensor_mm, lens.focal_length_mm, lens.projection_offset_mm, max(lens.overscan, 1.0))
    if _near(drawn, true, distance_m, margin_deg, max(map(abs, filmed))):
        return 0.0
    left, right, lower, upper = widened(filmed, math.radians(margin_deg))
    drawn_axes, true_axes = camera_axes(drawn.orientation), camera_axes(true[1])
    shift = offset(true[0], drawn.position_m)
    worst = 0.0
    for x in (filmed[0], 0.5 * (filmed[0] + filmed[1]), filmed[1]):
        for y in (filmed[2], 0.5 * (filmed[2] + filmed[3]), filmed[3]):
            across, up = _seen(drawn_axes, true_axes, (x, y), shift, distance_m)
            beyond = max(
                math.atan(left) - math.atan(across),
                math.atan(across) - math.atan(right),
                math.atan(lower) - math.atan(up),
                math.atan(up) - math.atan(upper),
            )
            worst = max(worst, beyond)
    return math.degrees(worst)


def _near(
    drawn: CameraState, true: tuple[Vector, Quaternion], distance_m: float, margin_deg: float, widest: float
) -> bool:
    """Whether the poses are so alike that no direction leaves the margin, as is usual: from both cameras it differs by
    less than their turn and their way over the distance; in slopes across or up, of up to `WIDEST`, by no more than
    `SPREAD` times as much."""
    a, b = drawn.orientation, true[1]
    alike = min(1.0, abs(a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + a[3] * b[3]))
    apart = 2.0 * math.acos(alike) + math.dist(drawn.position_m, true[0]) / distance_m
    return widest <= WIDEST and SPREAD * apart < math.radians(margin_deg)


def _seen(
    drawn_axes: Axes, true_axes: Axes, slopes: tuple[float, float], shift: Vector, distance_m: float
) -> tuple[float, float]:
    """The slopes, for the drawn camera, of what the true one films at `slopes`."""
    (right, forward, up), (x, y) = true_axes, slopes
    at = (
        shift[0] + distance_m * (forward[0] + x * right[0] + y * up[0]),
        shift[1] + distance_m * (forward[1] + x * right[1] + y * up[1]),
        shift[2] + distance_m * (forward[2] + x * right[2] + y * up[2]),
    )
    ahead = dot(drawn_axes[1], at)
    if ahead <= 0.0:
        return (math.inf, math.inf)
    return (dot(drawn_axes[0], at) / ahead, dot(drawn_axes[2], at) / ahead)


def distance_to_walls_m(stage: Stage, camera: Camera) -> float:
    """From the camera's home to the nearest wall's own place."""
    return min((math.dist(wall.position_m, camera.home.position_m) for wall in stage.walls), default=NEAREST_M)
