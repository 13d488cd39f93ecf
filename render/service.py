"""The render process: newest Frame -> draw -> ready -> presented together at its present time -> report."""

from __future__ import annotations

import logging
from functools import partial

from render.frame import Renderer, first_frame
from render.light.field import LightFieldKeeper
from render.presenters.last_picture import LastPictureWriter, picture_path
from render.presenters.offscreen import OffscreenPresenter
from render.presenters.presenter import Presenter
from render.scene.held import Sets
from render.scene.loading import load_scene_data
from render.scene.read_apart import read_apart
from render.scene.reader import SetReader
from render.scene.scene_data import SceneData
from stage.calibration.wall_calibration import calibrations_of
from stage.clock import process_cpu_ns
from stage.maths.frame_clock import FrameClock
from stage.messages.commands import OnAir
from stage.messages.frames import Frame, FrameReport, Preview
from stage.model.loading import find_scene, load_scene, load_stage
from stage.model.stagefile import Stage
from stage.process.loop_meter import LoopMeter
from stage.process.service import Service, run_service, settle
from stage.units import NS_PER_S
from stage.walls.surface import surface_of

WAIT_NS = NS_PER_S // 20
WAKING_NS = 4_500_000
"""This long before a frame is due its drawing is rehearsed the first time: after a sleep everything is cold, and what
takes 0.5 ms when it is hot takes 1.5 ms. Then others have their turn, who are awake before a tick, too."""
READY_NS = 1_300_000
"""From so long before a frame is due it is rehearsed again, and the bus is asked without sleeping until it came: caches
are shared, and what was at hand is gone again within a millisecond."""
REHEARSAL_NS = 800_000
"""Time enough for one rehearsal more. One that is not over when the frame is decided delays it."""
LATE_NS = 1_000_000
"""A frame that is later than this is waited for asleep."""
ASKING_NS = 5_000
"""How often the bus is asked meanwhile."""
TELLING_NS = 5_000_000
"""Previews and reports that take less than this are made while a finished frame waits for its present time."""
PREVIEW_NS = NS_PER_S // 5
SETS_NS = NS_PER_S
"""How often it is said which sets can be drawn."""
KEEP_NS = NS_PER_S // 2
"""How often the last picture of a windowed output is kept for the backdrop."""
log = logging.getLogger("openstage.render")


class Due:
    """Names that each have their turn once in a while, at most one at a time, the longest waiting first."""

    def __init__(self, names: tuple[str, ...], every_ns: int) -> None:
        self._every_ns = every_ns
        self._next_ns = dict.fromkeys(names, 0)

    def take(self, now_ns: int) -> str | None:
        """The name whose turn it is."""
        name = min(self._next_ns, key=self._next_ns.__getitem__, default=None)
        if name is None or self._next_ns[name] > now_ns:
            return None
        self._next_ns[name] = now_ns + self._every_ns
        return name


class RenderLoop:
    """One render process at work."""

    def __init__(
        self,
        service: Service,
        stage: Stage,
        renderer: Renderer,
        presenter: Presenter,
        sets: Sets,
        light: LightFieldKeeper | None = None,
    ) -> None:
        self._service = service
        self._renderer = renderer
        self._presenter = presenter
        self._frames = service.bus.subscriber("conductor.frame", newest_only=True)
        self._air = service.bus.subscriber("show.air", newest_only=True)
        self._meter = LoopMeter(service.role)
        self._sets = sets
        self._light = light
        self._next_sets_ns = 0
        self._last: Frame | None = None
        self._report: FrameReport | None = None
        self._period_ns = FrameClock(stage.rate_hz).period_ns
        self._previews = Due(tuple([output.name for output in stage.outputs]), PREVIEW_NS)
        self._kept = Due(presenter.windowed, KEEP_NS)
        self._writers = {
            output.name: LastPictureWriter(picture_path(service.run_dir, output.name), output.size_px)
            for output in stage.outputs
            if output.name in presenter.windowed
        }

    def turn(self) -> None:
        """Wait a little for the newest frame; draw and present it if it came."""
        self._service.beat(ready=self._last is not None)
        frame = self._awaited()
        if frame is None:
            self.report()
            self._presenter.idle()
        else:
            self._show(frame)

    def report(self) -> None:
        """What came of the frame before. Not at once: as a frame is presented the next one is decided, and is waited
        for by a camera that moves."""
        if (report := self._report) is not None:
            self._report = None
            self._service.publish(report)
            self._meter.turn(report.late_ns, report.cpu_ns, report.skipped)

    def close(self) -> None:
        """Stop listening."""
        self._frames.close()
        self._air.close()

    def _awaited(self) -> Frame | None:
        """The next frame. Shortly before it is due the process is made ready, and from `READY_NS` before to `LATE_NS`
        after it stays awake."""
        clock, last = self._service.clock, self._last
        due_ns = 0 if last is None else last.decided_ns + self._period_ns
        ahead_ns = due_ns - READY_NS - clock.now_ns()
        if last is None or ahead_ns > WAIT_NS or ahead_ns < -READY_NS - LATE_NS:
            return self._received(WAIT_NS)
        if ahead_ns > 0:
            if (early := self._received(max(0, ahead_ns + READY_NS - WAKING_NS))) is not None:
                return early
            self._make_ready(last, due_ns)
        while (frame := self._received(0)) is None and (now_ns := clock.now_ns()) < due_ns + LATE_NS:
            clock.spin_until_ns(now_ns + ASKING_NS)
        return frame

    def _make_ready(self, frame: Frame, due_ns: int) -> None:
        """Read, work out and order a frame for nothing, once to wake up, once more before the next one comes."""
        clock = self._service.clock
        clock.rest_until_ns(due_ns - WAKING_NS)
        self._renderer.rehearse(frame)
        clock.rest_until_ns(due_ns - READY_NS)
        if clock.now_ns() < due_ns - REHEARSAL_NS:
            self._renderer.rehearse(frame)
            self._frames.rehearse()

    def _received(self, wait_ns: int) -> Frame | None:
        """The newest frame, if it is another than the last."""
        for record in reversed(self._frames.receive(wait_ns)):
            if isinstance(record, Frame) and (self._last is None or record.number != self._last.number):
                return record
        return None

    def _show(self, frame: Frame) -> None:
        clock = self._service.clock
        received_ns, cpu_ns = clock.now_ns(), process_cpu_ns()
        self._sets.want(frame.scene)
        self._renderer.draw(frame)
        self._renderer.finish()
        drawn_ns, cpu_ns = clock.now_ns(), process_cpu_ns() - cpu_ns
        self.report()
        in_time = frame.present_ns - drawn_ns > TELLING_NS
        if in_time:
            self._tell(frame.number, drawn_ns)
            self._measure_light(frame, drawn_ns - received_ns)
            self._sets.hold_what_was_read(frame.present_ns - WAKING_NS)
            self._make_ready(frame, frame.present_ns)
            clock.spin_until_ns(frame.present_ns)
        else:
            clock.sleep_until_ns(frame.present_ns)
        self._renderer.present()
        presented_ns = clock.now_ns()
        skipped = 0 if self._last is None else max(0, frame.number - self._last.number - 1)
        self._last = frame
        self._report = FrameReport(
            node=self._service.role,
            number=frame.number,
            present_ns=frame.present_ns,
            received_ns=received_ns,
            drawn_ns=drawn_ns,
            presented_ns=presented_ns,
            late_ns=presented_ns - frame.present_ns,
            skipped=skipped,
            cpu_ns=cpu_ns,
            outer_drawn=self._renderer.outer_drawn,
        )
        if not in_time:
            self._tell(frame.number, presented_ns)
            self._measure_light(frame, drawn_ns - received_ns)
            self._sets.hold_what_was_read(presented_ns)

    def _measure_light(self, frame: Frame, drawing_ns: int) -> None:
        """What the fixtures follow, while the finished frame waits for its present time."""
        if self._light is None:
            return
        field = self._light.turn(frame, drawing_ns, frame.present_ns - WAKING_NS)
        if field is not None:
            self._service.publish(field)

    def _tell(self, number: int, now_ns: int) -> None:
        """What others see of it: one preview, one kept picture, the loop's figures, each when its turn has come."""
        if (name := self._previews.take(now_ns)) is not None:
            picture = self._renderer.read_preview(name)
            height, width = picture.shape[:2]
            self._service.publish(Preview(self._service.role, name, number, width, height, picture.tobytes()))
        if (name := self._kept.take(now_ns)) is not None:
            self._writers[name].write(self._renderer.read_output(name), number)
        if (report := self._meter.report(now_ns)) is not None:
            self._service.publish(report)
        for air in self._air.receive():
            if isinstance(air, OnAir):
                self._sets.prepare(air.prepared)
                self._next_sets_ns = 0
        if now_ns >= self._next_sets_ns:
            self._next_sets_ns = now_ns + SETS_NS
            for state in self._sets.states:
                self._service.publish(state)


def scene_named(service: Service, name: str) -> SceneData:
    """The set of a scene's name, as the stage file's folder or the presets have it."""
    path = find_scene(name, service.stage_path.parent)
    return load_scene_data(load_scene(path), path.parent)


def open_presenter(service: Service, stage: Stage) -> Presenter:
    """Windows where an output is to be seen, unless the service is to stay offscreen."""
    seen = service.windowed or any(output.on_screen for output in stage.outputs)
    if service.offscreen or not seen:
        return OffscreenPresenter()
    from render.presenters.window import WindowPresenter  # pyglet wants a display as soon as it is imported

    return WindowPresenter(stage, str(service.stage_path), service.windowed)


def render(service: Service) -> None:
    """Make everything, draw it once, then frame after frame until told to stop."""
    stage = load_stage(service.stage_path)
    surfaces = {wall.name: surface_of(wall, service.stage_path.parent) for wall in stage.walls}
    presenter = open_presenter(service, stage)
    service.beat(ready=False)
    calibrations = calibrations_of(stage, service.stage_path.parent)
    scene = scene_named(service, stage.scene)
    renderer = Renderer(
        presenter.ctx, stage, surfaces, scene, presenter=presenter, calibrations=calibrations, exact=False
    )
    held = tuple(dict.fromkeys((stage.scene, *stage.scenes)))
    for name in held[1:]:
        renderer.hold_set(name, scene_named(service, name))
    renderer.warm_up(at_start=True)
    reader = SetReader(partial(read_apart, service.stage_path.parent, service.run_dir, stage.quality))
    sets = Sets(service.role, renderer, reader, held, service.clock)
    light = _light_keeper(service, stage, renderer)
    loop = RenderLoop(service, stage, renderer, presenter, sets, light)
    settle()
    try:
        while not service.stopping:
            loop.turn()
    finally:
        loop.close()
        renderer.release()
        presenter.close()


def _light_keeper(service: Service, stage: Stage, renderer: Renderer) -> LightFieldKeeper | None:
    """Where the stage has fixtures: what they follow."""
    if not stage.fixtures:
        return None
    keeper = LightFieldKeeper(service.role, stage.light_mark_m, renderer, service.clock)
    keeper.warm_up(first_frame(stage))
    return keeper


def main() -> None:
    """`python -m render.service --stage FILE --run-dir DIR [--offscreen]`."""
    run_service("render", render)


if __name__ == "__main__":
    main()
