"""The meshes of a set, drawn with one indirect draw for each state."""

from __future__ import annotations

from typing import NamedTuple

import moderngl

from render.gl.textures import picture_texture
from render.moment import Moment
from render.passes.layer_pass import Phase, Setup
from render.scene.draw_list import COMMAND_WORDS, RECORD_FLOATS, DrawGroup, DrawList
from render.scene.scene_data import SceneData
from render.view import View

PICTURE_BINDING = 0

_VERTEX_FIELDS = (("in_position", "3f"), ("in_normal", "3f"), ("in_uv", "2f"), ("in_colour", "4f"))
_RECORD_FIELDS = (
    *(("in_row_x", "3f"), ("in_row_y", "3f"), ("in_row_z", "3f"), ("in_origin", "3f")),
    *(("in_base_colour", "4f"), ("in_emissive", "4f"), ("in_alpha_cutoff", "1f")),
)


class _GroupState(NamedTuple):
    """What a group of draws needs: its picture, whether both sides show, and its vertex array."""

    picture: moderngl.Texture | None
    double_sided: bool
    mesh: moderngl.VertexArray


class MeshPass:
    """Draws the meshes of one set. Holds its buffers, textures and programs; allocates nothing while drawing."""

    phase = Phase.OPAQUE

    def __init__(self, setup: Setup, scene: SceneData) -> None:
        ctx = setup.ctx
        self._ctx = ctx
        self._setup = setup
        self._animated = scene.animated
        self._list = DrawList(scene)
        self._records = ctx.buffer(reserve=max(1, self._list.instance_count) * RECORD_FLOATS * 4, dynamic=True)
        self._commands = ctx.buffer(reserve=max(1, self._list.command_count) * COMMAND_WORDS * 4, dynamic=True)
        self._vertices = ctx.buffer(self._list.vertices) if len(self._list.vertices) else None
        self._indices = ctx.buffer(self._list.triangles) if len(self._list.triangles) else None
        self._pictures = [picture_texture(ctx, picture, setup.quality.anisotropy) for picture in scene.pictures]
        self._programs: list[moderngl.Program] = []
        haze = scene.haze.density_per_m > 0.0
        self._mesh_arrays: dict[tuple[bool, bool, bool], moderngl.VertexArray] = {}
        self._states = [self._state(group, haze) for group in self._list.groups]

    def draw(self, view: View, moment: Moment) -> None:
        """Draw what the view can see."""
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

    def rehearse(self, view: View) -> None:
        """Find what the view can see, for nothing."""
        self._list.visible(view)

    def moves(self, moment: Moment) -> bool:
        """Where nodes or skins are animated."""
        return self._animated

    def warm_up(self, view: View) -> None:
        """Draw every variant once, into one pixel."""
        for mesh in self._mesh_arrays.values():
            mesh.render(moderngl.TRIANGLES, vertices=3, instances=1)

    def release(self) -> None:
        """Free everything on the graphics card."""
        for array in self._mesh_arrays.values():
            array.release()
        for program in self._programs:
            program.release()
        for picture in self._pictures:
            picture.release()
        for buffer in (self._records, self._commands, self._vertices, self._indices):
            if buffer is not None:
                buffer.release()

    def _state(self, group: DrawGroup, haze: bool) -> _GroupState:
        picture = self._pictures[group.picture] if group.picture >= 0 else None
        return _GroupState(picture, group.double_sided, self._mesh_array(group, haze))

    def _mesh_array(self, group: DrawGroup, haze: bool) -> moderngl.VertexArray:
        """The vertex array of a group's shader variant; groups that differ only in their picture share one."""
        variant = (group.picture >= 0, group.masked, group.double_sided)
        if variant not in self._mesh_arrays:
            textured, masked, double_sided = variant
            program = self._setup.program(
                "scene/scene", TEXTURED=textured, MASKED=masked, DOUBLE_SIDED=double_sided, HAZE=haze
            )
            self._programs.append(program)
            content = [
                (self._vertices, *_layout(program, _VERTEX_FIELDS, "v")),
                (self._records, *_layout(program, _RECORD_FIELDS, "i")),
            ]
            self._mesh_arrays[variant] = self._ctx.vertex_array(
                program, content, index_buffer=self._indices, index_element_size=4
            )
        return self._mesh_arrays[variant]


def _layout(program: moderngl.Program, fields: tuple[tuple[str, str], ...], step: str) -> tuple[str, ...]:
    """moderngl's buffer format and the names in it; what a variant does not read is skipped over."""
    used = [name for name, _ in fields if name in program]
    parts = [size if name in program else f"{int(size[0]) * 4}x" for name, size in fields]
    return (f"{' '.join(parts)}/{step}", *used)
