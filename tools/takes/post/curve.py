"""A camera's path through a take, a row for each frame: where it was in the middle of the frame's exposure.

Poses come from the tracker's samples of the take, not from the prediction that the wall was drawn with: between samples
by a cubic in position and slerp in rotation (`stage.motions.trajectory`), at the moment that the frame's light met the
middle of the exposure (`stage.show.aim`). Where the samples leave a gap of more than two frames, a row is marked: its
pose is interpolated over the gap, or held.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from stage.errors import InputError
from stage.maths.pose import Pose
from stage.maths.timecode import counting_of, frame_of, text_of
from stage.messages.frames import CameraState
from stage.messages.samples import LensState, TrackingSample
from stage.motions.trajectory import Trajectory
from stage.takes.take import Take
from stage.units import NS_PER_S

MOST_GAP_FRAMES = 2
Quality = Literal["tracked", "gap", "held"]


@dataclass(frozen=True, slots=True)
class Row:
    """A frame. `number` on the wall, `place` counted from the roll, `pose`: `stage_from_pupil` (the entrance pupil)."""

    number: int
    place: int
    timecode: str
    pose: Pose
    lens: LensState
    quality: Quality


@dataclass(frozen=True, slots=True)
class Curve:
    """A camera's rows, one for each frame from the roll to the cut."""

    camera: str
    sensor_mm: tuple[float, float]
    rate: Fraction
    rows: tuple[Row, ...]


def cameras_of(take: Take) -> list[str]:
    """The cameras that a take's frames have, in their order."""
    if not len(take.numbers):
        raise InputError(take.name, "", "has no frames", "`openstage take show` says what it holds")
    return [state.name for state in take.frame(len(take.numbers) - 1).cameras]


def curve_of(take: Take, camera: str, aim_ns: int) -> Curve:
    """The path of a camera. Raises InputError where the take does not have it."""
    samples = sorted(_samples(take, camera), key=lambda sample: sample.captured_ns)
    rate = Fraction(take.info.rate)
    path = _Path(samples, round(MOST_GAP_FRAMES * NS_PER_S / rate))
    counting = counting_of(rate)
    start = frame_of(take.info.start_timecode, counting)
    numbers, present_ns = take.numbers, take.present_ns
    rows: list[Row] = []
    sensor_mm = (0.0, 0.0)
    roll = int(numbers[min(take.info.pre_roll, len(numbers) - 1)])
    for number in range(roll, int(numbers[-1]) + 1):
        place = take.place_of(number)
        state = _state(take, place, camera)
        sensor_mm = state.sensor_mm
        moment_ns = int(present_ns[place]) + (number - int(numbers[place])) * round(NS_PER_S / rate) + aim_ns
        pose, lens, quality = path.at(moment_ns, state)
        rows.append(Row(number, number - roll, text_of(start + number - roll, counting), pose, lens, quality))
    return Curve(camera, sensor_mm, rate, tuple(rows))


class _Path:
    """Samples of a camera, to be asked at any moment."""

    def __init__(self, samples: list[TrackingSample], most_gap_ns: int) -> None:
        self._times_ns: list[int] = []
        self._samples: list[TrackingSample] = []
        for sample in samples:
            if not self._times_ns or sample.captured_ns > self._times_ns[-1]:
                self._times_ns.append(sample.captured_ns)
                self._samples.append(sample)
        self._most_gap_ns = most_gap_ns
        self._trajectory: Trajectory | None = None
        if len(self._samples) > 1:
            first = self._times_ns[0]
            times_s = tuple((time_ns - first) / NS_PER_S for time_ns in self._times_ns)
            poses = tuple(Pose(each.position_m, each.orientation) for each in self._samples)
            self._trajectory = Trajectory("", times_s, poses)

    def at(self, moment_ns: int, drawn: CameraState) -> tuple[Pose, LensState, Quality]:
        """Pose, lens and how sure they are; without any samples what the frame was drawn with."""
        if self._trajectory is None:
            return Pose(drawn.position_m, drawn.orientation), drawn.lens, "held"
        place = bisect_right(self._times_ns, moment_ns)
        lens = self._samples[max(0, place - 1)].lens
        pose = self._trajectory.pose_at((moment_ns - self._times_ns[0]) / NS_PER_S)
        if place in (0, len(self._times_ns)):
            beyond = self._times_ns[0] - moment_ns if place == 0 else moment_ns - self._times_ns[-1]
            return pose, lens, "held" if beyond > self._most_gap_ns else "tracked"
        gap_ns = self._times_ns[place] - self._times_ns[place - 1]
        return pose, lens, "gap" if gap_ns > self._most_gap_ns else "tracked"


def _samples(take: Take, camera: str) -> Iterable[TrackingSample]:
    for each in take.records("tracking.sample"):
        if isinstance(each.record, TrackingSample) and each.record.camera == camera:
            yield each.record


def _state(take: Take, place: int, camera: str) -> CameraState:
    for state in take.frame(place).cameras:
        if state.name == camera:
            return state
    raise InputError(camera, "", f"frame {take.numbers[place]} has no such camera", "It was switched off then")
