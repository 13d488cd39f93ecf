"""The render process: newest Frame -> draw -> ready -> presented together at its present time -> report."""

from __future__ import annotations

import logging

from render.frame import Renderer
from render.last_picture import LastPictureWriter, picture_path
from render.presenters.offscreen import OffscreenPresenter
from render.presenters.presenter import Presenter
from render.scene.loading import load_scene_data
from render.scene.scene_data import SceneData
from stage.clock import NS_PER_S, process_cpu_ns
from stage.errors import InputError
from stage.loop_meter import LoopMeter
from stage.messages.frames import Frame, FrameReport, Preview
from stage.model.loading import find_scene, load_scene, load_stage
from stage.model.stagefile import Stage
from stage.model.surface import surface_of
from stage.service import Service, run_service, settle

WAIT_NS = NS_PER_S // 20
PREVIEW_NS = NS_PER_S // 5
KEEP_NS = NS_PER_S // 2
"""How often the last picture of a windowed output is kept for the backdrop."""
NEVER = -1

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

    def __init__(self, service: Service, stage: Stage, renderer: Renderer, presenter: Presenter) -> None:
        self._service = service
        self._renderer = renderer
        self._presenter = presenter
        self._frames = service.bus.subscriber("conductor.frame", newest_only=True)
        self._meter = LoopMeter(service.role)
        self._scene = stage.scene
        self._refused_scene = ""
        self._last = NEVER
        self._previews = Due(tuple([output.name for output in stage.outputs]), PREVIEW_NS)
        self._kept = Due(presenter.windowed, KEEP_NS)
        self._writers = {
            output.name: LastPictureWriter(picture_path(service.run_dir, output.name), output.size_px)
            for output in stage.outputs
            if output.name in presenter.windowed
        }

    def turn(self) -> None:
        """Wait a little for the newest frame; draw and present it if it came."""
        self._service.beat(ready=self._last != NEVER)
        newest = [record for record in self._frames.receive(WAIT_NS) if isinstance(record, Frame)]
        if newest and newest[-1].number != self._last:
            self._show(newest[-1])
        else:
            self._presenter.idle()

    def close(self) -> None:
        """Stop listening."""
        self._frames.close()

    def _show(self, frame: Frame) -> None:
        clock = self._service.clock
        received_ns, cpu_ns = clock.now_ns(), process_cpu_ns()
        self._follow_scene(frame.scene)
        self._renderer.draw(frame)
        self._renderer.finish()
        drawn_ns, cpu_ns = clock.now_ns(), process_cpu_ns() - cpu_ns
        clock.sleep_until_ns(frame.present_ns)
        self._renderer.present()
        presented_ns = clock.now_ns()
        skipped = max(0, frame.number - self._last - 1) if self._last != NEVER else 0
        self._last = frame.number
        self._service.publish(
            FrameReport(
                self._service.role,
                frame.number,
                frame.present_ns,
                received_ns,
                drawn_ns,
                presented_ns,
                presented_ns - frame.present_ns,
                skipped,
                cpu_ns,
                self._renderer.outer_drawn,
            )
        )
        self._meter.turn(presented_ns - frame.present_ns, cpu_ns, skipped)
        self._tell(frame.number, presented_ns)

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

    def _follow_scene(self, scene: str) -> None:
        """Another set where the frame names one. It is loaded here and now; the wall keeps its picture meanwhile,
        and the set that stands where the new one cannot be loaded."""
        if scene in (self._scene, self._refused_scene):
            return
        try:
            self._renderer.use_scene(scene_named(self._service, scene))
        except InputError as error:
            self._refused_scene = scene
            log.error("the set stays %s: %s", self._scene, error)
        else:
            self._scene, self._refused_scene = scene, ""


def scene_named(service: Service, name: str) -> SceneData:
    """The set of a scene's name, as the stage file's folder or the presets have it."""
    path = find_scene(name, service.stage_path.parent)
    return load_scene_data(load_scene(path), path.parent)


def open_presenter(service: Service, stage: Stage) -> Presenter:
    """Windows where an output names a screen, unless the service is to stay offscreen."""
    if service.offscreen or all(output.screen is None for output in stage.outputs):
        return OffscreenPresenter()
    from render.presenters.window import WindowPresenter  # pyglet wants a display as soon as it is imported

    return WindowPresenter(stage, str(service.stage_path))


def render(service: Service) -> None:
    """Make everything, draw it once, then frame after frame until told to stop."""
    stage = load_stage(service.stage_path)
    surfaces = {wall.name: surface_of(wall, service.stage_path.parent) for wall in stage.walls}
    presenter = open_presenter(service, stage)
    service.beat(ready=False)
    renderer = Renderer(presenter.ctx, stage, surfaces, scene_named(service, stage.scene), presenter=presenter)
    renderer.warm_up()
    loop = RenderLoop(service, stage, renderer, presenter)
    settle()
    try:
        while not service.stopping:
            loop.turn()
    finally:
        loop.close()
        renderer.release()
        presenter.close()


def main() -> None:
    """`python -m render.service --stage FILE --run-dir DIR [--offscreen]`."""
    run_service("render", render)


if __name__ == "__main__":
    main()
