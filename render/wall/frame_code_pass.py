"""Draws the frame number into a corner of every tile, on the walls' canvases: what the coherence check reads.

The codes go to the outputs with the picture, through the same copy of tiles: an output that is not copied, or not all
of it, keeps an earlier frame's number.
"""

from __future__ import annotations

from collections.abc import Mapping

import moderngl
import numpy as np

from render.gl.program import build_program, uniform
from render.plan.boxes import Box
from render.wall.canvas import WallCanvas
from render.wall.composite_pass import Dirty
from render.wall.frame_code import CELL_PX, CELLS, NUMBER_BITS, cell_px, frame_code
from stage.messages.frames import Frame
from stage.model.stagefile import Stage
from stage.model.wall import AnyWall, tiles_of

QUAD_CORNERS = 4
_LOW_WORD = (1 << NUMBER_BITS) - 1


class WallCode:
    """The codes of one wall's tiles. `boxes`: where they are on its canvas."""

    def __init__(self, ctx: moderngl.Context, wall: AnyWall, canvas: WallCanvas) -> None:
        tiles = tiles_of(wall)
        self.boxes = tuple([_code_box(tile.origin_px, tile.size_px) for tile in tiles])
        self._canvas = canvas
        self._program = build_program(
            ctx,
            "frame_code/frame_code.vert",
            "frame_code/frame_code.frag",
            {"CELLS": CELLS, "CELL_PX": CELL_PX},
            {"canvas_px": canvas.size_px},
        )
        self._code = uniform(self._program, "code")
        self._buffer = ctx.buffer(np.array([(*tile.origin_px, *tile.size_px) for tile in tiles], np.int32).tobytes())
        self._array = ctx.vertex_array(self._program, [(self._buffer, "2i 2i /i", "in_origin_px", "in_size_px")])

    def draw(self, code: int) -> None:
        """Draw the same code into every tile."""
        self._canvas.framebuffer.use()
        self._canvas.framebuffer.viewport = (0, 0, *self._canvas.size_px)
        self._code.value = (code & _LOW_WORD, code >> NUMBER_BITS)
        self._array.render(moderngl.TRIANGLE_STRIP, vertices=QUAD_CORNERS, instances=len(self.boxes))

    def release(self) -> None:
        """Free array, tiles and program."""
        for thing in (self._array, self._buffer, self._program):
            thing.release()


class FrameCodePass:
    """All walls."""

    def __init__(self, ctx: moderngl.Context, stage: Stage, walls: Mapping[str, WallCanvas]) -> None:
        self._ctx = ctx
        self._walls = {wall.name: WallCode(ctx, wall, walls[wall.name]) for wall in stage.walls}

    def depends_on(self, frame: Frame) -> tuple[object, ...]:
        """Whether codes are shown: when they go, the picture beneath is redrawn."""
        return (frame.look.frame_code,)

    def draw(self, number: int, drawn: Dirty) -> Dirty:
        """Draw a frame's number into every tile's corner. Returns the boxes that changed: those that were `drawn`
        before, and the corners."""
        self._ctx.enable_only(moderngl.NOTHING)
        code = frame_code(number)
        for wall in self._walls.values():
            wall.draw(code)
        return {name: (*drawn[name], *wall.boxes) for name, wall in self._walls.items()}

    def release(self) -> None:
        """Free it all."""
        for wall in self._walls.values():
            wall.release()


def _code_box(origin_px: tuple[int, int], size_px: tuple[int, int]) -> Box:
    side = cell_px(size_px) * CELLS
    return (*origin_px, origin_px[0] + side, origin_px[1] + side)
