"""Draws the frame number into a corner of every tile, in the outputs: what the coherence check reads."""

from __future__ import annotations

from collections.abc import Mapping

import moderngl

from render.gl.program import build_program, uniform
from render.wall.frame_code import CELL_PX, CELLS, NUMBER_BITS, frame_code
from render.wall.tile_pass import (
    QUAD_CORNERS,
    TILE_FIELDS,
    TILE_LAYOUT,
    OutputRaster,
    tile_records,
    tiles_by_wall,
)
from stage.messages.frames import Frame
from stage.model.stagefile import Stage

_LOW_WORD = (1 << NUMBER_BITS) - 1


class OutputCode:
    """The codes of one output's tiles."""

    def __init__(self, ctx: moderngl.Context, stage: Stage, raster: OutputRaster) -> None:
        output = next(output for output in stage.outputs if output.name == raster.name)
        tiles = [tile for wall in tiles_by_wall(stage, output).values() for tile in wall]
        self._framebuffer = raster.framebuffer
        self._count = len(tiles)
        self._program = build_program(
            ctx,
            "frame_code/frame_code.vert",
            "frame_code/frame_code.frag",
            {"CELLS": CELLS, "CELL_PX": CELL_PX},
            {"output_px": raster.size_px, "output_height_px": raster.size_px[1]},
        )
        self._code = uniform(self._program, "code")
        self._buffer = ctx.buffer(tile_records(tiles).tobytes())
        used = [name for name in TILE_FIELDS if name in self._program]
        layout = TILE_LAYOUT if len(used) == len(TILE_FIELDS) else f"8x {TILE_LAYOUT[3:]}"
        self._array = ctx.vertex_array(self._program, [(self._buffer, layout, *used)])

    def draw(self, code: int) -> None:
        """Draw the same code into every tile."""
        self._framebuffer.use()
        self._code.value = (code & _LOW_WORD, code >> NUMBER_BITS)
        self._array.render(moderngl.TRIANGLE_STRIP, vertices=QUAD_CORNERS, instances=self._count)

    def release(self) -> None:
        """Free array, tiles and program."""
        for thing in (self._array, self._buffer, self._program):
            thing.release()


class FrameCodePass:
    """All outputs."""

    def __init__(self, ctx: moderngl.Context, stage: Stage, rasters: Mapping[str, OutputRaster]) -> None:
        self._ctx = ctx
        self._outputs = [OutputCode(ctx, stage, raster) for raster in rasters.values()]

    def depends_on(self, frame: Frame) -> tuple[object, ...]:
        """Whether codes are shown: when they go, the picture beneath is redrawn."""
        return (frame.look.frame_code,)

    def draw(self, number: int) -> None:
        """Draw a frame's number into every tile's corner."""
        self._ctx.enable_only(moderngl.NOTHING)
        code = frame_code(number)
        for output in self._outputs:
            output.draw(code)

    def release(self) -> None:
        """Free it all."""
        for output in self._outputs:
            output.release()
