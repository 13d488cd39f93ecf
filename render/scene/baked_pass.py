"""Baked light on the graphics card: worked out anew when what lights the set has changed. A function of the moment."""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import replace

import moderngl
import numpy as np
from numpy.typing import NDArray

from render.layers.mesh.lamp_block import kept_lamps
from render.layers.mesh.mesh_data import MeshData
from render.layers.mesh.practicals import practicals_gain
from render.scene.environment_pass import EnvironmentPass
from render.scene.view_block import ViewBlock, captured_ev
from render.transport.binding import BakedLight
from render.transport.directions import SKY_CELLS, sky_cell
from render.transport.relight import Sources, glow_of, gradient_sky, patch_factors, relit
from render.view.moment import Moment
from stage.maths.projection import CUBE

RECEIVER_BINDING, LIGHT_BINDING = 14, 15
_WIDE = 1024


class BakedPass:
    """Holds the light on a set's receivers."""

    def __init__(self, ctx: moderngl.Context, baked: BakedLight, meshes: MeshData, block: ViewBlock) -> None:
        self._baked, self._block = _without_near(baked, meshes), block
        self._factors = patch_factors(baked.bake, meshes, baked.instances)
        self._glow, self._practical = _lamp_colours(baked, meshes)
        sides = np.stack([baked.bake.front, baked.bake.back], axis=1)
        self._index = _table(ctx, sides.astype(np.uint32), "u4")
        self._light = _table(ctx, np.zeros((len(baked.bake.on_receivers.rays), 4), np.float16), "f2")
        self._cells: tuple[NDArray[np.int64], NDArray[np.float64]] | None = None
        self._key: Hashable = None

    def make(self, moment: Moment, environment: EnvironmentPass | None) -> None:
        """Work out the light of a moment, unless it is there already. `environment`: the background as it was captured,
        where it lights the set."""
        look, light = moment.look, self._block.light(moment)
        gain = practicals_gain(moment)
        key = (
            environment.depends_on(moment) if environment else (light.above, light.below),
            (light.toward, light.direct, captured_ev(look), look.sky.ambient_gain, gain, look.weather.snow_cover),
        )
        if key == self._key:
            return
        self._key = key
        exposed = 2.0 ** captured_ev(look)
        if environment:
            sky = self._sky(environment.radiance()) * np.float32(look.sky.ambient_gain)
        else:
            up, down = np.array(light.above), np.array(light.below)
            sky = gradient_sky(_vector((up + down) / 2.0), _vector((up - down) / 2.0))
            sky = sky * np.float32(exposed * look.sky.ambient_gain)
        lamps = self._glow * np.where(self._practical, gain, 1.0)[:, None] * exposed
        lamps[self._baked.stale_lamps] = 0.0
        direct = _vector(np.array(light.direct) * exposed)
        sources = Sources(light.toward, direct, lamps.astype(np.float32), look.weather.snow_cover)
        reached = relit(self._baked.bake, sky.astype(np.float32), sources, self._factors)
        _write(self._light, np.pad(np.minimum(reached, 60000.0), ((0, 0), (0, 1))).astype(np.float16))

    def bind(self) -> None:
        """Bind the light for what is drawn next."""
        self._index.use(RECEIVER_BINDING)
        self._light.use(LIGHT_BINDING)

    def release(self) -> None:
        """Free everything on the graphics card."""
        self._index.release()
        self._light.release()

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
