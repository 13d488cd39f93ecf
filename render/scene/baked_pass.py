"""Baked light on the graphics card: worked out anew when what lights the set has changed.

A function of the moment where the setup is exact; live, the light before is shown until the new one is there.
"""

from __future__ import annotations

import math
from dataclasses import replace

import moderngl
import numpy as np
from numpy.typing import NDArray

from render.layers.mesh.lamp_block import kept_lamps
from render.layers.mesh.mesh_data import MeshData
from render.layers.mesh.practicals import practicals_gain
from render.scene.environment_pass import EnvironmentPass
from render.scene.relighting import Question, Relighting
from render.scene.view_block import ViewBlock, captured_ev
from render.transport.binding import BakedLight
from render.transport.directions import SKY_CELLS, sky_cell
from render.transport.relight import Sources, glow_of, gradient_sky, patch_factors, relit
from render.transport.transport import NO_RECEIVER
from render.view.layer_pass import Setup
from render.view.moment import Moment
from stage.maths.projection import CUBE

RECEIVER_BINDING, LIGHT_BINDING = 14, 15
_WIDE = 1024


class BakedPass:
    """Holds the light on a set's receivers."""

    def __init__(self, setup: Setup, baked: BakedLight, meshes: MeshData, block: ViewBlock) -> None:
        self._baked, self._block = _without_near(baked, meshes), block
        self._factors = patch_factors(baked.bake, meshes, baked.instances)
        self._glow, self._practical = _lamp_colours(baked, meshes)
        sides = np.stack([baked.bake.front, baked.bake.back], axis=1).astype(np.uint32)
        self._index = _table(setup.ctx, sides, "u4")
        self._none = _table(setup.ctx, np.full_like(sides, NO_RECEIVER), "u4")
        self._light = _table(setup.ctx, np.zeros((len(baked.bake.on_receivers.rays), 4), np.float16), "f2")
        self._cells: tuple[NDArray[np.int64], NDArray[np.float64]] | None = None
        self._relighting = Relighting(setup.exact)
        self._exact = setup.exact
        self._written: tuple[int, float] = (0, 0.0)
        self._dark = True

    def depends_on(self, moment: Moment, environment: EnvironmentPass | None) -> tuple[object, ...]:
        """Which light a moment is shown with, where that is not a function of the moment alone."""
        if self._exact:
            return ()
        answer = self._relighting.known(self._question(moment, environment))
        return (answer.number if answer else 0,)

    def make(self, moment: Moment, environment: EnvironmentPass | None) -> None:
        """Bring the light of a moment to the card, or what stands for it until it is worked out. `environment`: the
        background as it was captured, where it lights the set."""
        question = self._question(moment, environment)
        if self._relighting.wanted(question):
            sky, sources = self._sources(moment, environment, question.exposed)
            bake, factors = self._baked.bake, self._factors
            self._relighting.ask(question, lambda: relit(bake, sky, sources, factors))
        answer = self._relighting.known(question)
        self._dark = answer is None
        if answer is None:
            return
        gain = question.exposed / answer.question.exposed
        if self._written != (answer.number, gain):
            self._written = (answer.number, gain)
            light = np.minimum(answer.light * np.float32(gain), 60000.0)
            _write(self._light, np.pad(light, ((0, 0), (0, 1))).astype(np.float16))

    def bind(self) -> None:
        """Bind the light for what is drawn next."""
        (self._none if self._dark else self._index).use(RECEIVER_BINDING)
        self._light.use(LIGHT_BINDING)

    def release(self) -> None:
        """Free everything on the graphics card."""
        self._relighting.release()
        for table in (self._index, self._none, self._light):
            table.release()

    def _question(self, moment: Moment, environment: EnvironmentPass | None) -> Question:
        look, light = moment.look, self._block.light(moment)
        own = (light.toward, light.direct, captured_ev(look), look.sky.ambient_gain, practicals_gain(moment))
        around = environment.depends_on(moment) if environment else (light.above, light.below)
        power = sum(light.direct) * max(light.toward[2], 0.0) + sum(light.above) * look.sky.ambient_gain
        return Question((around, *own, look.weather.snow_cover), 2.0 ** captured_ev(look), power)

    def _sources(
        self, moment: Moment, environment: EnvironmentPass | None, exposed: float
    ) -> tuple[NDArray[np.float32], Sources]:
        """(SKY_CELLS, 3) the sky's radiance, and the other sources of a moment, times `exposed`."""
        look, light = moment.look, self._block.light(moment)
        if environment:
            sky = self._sky(environment.radiance()) * np.float32(look.sky.ambient_gain)
        else:
            up, down = np.array(light.above), np.array(light.below)
            sky = gradient_sky(_vector((up + down) / 2.0), _vector((up - down) / 2.0))
            sky = sky * np.float32(exposed * look.sky.ambient_gain)
        lamps = self._glow * np.where(self._practical, practicals_gain(moment), 1.0)[:, None] * exposed
        lamps[self._baked.stale_lamps] = 0.0
        direct = _vector(np.array(light.direct) * exposed)
        sources = Sources(light.toward, direct, lamps.astype(np.float32), look.weather.snow_cover)
        return sky.astype(np.float32), sources

    def _sky(self, faces: NDArray[np.float32]) -> NDArray[np.float32]:
        """(SKY_CELLS, 3) the mean radiance of each cell."""
        if self._cells is None:
            self._cells = _texel_cells(len(faces))
        cell, solid = self._cells
        total = np.maximum(np.bincount(cell, solid, SKY_CELLS), 1e-12)
        flat = faces.reshape(-1, 3)
        return np.stack([np.bincount(cell, solid * flat[:, i], SKY_CELLS) / total for i in range(3)], axis=1).astype(
            np.float32
        )


def _texel_cells(side: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The sky's cell and the solid angle of each texel of the captured faces."""
    p = (np.arange(side) + 0.5) / side * 2.0 - 1.0
    rows = []
    for axes in CUBE:
        right, forward, up = (np.array(axis) for axis in axes)
        rows.append(forward + p[None, :, None] * right + p[:, None, None] * up)
    directions = np.concatenate(rows, axis=1).reshape(-1, 3)
    far = np.linalg.norm(directions, axis=1)
    return sky_cell((directions / far[:, None]).astype(np.float32)), 1.0 / far**3


def _lamp_colours(baked: BakedLight, meshes: MeshData) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """(G, 3) what each lamp gives before any gain, and (G,) which are practicals. The light that pixels add themselves
    is left to them."""
    materials, lights = baked.bake.lamps.materials, baked.bake.lamps.lights
    glow = np.zeros((len(materials) + len(lights), 3))
    practical = np.zeros(len(glow), np.bool_)
    for row, (number, _) in enumerate(materials):
        if not baked.stale_lamps[row]:
            glow[row] = glow_of(meshes.materials[number], meshes.pictures)
            practical[row] = meshes.materials[number].practical
    for row, light in enumerate(meshes.lights[: len(lights)], len(materials)):
        glow[row], practical[row] = light.intensity, light.practical
    return glow, practical


def _without_near(baked: BakedLight, meshes: MeshData) -> BakedLight:
    """Without the light on receivers that pixels add themselves: that of the lamps that are drawn one by one."""
    drawn, lamps = kept_lamps(meshes.lights), baked.bake.lamps
    far = lamps.on_receivers.copy()
    for row, light in enumerate(meshes.lights[: len(lamps.lights)], len(lamps.materials)):
        if light in drawn:
            far[:, row] = 0.0
    return replace(baked, bake=replace(baked.bake, lamps=replace(lamps, on_receivers=far)))


def _table(ctx: moderngl.Context, rows: NDArray[np.generic], kind: str) -> moderngl.Texture:
    """Rows (N, components) as a texture."""
    high = max(1, math.ceil(len(rows) / _WIDE))
    texture = ctx.texture((_WIDE, high), rows.shape[1], dtype=kind)
    texture.filter = (moderngl.NEAREST, moderngl.NEAREST)
    _write(texture, rows)
    return texture


def _write(texture: moderngl.Texture, rows: NDArray[np.generic]) -> None:
    width, height = texture.size
    padded = np.zeros((width * height, rows.shape[1]), rows.dtype)
    padded[: len(rows)] = rows
    texture.write(padded)


def _vector(values: NDArray[np.float64]) -> tuple[float, float, float]:
    return (float(values[0]), float(values[1]), float(values[2]))
