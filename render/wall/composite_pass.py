"""Turns outer and inner views into a wall's picture, in its code values, wherever something changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import moderngl

from render.plan.boxes import Box, regions
from render.plan.planner import FramePlan
from render.view.material import Material
from render.wall.camera_block import CameraBlock
from render.wall.canvas import WallCanvas
from render.wall.colour import WallColour
from render.wall.composite import WallComposite
from render.wall.steps import STEPS_BYTES, SteppedWall, steps_of
from stage.messages.frames import Frame

A_CORNER: Box = (0, 0, 1, 1)
NOWHERE: Box = (0, 0, 0, 0)

Dirty = dict[str, tuple[Box, ...]]
"""The boxes of each wall's canvas that were drawn."""


class CompositePass:
    """All walls, with inner views of at most `cameras`. Remembers where the last frame's inner views
    were, to restore the outer view there."""

    def __init__(
        self,
        ctx: moderngl.Context,
        cameras: int,
        walls: Mapping[str, WallCanvas],
        inner: Mapping[str, Sequence[moderngl.Texture]],
        material: Material,
        colours: Mapping[str, WallColour],
    ) -> None:
        self._ctx = ctx
        self._block = CameraBlock(ctx, cameras)
        self._walls = {
            name: WallComposite(ctx, wall, inner[name], material, colours[name]) for name, wall in walls.items()
        }
        self._stepped = {
            name: SteppedWall(name, wall.size_px, wall.pixel_m, colours[name].peak_nits) for name, wall in walls.items()
        }
        self._material = material
        self._whole: Dirty = {name: ((0, 0, *wall.size_px),) for name, wall in walls.items()}
        self._before: dict[str, tuple[Box | None, ...]] = {name: () for name in walls}
        self._key: tuple[object, ...] | None = None

    def depends_on(self, frame: Frame) -> tuple[object, ...]:
        """What the walls' colours depend on, besides the views themselves."""
        look, exposure = frame.look, frame.look.exposure
        return (
            exposure.white_balance_k,
            exposure.tint,
            look.grade,
            look.outer,
            look.walls,
            look.key,
            look.light_cards,
            frame.show.bypass,
        )

    def draw(self, plan: FramePlan, frame: Frame, everywhere: Collection[str]) -> Dirty:
        """Draw every wall inside the boxes of this frame and the last, or completely those of `everywhere`, and all if
        the look's colours changed. Returns the boxes it drew."""
        if self._follow(frame):
            everywhere = self._walls
        self._block.write(plan)
        self._ctx.enable_only(moderngl.NOTHING)
        drawn: Dirty = {}
        for name, wall in self._walls.items():
            covered = plan.boxes[name]
            drawn[name] = self._whole[name] if name in everywhere else regions((*covered, *self._before[name]))
            self._before[name] = covered
            if drawn[name]:
                wall.draw(drawn[name], covered, plan.cores[name])
        return drawn

    def rehearse(self, plan: FramePlan) -> None:
        """A dry run of `draw`: no picture changes, and no state is kept."""
        self._block.write(plan)
        self._ctx.enable_only(moderngl.NOTHING)
        for name, wall in self._walls.items():
            regions((*plan.boxes[name], *self._before[name]))
            wall.draw((NOWHERE,), plan.boxes[name])

    def draw_light(self, pictures: Mapping[str, moderngl.Texture], bypass_calibration: bool) -> Dirty:
        """Draw light pictures of the walls' sizes, through calibration and encoding only."""
        self._ctx.enable_only(moderngl.NOTHING)
        for name, wall in self._walls.items():
            wall.set_steps(None, bypass_calibration)
            wall.draw(self._whole[name], (), outer=pictures[name])
        self.forget()
        return self._whole

    def forget(self) -> None:
        """Note that the canvases hold something else: the next frame is drawn everywhere."""
        self._key = None

    def warm_up(self) -> None:
        """Draw every wall once with the look's steps: the first change of a look then waits for no compiler."""
        if self._material is not Material.LIT:
            return
        self._ctx.enable_only(moderngl.NOTHING)
        for wall in self._walls.values():
            wall.set_steps(bytes(STEPS_BYTES), False)
            wall.draw([A_CORNER], (), (A_CORNER,))
            wall.draw([A_CORNER], ())
        self.forget()

    def release(self) -> None:
        """Free the walls' programs and the block."""
        for wall in self._walls.values():
            wall.release()
        self._block.release()

    def _follow(self, frame: Frame) -> bool:
        """Take over the look's colours; returns whether they changed."""
        key, bypass = self.depends_on(frame), frame.show.bypass
        if key == self._key or self._material is not Material.LIT:
            return False
        self._key = key
        for name, wall in self._walls.items():
            wall.set_steps(steps_of(frame.look, self._stepped[name], bypass), "calibration" in bypass)
        return True
