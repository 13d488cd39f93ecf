"""What views are drawn into: a picture of scene-linear light (or probe positions) with a depth buffer.

Depth and multisample buffers are scratch: targets of the same size share them.
"""

from __future__ import annotations

import moderngl

from render.view.material import Material

COMPONENTS = 4
FORMAT = {Material.LIT: "f2", Material.PROBE: "f4"}
"""Half floats hold light to 1/2000 of its value; stage positions need single precision."""

SCRATCH_PX = (16, 16)
Size = tuple[int, int]


class ViewTarget:
    """`framebuffer` is drawn into; after `resolve` the picture is in `texture`, which `readable` reads."""

    def __init__(
        self,
        ctx: moderngl.Context,
        texture: moderngl.Texture,
        resolved: moderngl.Framebuffer,
        multisampled: moderngl.Framebuffer | None,
    ) -> None:
        self._ctx = ctx
        self.texture = texture
        self.readable = resolved
        self._multisampled = multisampled
        self.framebuffer = multisampled or resolved

    def resolve(self, viewport_px: tuple[int, int, int, int]) -> None:
        """Copy what was drawn into a part (x, y from the lower left corner, width, height) of the texture."""
        if self._multisampled is not None:
            self._multisampled.use()
            self._multisampled.scissor = viewport_px  # a copy goes no further
            self._ctx.copy_framebuffer(self.readable, self._multisampled)
            self._multisampled.scissor = None  # type: ignore[assignment]  # moderngl: None = no scissor

    def release(self) -> None:
        """Free what belongs to this target alone."""
        self.readable.release()
        self.texture.release()


class TargetMaker:
    """Makes the view targets of one renderer; `samples` > 0 smooths the edges of what is drawn.

    `ctx` is their context. `scratch` is a target for drawing that is never shown.
    """

    def __init__(self, ctx: moderngl.Context, material: Material, samples: int) -> None:
        self.ctx = ctx
        self._format = FORMAT[material]
        self._samples = min(samples, ctx.max_samples) if material is Material.LIT else 0
        self._depth: dict[Size, moderngl.Renderbuffer] = {}
        self._multisampled: dict[Size, moderngl.Framebuffer] = {}
        self._scratch: ViewTarget | None = None

    def picture(self, size_px: Size) -> moderngl.Texture:
        """A texture of this renderer's format, filtered linearly, not repeated."""
        texture = self.ctx.texture(size_px, COMPONENTS, dtype=self._format)
        texture.repeat_x = texture.repeat_y = False
        texture.filter = (moderngl.LINEAR, moderngl.LINEAR)
        return texture

    def view_target(self, size_px: Size) -> ViewTarget:
        """A target with its own picture."""
        texture = self.picture(size_px)
        if size_px not in self._depth:
            self._depth[size_px] = self.ctx.depth_renderbuffer(size_px)
        resolved = self.ctx.framebuffer(texture, self._depth[size_px])
        return ViewTarget(self.ctx, texture, resolved, self._multisample(size_px))

    @property
    def scratch(self) -> moderngl.Framebuffer:
        """A small framebuffer of the kind that views are drawn into, for warming up. Never a view's own: sets are made
        ready while another one's pictures are on the walls."""
        if self._scratch is None:
            self._scratch = self.view_target(SCRATCH_PX)
        return self._scratch.framebuffer

    def release(self) -> None:
        """Free what the targets share."""
        if self._scratch is not None:
            self._scratch.release()
        for framebuffer in self._multisampled.values():
            for attachment in (*framebuffer.color_attachments, framebuffer.depth_attachment):
                attachment.release()
            framebuffer.release()
        for depth in self._depth.values():
            depth.release()

    def _multisample(self, size_px: Size) -> moderngl.Framebuffer | None:
        if self._samples == 0:
            return None
        if size_px not in self._multisampled:
            colour = self.ctx.renderbuffer(size_px, COMPONENTS, samples=self._samples, dtype=self._format)
            depth = self.ctx.depth_renderbuffer(size_px, samples=self._samples)
            self._multisampled[size_px] = self.ctx.framebuffer(colour, depth)
        return self._multisampled[size_px]
