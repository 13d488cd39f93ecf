"""Everything one wall has on the graphics card: its triangles, its outer picture, its inner pictures, its canvas."""

from __future__ import annotations

import math

import moderngl
import numpy as np

from render.plan.boxes import Box
from render.plan.wall_triangles import pixel_edges, triangles_of
from render.view.material import Material
from render.view.targets import TargetMaker, ViewTarget
from stage.walls.surface import Surface

VERTEX_LAYOUT = "2f 3f 2f 3f 3f"
VERTEX_FIELDS = ("in_canvas_px", "in_corner_m", "in_corner_px", "in_right_m", "in_down_m")
RGB10_A2 = 0x8059
"""OpenGL's internal format of 10 bit code values."""
TEN = 10


class WallCanvas:
    """`outer` holds the outer view, `canvas` what the wall shows (codes of 8 or 10 bit; probe: positions, coverage).

    A wall that is drawn `straight` onto (unset: if it is flat) has an inner target of the canvas' size for each camera,
    and an outer picture with `outer_density` pixels for each canvas pixel, across and up. Row 0 of every texture is the
    lowest.
    """

    def __init__(
        self,
        ctx: moderngl.Context,
        surface: Surface,
        targets: TargetMaker,
        material: Material,
        cameras: int,
        bits: int = 8,
        outer_density: float = 1.0,
        straight: bool | None = None,
    ) -> None:
        size = (int(surface.size_px[0]), int(surface.size_px[1]))
        self.size_px = size
        self.straight = straight = surface.planar if straight is None else straight
        self.pixel_m = mean_pixel_m(surface)
        self.vertices = ctx.buffer(wall_vertices(surface).tobytes())
        self.outer_px = scaled(size, outer_density) if straight else size
        self.outer_view: ViewTarget | None = targets.view_target(self.outer_px) if straight else None
        self.outer = self.outer_view.texture if self.outer_view else targets.picture(size)
        self.outer_framebuffer = self.outer_view.framebuffer if self.outer_view else ctx.framebuffer(self.outer)
        self.inner = [targets.view_target(size) for _ in range(cameras)] if straight else []
        self.canvas = code_texture(ctx, size, bits) if material is Material.LIT else ctx.texture(size, 4, dtype="f4")
        self.canvas.filter = (moderngl.NEAREST, moderngl.NEAREST)
        self.framebuffer = ctx.framebuffer(self.canvas)
        self.outer_framebuffer.clear()
        self.framebuffer.clear(0.0, 0.0, 0.0, 1.0 if material is Material.LIT else 0.0)

    def from_below(self, box: Box) -> tuple[int, int, int, int]:
        """A box of the canvas in OpenGL's terms: x, y from the lower left corner, width, height."""
        x0, y0, x1, y1 = box
        return (x0, self.size_px[1] - y1, x1 - x0, y1 - y0)

    def outer_from_below(self, box: Box) -> tuple[int, int, int, int]:
        """A box of the canvas in the outer picture, in OpenGL's terms; rounded to its pixels."""
        (x, y, width, height), (across, up) = self.from_below(box), self.outer_px
        share_x, share_y = across / self.size_px[0], up / self.size_px[1]
        left, low = round(x * share_x), round(y * share_y)
        return (left, low, round((x + width) * share_x) - left, round((y + height) * share_y) - low)

    def release(self) -> None:
        """Free it all."""
        for target in (*self.inner, *([self.outer_view] if self.outer_view else [])):
            target.release()
        if self.outer_view is None:
            self.outer_framebuffer.release()
            self.outer.release()
        for thing in (self.framebuffer, self.canvas, self.vertices):
            thing.release()


def scaled(size_px: tuple[int, int], density: float) -> tuple[int, int]:
    """The size of a picture with `density` pixels for each of another's, across and up."""
    return (math.ceil(size_px[0] * density), math.ceil(size_px[1] * density))


def code_texture(ctx: moderngl.Context, size_px: tuple[int, int], bits: int) -> moderngl.Texture:
    """A picture of code values, 8 or 10 bits a colour."""
    if bits != TEN:
        return ctx.texture(size_px, 4)
    return ctx.texture(size_px, 4, internal_format=RGB10_A2)


def mean_pixel_m(surface: Surface) -> tuple[float, float]:
    """The size of a wall's pixels across and down: the mean over its triangles, weighted by their pixels."""
    vertices, canvas = triangles_of(surface)
    metres = np.linalg.norm(pixel_edges(vertices, canvas), axis=2)
    first, second = canvas[:, 1] - canvas[:, 0], canvas[:, 2] - canvas[:, 0]
    pixels = np.abs(first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0])
    across, down = (np.average(metres, axis=0, weights=pixels)).tolist()
    return across, down


def wall_vertices(surface: Surface) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """(3 T, 13) float32: canvas pixel; then, the same for all three corners of a triangle, position and pixel of its
    first corner, and the steps of one pixel right and one pixel down, in metres."""
    vertices, canvas = triangles_of(surface)
    edges = pixel_edges(vertices, canvas)
    same = np.concatenate([vertices[:, 0], canvas[:, 0], edges[:, 0], edges[:, 1]], axis=1)
    whole = np.concatenate([canvas, np.repeat(same[:, None], 3, axis=1)], axis=2)
    return whole.reshape(-1, whole.shape[2]).astype(np.float32)
