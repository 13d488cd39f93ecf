"""The shadows of a crowd: its figures drawn into the sun's maps, in less detail the coarser the map."""

from __future__ import annotations

import moderngl
import numpy as np

from render.gl.program import build_program, uniform
from render.gl.vertex_layout import layout
from render.layers.crowd.casters import CASTING_DETAIL, casting_figures
from render.layers.crowd.costumes import COSTUMES
from render.layers.crowd.crowd import FIGURE_FLOATS_SHOWN, CrowdData
from render.layers.crowd.crowd_pass import (
    FIGURE_FIELDS,
    FIGURE_VERTEX_FIELDS,
    PEOPLE_BINDING,
    figure_meshes,
)
from render.layers.crowd.figures import DETAILS
from render.view.moment import Moment
from render.view.sun_frame import SunFrame

Rows = tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...]]
"""Across and along over a square's radius, and depth: each of (x, y, z, 1)."""


class CrowdShadow:
    """Draws one crowd into the squares of the shadow maps."""

    def __init__(self, ctx: moderngl.Context, crowd: CrowdData, radii_m: tuple[float, ...]) -> None:
        self._crowd, self._radii_m = crowd, radii_m
        still, vertices, triangles = figure_meshes()
        details = np.array(CASTING_DETAIL[: len(radii_m)])
        self._still = still[(details[:, None] * len(COSTUMES) + np.arange(len(COSTUMES))).ravel()]
        self._vertices, self._triangles = ctx.buffer(vertices), ctx.buffer(triangles)
        self._people = ctx.buffer(crowd.people if crowd.count else np.zeros(1, np.float32))
        size = max(1, crowd.count) * len(radii_m) * FIGURE_FLOATS_SHOWN * 4
        self._figures = ctx.buffer(reserve=size, dynamic=True)
        self._commands = ctx.buffer(reserve=self._still.nbytes, dynamic=True)
        self._arrays = [self._array(ctx, int(detail)) for detail in details]

    def moves(self, moment: Moment) -> bool:
        """Always, if there are any figures."""
        return self._crowd.count > 0 and moment.look.crowd.density > 0.0

    def depends_on(self, moment: Moment) -> tuple[object, ...]:
        """If there are any figures: how many, how many walk, and scene time."""
        look = moment.look.crowd
        return (look.density, look.activity, moment.time_s) if self.moves(moment) else ()

    def pose(self, moment: Moment, frame: SunFrame) -> None:
        """Place all figures at a moment, for a sun."""
        standing = self._crowd.at(moment)
        variant = self._crowd.variant[standing.numbers]
        figures, counts = casting_figures(standing, variant, len(COSTUMES), frame, self._radii_m)
        commands = self._still.copy()
        commands[:, 1] = counts.ravel()
        commands[:, 4] = np.cumsum(counts.ravel()) - counts.ravel()
        self._commands.write(commands)
        if len(figures):
            self._figures.write(figures)

    def cast(self, square: int, rows: Rows) -> None:
        """Draw the figures in a square."""
        array = self._arrays[square]
        for name, row in zip(("across", "along", "depth"), rows, strict=True):
            uniform(array.program, name).value = row
        self._people.bind_to_storage_buffer(PEOPLE_BINDING)
        array.render_indirect(self._commands, moderngl.TRIANGLES, len(COSTUMES), first=square * len(COSTUMES))

    def release(self) -> None:
        """Free everything on the graphics card."""
        for array in self._arrays:
            array.program.release()
            array.release()
        for buffer in (self._vertices, self._triangles, self._people, self._figures, self._commands):
            buffer.release()

    def _array(self, ctx: moderngl.Context, detail: int) -> moderngl.VertexArray:
        flat = detail == DETAILS - 1
        kinds = {"PAINTED": detail < CASTING_DETAIL[1], "FLAT": flat}
        program = build_program(ctx, "crowd/shadow.vert", "crowd/shadow.frag", kinds)
        content = [
            (self._vertices, *layout(program, FIGURE_VERTEX_FIELDS, "v")),
            (self._figures, *layout(program, FIGURE_FIELDS, "i")),
        ]
        return ctx.vertex_array(program, content, index_buffer=self._triangles, index_element_size=4)
