"""One camera over time: its samples in, its state at a frame's present time out. Pure."""

from __future__ import annotations

from collections import deque

from stage.maths.motion import MotionPredictor, Pose
from stage.messages.frames import CameraForecast, CameraState
from stage.messages.samples import TrackingSample, Validity
from stage.model.camera import Camera
from stage.show.forecast_watch import ForecastWatch
from stage.show.home import home_state
from stage.units import NS_PER_S

STALE_INTERVALS = 3
STALE_WAITS = 2.5
"""The same, where samples come at another pace than the stage file says."""
TOGETHER_NS = 3_000_000
WAITS = 9
LOST_NS = NS_PER_S


class CameraTrack:
    """Predicts the entrance pupil; holds the last lens; gives the validity of both.

    Before the first sample the camera is at its home with the lens's first point, validity LOST.
    """

    DEFAULT_RATE_HZ = 60.0

    def __init__(self, camera: Camera, rate_hz: float, aim_ns: int = 0) -> None:
        self._aim_ns = aim_ns
        self._name = camera.name
        self._sensor_mm = camera.sensor_mm
        self._stale_ns = int(STALE_INTERVALS * NS_PER_S / rate_hz)
        self._predictor = MotionPredictor()
        self._watch = ForecastWatch(camera.name)
        self._newest: TrackingSample | None = None
        self._waits_ns: deque[int] = deque(maxlen=WAITS)
        self._home = home_state(camera)

    def observe(self, sample: TrackingSample) -> bool:
        """Take in a sample; one the predictor refuses (late, doubled, a glitch) changes nothing: False."""
        taken = self._predictor.observe(sample.captured_ns, sample.position_m, sample.orientation)
        if taken and self._newest is not None and sample.received_ns - self._newest.received_ns > TOGETHER_NS:
            self._waits_ns.append(sample.received_ns - self._newest.received_ns)
        if taken:
            self._newest = sample
            self._watch.observe(sample)
        return taken

    def drawn(self, state: CameraState, now_ns: int) -> CameraForecast | None:
        """A frame was drawn with this state. Returns what is to be told of the prediction."""
        if state.validity is Validity.LIVE:
            filmed_ns = state.captured_ns + state.horizon_ns
            self._watch.foretold(filmed_ns, self._predictor.candidates(filmed_ns), state.horizon_ns)
        return self._watch.report(now_ns)

    def state_at(self, present_ns: int, now_ns: int) -> CameraState:
        """The camera while it films the frame of `present_ns`: `aim_ns` later; its validity as of `now_ns`."""
        newest = self._newest
        if newest is None:
            return self._home
        filmed_ns = present_ns + self._aim_ns
        position_m, orientation = self._pose_at(filmed_ns)
        return CameraState(
            name=self._name,
            validity=self._validity(now_ns - newest.received_ns),
            position_m=position_m,
            orientation=orientation,
            lens=newest.lens,
            sensor_mm=self._sensor_mm,
            sample_number=newest.number,
            sender_counter=newest.sender_counter,
            captured_ns=newest.captured_ns,
            received_ns=newest.received_ns,
            horizon_ns=filmed_ns - newest.captured_ns,
        )

    def _pose_at(self, filmed_ns: int) -> Pose:
        """By the methods that miss least at present, for position and for rotation."""
        by_position, by_rotation = self._watch.methods
        if by_position == by_rotation == 0:
            return self._predictor.predict(filmed_ns)
        poses = self._predictor.candidates(filmed_ns)
        return poses[by_position][0], poses[by_rotation][1]

    def _validity(self, silent_ns: int) -> Validity:
        if silent_ns > LOST_NS:
            return Validity.LOST
        if silent_ns <= self._stale_ns:
            return Validity.LIVE
        waits_ns = sorted(self._waits_ns)
        usual_ns = waits_ns[len(waits_ns) // 2] if waits_ns else 0
        return Validity.LIVE if silent_ns <= STALE_WAITS * usual_ns else Validity.STALE
