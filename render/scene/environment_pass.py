"""The background's light on the set: its irradiance, and its reflection for each roughness.

The background is drawn into six small faces at a whole stop of exposure and without gains, and again only when what it
depends on has changed. A background that moves by itself is updated in whole seconds of scene time. All of it is a
function of the moment.
"""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import replace

import moderngl
import numpy as np
from numpy.typing import NDArray

from render.gl.program import build_compute, build_program, uniform
from render.layers.mesh.gloss_table import SIZE, gloss_table
from render.scene.view_block import VIEW_BLOCK_BYTES, ViewBlock, captured_ev
from render.view.layer_pass import (
    ROUGH_FROM,
    ROUGH_STEPS,
    ROUGHNESS_STEPS,
    SHARP_SQUARES,
    LayerPass,
    Setup,
    rough_px,
)
from render.view.moment import Moment
from render.view.view import View
from stage.maths.projection import CUBE, CUBE_FACE, perspective
from stage.model.look import Exposure, Practicals

VIEW_BINDING, IRRADIANCE_BINDING = 0, 1
REFLECTIONS_BINDING, GLOSS_TABLE_BINDING = 9, 10
NO_LAMPS = Practicals(mode="off")
GATHERED_BINDING = 6
_SAMPLES = 48
_CELLS, _CELL_BYTES, _THREADS = 16, 32, 64
"""Cells of a face along its side, for rough reflections: 5.6 degrees each, where the narrowest lobe is 35 wide."""
_FINE_PX = 256
"""Of a face, for rough reflections of a picture."""
_EYE_M = (0.0, 0.0, 1.6)
"""Where the background is seen from: it is at infinity, but a sky darkens with height."""


class EnvironmentPass:
    """Makes and holds the light of one set's background."""

    def __init__(self, setup: Setup, background: LayerPass, block: ViewBlock, pictured: bool = False) -> None:
        """`pictured`: the background is a picture, whose lamps may be smaller than a texel of reflections."""
        ctx, size = setup.ctx, setup.quality.reflection_px
        self._ctx = ctx
        self._background = background
        self._block = block
        self._face_px = size
        self._views = [View(_EYE_M, perspective(_EYE_M, axes, CUBE_FACE)) for axes in CUBE]
        self._faces = ctx.texture((6 * size, size), 4, dtype="f2")
        self._capture = ctx.framebuffer([self._faces])
        self._fine = ctx.texture((6 * _FINE_PX, _FINE_PX), 4, dtype="f2") if pictured else None
        self._fine_capture = ctx.framebuffer([self._fine]) if self._fine else None
        square = size + 2
        self._rough_px = rough_px(setup.quality)
        self._left_px = SHARP_SQUARES * square
        self._reflections = ctx.texture((self._left_px + ROUGH_STEPS * self._rough_px, square), 4, dtype="f2")
        self._reflections.repeat_x = self._reflections.repeat_y = False
        self._prefiltered = ctx.framebuffer([self._reflections])
        self._table = ctx.texture((SIZE, SIZE), 2, gloss_table(), dtype="f4")
        self._table.repeat_x = self._table.repeat_y = False
        steps = {"ROUGHNESS_STEPS": ROUGHNESS_STEPS, "SAMPLES": _SAMPLES}
        self._prefilter = build_program(ctx, "environment/prefilter.vert", "environment/prefilter.frag", steps)
        uniform(self._prefilter, "square_px").value = square
        self._everywhere = ctx.vertex_array(self._prefilter, [])
        cells = {"CELLS": _CELLS}
        self._gather = build_compute(ctx, "environment/gather.comp", {**cells, "THREADS": _THREADS})
        rough = {"ROUGH_STEPS": ROUGH_STEPS, "ROUGH_FROM": ROUGH_FROM, "ROUGH_PX": self._rough_px, **cells}
        self._rough = build_program(ctx, "environment/prefilter.vert", "environment/rough.frag", rough)
        uniform(self._rough, "left_px").value = self._left_px
        self._rough_everywhere = ctx.vertex_array(self._rough, [])
        self._gathered = ctx.buffer(reserve=6 * _CELLS**2 * _CELL_BYTES)
        self._project = build_compute(ctx, "environment/irradiance.comp")
        self._irradiance = ctx.buffer(reserve=9 * 16)
        self._view_buffer = ctx.buffer(reserve=VIEW_BLOCK_BYTES, dynamic=True)
        self._key: Hashable = None
        self._mirrored_key: Hashable = None

    def depends_on(self, moment: Moment) -> tuple[object, ...]:
        """What the background's picture depends on, without mere multipliers of its light."""
        plain = _for_light(moment)
        return (self._block.depends_on(plain), self._background.depends_on(plain))

    def make(self, moment: Moment, mirrored: bool) -> None:
        """Make the background's light at this moment, unless it exists already. Reflections are made only if something
        shows them; they cost as much again."""
        key = self.depends_on(moment)
        if key != self._key:
            self._key = key
            self._draw_faces(_for_light(moment), self._capture)
            self._faces.build_mipmaps(max_level=int(math.log2(self._face_px)) - 2)
            self._faces.repeat_x = self._faces.repeat_y = False
            self._faces.use(0)
            self._irradiance.bind_to_storage_buffer(IRRADIANCE_BINDING)
            self._project.run()
            self._ctx.memory_barrier()
        if mirrored and key != self._mirrored_key:
            self._mirrored_key = key
            if self._fine_capture:
                self._draw_faces(_for_light(moment), self._fine_capture)
            self._mirror()

    def bind(self) -> None:
        """Bind the light for what is drawn next."""
        self._irradiance.bind_to_uniform_block(IRRADIANCE_BINDING)
        self._reflections.use(REFLECTIONS_BINDING)
        self._table.use(GLOSS_TABLE_BINDING)

    def captured(self, moment: Moment) -> NDArray[np.float32]:
        """(side, 6 x side, 3) the background's faces side by side at a moment, rows from below; without gains, at a
        whole stop of exposure. The light of another moment is made again when it is asked for."""
        if self.depends_on(moment) != self._key:
            self._key = None
            self._draw_faces(_for_light(moment), self._capture)
        side = self._face_px
        rows = np.frombuffer(self._faces.read(), np.float16).reshape(side, 6 * side, 4)
        return rows[:, :, :3].astype(np.float32)

    def release(self) -> None:
        """Free everything on the graphics card."""
        for thing in (self._capture, self._prefiltered, self._faces, self._reflections, self._table):
            thing.release()
        for owned in (self._everywhere, self._prefilter, self._project, self._irradiance, self._view_buffer):
            owned.release()
        for rough in (
            self._rough_everywhere,
            self._rough,
            self._gather,
            self._gathered,
            self._fine_capture,
            self._fine,
        ):
            if rough is not None:
                rough.release()

    def _mirror(self) -> None:
        """Filter the captured faces for each roughness."""
        (self._fine or self._faces).use(0)
        self._gathered.bind_to_storage_buffer(GATHERED_BINDING)
        self._gather.run(-(-6 * _CELLS**2 // _THREADS))
        self._ctx.memory_barrier()
        self._faces.use(0)
        self._prefiltered.use()
        self._ctx.enable_only(moderngl.NOTHING)
        self._prefiltered.viewport = (0, 0, self._left_px, self._reflections.height)
        self._everywhere.render(moderngl.TRIANGLES, vertices=3)
        self._prefiltered.viewport = (self._left_px, 0, ROUGH_STEPS * self._rough_px, self._rough_px)
        self._rough_everywhere.render(moderngl.TRIANGLES, vertices=3)

    def _draw_faces(self, moment: Moment, capture: moderngl.Framebuffer) -> None:
        capture.use()
        self._ctx.enable_only(moderngl.DEPTH_TEST | moderngl.CULL_FACE)
        self._ctx.depth_func = "<="
        size = capture.height
        for number, view in enumerate(self._views):
            capture.viewport = (number * size, 0, size, size)
            self._view_buffer.write(self._block.pack(view, moment, for_light=True))
            self._view_buffer.bind_to_uniform_block(VIEW_BINDING)
            self._background.draw(view, moment)


def _for_light(moment: Moment) -> Moment:
    """The moment without mere multipliers of light: one picture serves all gains and the exposures round a whole stop.
    (Without any exposure a night sky is below what 16-bit floats hold.) The background shows no lamps, nor water or
    snow on surfaces."""
    look = moment.look
    plain = replace(
        look,
        sky=replace(look.sky, gain=1.0, ambient_gain=1.0),
        exposure=Exposure(ev=captured_ev(look)),
        weather=replace(look.weather, wetness=0.0, snow_cover=0.0),
        practicals=NO_LAMPS,
    )
    return replace(moment, look=plain, time_s=float(math.floor(moment.time_s)))
