"""The planes of a decoded picture as textures, with smaller copies for the distance."""

from __future__ import annotations

from collections.abc import Sequence

import moderngl


class PlaneTextures:
    """Textures of `sizes_px` and one of moderngl's `kind`s: `f1` (8 bit), `nu2` (16 bit), `f2` (16-bit floats);
    `number` identifies the picture they hold (None = none yet)."""

    def __init__(self, ctx: moderngl.Context, sizes_px: Sequence[tuple[int, int]], kind: str) -> None:
        self.number: int | None = None
        self._textures = [ctx.texture(size, 1, dtype=kind, alignment=1) for size in sizes_px]
        for texture in self._textures:
            texture.repeat_x = texture.repeat_y = False
            texture.filter = (moderngl.LINEAR_MIPMAP_LINEAR, moderngl.LINEAR)

    def upload(self, number: int, planes: Sequence[memoryview]) -> None:
        """Hold the planes of a picture, rows from the top without gaps."""
        for texture, plane in zip(self._textures, planes, strict=True):
            texture.write(plane, alignment=1)
            texture.build_mipmaps()
        self.number = number

    def use(self) -> None:
        """Bind them from texture unit 0."""
        for binding, texture in enumerate(self._textures):
            texture.use(binding)

    def release(self) -> None:
        """Free them."""
        for texture in self._textures:
            texture.release()
