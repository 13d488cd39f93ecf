"""A decoded frame's planes as textures."""

from __future__ import annotations

import moderngl

from render.layers.video.clips import DecodedFrame

_DTYPE = {1: "f1", 2: "nu2"}


class VideoPlanes:
    """Three textures that hold one frame; `number` says which (None = none yet)."""

    def __init__(self, ctx: moderngl.Context, like: DecodedFrame) -> None:
        self.number: int | None = None
        self._textures = [
            ctx.texture(size, 1, dtype=_DTYPE[plane.nbytes // (size[0] * size[1])], alignment=1)
            for size, plane in zip(like.sizes_px, like.planes, strict=True)
        ]
        for texture in self._textures:
            texture.repeat_x = texture.repeat_y = False
            texture.filter = (moderngl.LINEAR_MIPMAP_LINEAR, moderngl.LINEAR)

    def upload(self, frame: DecodedFrame) -> None:
        """Hold this frame."""
        for texture, plane in zip(self._textures, frame.planes, strict=True):
            texture.write(plane, alignment=1)
            texture.build_mipmaps()
        self.number = frame.number

    def use(self) -> None:
        """Bind them: Y at 0, Cb at 1, Cr at 2."""
        for binding, texture in enumerate(self._textures):
            texture.use(binding)

    def release(self) -> None:
        """Free them."""
        for texture in self._textures:
            texture.release()
