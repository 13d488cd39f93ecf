"""All that is between the set's light and the outputs of one stage: the walls' canvases and the passes over them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from render.plan.planner import Planner
from render.view.material import Material
from render.view.targets import TargetMaker
from render.wall.canvas import WallCanvas
from render.wall.chart_pass import ChartPass
from render.wall.colour import WallColour
from render.wall.composite_pass import CompositePass, Dirty
from render.wall.frame_code_pass import FrameCodePass
from render.wall.inner_pass import InnerPass
from render.wall.outer_pass import OuterPass
from render.wall.outer_times import OuterTimes
from render.wall.tile_pass import OutputRaster, TilePass, whole_wall
from stage.calibration.wall_calibration import WallCalibration, calibration_of
from stage.model.output import Output
from stage.model.stagefile import Stage, output_bits
from stage.walls.surface import Surface


class WallPasses:
    """Made once, before the first frame; the passes are in the order a frame goes through them."""

    def __init__(
        self,
        stage: Stage,
        surfaces: Mapping[str, Surface],
        planner: Planner,
        targets: TargetMaker,
        material: Material,
        calibrations: Mapping[str, WallCalibration] | None,
    ) -> None:
        ctx, cameras = targets.ctx, planner.most_views
        colours = wall_colours(stage, calibrations)
        density = 1.0 if material is Material.PROBE else stage.quality.outer_density  # a probe reads every pixel
        self.canvases = {
            name: WallCanvas(
                ctx=ctx,
                surface=surface,
                targets=targets,
                material=material,
                cameras=cameras,
                straight=name in planner.flat,
                bits=colours[name].bits,
                outer_density=density,
            )
            for name, surface in surfaces.items()
        }
        self.charts = ChartPass(ctx, stage, self.canvases, colours)
        self.outer = OuterPass(
            ctx=ctx,
            planner=planner,
            walls=self.canvases,
            eye_m=stage.stage_eye_m,
            targets=targets,
            material=material,
            outer_density=density,
        )
        self.inner = InnerPass(planner, self.canvases, targets, cameras)
        pictures = {name: self.inner.pictures(wall) for name, wall in self.canvases.items()}
        self.composite = CompositePass(ctx, cameras, self.canvases, pictures, material, colours)
        self.outputs = {
            output.name: OutputRaster(
                ctx, output, output_bits(stage, output.name), self._shared(stage, output, material)
            )
            for output in stage.outputs
        }
        self.nothing: Dirty = {name: () for name in self.canvases}
        self.outer_times = OuterTimes(tuple(self.canvases), stage.rate_hz, stage.timing.outer_every_frames)
        self.codes = FrameCodePass(ctx, stage, self.canvases)
        self.tiles = TilePass(ctx, stage, self.canvases, self.outputs)

    def _shared(self, stage: Stage, output: Output, material: Material) -> WallCanvas | None:
        """The canvas that an output shows as it is. Not of a probe, whose outputs stay black."""
        name = whole_wall(stage, output) if material is Material.LIT else None
        return self.canvases[name] if name is not None else None

    def warm_up(self) -> None:
        """Draw each variant of the walls' own programs once: no change of a look then waits for a compiler."""
        self.composite.warm_up()
        self.charts.warm_up()

    def release(self) -> None:
        """Free everything on the graphics card."""
        for one in (self.tiles, self.codes, self.charts, self.composite, self.inner, self.outer):
            one.release()
        for canvas in self.canvases.values():
            canvas.release()
        for output in self.outputs.values():
            output.release()


def wall_colours(stage: Stage, calibrations: Mapping[str, WallCalibration] | None) -> dict[str, WallColour]:
    """The colour of every wall. Calibrations not given are read from files, relative to the working directory."""
    given = calibrations or {wall.name: calibration_of(wall, Path()) for wall in stage.walls}
    return {wall.name: WallColour.of(wall, given[wall.name]) for wall in stage.walls}
