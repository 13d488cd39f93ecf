"""OpenGL state that a pass needs while it draws and restores afterwards. The restored state is what every pass starts
with (render/view/layer_pass.py): depth tested and written, back faces culled, no blending."""

from __future__ import annotations

import moderngl

Blend = tuple[int, int]
"""Factors for the light that is drawn and for what is there already."""
OVER: Blend = (moderngl.ONE, moderngl.ONE_MINUS_SRC_ALPHA)
"""Drawn light, multiplied by its alpha, covers what is behind it."""
_SRC1_COLOUR = 0x88F9
TINTED: Blend = (moderngl.ONE, _SRC1_COLOUR)
"""What is behind is multiplied by the colour that the shader gives as its second output."""
ADDED: Blend = (moderngl.ONE, moderngl.ONE)
MULTIPLIED: Blend = (moderngl.ZERO, moderngl.SRC_COLOR)


class DrawingState:
    """`with state:` applies the state, whatever framebuffer is bound. `both_sides`: back faces show, too.
    `writes_depth`: what is drawn hides what comes later. `point_sizes`: the vertex shader says how large points are."""

    def __init__(
        self,
        ctx: moderngl.Context,
        *,
        blend: Blend | None = None,
        both_sides: bool = False,
        writes_depth: bool = True,
        point_sizes: bool = False,
    ) -> None:
        self._ctx = ctx
        self._blend = blend
        self._writes_depth = writes_depth
        self._left_out = moderngl.CULL_FACE if both_sides else moderngl.NOTHING
        self._added = moderngl.NOTHING
        if blend is not None:
            self._added |= moderngl.BLEND
        if point_sizes:
            self._added |= moderngl.PROGRAM_POINT_SIZE

    def __enter__(self) -> None:
        ctx = self._ctx
        if self._left_out:
            ctx.disable(self._left_out)
        if self._added:
            ctx.enable(self._added)
        if self._blend is not None:
            ctx.blend_func = self._blend
        if not self._writes_depth:
            ctx.fbo.depth_mask = False

    def __exit__(self, *_: object) -> None:
        ctx = self._ctx
        if not self._writes_depth:
            ctx.fbo.depth_mask = True
        if self._added:
            ctx.disable(self._added)
        if self._left_out:
            ctx.enable(self._left_out)
