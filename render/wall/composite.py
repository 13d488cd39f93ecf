"""One wall's composite: its programs, with the look's steps and without, and what they read."""

from __future__ import annotations

from collections.abc import Sequence

import moderngl

from render.gl.program import build_program, uniform
from render.plan.boxes import Box, overlap, without
from render.view.material import Material
from render.wall.calibration import CalibrationTables, colour_defines
from render.wall.canvas import VERTEX_FIELDS, VERTEX_LAYOUT, WallCanvas
from render.wall.colour import WallColour
from render.wall.steps import BINDING, MOST_CARDS, STEPS_BYTES

FIRST_INNER = 1
"""The texture unit of the first camera's inner picture; the outer one has 0."""


class WallProgram:
    """The composite of one wall, with the look's steps or without. `core`: where one inner view shows alone."""

    def __init__(
        self,
        ctx: moderngl.Context,
        wall: WallCanvas,
        cameras: int,
        material: Material,
        colour: WallColour,
        *,
        steps: bool,
        core: bool = False,
    ) -> None:
        self.program = build_program(
            ctx,
            "composite/wall.vert",
            "composite/composite.frag",
            {
                "CAMERAS": 1 if core else cameras,
                "CURVED": not wall.straight,
                "CORE": core,
                "MATERIAL": material.value,
                "PROBE": Material.PROBE.value,
                "STEPS": steps,
                "OUTER_SCALED": wall.outer_px != wall.size_px,
                "MOST_CARDS": MOST_CARDS,
                **colour_defines(colour),
            },
            {"canvas_px": wall.size_px},
        )
        self.cameras_here: moderngl.Uniform | None = None
        if cameras and not core:
            uniform(self.program, "canvas_height_px").value = wall.size_px[1]
            self.cameras_here = uniform(self.program, "cameras_here")
        used = [name for name in VERTEX_FIELDS if name in self.program]
        layout = VERTEX_LAYOUT if len(used) == len(VERTEX_FIELDS) else "2f 44x"
        self.array = ctx.vertex_array(self.program, [(wall.vertices, layout, *used)])

    def release(self) -> None:
        """Free array and program."""
        self.array.release()
        self.program.release()


class WallComposite:
    """One wall's programs and what they read."""

    def __init__(
        self,
        ctx: moderngl.Context,
        wall: WallCanvas,
        inner: Sequence[moderngl.Texture],
        material: Material,
        colour: WallColour,
    ) -> None:
        self._wall = wall
        self._inner = tuple(inner)
        lit = material is Material.LIT
        whole = {steps: WallProgram(ctx, wall, len(inner), material, colour, steps=steps) for steps in (False, lit)}
        cored = lit and wall.straight and bool(inner)
        core = {
            steps: WallProgram(ctx, wall, 1, material, colour, steps=steps, core=True)
            for steps in (False, True)
            if cored
        }
        self._whole, self._core = whole, core
        self._programs = [*whole.values(), *core.values()]
        self._tables = CalibrationTables(ctx, colour, [one.program for one in self._programs])
        self._buffer = ctx.buffer(reserve=STEPS_BYTES, dynamic=True)
        self._steps: bytes | None = None

    def set_steps(self, steps: bytes | None, bypass_calibration: bool) -> None:
        """Set what the look does to this wall from now on; None = nothing."""
        self._steps = steps
        self._tables.bypass(bypass_calibration)
        if steps is not None:
            self._buffer.write(steps)

    def draw(
        self,
        boxes: Sequence[Box],
        covered: Sequence[Box | None],
        cores: Sequence[Box | None] = (),
        outer: moderngl.Texture | None = None,
    ) -> None:
        """Draw the wall's picture inside `boxes`; `covered` is the box of each camera, `cores` where one shows alone.
        `outer` replaces the wall's outer picture."""
        framebuffer = self._wall.framebuffer
        framebuffer.use()
        framebuffer.viewport = (0, 0, *self._wall.size_px)
        self._tables.use()
        if self._steps is not None:
            self._buffer.bind_to_uniform_block(BINDING)
        rest = tuple(boxes)
        for number, core in enumerate(cores if self._core else ()):
            if core is not None:
                rest = tuple([part for box in rest for part in without(box, core)])
                self._inner[number].use(FIRST_INNER)
                framebuffer.scissor = self._wall.from_below(core)
                self._core[self._steps is not None].array.render(moderngl.TRIANGLES)
        for unit, picture in enumerate((outer or self._wall.outer, *self._inner)):
            picture.use(unit)
        self._draw_rest(rest, covered)
        framebuffer.scissor = None  # type: ignore[assignment]  # moderngl: None = no scissor

    def _draw_rest(self, boxes: Sequence[Box], covered: Sequence[Box | None]) -> None:
        """Where the outer view, an edge or several cameras show."""
        chosen = self._whole[self._steps is not None and True in self._whole]
        for box in boxes:
            if chosen.cameras_here is not None:
                chosen.cameras_here.value = sum(
                    1 << number for number, other in enumerate(covered) if other is not None and overlap(box, other)
                )
            self._wall.framebuffer.scissor = self._wall.from_below(box)
            chosen.array.render(moderngl.TRIANGLES)

    def release(self) -> None:
        """Free programs, tables and block."""
        for program in self._programs:
            program.release()
        self._tables.release()
        self._buffer.release()
