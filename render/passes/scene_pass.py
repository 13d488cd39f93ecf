"""The scene pass: the virtual set seen in one view, as scene-linear radiance or as probe positions."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

import moderngl

from render.gl.program import build_program
from render.gl.shader_source import Define
from render.gl.textures import blank_texture, equirect_texture, picture_texture
from render.scene.draw_list import COMMAND_WORDS, RECORD_FLOATS, DrawGroup, DrawList
from render.scene.scene_data import SceneData
from render.scene.view_block import VIEW_BLOCK_BYTES, ViewBlock
from render.view import View
from stage.messages.frames import LookState
from stage.model.stagefile import Quality

VIEW_BINDING = 0
PICTURE_BINDING = 0
BRIGHTEST = 60_000.0
"""The most that is written: below the largest 16-bit float, so that mixing pixels later cannot overflow."""

_VERTEX_FIELDS = (("in_position", "3f"), ("in_normal", "3f"), ("in_uv", "2f"), ("in_colour", "4f"))
_RECORD_FIELDS = (
    *(("in_row_x", "3f"), ("in_row_y", "3f"), ("in_row_z", "3f"), ("in_origin", "3f")),
    *(("in_base_colour", "4f"), ("in_emissive", "4f"), ("in_alpha_cutoff", "1f")),
)


class Material(IntEnum):
    """What a pixel says. LIT: radiance (1.0 = 100 nits). PROBE: the stage position seen, metres; the background is
    eye + 1e5 * unit direction. Alpha is 1."""

    LIT = 0
    PROBE = 1


class _GroupState(NamedTuple):
    """What a group of draws needs: its picture, whether both sides show, and its vertex array."""

    picture: moderngl.Texture | None
    double_sided: bool
    mesh: moderngl.VertexArray


class ScenePass:
    """Draws one set. Holds its buffers, textures and programs; allocates nothing while drawing."""

    def __init__(self, ctx: moderngl.Context, scene: SceneData, quality: Quality, material: Material) -> None:
        self._ctx = ctx
        self._block = ViewBlock(scene)
        self._list = DrawList(scene)
        self._view_buffer = ctx.buffer(reserve=VIEW_BLOCK_BYTES, dynamic=True)
        self._records = ctx.buffer(reserve=max(1, self._list.instance_count) * RECORD_FLOATS * 4, dynamic=True)
        self._commands = ctx.buffer(reserve=max(1, self._list.command_count) * COMMAND_WORDS * 4, dynamic=True)
        self._vertices = ctx.buffer(self._list.vertices) if len(self._list.vertices) else None
        self._indices = ctx.buffer(self._list.triangles) if len(self._list.triangles) else None
        self._pictures = [picture_texture(ctx, picture, quality.anisotropy) for picture in scene.pictures]
        back = scene.background
        self._background = equirect_texture(ctx, back) if back else blank_texture(ctx)
        self._programs: list[moderngl.Program] = []
        haze = scene.haze.density_per_m > 0.0
        self._mesh_arrays: dict[tuple[bool, bool, bool], moderngl.VertexArray] = {}
        self._states = [self._state(group, material, haze) for group in self._list.groups]
        self._far = self._background_array(material, back is not None)

    def draw(
        self,
        target: moderngl.Framebuffer,
        viewport_px: tuple[int, int, int, int],
        view: View,
        look: LookState,
        scene_time_s: float,
    ) -> None:
        """Fills `viewport_px` (x, y from the lower left corner, width, height) of the target and nothing else.

        The target needs a depth attachment and is left bound; depth test and culling stay on, blending off.
        """
        ctx = self._ctx
        target.use()
        target.viewport = viewport_px
        target.scissor = viewport_px
        ctx.enable_only(moderngl.DEPTH_TEST | moderngl.CULL_FACE)
        ctx.depth_func = "<="
        target.clear(0.0, 0.0, 0.0, 1.0, depth=1.0, viewport=viewport_px)
        self._view_buffer.write(self._block.pack(view, look, scene_time_s))
        self._view_buffer.bind_to_uniform_block(VIEW_BINDING)
        self._draw_meshes(view)
        self._background.use(PICTURE_BINDING)
        self._far.render(moderngl.TRIANGLES, vertices=3)
        target.scissor = None  # type: ignore[assignment]  # moderngl: None = no scissor

    def _draw_meshes(self, view: View) -> None:
        visible = self._list.visible(view)
        if not visible.runs:
            return
        self._records.write(visible.records)
        self._commands.write(visible.commands)
        for group, first, length in visible.runs:
            picture, double_sided, mesh = self._states[group]
            if picture is not None:
                picture.use(PICTURE_BINDING)
            if double_sided:
                self._ctx.disable(moderngl.CULL_FACE)
            mesh.render_indirect(self._commands, moderngl.TRIANGLES, length, first=first)
            if double_sided:
                self._ctx.enable(moderngl.CULL_FACE)

    def warm_up(self, target: moderngl.Framebuffer, view: View) -> None:
        """Draws every variant once into a target of the kind that will be used, so that no frame pays for it."""
        whole = (0, 0, *target.size)
        self.draw(target, whole, view, LookState(), 0.0)
        target.scissor = (0, 0, 1, 1)
        for mesh in self._mesh_arrays.values():
            mesh.render(moderngl.TRIANGLES, vertices=3, instances=1)
        target.scissor = None  # type: ignore[assignment]  # moderngl: None = no scissor
        self._ctx.finish()

    def release(self) -> None:
        """Frees everything on the graphics card."""
        for array in (*self._mesh_arrays.values(), self._far):
            array.release()
        for program in self._programs:
            program.release()
        for texture in (*self._pictures, self._background):
            texture.release()
        for buffer in (self._view_buffer, self._records, self._commands, self._vertices, self._indices):
            if buffer is not None:
                buffer.release()

    def _state(self, group: DrawGroup, material: Material, haze: bool) -> _GroupState:
        picture = self._pictures[group.picture] if group.picture >= 0 else None
        return _GroupState(picture, group.double_sided, self._mesh_array(group, material, haze))

    def _mesh_array(self, group: DrawGroup, material: Material, haze: bool) -> moderngl.VertexArray:
        """The vertex array of a group's shader variant; groups that differ only in their picture share one."""
        variant = (group.picture >= 0, group.masked, group.double_sided)
        if variant not in self._mesh_arrays:
            textured, masked, double_sided = variant
            program = self._program(
                *("scene/scene", material), TEXTURED=textured, MASKED=masked, DOUBLE_SIDED=double_sided, HAZE=haze
            )
            content = [
                (self._vertices, *_layout(program, _VERTEX_FIELDS, "v")),
                (self._records, *_layout(program, _RECORD_FIELDS, "i")),
            ]
            self._mesh_arrays[variant] = self._ctx.vertex_array(
                program, content, index_buffer=self._indices, index_element_size=4
            )
        return self._mesh_arrays[variant]

    def _background_array(self, material: Material, equirect: bool) -> moderngl.VertexArray:
        program = self._program("background/background", material, EQUIRECT=equirect)
        return self._ctx.vertex_array(program, [])

    def _program(self, name: str, material: Material, **defines: Define) -> moderngl.Program:
        kinds = {kind.name: kind.value for kind in Material}
        given = {**kinds, "MATERIAL": material.value, "BRIGHTEST": BRIGHTEST, **defines}
        program = build_program(self._ctx, f"{name}.vert", f"{name}.frag", given)
        self._programs.append(program)
        return program


def _layout(program: moderngl.Program, fields: tuple[tuple[str, str], ...], step: str) -> tuple[str, ...]:
    """moderngl's buffer format and the names in it; what a variant does not read is skipped over."""
    used = [name for name, _ in fields if name in program]
    parts = [size if name in program else f"{int(size[0]) * 4}x" for name, size in fields]
    return (f"{' '.join(parts)}/{step}", *used)
