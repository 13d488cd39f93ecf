"""Panda3D: its geometry, lenses and texture buffers, without a window.

Per frame: the camera's picture into a texture, each flat part's view from the stage eye straight into its own buffer,
and over it one card with a shader that looks the camera's picture up.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from panda3d import core

from tools.bench.peers.baked_set import Triangles, triangles
from tools.bench.peers.cases import CAMERA_PX, EYE_M, Case, camera_of, rectangles_of, stage_of
from tools.bench.peers.walls import Matrix, camera_clip, inner_from_place, outer_clip, surfaces_of

SETTINGS = """load-display p3headlessgl
audio-library-name null
sync-video 0
gl-version 3 3
gl-finish 1
textures-power-2 none
"""
OVER_VERTEX = """#version 330
in vec4 p3d_Vertex; uniform mat4 seen_from_place; out vec3 seen;
void main() {
    seen = (seen_from_place * vec4(p3d_Vertex.xz * 0.5 + 0.5, 1.0, 0.0)).xyz;
    gl_Position = vec4(p3d_Vertex.xz, 0.0, 1.0);
}"""
OVER_FRAGMENT = """#version 330
in vec3 seen; uniform sampler2D inner; out vec4 code;
void main() {
    vec2 uv = seen.xy / seen.z * 0.5 + 0.5;
    if (seen.z <= 0.0 || any(lessThan(uv, vec2(0.0))) || any(greaterThan(uv, vec2(1.0)))) discard;
    code = vec4(texture(inner, uv).rgb, 1.0);
}"""
SET_VERTEX = """#version 330
in vec4 p3d_Vertex; in vec2 p3d_MultiTexCoord0; in vec4 p3d_Color; uniform mat4 p3d_ModelViewProjectionMatrix;
out vec2 uv; out vec4 colour;
void main() {
    uv = p3d_MultiTexCoord0; colour = p3d_Color; gl_Position = p3d_ModelViewProjectionMatrix * p3d_Vertex;
}"""
SET_FRAGMENT = """#version 330
in vec2 uv; in vec4 colour; uniform sampler2D p3d_Texture0; out vec4 code;
void main() { code = vec4(colour.rgb * texture(p3d_Texture0, uv).rgb, 1.0); }"""
PLAIN_FRAGMENT = """#version 330
in vec4 colour; out vec4 code;
void main() { code = vec4(colour.rgb, 1.0); }"""
FIRST, SECOND = 0, 1


def matrix_of(clip: Matrix) -> Any:
    """Panda's row-vector matrix from its camera's space, which is stage space, to clip space."""
    return core.LMatrix4f(*clip.T.ravel().tolist())


class Side:
    """Draws a case."""

    def __init__(self, case: Case) -> None:
        self._case, self._stage = case, stage_of(case)
        core.load_prc_file_data("", SETTINGS)
        self._engine = core.GraphicsEngine.get_global_ptr()
        self._pipe = core.GraphicsPipeSelection.get_global_ptr().make_default_pipe()
        surfaces = surfaces_of(self._stage)
        self._sizes = {name: one.size_px for name, one in surfaces.items()}
        self._parts = rectangles_of(surfaces)
        self._root = core.NodePath("set")
        for own in triangles():
            self._root.attach_new_node(_geometry(own)).set_state(_state(own))
        self._root.set_two_sided(True)
        self._host: Any = None
        self._inner_picture, self._inner_lens = self._view(CAMERA_PX, FIRST)
        self._walls: list[Any] = []
        self._cards: list[Any] = []
        for part in self._parts:
            picture, lens = self._view(part.place_px[2:], SECOND, over=True)
            lens.set_user_mat(matrix_of(outer_clip(part, EYE_M)))
            self._walls.append(picture)

    def _view(self, size_px: tuple[int, int], sort: int, over: bool = False) -> tuple[Any, Any]:
        """A buffer, its picture and the lens the set is seen through; `over`: with a card for the camera's picture."""
        properties = core.FrameBufferProperties()
        properties.set_rgba_bits(8, 8, 8, 8)
        properties.set_depth_bits(24)
        flags = core.GraphicsPipe.BF_refuse_window
        size = core.WindowProperties.size(*size_px)
        gsg = self._host.get_gsg() if self._host else None
        where = (self._engine, f"view {sort}", sort, properties, size, flags)
        buffer = self._engine.make_output(self._pipe, *where[1:], *((gsg, self._host) if gsg else ()))
        self._host = self._host or buffer
        picture = core.Texture()
        buffer.add_render_texture(picture, core.GraphicsOutput.RTM_bind_or_copy, core.GraphicsOutput.RTP_color)
        buffer.set_clear_color((0.0, 0.0, 0.0, 1.0))
        lens = core.MatrixLens()
        camera = core.Camera("eye", lens)
        region = buffer.make_display_region()
        region.set_camera(self._root.attach_new_node(camera))
        if over:
            self._cards.append(self._card(buffer))
        return picture, lens

    def _card(self, buffer: Any) -> Any:
        """A card over a whole buffer, after its set."""
        top = core.NodePath("over")
        maker = core.CardMaker("card")
        maker.set_frame(-1.0, 1.0, -1.0, 1.0)
        card = top.attach_new_node(maker.generate())
        card.set_shader(core.Shader.make(core.Shader.SL_GLSL, OVER_VERTEX, OVER_FRAGMENT))
        card.set_shader_input("inner", self._inner_picture)
        card.set_depth_test(False)
        card.set_depth_write(False)
        card.set_two_sided(True)
        card.node().set_bounds(core.OmniBoundingVolume())
        region = buffer.make_display_region()
        region.set_sort(SECOND)
        lens = core.OrthographicLens()
        region.set_camera(top.attach_new_node(core.Camera("flat", lens)))
        return card

    def draw(self, number: int) -> None:
        """Draw frame `number` and wait until it is finished."""
        clip = camera_clip(camera_of(self._case, self._stage, number))
        self._inner_lens.set_user_mat(matrix_of(clip))
        for part, card in zip(self._parts, self._cards, strict=True):
            rows = np.zeros((4, 4), np.float32)
            rows[:3, :3] = inner_from_place(part, clip)[[0, 1, 3]]
            card.set_shader_input("seen_from_place", matrix_of(rows))
        self._engine.render_frame()
        if self._case.read_back:
            self.pictures()

    def pictures(self) -> dict[str, NDArray[np.uint8]]:
        """(h, w, 3) code values of every wall, rows from the top."""
        found = {name: np.zeros((size[1], size[0], 3), np.uint8) for name, size in self._sizes.items()}
        for part, picture in zip(self._parts, self._walls, strict=True):
            x, y, width, height = part.place_px
            self._engine.extract_texture_data(picture, self._host.get_gsg())
            rows = np.frombuffer(picture.get_ram_image_as("RGB"), np.uint8).reshape(height, width, 3)
            found[part.wall][y : y + height, x : x + width] = rows[::-1]
        return found


def _geometry(own: Triangles) -> Any:
    """A node with triangles: position, colour and texture coordinate a vertex."""
    form = core.GeomVertexFormat.get_v3c4t2()
    rows = np.zeros(len(own.positions), [("p", "3f4"), ("c", "4u1"), ("t", "2f4")])
    rows["p"], rows["c"] = own.positions, own.colours()
    rows["t"] = own.uv * (1.0, -1.0) + (0.0, 1.0)
    data = core.GeomVertexData("set", form, core.Geom.UH_static)
    data.unclean_set_num_rows(len(rows))
    view = memoryview(data.modify_array(0)).cast("B").cast("f")
    view[:] = memoryview(rows.tobytes()).cast("f")
    primitive = core.GeomTriangles(core.Geom.UH_static)
    primitive.add_next_vertices(len(rows))
    primitive.close_primitive()
    geometry = core.Geom(data)
    geometry.add_primitive(primitive)
    node = core.GeomNode("set")
    node.add_geom(geometry)
    return node


def _state(own: Triangles) -> Any:
    """Its picture and the shader that multiplies it with the vertices' colours."""
    rgba = own.rgba()
    fragment = PLAIN_FRAGMENT if rgba is None else SET_FRAGMENT
    holder = core.NodePath("state")
    holder.set_shader(core.Shader.make(core.Shader.SL_GLSL, SET_VERTEX, fragment))
    if rgba is not None:
        texture = core.Texture()
        texture.setup_2d_texture(rgba.shape[1], rgba.shape[0], core.Texture.T_unsigned_byte, core.Texture.F_rgba)
        texture.set_ram_image_as(np.ascontiguousarray(rgba[::-1]).tobytes(), "RGBA")
        texture.set_minfilter(core.SamplerState.FT_linear_mipmap_linear)
        texture.set_magfilter(core.SamplerState.FT_linear)
        holder.set_texture(texture)
    return holder.get_state()
