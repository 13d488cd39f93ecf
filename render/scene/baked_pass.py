"""Baked light on the graphics card: how it is spread is worked out in steps, how much of it there is in every frame.

A function of the moment: between the two steps of light that the frame names, times what sky, sun and lamps give in
that frame. Live, where a step is not there in time, the newest one stands for it.
"""

from __future__ import annotations

import math
from collections.abc import Hashable

import moderngl
import numpy as np
from numpy.typing import NDArray

from render.layers.mesh.mesh_data import MeshData
from render.layers.mesh.practicals import practicals_gain
from render.scene.environment_pass import EnvironmentPass
from render.scene.relighting import Answer, Relighting
from render.scene.view_block import ViewBlock, captured_ev
from render.transport.binding import BakedLight
from render.transport.directions import SKY_CELLS, sky_cell
from render.transport.relight import gradient_sky, lamp_colours, patch_factors
from render.transport.solver import Parts, Solver
from render.transport.transport import NO_RECEIVER
from render.view.layer_pass import Setup
from render.view.moment import Moment, lit_moment
from stage.maths.pose import Vector
from stage.maths.projection import CUBE
from stage.messages.frames import LitBy

RECEIVER_BINDING, LIGHT_BINDING = 14, 15
MOST_KEYS = 8
_WIDE = 1024
_DARK = 1e-12


class BakedPass:
    """Holds the light on a set's receivers."""

    def __init__(self, setup: Setup, baked: BakedLight, meshes: MeshData, block: ViewBlock) -> None:
        self._bake, self._block = baked.bake, block
        self._factors = patch_factors(baked.bake, meshes, baked.instances)
        self._practicals, self._lamps = lamp_colours(baked, meshes)
        sides = np.stack([baked.bake.front, baked.bake.back], axis=1).astype(np.uint32)
        self._index = _table(setup.ctx, sides, "u4")
        self._none = _table(setup.ctx, np.full_like(sides, NO_RECEIVER), "u4")
        self._light = _table(setup.ctx, np.zeros((len(baked.bake.on_receivers.rays), 4), np.float16), "f2")
        self._cells: tuple[NDArray[np.int64], NDArray[np.float64]] | None = None
        self._relighting = Relighting(setup.exact)
        self._exact = setup.exact
        self._solver: Solver | None = None
        self._keys: list[tuple[LitBy, Hashable]] = []
        self._written: tuple[object, ...] = ()
        self._dark = True

    def depends_on(self, moment: Moment, environment: EnvironmentPass | None) -> tuple[object, ...]:
        """Which light a moment is shown with, besides what every view's block is made of."""
        keys = [key for key, _ in self._ends(moment, environment)]
        share = moment.light_share if keys[0] != keys[-1] else 0.0
        if self._exact:
            return (*keys, share)
        answers = [self._relighting.known(key) for key in keys]
        ahead = self._key_of(moment.light.ahead, environment) if moment.light else None  # to be asked for in good time
        return (*[one.number if one else 0 for one in answers], share, ahead)

    def make(self, moment: Moment, environment: EnvironmentPass | None) -> None:
        """Bring the light of a moment to the card. `environment`: what captures the background, where it lights the
        set; what it holds afterwards is of another moment."""
        ends = self._ends(moment, environment)
        ahead = []
        if moment.light is not None and not self._exact:
            ahead = [(self._key_of(moment.light.ahead, environment), lit_moment(moment.light.ahead))]
        for key, then in [*ends, *ahead]:
            if self._relighting.wanted(key):
                self._ask(key, then, environment)
        before, after = (self._relighting.known(key) for key, _ in (ends[0], ends[-1]))
        self._dark = before is None or after is None
        if before is not None and after is not None:
            self._write_sum(before, after, moment)

    def bind(self) -> None:
        """Bind the light for what is drawn next."""
        (self._none if self._dark else self._index).use(RECEIVER_BINDING)
        self._light.use(LIGHT_BINDING)

    def release(self) -> None:
        """Free everything on the graphics card."""
        self._relighting.release()
        for table in (self._index, self._none, self._light):
            table.release()

    def _ends(self, moment: Moment, environment: EnvironmentPass | None) -> list[tuple[Hashable, Moment]]:
        """The steps between which a moment's light is: their questions and their moments."""
        if moment.light is None:
            return [(self._key(moment, environment), moment)]
        ends = (moment.light.before, moment.light.after)
        return [(self._key_of(lit, environment), lit_moment(lit)) for lit in ends]

    def _key_of(self, lit: LitBy, environment: EnvironmentPass | None) -> Hashable:
        for known, key in self._keys:
            if known is lit:
                return key
        key = self._key(lit_moment(lit), environment)
        self._keys = [*self._keys[-MOST_KEYS + 1 :], (lit, key)]
        return key

    def _key(self, moment: Moment, environment: EnvironmentPass | None) -> Hashable:
        """What the spread of light depends on: the background without gains, where the sun stands, snow."""
        light = self._block.light(moment)
        around = environment.depends_on(moment) if environment else (light.above, light.below)
        return (around, light.toward, moment.look.weather.snow_cover)

    def _ask(self, key: Hashable, moment: Moment, environment: EnvironmentPass | None) -> None:
        light, snow = self._block.light(moment), moment.look.weather.snow_cover
        if environment:
            sky = self._sky(environment.captured(moment)) * np.float32(2.0 ** -captured_ev(moment.look))
        else:
            up, down = np.array(light.above), np.array(light.below)
            sky = gradient_sky(_vector((up + down) / 2.0), _vector((up - down) / 2.0))
        self._relighting.ask(key, light.above, lambda: self._solved(sky, light.toward, snow))

    def _solved(self, sky: NDArray[np.float32], toward: Vector, snow: float) -> Parts:
        """On the thread of the relighting, if there is one."""
        if self._solver is None:
            self._solver = Solver(self._bake, self._factors)
        by_sky, by_sun = self._solver.sky_and_sun(sky, toward, snow)
        return Parts(by_sky, by_sun, *self._solver.lamps(self._practicals, self._lamps, snow))

    def _write_sum(self, before: Answer, after: Answer, moment: Moment) -> None:
        """What the parts of two steps add up to in a moment, in units of 100 nits at a whole stop of exposure."""
        light, look = self._block.light(moment), moment.look
        ambient, practicals = look.sky.ambient_gain, practicals_gain(moment)
        share = moment.light_share if after is not before else 1.0
        state = (before.number, after.number, share, light.above, light.direct, ambient, practicals, captured_ev(look))
        if state == self._written:
            return
        self._written = state
        total = np.zeros_like(after.parts.sky)
        for answer, part in ((before, 1.0 - share), (after, share)):
            if part == 0.0:
                continue
            gain = 2.0 ** captured_ev(look) * part
            more = _ratio(light.above, answer.above)
            total += answer.parts.sky * (more * ambient * gain).astype(np.float32)
            total += answer.parts.sun * (np.array(light.direct) * gain).astype(np.float32)
            total += answer.parts.practicals * np.float32(practicals * gain) + answer.parts.lamps * np.float32(gain)
        _write(self._light, np.pad(np.minimum(total, 60000.0), ((0, 0), (0, 1))).astype(np.float16))

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


def _ratio(now: Vector, then: Vector) -> NDArray[np.float64]:
    """(3,) by how much the sky's light has grown since, colour by colour."""
    before = np.array(then)
    return np.where(before > _DARK, np.array(now) / np.maximum(before, _DARK), 1.0)


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
