"""Crowds: all figures of a layer in one indirect draw, and their shade on the ground in another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import moderngl
import numpy as np
from numpy.typing import NDArray

from render.gl.drawing_state import MULTIPLIED, DrawingState
from render.gl.indirect import COMMAND_WORDS
from render.gl.vertex_layout import layout
from render.layers.crowd.costumes import COSTUMES
from render.layers.crowd.crowd import FIGURE_FLOATS_SHOWN, CrowdData
from render.layers.crowd.figures import DETAILS, Role, figure_mesh
from render.layers.crowd.view import shown_figures
from render.view.layer_pass import LayerPass, Phase, Setup
from render.view.material import Material
from render.view.moment import Moment
from render.view.view import View

PEOPLE_BINDING = 6
FIGURE_VERTEX_FIELDS = (
    *(("in_position", "3f"), ("in_normal", "3f"), ("in_swing", "4f")),
    *(("in_head", "1f"), ("in_role", "1f")),
)
FIGURE_FIELDS = (("in_figure", "4f"), ("in_motion", "4f"))
_SHADED_LEVELS = DETAILS - 1
"""Figures of the last level are too far away for their shade to be seen."""
_DRAWS = ((0, 2, True, False), (2, 1, False, False), (3, 1, False, True))
"""First level, number of levels, whether cloth and faces are painted, whether figures are flat and do not move."""
_SHADE = np.array([[x, y, z] for z in (1, 0) for x, y in ((-1, -1), (1, -1), (-1, 1), (-1, 1), (1, -1), (1, 1))])


def crowd_passes(setup: Setup, crowds: Sequence[CrowdData]) -> Iterator[list[LayerPass]]:
    """The passes of all crowds of a set: the figures, then their shade if light is shown."""
    figures: list[CrowdPass] = []
    for crowd in crowds:
        figures.append(CrowdPass(setup, crowd))
        yield [figures[-1]]
    if setup.material is Material.LIT:
        for crowd_pass in figures:
            yield [ShadePass(setup, crowd_pass)]


class CrowdPass:
    """Draws the figures of one crowd. Positions are computed once a moment, visibility once a view."""

    phase = Phase.OPAQUE

    def __init__(self, setup: Setup, crowd: CrowdData) -> None:
        ctx = setup.ctx
        self._crowd = crowd
        self._found: tuple[object, ...] | None = None
        self._commands_still, vertices, triangles = figure_meshes()
        self._vertices, self._triangles = ctx.buffer(vertices), ctx.buffer(triangles)
        self.people = ctx.buffer(crowd.people if crowd.count else np.zeros(1, np.float32))
        self.figures = ctx.buffer(reserve=max(1, crowd.count) * FIGURE_FLOATS_SHOWN * 4, dynamic=True)
        self._commands = ctx.buffer(reserve=self._commands_still.nbytes, dynamic=True)
        self._programs = [_program(setup, painted, flat) for _, _, painted, flat in _DRAWS]
        self._arrays = [self._array(ctx, program) for program in self._programs]
        self.shown = 0
        self.shaded = 0

    def draw(self, view: View, moment: Moment) -> None:
        """Draw the visible figures."""
        self._find(moment)
        shown = shown_figures(self._standing, self._variant, len(COSTUMES), view)
        self.shown = len(shown.figures)
        self.shaded = int(shown.counts[: _SHADED_LEVELS * len(COSTUMES)].sum())
        if not self.shown:
            return
        commands = self._commands_still.copy()
        commands[:, 1] = shown.counts
        commands[:, 4] = np.cumsum(shown.counts) - shown.counts
        self.figures.write(shown.figures)
        self._commands.write(commands)
        self.people.bind_to_storage_buffer(PEOPLE_BINDING)
        for array, (first, levels, _, _) in zip(self._arrays, _DRAWS, strict=True):
            kinds = slice(first * len(COSTUMES), (first + levels) * len(COSTUMES))
            if shown.counts[kinds].any():
                array.render_indirect(self._commands, moderngl.TRIANGLES, levels * len(COSTUMES), first=kinds.start)

    def moves(self, moment: Moment) -> bool:
        """Always, if there are any figures."""
        return self._crowd.count > 0 and moment.look.crowd.density > 0.0

    def depends_on(self, moment: Moment) -> tuple[object, ...]:
        """If there are any figures: how many, how many walk, and scene time."""
        look = moment.look.crowd
        return (look.density, look.activity, moment.time_s) if self.moves(moment) else ()

    def warm_up(self, view: View) -> None:
        """Draw with every program, once."""
        self.people.bind_to_storage_buffer(PEOPLE_BINDING)
        for array in self._arrays:
            array.render(moderngl.TRIANGLES, vertices=3, instances=1)

    def release(self) -> None:
        """Free everything on the graphics card."""
        buffers = self._vertices, self._triangles, self.people, self.figures, self._commands
        for array in self._arrays:
            array.release()
        for program in self._programs:
            program.release()
        for buffer in buffers:
            buffer.release()

    def _array(self, ctx: moderngl.Context, program: moderngl.Program) -> moderngl.VertexArray:
        content = [
            (self._vertices, *layout(program, FIGURE_VERTEX_FIELDS, "v")),
            (self.figures, *layout(program, FIGURE_FIELDS, "i")),
        ]
        return ctx.vertex_array(program, content, index_buffer=self._triangles, index_element_size=4)

    def _find(self, moment: Moment) -> None:
        key = self.depends_on(moment)
        if key != self._found:
            self._found = key
            self._standing = self._crowd.at(moment)
            self._variant = self._crowd.variant[self._standing.numbers]


class ShadePass:
    """Darkens the ground round the figures that a CrowdPass drew just before, in the same view."""

    phase = Phase.TRANSPARENT

    def __init__(self, setup: Setup, crowd: CrowdPass) -> None:
        self._crowd = crowd
        self._state = DrawingState(setup.ctx, blend=MULTIPLIED, both_sides=True, writes_depth=False)
        self._corners = setup.ctx.buffer(_SHADE.astype(np.float32))
        self._program = setup.program("crowd/shade")
        fields = (("in_figure", "4f"), ("in_motion", "4f"))
        self._array = setup.ctx.vertex_array(
            self._program,
            [(self._corners, "3f/v", "in_corner"), (crowd.figures, *layout(self._program, fields, "i"))],
        )

    def draw(self, view: View, moment: Moment) -> None:
        """Darken what is drawn already."""
        if not self._crowd.shaded:
            return
        self._crowd.people.bind_to_storage_buffer(PEOPLE_BINDING)
        with self._state:
            self._array.render(moderngl.TRIANGLES, instances=self._crowd.shaded)

    def moves(self, moment: Moment) -> bool:
        """With the figures."""
        return self._crowd.moves(moment)

    def depends_on(self, moment: Moment) -> tuple[object, ...]:
        """Nothing beyond the figures, which their own pass covers."""
        return ()

    def warm_up(self, view: View) -> None:
        """Draw it once."""
        self._crowd.people.bind_to_storage_buffer(PEOPLE_BINDING)
        self._array.render(moderngl.TRIANGLES, vertices=3, instances=1)

    def release(self) -> None:
        """Free everything on the graphics card."""
        for thing in (self._array, self._program, self._corners):
            thing.release()


def _program(setup: Setup, painted: bool, flat: bool) -> moderngl.Program:
    roles: dict[str, Any] = {role.name: role.value for role in Role}
    return setup.program("crowd/crowd", PAINTED=painted, FLAT=flat, **roles)


def figure_meshes() -> tuple[NDArray[np.uint32], NDArray[np.float32], NDArray[np.uint32]]:
    """A command for each level and costume, without its instances; all vertices; all triangles."""
    meshes = [figure_mesh(costume, detail) for detail in range(DETAILS) for costume in COSTUMES]
    commands = np.zeros((len(meshes), COMMAND_WORDS), dtype=np.uint32)
    commands[:, 0] = [mesh.triangles.size for mesh in meshes]
    commands[:, 2] = np.cumsum([0, *(mesh.triangles.size for mesh in meshes[:-1])])
    commands[:, 3] = np.cumsum([0, *(len(mesh.vertices) for mesh in meshes[:-1])])
    vertices = np.concatenate([mesh.vertices for mesh in meshes])
    return commands, vertices, np.concatenate([mesh.triangles for mesh in meshes])
