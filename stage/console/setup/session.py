"""What is being measured for a camera's tracker and lens: points touched so far, rings that are turned. Time is an
argument; one lock, because routes and the bus have threads of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock

from stage.alignment.answer import Answer, answer_of, moved
from stage.alignment.pair import Pair, named_place
from stage.alignment.still import still_point
from stage.errors import InputError
from stage.lenses.ends import LensEnds
from stage.maths.pose import Vector
from stage.messages.samples import TrackingSample
from stage.model.camera import Camera
from stage.model.sources.base import EncoderRange, TrackerSource
from stage.model.stagefile import Stage
from stage.units import NS_PER_S

MEASURED_NS = NS_PER_S
PAGE = "the Stage page"


@dataclass(frozen=True, slots=True)
class SetupPoint:
    """A point that was touched; `error_mm` is None until there are enough of them."""

    name: str
    stage_m: Vector
    error_mm: float | None
    believed: bool


@dataclass(frozen=True, slots=True)
class SetupEnds:
    """One encoder's range as it is being learnt; None where nothing is known yet."""

    minimum: int | None
    maximum: int | None
    invert: bool
    remark: str


@dataclass(frozen=True, slots=True)
class SetupState:
    """What the page shows. `measuring`: the mark that is being touched, "" for none; `answer`: in words what the points
    say, "" until they say something; `problem`: why the last measurement counts for nothing."""

    camera: str
    points: tuple[SetupPoint, ...] = ()
    measuring: str = ""
    spread_mm: float | None = None
    expected_mm: float | None = None
    moves_mm: float | None = None
    turns_deg: float | None = None
    remarks: tuple[str, ...] = ()
    problem: str = ""
    learning: bool = False
    zoom: SetupEnds | None = None
    focus: SetupEnds | None = None


@dataclass(slots=True)
class _Measuring:
    name: str
    stage_m: Vector
    tip_m: Vector
    until_ns: int
    samples: list[TrackingSample] = field(default_factory=list)


class SetupSession:
    """Points and rings of one camera at a time."""

    def __init__(self, stage: Stage, markers: Mapping[int, Vector]) -> None:
        self._stage, self._markers = stage, markers
        self._lock = Lock()
        self._camera = stage.cameras[0].name if stage.cameras else ""
        self._pairs: list[Pair] = []
        self._measuring: _Measuring | None = None
        self._ends: LensEnds | None = None
        self._learning = False
        self._problem = ""
        self._changed = True

    def touch(self, camera: str, mark: str, tip_m: Vector, now_ns: int) -> None:
        """Measure where the tracker is for a second, at a mark (a marker's number, or `x y z`). Raises InputError."""
        name, stage_m = named_place(mark.split(), self._markers)
        with self._lock:
            self._choose(camera)
            if self._measuring is not None:
                raise InputError(PAGE, "", f"{self._measuring.name} is being measured", "Wait a second")
            self._measuring = _Measuring(name, stage_m, tip_m, now_ns + MEASURED_NS)
            self._problem, self._changed = "", True

    def forget(self, number: int | None = None) -> None:
        """Take a point away, or all of them."""
        with self._lock:
            self._pairs = [] if number is None else [p for n, p in enumerate(self._pairs) if n != number]
            self._problem, self._changed = "", True

    def learn(self, camera: str, *, on: bool) -> None:
        """Begin to learn the ends of a lens' encoders, or end it; what was learnt stays. Raises InputError."""
        with self._lock:
            self._choose(camera)
            self._learning = on
            self._ends = LensEnds() if on else self._ends
            self._changed = True

    def hear(self, sample: TrackingSample) -> None:
        """A sample of any camera."""
        with self._lock:
            if sample.camera != self._camera:
                return
            if self._measuring is not None:
                self._measuring.samples.append(sample)
            if self._learning and self._ends is not None:
                self._ends.observe(sample.lens.zoom_raw, sample.lens.focus_raw)
                self._changed = True

    def turn(self, now_ns: int) -> SetupState | None:
        """The state, where it has changed."""
        with self._lock:
            measuring = self._measuring
            if measuring is not None and now_ns >= measuring.until_ns:
                self._measuring, self._changed = None, True
                self._take(measuring)
            if not self._changed:
                return None
            self._changed = False
            return self._state()

    def answer(self, *, with_scale: bool) -> tuple[TrackerSource, Answer]:
        """What the points say, and of which source. Raises InputError where they do not fix it."""
        with self._lock:
            camera, source = self._own()
            return source, answer_of(self._pairs, PAGE, camera.home.position_m, with_scale=with_scale)

    def ranges(self) -> tuple[TrackerSource, dict[str, EncoderRange]]:
        """The ranges that were learnt, and of which source. Raises InputError where there is none."""
        with self._lock:
            learnt = {} if self._ends is None else self._ends.learnt()
            found = {axis: each.range_ for axis, each in learnt.items() if each.range_ is not None}
            if not found:
                raise InputError(PAGE, "", "no ring was turned from end to end", "Learn the ends first")
            return self._own()[1], found

    def _choose(self, camera: str) -> None:
        if camera not in [each.name for each in self._stage.cameras]:
            raise InputError(PAGE, "", f"there is no camera {camera!r}", "Choose one of the stage's cameras")
        if camera != self._camera:
            self._camera, self._pairs, self._measuring, self._ends = camera, [], None, None
            self._learning = False

    def _own(self) -> tuple[Camera, TrackerSource]:
        camera = next((each for each in self._stage.cameras if each.name == self._camera), None)
        source = next((each for each in self._stage.sources if camera and each.name == camera.source), None)
        if camera is None or source is None:
            raise InputError(PAGE, "", "the camera has no tracker", "Give it a source in the stage file")
        return camera, source

    def _take(self, measured: _Measuring) -> None:
        try:
            camera, source = self._own()
            place, _ = still_point(measured.samples, camera, source, measured.tip_m)
        except InputError as error:
            self._problem = str(error)
            return
        self._pairs.append(Pair(measured.name, place, measured.stage_m))

    def _state(self) -> SetupState:
        learnt = {} if self._ends is None else self._ends.learnt()
        ends = {
            axis: SetupEnds(each.lowest, each.highest, bool(each.range_ and each.range_.invert), each.remark)
            for axis, each in learnt.items()
        }
        state = SetupState(
            camera=self._camera,
            points=_untold(self._pairs),
            measuring="" if self._measuring is None else self._measuring.name,
            problem=self._problem,
            learning=self._learning,
            zoom=ends.get("zoom"),
            focus=ends.get("focus"),
        )
        return self._with_answer(state)

    def _with_answer(self, state: SetupState) -> SetupState:
        try:
            camera, source = self._own()
            answer = answer_of(self._pairs, PAGE, camera.home.position_m)
        except InputError as error:
            return replace(state, remarks=(error.problem,) if self._pairs else ())
        shift_mm, turn_deg = moved(source.align, answer.align, camera.home.position_m)
        return replace(
            state,
            points=tuple(
                SetupPoint(one.name, pair.stage_m, one.error_mm, one.believed)
                for one, pair in zip(answer.points, self._pairs, strict=True)
            ),
            spread_mm=answer.spread_mm,
            expected_mm=answer.expected_mm,
            moves_mm=shift_mm,
            turns_deg=turn_deg,
            remarks=answer.remarks,
        )


def _untold(pairs: Sequence[Pair]) -> tuple[SetupPoint, ...]:
    return tuple(SetupPoint(pair.name, pair.stage_m, None, True) for pair in pairs)
