"""The render process: newest Frame -> draw -> ready -> presented together at its present time -> report."""

from __future__ import annotations

import logging
from functools import partial

from render.frame import Renderer
from render.gl.context import capabilities
from render.light.field import LightFieldKeeper
from render.light.meter import SetLightMeter
from render.presenters.last_picture import writers_of
from render.presenters.offscreen import OffscreenPresenter
from render.presenters.presenter import Presenter
from render.scene.held import Sets, set_passport
from render.scene.loading import load_scene_data
from render.scene.on_stage import on_stage
from render.scene.read_apart import read_apart
from render.scene.reader import SetReader
from render.scene.scene_data import SceneData
from render.wall.tile_guard import TileGuard
from render.warm_up import warm_up
from stage.calibration.wall_calibration import calibrations_of
from stage.clock import process_cpu_ns
from stage.files.loading import load_scene, load_stage, named_scene
from stage.maths.frame_clock import FrameClock
from stage.messages.commands import OnAir
from stage.messages.frames import Frame, FrameReport, Preview
from stage.model.stagefile import Stage
from stage.process.coming_first import come_first
from stage.process.loop_meter import LoopMeter
from stage.process.service import Service, run_service, settle
from stage.process.waking import RENDER, Waking
from stage.show.first_frame import first_frame
from stage.units import NS_PER_S
from stage.walls.surface import surface_of

WAIT_NS = NS_PER_S // 20
TELLING_NS = 5_000_000
"""Previews and reports that take less than this are made while a finished frame waits for its present time."""
PREVIEW_NS = NS_PER_S // 5
SETS_NS = NS_PER_S
"""How often the state of each set is published."""
FOLLOWING_NS = 2_000_000
"""What a spare does at a time to bring a set onto the card: the walls need the card, too."""
KEEP_NS = NS_PER_S // 2
"""How often the last picture of a windowed output is kept for the backdrop."""
log = logging.getLogger("openstage.render")


STANDS_BY = True
"""A spare has its context, the stage's sets and every shader: see `stage.manager.launch`."""


class Due:
    """Gives names their turns: each once per interval, one at a time, the longest waiting first."""

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
        self._waking = Waking(service.clock, RENDER)
        self._sets = sets
        self._light = light
        self._next_sets_ns = 0
        self._last: Frame | None = None
        self._followed = ""
        self._report: FrameReport | None = None
        self._period_ns = FrameClock(stage.rate_hz).period_ns
        self._tiles = TileGuard(stage, renderer.readback)
        self._previews = Due(tuple([output.name for output in stage.outputs]), PREVIEW_NS)
        self._kept = Due(presenter.windowed, KEEP_NS)
        self._writers = writers_of(service, stage, presenter.windowed)

    def turn(self) -> None:
        """Wait briefly for the newest frame; draw and present it if it came."""
        self._service.beat(ready=self._last is not None)
        frame = self._awaited()
        if frame is None:
            self.report()
            self._presenter.idle()
        else:
            self._show(frame)

    def follow(self) -> None:
        """As a spare: hold the sets that the other process holds, and draw one frame of each set that comes on."""
        self._presenter.idle()
        self._hear_air()
        if (frame := self._received(0)) is None:
            return
        self._sets.want(frame.scene)
        self._sets.hold_what_was_read(self._service.clock.now_ns() + FOLLOWING_NS)
        if frame.scene != self._followed and self._sets.is_ready(frame.scene):
            self._followed = frame.scene
            self._renderer.draw(frame)
            self._renderer.finish()

    def report(self) -> None:
        """Publish the report of the previous frame. It is held back because the next frame is decided just as this
        one is presented, and a moving camera waits for it."""
        if (report := self._report) is not None:
            self._report = None
            self._service.publish(report)
            self._meter.turn(report.late_ns, report.cpu_ns, report.skipped)

    def close(self) -> None:
        """Stop listening."""
        self._frames.close()
        self._air.close()

    def _awaited(self) -> Frame | None:
        """The next frame, if one comes within `WAIT_NS`: after that the loop must send its heartbeat."""
        if (last := self._last) is None:
            return self._received(WAIT_NS)
        due_ns, turn_ns = last.decided_ns + self._period_ns, self._service.clock.now_ns() + WAIT_NS
        return self._waking.wait(due_ns, turn_ns, self._received, partial(self._rehearse, last))

    def _rehearse(self, frame: Frame) -> None:
        """Plan, submit and read a frame that was already shown, to bring code and data into the cache."""
        self._renderer.rehearse(frame)
        self._frames.rehearse()

    def _received(self, wait_ns: int) -> Frame | None:
        """The newest frame, if it differs from the last one."""
        for record in reversed(self._frames.receive(wait_ns)):
            if isinstance(record, Frame) and (self._last is None or record.number != self._last.number):
                return record
        return None

    def _show(self, frame: Frame) -> None:
        """Draw a frame and present it at its time. Everything else is done before that if there is time, otherwise
        after it."""
        clock = self._service.clock
        received_ns, cpu_ns = clock.now_ns(), process_cpu_ns()
        self._sets.want(frame.scene)
        self._renderer.draw(frame)
        self._renderer.finish()
        drawn_ns, cpu_ns = clock.now_ns(), process_cpu_ns() - cpu_ns
        self.report()
        if in_time := frame.present_ns - drawn_ns > TELLING_NS:
            self._see_to_the_rest(frame, drawn_ns - received_ns)
        if in_time and not self._renderer.stands:
            self._waking.make_ready(frame.present_ns, partial(self._rehearse, frame))
            clock.spin_until_ns(frame.present_ns)
        else:  # late, or with nothing new to show: nobody need be awake for it
            clock.sleep_until_ns(frame.present_ns)
        self._renderer.present()
        presented_ns = clock.now_ns()
        self._report = FrameReport(
            node=self._service.role,
            number=frame.number,
            present_ns=frame.present_ns,
            received_ns=received_ns,
            drawn_ns=drawn_ns,
            presented_ns=presented_ns,
            late_ns=presented_ns - frame.present_ns,
            skipped=0 if self._last is None else max(0, frame.number - self._last.number - 1),
            cpu_ns=cpu_ns,
            outer_drawn=self._renderer.outer_drawn,
            digest=self._renderer.readback.digest() if self._service.digests else None,
        )
        self._last = frame
        if not in_time:
            self._see_to_the_rest(frame, drawn_ns - received_ns)

    def _see_to_the_rest(self, frame: Frame, drawing_ns: int) -> None:
        """Previews and reports, light for the lamps, sets being loaded: as much as fits before the present time.
        Light and sets get a small share even after it."""
        until_ns = frame.present_ns - RENDER.waking_ns
        self._tell(frame, self._service.clock.now_ns())
        if self._light is not None and (field := self._light.turn(frame, drawing_ns, until_ns)) is not None:
            self._service.publish(field)
        self._sets.hold_what_was_read(until_ns)

    def _tell(self, frame: Frame, now_ns: int) -> None:
        """Publish one preview with what is wrong with its output's tiles, one kept picture and the loop's figures, each
        when it is due."""
        if (name := self._previews.take(now_ns)) is not None:
            picture = self._renderer.readback.preview(name)
            height, width = picture.shape[:2]
            self._service.publish(Preview(self._service.role, name, frame.number, width, height, picture.tobytes()))
            for alert in self._tiles.look(name, frame, now_ns):
                self._service.publish(alert)
        if (name := self._kept.take(now_ns)) is not None and (writer := self._writers.get(name)) is not None:
            writer.write(self._renderer.readback.output(name), frame.number)
        if (report := self._meter.report(now_ns)) is not None:
            self._service.publish(report)
        self._hear_air()
        if now_ns >= self._next_sets_ns:
            self._next_sets_ns = now_ns + SETS_NS
            for state in self._sets.states:
                self._service.publish(state)

    def _hear_air(self) -> None:
        for air in self._air.receive():
            if isinstance(air, OnAir):
                self._sets.prepare(air.prepared)
                self._next_sets_ns = 0


def scene_named(service: Service, name: str) -> SceneData:
    """The set named by a scene, from the stage file's folder or from the presets."""
    path = named_scene(name, service.stage_path.parent)
    return load_scene_data(load_scene(path), path.parent)


def open_presenter(service: Service, stage: Stage) -> Presenter:
    """Windows if any output is to be seen, unless the service runs offscreen."""
    seen = service.windowed or any(output.on_screen for output in stage.outputs)
    if service.offscreen or not seen:
        return OffscreenPresenter()
    from render.presenters.window import WindowPresenter  # pyglet needs a display as soon as it is imported

    return WindowPresenter(stage, str(service.stage_path), service.windowed, visible=not service.stands_by)


def render(service: Service) -> None:
    """Make everything, draw it once, then draw frames until asked to stop."""
    stage = load_stage(service.stage_path)
    surfaces = {wall.name: surface_of(wall, service.stage_path.parent) for wall in stage.walls}
    if not stage.quality.warm_spare:
        service.await_turn(lambda: None)
    presenter = open_presenter(service, stage)
    service.beat(ready=False)
    calibrations = calibrations_of(stage, service.stage_path.parent)
    scene = scene_named(service, stage.scene)
    renderer = Renderer(
        presenter.ctx, stage, surfaces, scene, presenter=presenter, calibrations=calibrations, exact=False
    )
    whole = partial(on_stage, stage, tuple(calibrations.values()))
    held = {stage.scene: set_passport(whole(scene).passport)}
    for name in dict.fromkeys(stage.scenes):
        if name not in held:
            other = scene_named(service, name)
            held[name] = set_passport(whole(other).passport)
            renderer.sets.hold(name, other)
    warm_up(renderer)
    apart = partial(read_apart, service.stage_path.parent, service.run_dir, renderer.quality)
    reader = SetReader(lambda name, tell: whole(apart(name, tell)))
    sets = Sets(service.role, renderer.sets, reader, held, service.clock)
    meter = SetLightMeter(renderer.ctx, stage.light_mark_m, renderer.sets) if stage.fixtures else None
    light = _light_keeper(service, stage, meter) if meter is not None else None
    loop = RenderLoop(service, stage, renderer, presenter, sets, light)
    settle()
    service.await_turn(loop.follow)
    presenter.appear()
    if not capabilities(renderer.ctx).software:  # drawing in software takes all cores, and would keep them
        come_first()
    try:
        while not service.stopping:
            loop.turn()
    finally:
        loop.close()
        if meter is not None:
            meter.release()
        renderer.release()
        presenter.close()


def _light_keeper(service: Service, stage: Stage, meter: SetLightMeter) -> LightFieldKeeper:
    """Keeps the light that fixtures follow; measured once here."""
    keeper = LightFieldKeeper(service.role, stage.light_mark_m, meter, service.clock)
    keeper.warm_up(first_frame(stage))
    return keeper


def main() -> None:
    """`python -m render.service --stage FILE --run-dir DIR [--offscreen]`."""
    run_service("render", render)


if __name__ == "__main__":
    main()
