"""What is sent of a camera, before it becomes bytes; and where it comes from on the bus. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from stage.maths.pose import Pose
from stage.messages.frames import CameraState, Frame
from stage.messages.samples import LensState, TrackingSample, Validity
from stage.model.sends import AnySend


class Outgoing(NamedTuple):
    """One camera at one moment. `pupil`: `stage_from_pupil`. `moment_ns` is on the machine's clock, `calendar_ns` the
    same moment as calendar time. `number`: the camera's in its send; `sent`: its packets so far."""

    camera: str
    number: int
    sent: int
    pupil: Pose
    lens: LensState
    sensor_mm: tuple[float, float] | None
    live: bool
    moment_ns: int
    calendar_ns: int

    def at(self, point: str) -> Pose:
        """The pose of the entrance pupil or of the sensor behind it."""
        if point == "pupil":
            return self.pupil
        return self.pupil @ Pose((0.0, -self.lens.entrance_pupil_m, 0.0))


class Numbering:
    """The cameras of a send by number, and how many packets each has had."""

    def __init__(self, send: AnySend, cameras: Sequence[str]) -> None:
        names = send.cameras or tuple(cameras)
        self.on = send.on
        self.numbers = {name: send.first_number + index for index, name in enumerate(names)}
        self._counts = dict.fromkeys(names, 0)

    def of_frame(self, frame: Frame, calendar_ahead_ns: int) -> list[Outgoing]:
        """The send's cameras of a frame, as far as they are tracked, in the order of their numbers."""
        states = {state.name: state for state in frame.cameras if state.name in self.numbers}
        return [
            self._outgoing(states[name], frame.present_ns, calendar_ahead_ns)
            for name in self.numbers
            if name in states and states[name].validity is not Validity.LOST
        ]

    def of_sample(self, sample: TrackingSample, calendar_ahead_ns: int) -> Iterator[Outgoing]:
        """A sample of one of the send's cameras."""
        if sample.camera in self.numbers:
            pose, moment_ns = Pose(sample.position_m, sample.orientation), sample.captured_ns
            yield Outgoing(
                camera=sample.camera,
                number=self.numbers[sample.camera],
                sent=self._next(sample.camera),
                pupil=pose,
                lens=sample.lens,
                sensor_mm=None,
                live=True,
                moment_ns=moment_ns,
                calendar_ns=moment_ns + calendar_ahead_ns,
            )

    def _outgoing(self, state: CameraState, moment_ns: int, calendar_ahead_ns: int) -> Outgoing:
        return Outgoing(
            camera=state.name,
            number=self.numbers[state.name],
            sent=self._next(state.name),
            pupil=Pose(state.position_m, state.orientation),
            lens=state.lens,
            sensor_mm=state.sensor_mm,
            live=state.validity is Validity.LIVE,
            moment_ns=moment_ns,
            calendar_ns=moment_ns + calendar_ahead_ns,
        )

    def _next(self, camera: str) -> int:
        count = self._counts[camera]
        self._counts[camera] = count + 1
        return count
