"""Reads back what is on walls and outputs, for the console, the backdrop, checks and tests."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import moderngl
import numpy as np
from numpy.typing import NDArray

from render.gl.pixels import BYTES, FLOATS, pixel_rows
from render.view.material import Material
from render.wall.canvas import WallCanvas
from render.wall.preview_pass import PreviewPass
from render.wall.tile_pass import OutputRaster

BYTE_BITS = 8


class Readback:
    """Reads the last frame that was drawn. Reading never changes what is shown."""

    def __init__(
        self,
        ctx: moderngl.Context,
        canvases: Mapping[str, WallCanvas],
        outputs: Mapping[str, OutputRaster],
        material: Material,
    ) -> None:
        self._canvases = canvases
        self._outputs = outputs
        self._material = material
        self._previews = PreviewPass(ctx, outputs)

    def output(self, name: str) -> NDArray[np.uint8]:
        """(h, w, 4) RGBA of an output, rows from the top; 10 bit outputs rounded to 8."""
        return pixel_rows(self._outputs[name].framebuffer, BYTES)

    def codes(self, name: str) -> NDArray[np.uint16]:
        """(h, w, 3) code values of an output in its own bits (`bits`), rows from the top."""
        raster = self._outputs[name]
        if raster.bits == BYTE_BITS:
            return pixel_rows(raster.framebuffer, BYTES)[..., :3].astype(np.uint16)
        shares = pixel_rows(raster.framebuffer, FLOATS)[..., :3]
        return np.asarray(np.rint(shares * ((1 << raster.bits) - 1)), np.uint16)

    def bits(self, name: str) -> int:
        """Bits a colour that an output carries: 8 or 10."""
        return self._outputs[name].bits

    def code_corner(self, name: str, square_px: tuple[int, int, int], rotation_deg: int) -> NDArray[np.uint8]:
        """(side, side, 4) RGBA of a square of an output (x, y from the upper left corner, side), turned back by the
        `rotation_deg` that its tile was turned clockwise."""
        x, y, side = square_px
        raster = self._outputs[name]
        viewport = (x, raster.size_px[1] - y - side, side, side)
        pixels = np.frombuffer(raster.framebuffer.read(viewport=viewport, components=4), np.uint8)
        return np.rot90(pixels.reshape(side, side, 4)[::-1], rotation_deg // 90)

    def preview(self, name: str) -> NDArray[np.uint8]:
        """(h, w, 4) RGBA of a small copy of an output, rows from the top: what the console is sent."""
        return self._previews.read(name)

    def wall(self, name: str) -> NDArray[np.uint8] | NDArray[np.float32]:
        """(h, w, 4) of a wall's canvas, rows from the top. LIT: uint8 code values. PROBE: float32, the stage
        position that each pixel shows and its inner coverage (1 = it shows the inner view alone)."""
        framebuffer = self._canvases[name].framebuffer
        if self._material is Material.LIT:
            return pixel_rows(framebuffer, BYTES)
        return pixel_rows(framebuffer, FLOATS)

    def digest(self) -> str:
        """SHA-256 of everything all outputs carry, by name: equal for two drawings of a frame only where every code is
        equal. Reading costs milliseconds."""
        digest = hashlib.sha256()
        for name in sorted(self._outputs):
            digest.update(f"{name} {self.bits(name)}\n".encode())
            digest.update(self.codes(name).tobytes())
        return digest.hexdigest()

    def warm_up(self) -> None:
        """Read every preview once."""
        for name in self._outputs:
            self._previews.read(name)

    def release(self) -> None:
        """Free what previews need."""
        self._previews.release()
