"""Reliefs: pictures on their own depth."""

from __future__ import annotations

import struct

import moderngl

from render.gl.drawing_state import DrawingState
from render.gl.program import uniform
from render.gl.textures import plate_texture
from render.gl.vertex_layout import layout
from render.layers.relief.relief import ReliefData
from render.view.layer_pass import Phase, Setup
from render.view.moment import Moment
from render.view.view import View

PICTURE_BINDING = 0
_VECTOR = struct.Struct("<3f")
_FIELDS = (("in_position", "3f"), ("in_uv", "2f"), ("in_cut", "1f"))


class ReliefPass:
    """Draws one relief: the nearer sheet, then what is behind its silhouettes."""

    phase = Phase.OPAQUE

    def __init__(self, setup: Setup, data: ReliefData) -> None:
        ctx = self._ctx = setup.ctx
        self._state = DrawingState(ctx, both_sides=True)
        self._origin_m = data.origin_m
        self._program = setup.program("relief/relief")
        self._origin = uniform(self._program, "origin")
        if "gain" in self._program:
            uniform(self._program, "gain").value = data.gain
        self._vertices = ctx.buffer(data.mesh.vertices.tobytes())
        self._indices: list[moderngl.Buffer] = []
        self._sheets: list[tuple[moderngl.VertexArray, moderngl.Texture]] = []
        for triangles, picture in ((data.mesh.ahead, data.ahead), (data.mesh.behind, data.behind)):
            if len(triangles):
                self._indices.append(ctx.buffer(triangles.tobytes()))
                texture = plate_texture(ctx, picture, setup.quality.anisotropy)
                self._sheets.append((self._array(self._indices[-1]), texture))

    def draw(self, view: View, moment: Moment) -> None:
        """Draw both sheets."""
        (x, y, z), (ox, oy, oz) = view.eye_m, self._origin_m
        self._origin.write(_VECTOR.pack(ox - x, oy - y, oz - z))
        with self._state:
            for array, picture in self._sheets:
                picture.use(PICTURE_BINDING)
                array.render(moderngl.TRIANGLES)

    def moves(self, moment: Moment) -> bool:
        """A relief stands still."""
        return False

    def depends_on(self, moment: Moment) -> tuple[object, ...]:
        """Nothing beyond what every view's block contains."""
        return ()

    def warm_up(self, view: View) -> None:
        """Draw it once."""
        self.draw(view, Moment())

    def release(self) -> None:
        """Free everything on the graphics card."""
        for array, picture in self._sheets:
            array.release()
            picture.release()
        for indices in self._indices:
            indices.release()
        self._vertices.release()
        self._program.release()

    def _array(self, indices: moderngl.Buffer) -> moderngl.VertexArray:
        content = [(self._vertices, *layout(self._program, _FIELDS, "v"))]
        return self._ctx.vertex_array(self._program, content, index_buffer=indices, index_element_size=4)
