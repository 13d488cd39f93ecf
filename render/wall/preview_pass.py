"""Small pictures of the outputs for the console: scaled on the graphics card, so little is read back."""

from __future__ import annotations

from collections.abc import Mapping

import moderngl
import numpy as np
from numpy.typing import NDArray

from render.gl.program import build_program, uniform
from render.wall.tile_pass import OutputRaster

WIDEST_PX = 480
_TRIANGLE = 3
_RGBA = 4


class PreviewPass:
    """Reads one output at a time."""

    def __init__(self, ctx: moderngl.Context, rasters: Mapping[str, OutputRaster]) -> None:
        self._ctx = ctx
        self._rasters = rasters
        self._program = build_program(ctx, "preview/preview.vert", "preview/preview.frag")
        self._size = uniform(self._program, "preview_px")
        self._array = ctx.vertex_array(self._program, [])
        self._small = {
            name: ctx.simple_framebuffer(preview_size(raster.size_px), _RGBA) for name, raster in rasters.items()
        }

    def read(self, output: str) -> NDArray[np.uint8]:
        """(h, w, 4) RGBA, rows from the top, of an output as it is now."""
        small = self._small[output]
        width, height = small.size
        small.use()
        self._ctx.enable_only(moderngl.NOTHING)
        self._size.value = (width, height)
        self._rasters[output].texture.use(0)
        self._array.render(moderngl.TRIANGLES, vertices=_TRIANGLE)
        return np.frombuffer(small.read(components=_RGBA), np.uint8).reshape(height, width, _RGBA)[::-1]

    def release(self) -> None:
        """Free it all."""
        for small in self._small.values():
            small.release()
        self._array.release()
        self._program.release()


def preview_size(size_px: tuple[int, int]) -> tuple[int, int]:
    """The same shape, no wider than `WIDEST_PX`."""
    width = min(size_px[0], WIDEST_PX)
    return width, max(1, round(size_px[1] * width / size_px[0]))
