"""The bare cost of a layer: a minimal moderngl program with the same triangles, textures and pixels.

One shader (texture times simple light), one draw call per item, everything on the card beforehand; no culling, no
sorting, no haze: the obvious implementation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import moderngl
import numpy as np
from numpy.typing import NDArray

from render.gl.program import uniform
from render.layers.mesh.mesh_data import MeshData
from render.view.view import View

VERTEX = """#version 430
uniform mat4 clip_from_stage;
layout(location = 0) in vec3 in_position; layout(location = 1) in vec3 in_normal; layout(location = 2) in vec2 in_uv;
layout(location = 3) in mat4 in_place;
out vec3 normal; out vec2 uv; out vec3 place;
void main() {
    normal = mat3(in_place) * in_normal; uv = in_uv; place = (in_place * vec4(in_position, 1.0)).xyz;
    gl_Position = clip_from_stage * vec4(place, 1.0);
}"""
FRAGMENT = """#version 430
uniform sampler2D picture;
in vec3 normal; in vec2 uv; out vec4 radiance;
void main() {
    vec4 base = texture(picture, uv);
    vec3 n = normalize(normal);
    radiance = vec4(base.rgb * (vec3(0.3) + 1.5 * max(dot(n, vec3(0.5, -0.5, 0.7)), 0.0)), base.a);
}"""
Pixels = NDArray[np.uint8] | NDArray[np.float32]
_Item = tuple[moderngl.VertexArray, list[moderngl.Texture], int, bool, float]
WHITE = np.full((1, 1, 4), 255, np.uint8)


@dataclass(frozen=True, slots=True)
class BareDraw:
    """One draw: `vertices` (V, 8) float32 = position (m), normal, texture place; `triangles` (T, 3) uint32; `picture`
    (h, w, 4) or (h, w), uint8 or float32, or none; `places` (N, 4, 4) float64 stage from instance; `blend` = alpha over
    what is there; `maps`: more pictures, from binding 1 on, for its own `fragment`; `mipmaps`: of the
    pictures; `point_px`: the vertices as points of that size, not as triangles."""

    vertices: NDArray[np.float32]
    triangles: NDArray[np.uint32]
    picture: Pixels | None = None
    places: NDArray[np.float64] | None = None
    blend: bool = False
    maps: tuple[Pixels, ...] = ()
    fragment: str = FRAGMENT
    mipmaps: bool = True
    point_px: float = 0.0


class BareScene:
    """Draws its items into a given framebuffer."""

    def __init__(self, ctx: moderngl.Context, draws: Sequence[BareDraw], view: View) -> None:
        self._ctx = ctx
        self._programs = {text: ctx.program(VERTEX, text) for text in {draw.fragment for draw in draws}}
        for program in self._programs.values():
            uniform(program, "clip_from_stage").write(np.array(view.clip_from_stage, np.float32).tobytes())
        self._items = [self._item(draw) for draw in draws]

    def draw(self, target: moderngl.Framebuffer) -> None:
        """Clear it and draw every item."""
        target.use()
        self._ctx.enable_only(moderngl.DEPTH_TEST)
        target.clear(depth=1.0)
        for array, pictures, count, blend, point_px in self._items:
            if blend:
                self._ctx.enable(moderngl.BLEND)
                target.depth_mask = False  # see-through items do not hide each other
            for binding, picture in enumerate(pictures):
                picture.use(binding)
            if point_px > 0.0:
                self._ctx.point_size = point_px
            array.render(moderngl.POINTS if point_px > 0.0 else moderngl.TRIANGLES, instances=count)
            if blend:
                self._ctx.disable(moderngl.BLEND)
                target.depth_mask = True

    def _item(self, draw: BareDraw) -> _Item:
        places = np.eye(4)[None] if draw.places is None else draw.places
        columns = np.ascontiguousarray(places.transpose(0, 2, 1), np.float32)
        image = WHITE if draw.picture is None else draw.picture
        pictures = [self._texture(pixels, draw.mipmaps) for pixels in (image, *draw.maps)]
        content = [
            (self._ctx.buffer(draw.vertices.astype(np.float32).tobytes()), "3f 3f 2f/v", 0, 1, 2),
            (self._ctx.buffer(columns.tobytes()), "16f/i", 3),
        ]
        indices = self._ctx.buffer(draw.triangles.astype(np.uint32).tobytes()) if len(draw.triangles) else None
        array = self._ctx.vertex_array(
            self._programs[draw.fragment], content, index_buffer=indices, index_element_size=4
        )
        return array, pictures, len(places), draw.blend, draw.point_px

    def _texture(self, pixels: Pixels, mipmaps: bool) -> moderngl.Texture:
        components = pixels.shape[2] if pixels.ndim == 3 else 1
        kind = "f4" if pixels.dtype == np.float32 else "f1"
        size = (pixels.shape[1], pixels.shape[0])
        picture = self._ctx.texture(size, components, np.ascontiguousarray(pixels).tobytes(), dtype=kind)
        if mipmaps:
            picture.build_mipmaps()
        picture.filter = (moderngl.LINEAR_MIPMAP_LINEAR if mipmaps else moderngl.LINEAR, moderngl.LINEAR)
        return picture


def mesh_draws(meshes: MeshData) -> list[BareDraw]:
    """The meshes of a set, one draw for each part with all its instances."""
    draws = []
    for number, part in enumerate(meshes.parts):
        places = meshes.stage_from_instance[meshes.instance_part == number]
        if len(places):
            picture = meshes.materials[part.material].picture
            rgba = meshes.pictures[picture].rgba if picture is not None else None
            draws.append(BareDraw(part.vertices[:, :8], part.triangles, rgba, places))
    return draws
