"""raylib: its meshes, materials and render textures, in a context without a window.

Per frame: the camera's picture into a render texture, each flat part's view from the stage eye straight into its own
render texture, and over it one rectangle with a shader that looks the camera's picture up.
"""

from __future__ import annotations

import ctypes
import ctypes.util
from typing import Any

import numpy as np
import raylib
from numpy.typing import NDArray

from render.gl.context import create_offscreen_context
from tools.bench.peers.baked_set import Triangles, triangles
from tools.bench.peers.cases import CAMERA_PX, EYE_M, Case, camera_of, rectangles_of, stage_of
from tools.bench.peers.walls import Matrix, camera_clip, inner_from_place, outer_clip, surfaces_of

OVER_VERTEX = b"""#version 330
in vec3 vertexPosition; in vec2 vertexTexCoord; uniform mat4 seenFromPlace; out vec3 seen;
void main() {
    seen = (seenFromPlace * vec4(vertexTexCoord, 1.0, 0.0)).xyz;
    gl_Position = vec4(vertexPosition.xy, 0.0, 1.0);
}"""
OVER_FRAGMENT = b"""#version 330
in vec3 seen; uniform sampler2D texture0; out vec4 code;
void main() {
    vec2 uv = seen.xy / seen.z * 0.5 + 0.5;
    if (seen.z <= 0.0 || any(lessThan(uv, vec2(0.0))) || any(greaterThan(uv, vec2(1.0)))) discard;
    code = vec4(texture(texture0, uv).rgb, 1.0);
}"""
rl: Any = raylib.rl
ffi: Any = raylib.ffi


def open_raylib() -> Any:
    """A context of this process with raylib's drawing in it; the context must stay referred to."""
    context = create_offscreen_context()
    library = ctypes.CDLL(ctypes.util.find_library("EGL") or "libEGL.so.1")
    address = ctypes.cast(library.eglGetProcAddress, ctypes.c_void_p).value
    rl.SetTraceLogLevel(rl.LOG_WARNING)
    rl.rlLoadExtensions(ffi.cast("void *", address))
    rl.rlglInit(*CAMERA_PX)
    rl.rlEnableDepthTest()
    rl.rlDisableBackfaceCulling()
    rl.rlSetClipPlanes(0.1, 3000.0)
    return context


def matrix_of(rows: NDArray[np.float32]) -> Any:
    """A raylib matrix of (4, 4) rows."""
    matrix = ffi.new("Matrix *")
    for row in range(4):
        for column in range(4):
            setattr(matrix[0], f"m{column * 4 + row}", float(rows[row, column]))
    return matrix[0]


class Piece:
    """A mesh with its material."""

    def __init__(self, own: Triangles) -> None:
        mesh = ffi.new("Mesh *")
        mesh.vertexCount, mesh.triangleCount = len(own.positions), len(own.positions) // 3
        self._kept = [np.ascontiguousarray(part) for part in (own.positions, own.uv, own.colours())]
        mesh.vertices = ffi.cast("float *", self._kept[0].ctypes.data)
        mesh.texcoords = ffi.cast("float *", self._kept[1].ctypes.data)
        mesh.colors = ffi.cast("unsigned char *", self._kept[2].ctypes.data)
        rl.UploadMesh(mesh, False)
        self.mesh, self.material = mesh, rl.LoadMaterialDefault()
        if (rgba := own.rgba()) is not None:
            levels = int(np.log2(max(rgba.shape[:2]))) + 1
            pixels = ffi.cast("void *", rgba.ctypes.data)
            number = rl.rlLoadTexture(pixels, rgba.shape[1], rgba.shape[0], 7, 1)
            texture = ffi.new("Texture *", (number, rgba.shape[1], rgba.shape[0], 1, 7))
            if levels > 1:
                rl.GenTextureMipmaps(texture)
            rl.SetTextureFilter(texture[0], rl.TEXTURE_FILTER_TRILINEAR)
            rl.SetTextureWrap(texture[0], rl.TEXTURE_WRAP_REPEAT)
            rl.SetMaterialTexture(ffi.addressof(self.material), rl.MATERIAL_MAP_ALBEDO, texture[0])


class Side:
    """Draws a case."""

    def __init__(self, case: Case) -> None:
        self._case, self._stage = case, stage_of(case)
        self._context = open_raylib()
        surfaces = surfaces_of(self._stage)
        self._sizes = {name: one.size_px for name, one in surfaces.items()}
        self._parts = rectangles_of(surfaces)
        self._pieces = [Piece(own) for own in triangles()]
        self._inner = rl.LoadRenderTexture(*CAMERA_PX)
        rl.SetTextureFilter(self._inner.texture, rl.TEXTURE_FILTER_BILINEAR)
        self._walls = [rl.LoadRenderTexture(*part.place_px[2:]) for part in self._parts]
        self._over = rl.LoadShaderFromMemory(OVER_VERTEX, OVER_FRAGMENT)
        self._seen = rl.GetShaderLocation(self._over, b"seenFromPlace")
        self._outer = [matrix_of(outer_clip(part, EYE_M)) for part in self._parts]
        self._same = matrix_of(np.eye(4, dtype=np.float32))

    def draw(self, number: int) -> None:
        """Draw frame `number` and wait until it is finished."""
        clip = camera_clip(camera_of(self._case, self._stage, number))
        self._begin(self._inner, *CAMERA_PX)
        self._draw_set(matrix_of(clip))
        for part, wall, outer in zip(self._parts, self._walls, self._outer, strict=True):
            self._begin(wall, *part.place_px[2:])
            self._draw_set(outer)
            self._lay_over(inner_from_place(part, clip))
        self._context.finish()
        if self._case.read_back:
            self.pictures()

    def _begin(self, target: Any, width: int, height: int) -> None:
        rl.rlEnableFramebuffer(target.id)
        rl.rlViewport(0, 0, width, height)
        rl.rlClearScreenBuffers()

    def _draw_set(self, clip: Any) -> None:
        rl.rlEnableDepthTest()
        rl.rlSetMatrixProjection(clip)
        rl.rlSetMatrixModelview(self._same)
        for piece in self._pieces:
            rl.DrawMesh(piece.mesh[0], piece.material, self._same)

    def _lay_over(self, seen: Matrix) -> None:
        rows = np.zeros((4, 4), np.float32)
        rows[:3, :3] = seen[[0, 1, 3]]
        rl.rlDisableDepthTest()
        rl.rlEnableShader(self._over.id)
        rl.rlSetUniformMatrix(self._seen, matrix_of(rows))
        rl.rlActiveTextureSlot(0)
        rl.rlEnableTexture(self._inner.texture.id)
        rl.rlLoadDrawQuad()
        rl.rlDisableTexture()
        rl.rlDisableShader()

    def pictures(self) -> dict[str, NDArray[np.uint8]]:
        """(h, w, 3) code values of every wall, rows from the top."""
        found = {name: np.zeros((size[1], size[0], 3), np.uint8) for name, size in self._sizes.items()}
        for part, wall in zip(self._parts, self._walls, strict=True):
            x, y, width, height = part.place_px
            rl.rlEnableFramebuffer(wall.id)
            pixels = rl.rlReadScreenPixels(width, height)
            rows = np.frombuffer(ffi.buffer(pixels, width * height * 4), np.uint8).reshape(height, width, 4)
            found[part.wall][y : y + height, x : x + width] = rows[..., :3]
            rl.MemFree(pixels)
        return found
