"""Outer and inner views become a wall's picture, in its code values, where anything changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import moderngl

from render.gl.program import build_program, uniform
from render.passes.camera_block import CameraBlock
from render.passes.material import Material
from render.passes.wall_canvas import VERTEX_FIELDS, VERTEX_LAYOUT, WallCanvas
from render.plan.boxes import Box, overlap, regions
from render.plan.planner import FramePlan
from stage.errors import GraphicsError
from stage.model.stagefile import Stage

TRANSFERS = {"gamma-2.4": 0, "srgb": 1, "pq": 2}
TRANSFER_DEFINES = {"GAMMA_24": 0, "SRGB": 1, "PQ": 2}
"""The shader's names for the values of TRANSFERS."""

MOST_CAMERAS = 8
"""Cameras that `composite.frag` lays over each other; each takes a texture unit."""

Dirty = dict[str, tuple[Box, ...]]
"""The boxes of each wall's canvas that were drawn."""


class WallComposite:
    """One wall's program and what it reads."""

    def __init__(
        self,
        ctx: moderngl.Context,
        wall: WallCanvas,
        inner: Sequence[moderngl.Texture],
        material: Material,
        transfer: str,
        peak_nits: float,
    ) -> None:
        self._ctx = ctx
        self._wall = wall
        self._pictures = (wall.outer, *inner)
        self._program = build_program(
            ctx,
            "composite/wall.vert",
            "composite/composite.frag",
            {
                "CAMERAS": len(inner),
                "CURVED": not wall.planar,
                "MATERIAL": material.value,
                "PROBE": Material.PROBE.value,
                "TRANSFER": TRANSFERS[transfer],
                **TRANSFER_DEFINES,
            },
            {"canvas_px": wall.size_px} | ({"peak_nits": peak_nits} if material is Material.LIT else {}),
        )
        self._cameras_here: moderngl.Uniform | None = None
        if inner:
            uniform(self._program, "canvas_height_px").value = wall.size_px[1]
            self._cameras_here = uniform(self._program, "cameras_here")
        used = [name for name in VERTEX_FIELDS if name in self._program]
        layout = VERTEX_LAYOUT if len(used) == len(VERTEX_FIELDS) else "2f 44x"
        self._array = ctx.vertex_array(self._program, [(wall.vertices, layout, *used)])

    def draw(self, boxes: Sequence[Box], covered: Sequence[Box | None]) -> None:
        """Draw the wall's picture inside `boxes`; `covered` is the box of each camera."""
        framebuffer = self._wall.framebuffer
        framebuffer.use()
        framebuffer.viewport = (0, 0, *self._wall.size_px)
        for unit, picture in enumerate(self._pictures):
            picture.use(unit)
        for box in boxes:
            if self._cameras_here is not None:
                self._cameras_here.value = sum(
                    1 << number for number, other in enumerate(covered) if other is not None and overlap(box, other)
                )
            framebuffer.scissor = self._wall.from_below(box)
            self._array.render(moderngl.TRIANGLES)
        framebuffer.scissor = None  # type: ignore[assignment]  # moderngl: None = no scissor

    def release(self) -> None:
        """Free array and program."""
        self._array.release()
        self._program.release()


class CompositePass:
    """All walls. Remembers where the last frame's inner views lay: there the outer view comes back."""

    def __init__(
        self,
        ctx: moderngl.Context,
        stage: Stage,
        walls: Mapping[str, WallCanvas],
        inner: Mapping[str, Sequence[moderngl.Texture]],
        material: Material,
    ) -> None:
        if len(stage.cameras) > MOST_CAMERAS:
            raise GraphicsError(
                f"{len(stage.cameras)} cameras: no more than {MOST_CAMERAS} can be laid over each other"
            )
        self._ctx = ctx
        self._block = CameraBlock(ctx, len(stage.cameras))
        self._walls = {
            wall.name: WallComposite(ctx, walls[wall.name], inner[wall.name], material, wall.transfer, wall.peak_nits)
            for wall in stage.walls
        }
        self._whole: Dirty = {name: ((0, 0, *wall.size_px),) for name, wall in walls.items()}
        self._before: dict[str, tuple[Box | None, ...]] = {name: () for name in walls}

    def draw(self, plan: FramePlan, everywhere: bool) -> Dirty:
        """Draw every wall inside the boxes of this frame and the last, or `everywhere`; says where it drew."""
        self._block.write(plan)
        self._ctx.enable_only(moderngl.NOTHING)
        drawn: Dirty = {}
        for name, wall in self._walls.items():
            covered = plan.boxes[name]
            drawn[name] = self._whole[name] if everywhere else regions((*covered, *self._before[name]))
            self._before[name] = covered
            if drawn[name]:
                wall.draw(drawn[name], covered)
        return drawn

    def release(self) -> None:
        """Free the walls' programs and the block."""
        for wall in self._walls.values():
            wall.release()
        self._block.release()
