"""The frame path: a frame's record in, every output's pixels out.

`Renderer.draw` is the whole of it: plan, outer views where they changed, inner views, composite and encoding inside
the boxes that changed, tiles to outputs, frame codes. A frame's pixels depend on its record alone, never on what was
drawn before: outside the boxes the canvas holds the outer view of the same key, inside them it is drawn again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol, TypeVar

import moderngl
import numpy as np
from numpy.typing import NDArray

from render.light.light_field_pass import LightFace, LightFieldPass
from render.plan.panels import ANY_VIEW
from render.plan.planner import Planner
from render.presenters.presenter import Presenter
from render.scene.scene_data import SceneData
from render.scene.scene_pass import ScenePass
from render.view.material import Material
from render.view.moment import Moment, inner_moment, outer_moment
from render.view.targets import TargetMaker
from render.view.view import View
from render.wall.canvas import WallCanvas
from render.wall.chart_pass import ChartPass
from render.wall.colour import WallColour
from render.wall.composite_pass import CompositePass, Dirty
from render.wall.frame_code_pass import FrameCodePass
from render.wall.inner_pass import InnerPass
from render.wall.outer_pass import OuterPass
from render.wall.preview_pass import PreviewPass
from render.wall.tile_pass import OutputRaster, TilePass
from stage.calibration.wall_calibration import WallCalibration, calibration_of
from stage.maths.pose import Vector
from stage.messages.frames import Frame
from stage.model.look import Look
from stage.model.stagefile import Stage, output_bits
from stage.show.home import home_state
from stage.walls.surface import Surface

OuterKey = tuple[object, ...]
Number = TypeVar("Number", bound=np.generic)
_RGBA = 4
BYTE_BITS = 8


class Held(Protocol):
    """Something on the graphics card."""

    def release(self) -> None:
        """Free it."""
        ...


class Renderer:
    """Draws frames of one stage and one set. Everything it needs is made here, before the first frame.

    With `Material.PROBE` the walls' canvases hold stage positions instead of code values, and outputs stay black.
    `exact`: drawing waits for video to be decoded; a live wall does not.
    Raises GraphicsError where the machine cannot draw the stage.
    """

    def __init__(
        self,
        ctx: moderngl.Context,
        stage: Stage,
        surfaces: Mapping[str, Surface],
        scene: SceneData,
        material: Material = Material.LIT,
        presenter: Presenter | None = None,
        calibrations: Mapping[str, WallCalibration] | None = None,
        exact: bool = True,
    ) -> None:
        self._exact = exact
        self._ctx = ctx
        self._stage = stage
        self._material = material
        self._presenter = presenter
        cameras = len(stage.cameras)
        self._planner = Planner(stage, surfaces)
        self._targets = TargetMaker(ctx, material, stage.quality.msaa)
        self._scene = ScenePass(ctx, scene, stage.quality, material, exact)
        self._scene_name = stage.scene
        self._sets = {stage.scene: self._scene}
        self._colours = wall_colours(stage, calibrations)
        density = 1.0 if material is Material.PROBE else stage.quality.outer_density  # a probe tells of each pixel
        self._walls = {
            name: WallCanvas(
                ctx=ctx,
                surface=surface,
                targets=self._targets,
                material=material,
                cameras=cameras,
                bits=self._colours[name].bits,
                outer_density=density,
            )
            for name, surface in surfaces.items()
        }
        self._outer = OuterPass(
            ctx=ctx,
            planner=self._planner,
            walls=self._walls,
            eye_m=stage.stage_eye_m,
            targets=self._targets,
            material=material,
            outer_density=density,
        )
        self._inner = InnerPass(self._planner, self._walls, self._targets, cameras)
        pictures = {name: self._inner.pictures(wall) for name, wall in self._walls.items()}
        self._composite = CompositePass(ctx, stage, self._walls, pictures, material, self._colours)
        self._charts = ChartPass(ctx, stage, self._walls, self._colours)
        self._outputs = {
            output.name: OutputRaster(ctx, output, output_bits(stage, output.name)) for output in stage.outputs
        }
        self._tiles = TilePass(ctx, stage, self._walls, self._outputs)
        self._codes = FrameCodePass(ctx, stage, self._outputs)
        self._previews = PreviewPass(ctx, self._outputs)
        self._light = LightFieldPass(ctx, stage.light_mark_m)
        self._outer_key: OuterKey = ()
        self.outer_drawn = False
        if presenter is not None:
            presenter.attach(tuple(self._outputs.values()))

    def draw(self, frame: Frame) -> None:
        """Draw a frame: afterwards every output holds it. `outer_drawn` says whether the outer views were drawn."""
        drawn = self._charts.draw(frame, self._composite) if self._material is Material.LIT else None
        if drawn is None:
            drawn = self._draw_set(frame)
        else:
            self.outer_drawn = False
        if self._material is Material.LIT:
            self._tiles.draw(drawn)
            if frame.look.frame_code:
                self._codes.draw(frame.number)

    def _draw_set(self, frame: Frame) -> Dirty:
        """Outer views where they changed, inner views, composite: what the walls show of the set."""
        self._take_set(frame.scene)
        plan = self._planner.plan(frame)
        key = self._key(frame)
        self.outer_drawn = key != self._outer_key
        if self.outer_drawn:
            self._outer.draw(self._scene, outer_moment(frame))
            self._outer_key = key
        self._inner.draw(plan, self._scene, inner_moment(frame))
        return self._composite.draw(plan, frame, everywhere=self.outer_drawn)

    def rehearse(self, frame: Frame) -> None:
        """Work out a frame and order it drawn, once for nothing, so that code and data are at hand for the next: this
        program's, the driver's and the card's. No picture changes, and nothing is remembered."""
        plan = self._planner.plan(frame)
        self._inner.rehearse(plan, self._scene, inner_moment(frame))
        if self._material is Material.LIT:
            self._composite.rehearse(plan)
            self._tiles.rehearse()
        self._ctx.finish()

    def finish(self) -> None:
        """Return when the graphics card has drawn everything; then bring it behind the screens."""
        self._ctx.finish()
        if self._presenter is not None:
            self._presenter.prepare()

    def present(self) -> None:
        """Show the finished outputs on all screens, together."""
        if self._presenter is not None:
            self._presenter.show()

    def hold_set(self, name: str, scene: SceneData) -> None:
        """Make another set ready: frames that name it show it from now on. Those that name one which is not held show
        the set of the frame before."""
        for _ in self.holding(name, scene):
            pass

    def holding(self, name: str, scene: SceneData) -> Iterator[None]:
        """The same step by step: frames may be drawn between the steps, and the set is held after the last."""
        made = yield from ScenePass.in_steps(self._ctx, scene, self._stage.quality, self._material, self._exact)
        yield from made.warmed_up(self._targets.scratch, ANY_VIEW)
        self._sets[name] = made

    def let_go(self, name: str) -> bool:
        """Free a set that is held, unless it is on the wall; whether it is free."""
        if name == self._scene_name:
            return False
        self._sets.pop(name).release()
        return True

    def warm_up(self, at_start: bool = False) -> None:
        """Draw every variant once into its real target, so that no frame waits for a compiler. `at_start`: nothing is
        on the walls yet, so the first frame itself is drawn instead of one like it."""
        self._scene.warm_up(self._targets.scratch, ANY_VIEW)
        self._composite.warm_up()
        self._charts.warm_up()
        if not at_start:
            self.draw(first_frame(self._stage))
        for name in self._outputs:
            self._previews.read(name)
        self._outer_key = ()
        self._ctx.finish()

    def read_output(self, name: str) -> NDArray[np.uint8]:
        """(h, w, 4) RGBA of an output, rows from the top; 10 bit outputs rounded to 8."""
        return _rows(self._outputs[name].framebuffer, "f1", np.dtype(np.uint8))

    def read_codes(self, name: str) -> NDArray[np.uint16]:
        """(h, w, 3) code values of an output in its own bits (`output_bits`), rows from the top."""
        raster = self._outputs[name]
        if raster.bits == BYTE_BITS:
            return _rows(raster.framebuffer, "f1", np.dtype(np.uint8))[..., :3].astype(np.uint16)
        shares = _rows(raster.framebuffer, "f4", np.dtype(np.float32))[..., :3]
        return np.asarray(np.rint(shares * ((1 << raster.bits) - 1)), np.uint16)

    def output_bits(self, name: str) -> int:
        """Bits of a colour that an output carries: 8 or 10."""
        return self._outputs[name].bits

    def read_preview(self, name: str) -> NDArray[np.uint8]:
        """(h, w, 4) RGBA of a small copy of an output, rows from the top: what the console is sent."""
        return self._previews.read(name)

    def read_wall(self, name: str) -> NDArray[np.uint8] | NDArray[np.float32]:
        """(h, w, 4) of a wall's canvas, rows from the top. LIT: uint8 code values. PROBE: float32, the stage
        position that each pixel shows and its inner coverage (1 = it shows the inner view alone)."""
        framebuffer = self._walls[name].framebuffer
        if self._material is Material.LIT:
            return _rows(framebuffer, "f1", np.dtype(np.uint8))
        return _rows(framebuffer, "f4", np.dtype(np.float32))

    def draw_view(self, view: View, size_px: tuple[int, int], moment: Moment | None = None) -> NDArray[np.float32]:
        """(h, w, 4) float32 of the set seen directly, rows from the top: linear light, or positions (PROBE)."""
        target = self._targets.view_target(size_px)
        self._scene.draw(target.framebuffer, (0, 0, *size_px), view, moment or Moment())
        target.resolve()
        picture = _rows(target.readable, "f4", np.dtype(np.float32))
        target.release()
        return picture

    def light_key(self, frame: Frame) -> OuterKey:
        """What the light round the mark depends on; exposure is put on where it is used."""
        look, moves = frame.look, self._scene.moves(outer_moment(frame))
        light = (look.sun.gain, look.sky, look.haze, look.weather, look.practicals, look.crowd)
        return (self._scene_name, frame.outer_number if moves else None, frame.heavens, *light)

    def light_face(self, frame: Frame, face: int) -> LightFace:
        """One face of the light round the mark, of the set that is on the walls."""
        return self._light.capture(self._scene, outer_moment(frame), face)

    def sunlight(self, frame: Frame) -> tuple[Vector, Vector]:
        """Toward the sun, and what a white surface that faces it gains, before exposure."""
        return self._scene.sunlight(outer_moment(frame))

    def release(self) -> None:
        """Free everything on the graphics card; the context stays."""
        last = (self._light, self._previews, self._codes, self._tiles, self._charts)
        passes: list[Held] = [*last, self._composite, self._inner, self._outer, *self._sets.values()]
        held: list[Held] = [*passes, *self._walls.values(), *self._outputs.values(), self._targets]
        for thing in held:
            thing.release()

    def _take_set(self, name: str) -> None:
        """The set that the frame names, where it is held."""
        if name != self._scene_name and name in self._sets:
            self._scene_name, self._scene = name, self._sets[name]

    def _key(self, frame: Frame) -> OuterKey:
        """What the outer views depend on. A set in which nothing moves looks the same at every outer frame."""
        look = frame.look
        light = (look.exposure.ev, look.sun.gain, look.sky, look.haze, look.weather, look.practicals, look.crowd)
        moves = self._scene.moves(outer_moment(frame))
        return (self._scene_name, frame.outer_number if moves else None, frame.heavens, look.frame_code, *light)


def wall_colours(stage: Stage, calibrations: Mapping[str, WallCalibration] | None) -> dict[str, WallColour]:
    """The colour of every wall. Calibrations that are not given are read, files relative to the working directory."""
    given = calibrations or {wall.name: calibration_of(wall, Path()) for wall in stage.walls}
    return {wall.name: WallColour.of(wall, given[wall.name]) for wall in stage.walls}


def _rows(framebuffer: moderngl.Framebuffer, form: str, dtype: np.dtype[Number]) -> NDArray[Number]:
    """A framebuffer's RGBA, rows from the top."""
    width, height = framebuffer.size
    pixels = np.frombuffer(framebuffer.read(components=_RGBA, dtype=form), dtype)
    return pixels.reshape(height, width, _RGBA)[::-1].copy()


def first_frame(stage: Stage) -> Frame:
    """A frame with every camera at home: what warm-up draws."""
    cameras = tuple([home_state(camera) for camera in stage.cameras])
    return Frame(
        number=0,
        present_ns=0,
        decided_ns=0,
        scene=stage.scene,
        scene_time_s=0.0,
        outer_number=0,
        outer_scene_time_s=0.0,
        look=Look(frame_code=True),
        cameras=cameras,
    )
