"""A bare moderngl program: the camera's picture, every flat part of a wall, then the picture laid over it.

Per frame: the camera's own view into a picture, each part's view from the stage eye straight into the wall, and over
each part one rectangle whose fragments look the camera's picture up, or are discarded beyond its edge.
"""

from __future__ import annotations

import moderngl
import numpy as np
from numpy.typing import NDArray

from render.gl.context import create_offscreen_context
from tools.bench.peers.baked_set import Triangles, triangles
from tools.bench.peers.cases import CAMERA_PX, EYE_M, Case, camera_of, rectangles_of, stage_of
from tools.bench.peers.walls import camera_clip, inner_from_place, outer_clip, surfaces_of

SET_VERTEX = """#version 430
uniform mat4 clip_from_stage;
in vec3 in_position; in vec2 in_uv; in vec4 in_colour; out vec2 uv; out vec4 colour;
void main() { uv = in_uv; colour = in_colour; gl_Position = clip_from_stage * vec4(in_position, 1.0); }"""
PLAIN_FRAGMENT = """#version 430
in vec4 colour; out vec4 code;
void main() { code = vec4(colour.rgb, 1.0); }"""
PICTURE_FRAGMENT = """#version 430
uniform sampler2D picture; in vec2 uv; in vec4 colour; out vec4 code;
void main() { code = vec4(colour.rgb * texture(picture, uv).rgb, 1.0); }"""
OVER_VERTEX = """#version 430
uniform mat3 seen_from_place; out vec3 seen;
void main() {
    vec2 place = vec2(gl_VertexID & 1, gl_VertexID >> 1);
    seen = seen_from_place * vec3(place, 1.0);
    gl_Position = vec4(place * 2.0 - 1.0, 0.0, 1.0);
}"""
OVER_FRAGMENT = """#version 430
uniform sampler2D inner; in vec3 seen; out vec4 code;
void main() {
    vec2 uv = seen.xy / seen.z * 0.5 + 0.5;
    if (seen.z <= 0.0 || any(lessThan(uv, vec2(0.0))) || any(greaterThan(uv, vec2(1.0)))) discard;
    code = vec4(texture(inner, uv).rgb, 1.0);
}"""
Drawn = tuple[moderngl.VertexArray, moderngl.Texture | None]


class BareSet:
    """The set's triangles in one context, as code values or, with `linear`, as light in half floats."""

    def __init__(self, ctx: moderngl.Context, linear: bool = False) -> None:
        self._plain = ctx.program(SET_VERTEX, PLAIN_FRAGMENT)
        self._pictured = ctx.program(SET_VERTEX, PICTURE_FRAGMENT)
        self._drawn = [self._made(ctx, own, linear) for own in triangles()]

    def _made(self, ctx: moderngl.Context, own: Triangles, linear: bool) -> Drawn:
        colours = own.light if linear else own.colours()
        kind = colours.dtype.str[-2:]
        rows = np.zeros(len(own.positions), [("p", "3f4"), ("t", "2f4"), ("c", f"{colours.shape[1]}{kind}")])
        rows["p"], rows["t"], rows["c"] = own.positions, own.uv, colours
        buffer, last = ctx.buffer(rows.tobytes()), "3f" if linear else "4f1"
        if own.picture is None:
            plain = (buffer, f"3f 8x {last}", "in_position", "in_colour")
            return ctx.vertex_array(self._plain, [plain]), None
        pictured = (buffer, f"3f 2f {last}", "in_position", "in_uv", "in_colour")
        size = own.picture.shape[1::-1]
        if linear:
            texture = ctx.texture(size, 3, own.picture.astype(np.float16).tobytes(), dtype="f2", alignment=2)
        else:
            texture = ctx.texture(size, 4, np.ascontiguousarray(own.rgba()).tobytes())
        texture.build_mipmaps()
        return ctx.vertex_array(self._pictured, [pictured]), texture

    def draw(self, clip: NDArray[np.float32]) -> None:
        """Draw all of it; the target is bound and cleared, the depth test is on."""
        data = np.ascontiguousarray(clip.T).tobytes()
        for program in (self._plain, self._pictured):
            uniform = program["clip_from_stage"]
            assert isinstance(uniform, moderngl.Uniform)
            uniform.write(data)
        for array, texture in self._drawn:
            if texture is not None:
                texture.use(0)
            array.render()


class Side:
    """Draws a case."""

    def __init__(self, case: Case) -> None:
        self._case, self._stage = case, stage_of(case)
        self._ctx = ctx = create_offscreen_context()
        surfaces = surfaces_of(self._stage)
        self._parts = rectangles_of(surfaces)
        self._set = BareSet(ctx)
        self._over = ctx.program(OVER_VERTEX, OVER_FRAGMENT)
        self._quad = ctx.vertex_array(self._over, [])
        self._picture = ctx.texture(CAMERA_PX, 4)
        self._inner = ctx.framebuffer(self._picture, ctx.depth_renderbuffer(CAMERA_PX))
        self._walls = {
            name: ctx.framebuffer(ctx.texture(one.size_px, 4), ctx.depth_renderbuffer(one.size_px))
            for name, one in surfaces.items()
        }
        self._outer = [outer_clip(part, EYE_M) for part in self._parts]

    def draw(self, number: int) -> None:
        """Draw frame `number` and wait until it is finished."""
        clip = camera_clip(camera_of(self._case, self._stage, number))
        self._ctx.enable_only(moderngl.DEPTH_TEST)
        self._inner.use()
        self._inner.clear()
        self._set.draw(clip)
        for part, outer in zip(self._parts, self._outer, strict=True):
            target = self._walls[part.wall]
            x, y, width, height = part.place_px
            box = (x, target.size[1] - y - height, width, height)
            target.use()
            target.viewport = box
            target.clear(viewport=box)
            self._ctx.enable_only(moderngl.DEPTH_TEST)
            self._set.draw(outer)
            self._ctx.enable_only(moderngl.NOTHING)
            self._picture.use(0)
            seen = self._over["seen_from_place"]
            assert isinstance(seen, moderngl.Uniform)
            seen.write(np.ascontiguousarray(inner_from_place(part, clip)[[0, 1, 3]].T).tobytes())
            self._quad.render(moderngl.TRIANGLE_STRIP, vertices=4)
        self._ctx.finish()
        if self._case.read_back:
            self.pictures()

    def pictures(self) -> dict[str, NDArray[np.uint8]]:
        """(h, w, 3) code values of every wall, rows from the top."""
        found = {}
        for name, target in self._walls.items():
            width, height = target.size
            pixels = np.frombuffer(target.read(components=4, viewport=(0, 0, width, height)), np.uint8)
            found[name] = pixels.reshape(height, width, 4)[::-1, :, :3].copy()
        return found
