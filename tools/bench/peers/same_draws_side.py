"""A bare moderngl program that does what this product does for a frame, and nothing else.

Flat parts whose outer view was drawn once; per frame, for each part the camera covers: the camera's view of the set
straight into the part's box of half-float pixels, then one pass that encodes it into the wall's codes, then a copy of
the box into the output. Beyond the camera's edge inside the box the outer view is looked up, as the product does.
"""

from __future__ import annotations

import moderngl
import numpy as np
from numpy.typing import NDArray

from render.gl.context import create_offscreen_context
from render.plan.boxes import Box, regions
from render.plan.cover import cover_of
from render.plan.flat_wall import FlatWall
from stage.walls.surface import Surface
from tools.bench.peers.cases import EYE_M, Case, Rectangle, frame_of, rectangles_of, stage_of
from tools.bench.peers.moderngl_side import BareSet
from tools.bench.peers.walls import camera_clip, inner_from_place, outer_clip, surfaces_of

LAY_VERTEX = """#version 430
uniform mat3 seen_from_place; out vec3 seen;
void main() {
    vec2 place = vec2(gl_VertexID == 1 ? 2.0 : 0.0, gl_VertexID == 2 ? 2.0 : 0.0);
    seen = seen_from_place * vec3(place, 1.0);
    gl_Position = vec4(place * 2.0 - 1.0, 0.0, 1.0);
}"""
LAY_FRAGMENT = """#version 430
uniform sampler2D inner; uniform sampler2D outer; uniform float gain; in vec3 seen; out vec4 code;
void main() {
    vec2 at = abs(seen.xy / seen.z);
    bool inside = seen.z > 0.0 && max(at.x, at.y) <= 1.0;
    ivec2 pixel = ivec2(gl_FragCoord.xy);
    vec3 light = inside ? texelFetch(inner, pixel, 0).rgb : texelFetch(outer, pixel, 0).rgb;
    code = vec4(pow(clamp(light * gain, 0.0, 1.0), vec3(1.0 / 2.4)), 1.0);
}"""
COPY_FRAGMENT = """#version 430
uniform sampler2D canvas; out vec4 code;
void main() { code = texelFetch(canvas, ivec2(gl_FragCoord.xy), 0); }"""


class Part:
    """One flat part: its view, its codes and its output."""

    def __init__(self, ctx: moderngl.Context, part: Rectangle) -> None:
        size = part.place_px[2:]
        corners = part.corners_m
        canvas = np.array([[0, 0], [size[0], 0], list(size), [0, size[1]]], np.float64)
        self.flat = FlatWall(Surface(corners, canvas, np.array([[0, 3, 2], [0, 2, 1]], np.int32), size, True))
        self.rectangle, self.size_px = part, size
        depth = ctx.depth_renderbuffer(size)
        self.inner, self.outer = ctx.texture(size, 4, dtype="f2"), ctx.texture(size, 4, dtype="f2")
        self.view = ctx.framebuffer(self.inner, depth)
        self.whole = ctx.framebuffer(self.outer, depth)
        self.canvas = ctx.texture(size, 4)
        self.codes = ctx.framebuffer(self.canvas)
        self.output = ctx.framebuffer(ctx.texture(size, 4))
        self.before: Box | None = None

    def from_below(self, box: Box) -> tuple[int, int, int, int]:
        """OpenGL's rectangle of a box."""
        return (box[0], self.size_px[1] - box[3], box[2] - box[0], box[3] - box[1])


class Side:
    """Draws a case; outer views are drawn once, or every frame of a moving set."""

    def __init__(self, case: Case) -> None:
        self._case, self._stage = case, stage_of(case)
        self._ctx = ctx = create_offscreen_context()
        surfaces = surfaces_of(self._stage)
        self._sizes = {name: one.size_px for name, one in surfaces.items()}
        self._parts = [Part(ctx, part) for part in rectangles_of(surfaces)]
        self._set = BareSet(ctx, linear=True)
        self._lay = ctx.program(LAY_VERTEX, LAY_FRAGMENT)
        self._lay["inner"], self._lay["outer"], self._lay["gain"] = 0, 1, 1.0
        self._copy = ctx.program(LAY_VERTEX.replace("out vec3 seen;", "vec3 seen;"), COPY_FRAGMENT)
        self._lay_array, self._copy_array = ctx.vertex_array(self._lay, []), ctx.vertex_array(self._copy, [])
        self._drawn_once = False

    def draw(self, number: int) -> None:
        """Draw frame `number` and wait until it is finished."""
        frame = frame_of(self._case, self._stage, number)
        cover, clip = cover_of(frame.cameras[0], frame.look), camera_clip(frame.cameras[0])
        everywhere = self._case.moving or not self._drawn_once
        for part in self._parts:
            box = part.flat.box(cover)
            whole = (0, 0, *part.size_px)
            if everywhere:
                self._view(part.whole, (0, 0, *part.size_px), outer_clip(part.rectangle, EYE_M))
            if box is not None:
                view = part.flat.view(cover.eye_m, box)
                rows = np.array(view.clip_from_stage, np.float32).reshape(4, 4).T
                self._view(part.view, part.from_below(box), rows)
            for dirty in (whole,) if everywhere else regions((box, part.before)):
                self._encode(part, dirty, inner_from_place(part.rectangle, clip))
            part.before = box
        self._drawn_once = True
        self._ctx.finish()
        if self._case.read_back:
            self.pictures()

    def _view(self, target: moderngl.Framebuffer, box: tuple[int, int, int, int], clip: NDArray[np.float32]) -> None:
        self._ctx.enable_only(moderngl.DEPTH_TEST)
        target.use()
        target.viewport = target.scissor = box
        target.clear(viewport=box)
        self._set.draw(clip)
        target.scissor = None  # type: ignore[assignment]  # moderngl: None = no scissor

    def _encode(self, part: Part, box: Box, seen_from_place: NDArray[np.float32]) -> None:
        self._ctx.enable_only(moderngl.NOTHING)
        part.inner.use(0)
        part.outer.use(1)
        uniform = self._lay["seen_from_place"]
        assert isinstance(uniform, moderngl.Uniform)
        uniform.write(np.ascontiguousarray(seen_from_place[[0, 1, 3]].T).tobytes())
        for target, array, source in (
            (part.codes, self._lay_array, part.inner),
            (part.output, self._copy_array, part.canvas),
        ):
            target.use()
            target.scissor = part.from_below(box)
            source.use(0)
            array.render(moderngl.TRIANGLES, vertices=3)
            target.scissor = None  # type: ignore[assignment]  # moderngl: None = no scissor

    def pictures(self) -> dict[str, NDArray[np.uint8]]:
        """(h, w, 3) code values of every wall, rows from the top."""
        found = {name: np.zeros((size[1], size[0], 3), np.uint8) for name, size in self._sizes.items()}
        for part in self._parts:
            x, y, width, height = part.rectangle.place_px
            pixels = np.frombuffer(part.output.read(components=4), np.uint8).reshape(height, width, 4)
            found[part.rectangle.wall][y : y + height, x : x + width] = pixels[::-1, :, :3]
        return found
