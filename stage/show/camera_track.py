"""One camera over time: its samples in, its state at a frame's present time out. Pure."""

from __future__ import annotations

from collections import deque
from dataclasses import replace

from stage.maths.motion import EVERY_CAMERA, MotionPredictor, Pose
from stage.maths.pose import ORIGIN, Vector
from stage.messages.frames import CameraForecast, CameraState
from stage.messages.samples import TrackingSample, Validity
from stage.model.camera import Camera
from stage.show.easing import Care, Easing, coasted, widened_deg
from stage.show.forecast_watch import ForecastWatch
from stage.show.home import home_state
from stage.units import NS_PER_MS, NS_PER_S

STALE_INTERVALS = 3
STALE_WAITS = 2.5
"""The same, where samples come at another pace than the stage file says."""
TOGETHER_NS = 3_000_000
WAITS = 9
LOST_NS = NS_PER_S
SHORTEST_GAP_NS = NS_PER_S // 10
"""Without a sample for less than this (or the stale intervals), prediction goes on as if nothing had been."""
SETTLING_NS = NS_PER_S // 4
"""For so long after it began anew, prediction learns how fast the camera is; nothing of that may jump."""
FORETOLD_NS = round(EVERY_CAMERA.furthest_ahead_s * NS_PER_S)
SPEED_NS = 40 * NS_PER_MS
"""Over so much of the prediction's end a coasting camera's speed is measured."""
INFANCY_S = 0.1
"""What is foretold from so little says nothing of how well a method does."""
ACQUIRING_NS = 2 * NS_PER_S
"""After a camera's very first sample nothing is eased for so long: what was shown before was not where it is."""


class CameraTrack:
    """Predicts the entrance pupil; holds the last lens; gives the validity of both.

    Before the first sample the camera is at its home with the lens's first point, validity LOST.
    """

    DEFAULT_RATE_HZ = 60.0

    def __init__(self, camera: Camera, rate_hz: float, aim_ns: int = 0, care: Care = Care()) -> None:  # noqa: B008
        self._aim_ns = aim_ns
        self._name = camera.name
        self._sensor_mm = camera.sensor_mm
        self._stale_ns = int(STALE_INTERVALS * NS_PER_S / rate_hz)
        self._gap_ns = max(self._stale_ns, SHORTEST_GAP_NS)
        self._predictor = MotionPredictor()
        self._watch = ForecastWatch(camera.name)
        self._newest: TrackingSample | None = None
        self._waits_ns: deque[int] = deque(maxlen=WAITS)
        self._home = home_state(camera)
        self._care = care
        self._easing = Easing(camera, care)
        self._first_ns = 0
        self._shown: tuple[int, Pose] | None = None
        self._frozen: Pose | None = None
        self._refused = False
        self._base_m: Vector = ORIGIN
        """What is added to samples, so that prediction goes on through jumps of the tracker's origin."""
        self._settled_ns = 0
        self._lost_ns, self._back_ns = 0, 0

    def observe(self, sample: TrackingSample) -> bool:
        """Take in a sample; one the predictor refuses (late, doubled, a glitch) changes nothing: False."""
        before = self._newest
        if sample.jumped and before is not None:
            self._rebase(sample)
        based = sample if self._base_m == ORIGIN else replace(sample, position_m=_sum(sample.position_m, self._base_m))
        taken = self._predictor.observe(based.captured_ns, based.position_m, based.orientation)
        if not taken:
            self._refused = self._refused or (before is not None and sample.captured_ns > before.captured_ns)
            return False
        if before is not None and sample.received_ns - before.received_ns > TOGETHER_NS:
            self._waits_ns.append(sample.received_ns - before.received_ns)
        self._newest = sample
        methods = self._watch.methods
        self._watch.observe(based)
        if before is None:
            self._first_ns = sample.captured_ns
        else:
            self._begin_anew(before, sample, methods != self._watch.methods)
        self._refused = False
        return True

    def _rebase(self, sample: TrackingSample) -> None:
        """The tracker's origin jumped, the camera did not: prediction goes on in the old place, so that the speed that
        it knows is not lost, and what is shown eases over to the new one."""
        foretold_m, _ = self._pose_at(sample.captured_ns)
        base_m = _difference(foretold_m, sample.position_m)
        at_ns = sample.captured_ns if self._shown is None else self._shown[0]
        self._easing.carry(_difference(base_m, self._base_m), sample.lens, at_ns)
        self._base_m = base_m

    def snap(self) -> None:
        """Show the camera where its tracker says, at once."""
        self._easing.snap()
        self._settled_ns = 0

    def _begin_anew(self, before: TrackingSample, sample: TrackingSample, otherwise: bool) -> None:
        """Keep the picture where it is if prediction starts again, and while it then learns, and if it goes on
        `otherwise`, by another method."""
        gap_ns = sample.captured_ns - before.captured_ns
        if self._refused or gap_ns > self._gap_ns or gap_ns < 0:
            self._settled_ns = sample.captured_ns + SETTLING_NS
            if gap_ns > self._gap_ns:
                self._lost_ns, self._back_ns = before.captured_ns + self._stale_ns, sample.captured_ns
        if sample.captured_ns - self._first_ns < ACQUIRING_NS:
            self._easing.snap()
        elif self._shown is not None and (otherwise or sample.captured_ns < self._settled_ns):
            at_ns, (shown_m, _) = self._shown
            fresh_m = self._eased_m(self._pose_at(at_ns)[0], at_ns)
            self._easing.carry(_difference(shown_m, fresh_m), sample.lens, at_ns, self._settled_ns)
        self._frozen = None

    def drawn(self, state: CameraState, now_ns: int) -> CameraForecast | None:
        """A frame was drawn with this state. Returns what is to be told of the prediction."""
        if state.validity is Validity.LIVE and self._predictor.known_s >= INFANCY_S:
            filmed_ns = state.captured_ns + state.horizon_ns
            self._watch.foretold(filmed_ns, self._predictor.candidates(filmed_ns), state.horizon_ns)
        return self._watch.report(now_ns)

    def state_at(self, present_ns: int, now_ns: int, rehearsed: bool = False) -> CameraState:
        """The camera while it films the frame of `present_ns`: `aim_ns` later; its validity as of `now_ns`. Where it is
        `rehearsed`, nothing is remembered of it: only what was shown may change what will be."""
        newest = self._newest
        if newest is None:
            return self._home
        filmed_ns = present_ns + self._aim_ns
        (position_m, orientation), frozen = self._foretold(newest, filmed_ns)
        if not rehearsed:
            self._shown, self._frozen = (filmed_ns, (position_m, orientation)), frozen
            self._predictor.asked(filmed_ns)
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
            more_margin_deg=self._more_margin_deg(newest, filmed_ns),
        )

    def _foretold(self, newest: TrackingSample, filmed_ns: int) -> tuple[Pose, Pose | None]:
        """Where the camera is shown: as predicted, and from the loss of its tracker on as its source says; and where it
        stays from now on, if it does."""
        if self._frozen is not None:
            return self._frozen, self._frozen
        since_ns = filmed_ns - newest.captured_ns - FORETOLD_NS
        pose = self._pose_at(filmed_ns)
        if self._care.on_loss == "coast" and since_ns > 0:
            before = self._pose_at(newest.captured_ns + FORETOLD_NS - SPEED_NS)
            pose = coasted(pose, before, SPEED_NS / NS_PER_S, since_ns / NS_PER_S)
        shown = (self._eased_m(pose[0], filmed_ns), pose[1])
        if self._care.on_loss == "freeze_view" and since_ns > 0:
            return shown, shown
        return shown, None

    def _eased_m(self, position_m: Vector, at_ns: int) -> Vector:
        return self._easing.over(_difference(position_m, self._base_m), at_ns)

    def _more_margin_deg(self, newest: TrackingSample, filmed_ns: int) -> float:
        if self._care.on_loss != "widen":
            return 0.0
        missing_ns = filmed_ns - newest.captured_ns - FORETOLD_NS
        if missing_ns > 0:
            return widened_deg(missing_ns / NS_PER_S, None)
        lost_s = (self._back_ns - self._lost_ns) / NS_PER_S
        return widened_deg(lost_s, (filmed_ns - self._back_ns) / NS_PER_S)

    def _pose_at(self, filmed_ns: int) -> Pose:
        """By the methods that miss least at present, for position and for rotation."""
        by_position, by_rotation = self._watch.methods
        if by_position == by_rotation == 0:
            return self._predictor.pose_at(filmed_ns)
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


def _sum(a: Vector, b: Vector) -> Vector:
    return (a[0] + b[0], a[1] + b[1], a[2] + b[2])


def _difference(a: Vector, b: Vector) -> Vector:
    return (a[0] - b[0], a[1] - b[1], a[2] - b[2])
