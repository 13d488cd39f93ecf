"""The sun's shadow maps: the depth of meshes and crowds as the sun sees it, in squares round the stage's origin.

They are redrawn only when the sun or the set has moved, once for all views of a frame: they do not depend on the view.
"""

from __future__ import annotations

from collections.abc import Sequence

import moderngl
import numpy as np

from render.gl.program import build_program, uniform
from render.gl.textures import blank_texture
from render.gl.vertex_layout import layout
from render.layers.crowd.crowd import CrowdData
from render.layers.crowd.shadow_pass import CrowdShadow, Rows
from render.layers.mesh.draw_arrays import DrawGroup
from render.layers.mesh.mesh_pass import RECORD_FIELDS, VERTEX_FIELDS, MeshPass
from render.view.moment import Moment
from render.view.sun_frame import SunFrame, SunFrames
from stage.maths.pose import Vector

DEPTH_BINDING, ITSELF_BINDING = 8, 11
"""Of the maps, compared with a depth, and as they are."""
_ORIGIN = (0.0, 0.0, 0.0)
_SLOPE_AND_UNITS = (1.5, 4.0)
"""Offset of the drawn depth away from the sun: a multiple of its slope over a texel, and steps of depth."""


class ShadowPass:
    """Draws and holds the shadow maps of one set's meshes and crowds."""

    def __init__(
        self,
        ctx: moderngl.Context,
        size_px: int,
        frames: SunFrames,
        meshes: MeshPass,
        pictures: list[moderngl.Texture],
        crowds: Sequence[CrowdData] = (),
    ) -> None:
        self._ctx = ctx
        self._frames = frames
        self._meshes = meshes
        self._size_px = size_px
        self.radii_m = frames.radii_m()
        self.frame: SunFrame = frames.frame((0.0, 0.0, 1.0))
        self._depth = ctx.depth_texture((len(self.radii_m) * size_px, size_px))
        self._depth.compare_func = "<="
        self._depth.filter = (moderngl.LINEAR, moderngl.LINEAR)
        self._depth.repeat_x = self._depth.repeat_y = False
        self._itself = ctx.sampler(repeat_x=False, repeat_y=False, filter=(moderngl.NEAREST, moderngl.NEAREST))
        self._target = ctx.framebuffer([], self._depth)
        self._blank = blank_texture(ctx)
        self._pictures = pictures
        visible = meshes.list.casters()
        self._runs = visible.runs
        self._records = ctx.buffer(visible.records if len(visible.records) else np.zeros(1, np.float32))
        self._commands = ctx.buffer(visible.commands if len(visible.commands) else np.zeros(1, np.uint32))
        self._programs = [
            build_program(ctx, "shadow/shadow.vert", "shadow/shadow.frag", {"MASKED": masked}) for masked in (0, 1)
        ]
        self._arrays = [self._array(program) for program in self._programs] if meshes.indices else []
        self._crowds = [CrowdShadow(ctx, crowd, self.radii_m) for crowd in crowds]
        self._key: tuple[object, ...] | None = None

    def depends_on(self, toward: Vector, moment: Moment) -> tuple[object, ...]:
        """Where the light comes from, and what the shadow casters depend on."""
        return (toward, self._meshes.depends_on(moment), *[one.depends_on(moment) for one in self._crowds])

    def make(self, toward: Vector, moment: Moment) -> None:
        """Make the maps for light from direction `toward` (unit), unless they exist already."""
        key = self.depends_on(toward, moment)
        if key == self._key:
            return
        self._key = key
        moves, there = self._meshes.moves(moment), [one for one in self._crowds if one.moves(moment)]
        self._meshes.pose(moment)
        if moves:
            self._records.write(self._meshes.list.casters().records)
        self.frame = self._frames.frame(toward)
        for one in there:
            one.pose(moment, self.frame)
        self._target.use()
        self._target.viewport = (0, 0, *self._target.size)
        self._target.clear(depth=1.0)
        self._ctx.enable_only(moderngl.DEPTH_TEST)
        self._ctx.depth_func = "<="
        self._ctx.polygon_offset = _SLOPE_AND_UNITS
        for number, radius_m in enumerate(self.radii_m):
            self._target.viewport = (number * self._size_px, 0, self._size_px, self._size_px)
            across, along, depth = self.frame.rows(_ORIGIN)
            rows = (tuple(value / radius_m for value in across), tuple(value / radius_m for value in along), depth)
            self._draw_square(rows)
            for one in there:
                one.cast(number, rows)
        self._ctx.polygon_offset = (0.0, 0.0)

    def bind(self) -> None:
        """Bind the maps for what is drawn next."""
        self._depth.use(DEPTH_BINDING)
        self._depth.use(ITSELF_BINDING)
        self._itself.use(ITSELF_BINDING)

    def release(self) -> None:
        """Free everything on the graphics card."""
        for array in self._arrays:
            array.release()
        for crowd in self._crowds:
            crowd.release()
        for program in self._programs:
            program.release()
        for thing in (self._target, self._depth, self._itself, self._blank, self._records, self._commands):
            thing.release()

    def _draw_square(self, rows: Rows) -> None:
        """The meshes."""
        for program in self._programs:
            for name, row in zip(("across", "along", "depth"), rows, strict=True):
                uniform(program, name).value = row
        for group, first, length in self._runs:
            own: DrawGroup = self._meshes.list.groups[group]
            if own.masked:
                picture = self._blank if own.picture is None else self._pictures[own.picture]
                picture.use(0)
            self._arrays[own.masked].render_indirect(self._commands, moderngl.TRIANGLES, length, first=first)

    def _array(self, program: moderngl.Program) -> moderngl.VertexArray:
        content = [
            (self._meshes.vertices, *layout(program, VERTEX_FIELDS, "v")),
            (self._records, *layout(program, RECORD_FIELDS, "i")),
        ]
        return self._ctx.vertex_array(program, content, index_buffer=self._meshes.indices, index_element_size=4)
