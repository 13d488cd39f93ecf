"""Rain, snow and dust of the look, in every set: one instanced draw for each layer of depth."""

from __future__ import annotations

import math
import struct
from typing import NamedTuple

import moderngl

from render.gl.program import uniform
from render.moment import Moment
from render.passes.layer_pass import Phase, Setup
from render.passes.material import Material
from render.scene.scene_data import SceneData
from render.scene.weather import (
    DUST,
    LOWEST_PART,
    MOST_CELLS,
    RAIN,
    SHUTTER_S,
    SNOW,
    CellGrid,
    DropLayer,
    Motion,
    falling,
    sway_phases,
    torn_grey,
)
from render.view import View
from stage.maths.pose import Vector
from stage.model.look import Weather

CELLS_BINDING = 7
UNEVEN_BINDING = 0
CELL_BYTES = 16
_PAIR, _TRIPLE, _FOUR = struct.Struct("<2f"), struct.Struct("<3f"), struct.Struct("<4f")


class _Stuff(NamedTuple):
    """How bright drops are next to a white surface in the same light (water shows the whole sky, so more than one), and
    what share of the sun they let through toward the eye."""

    albedo: Vector
    glint: float


_WATER, _FLAKE, _SAND = (
    _Stuff((1.30, 1.35, 1.42), 0.35),
    _Stuff((1.00, 1.02, 1.05), 0.10),
    _Stuff((0.62, 0.47, 0.31), 0.20),
)
_LAYERS = tuple((layer, stuff) for layers, stuff in ((DUST, _SAND), (RAIN, _WATER), (SNOW, _FLAKE)) for layer in layers)


class _Program:
    """A variant of the weather program and where its values go."""

    def __init__(self, setup: Setup, wisp: bool) -> None:
        self.program = setup.program("weather/weather", WISP=wisp, MOST_CELLS=MOST_CELLS, LOWEST_PART=LOWEST_PART)
        self.array = setup.ctx.vertex_array(self.program, [])
        self.viewport, self.trace, self.shape, self.albedo, self.phases = (
            uniform(self.program, name) for name in ("viewport_px", "trace_m", "shape", "albedo", "sway_phases")
        )
        self.per_cell, self.cell, self.sway, self.low, self.amount, self.glint = (
            uniform(self.program, name) for name in ("per_cell", "cell_m", "sway_m", "low_m", "amount", "glint")
        )

    def release(self) -> None:
        """Free it."""
        self.array.release()
        self.program.release()


class WeatherPass:
    """Draws what falls between the eye and the set. A probe does not see it; without weather nothing is done."""

    phase = Phase.TRANSPARENT

    def __init__(self, setup: Setup, scene: SceneData) -> None:
        self._there = setup.material is Material.LIT
        if not self._there:
            return
        self._ctx = setup.ctx
        self._density = setup.quality.weather_density
        self._cells = setup.ctx.buffer(reserve=MOST_CELLS * CELL_BYTES, dynamic=True)
        self._programs = {wisp: _Program(setup, wisp) for wisp in (False, True)}
        self._uneven = _uneven_texture(setup.ctx)
        self._grids = [CellGrid(layer) for layer, _ in _LAYERS]

    def draw(self, view: View, moment: Moment) -> None:
        """Draw what there is of it."""
        if self._there and self.moves(moment):
            self._draw(view, moment.look.weather, moment.time_s)

    def moves(self, moment: Moment) -> bool:
        """Where anything falls."""
        weather = moment.look.weather
        return max(weather.rain, weather.snow, weather.dust) > 0.0

    def warm_up(self, view: View) -> None:
        """Draw every kind once."""
        if self._there:
            self._draw(view, Weather(rain=0.01, snow=0.01, dust=0.01), 0.0)

    def release(self) -> None:
        """Free programs, buffer and texture."""
        if self._there:
            for program in self._programs.values():
                program.release()
            self._cells.release()
            self._uneven.release()

    def _draw(self, view: View, weather: Weather, time_s: float) -> None:
        ctx = self._ctx
        ctx.disable(moderngl.CULL_FACE)
        ctx.enable(moderngl.BLEND)
        ctx.blend_func = moderngl.ONE, moderngl.ONE_MINUS_SRC_ALPHA
        ctx.fbo.depth_mask = False
        self._cells.bind_to_uniform_block(CELLS_BINDING)
        self._uneven.use(UNEVEN_BINDING)
        phases = _FOUR.pack(*sway_phases(time_s))
        _, _, width, height = ctx.fbo.viewport
        for program in self._programs.values():
            program.viewport.write(_PAIR.pack(width, height))
            program.phases.write(phases)
        for (layer, stuff), grid in zip(_LAYERS, self._grids, strict=True):
            amount = layer.per_cell * self._density * intensity(layer, weather)
            if amount > 0.0:
                motion = falling(layer, weather, time_s)
                cells = grid.seen(view, motion, weather.seed)
                self._cells.write(cells)
                self._layer(layer, stuff, motion, amount, len(cells))
        ctx.fbo.depth_mask = True
        ctx.disable(moderngl.BLEND)
        ctx.enable(moderngl.CULL_FACE)

    def _layer(self, layer: DropLayer, stuff: _Stuff, motion: Motion, amount: float, cells: int) -> None:
        program, per_cell = self._programs[layer.wisp], math.ceil(amount)
        program.trace.write(_TRIPLE.pack(*trace_m(layer, motion)))
        program.shape.write(_FOUR.pack(layer.radius_m, layer.opacity, layer.near_m, layer.reach_m))
        program.albedo.write(_TRIPLE.pack(*stuff.albedo))
        program.per_cell.value = per_cell
        program.cell.value = layer.cell_m
        program.sway.value = layer.sway_m
        program.low.value = layer.low_m
        program.amount.value = amount
        program.glint.value = stuff.glint
        program.array.render(moderngl.TRIANGLE_STRIP, vertices=4, instances=cells * per_cell)


def _uneven_texture(ctx: moderngl.Context) -> moderngl.Texture:
    """What tears wisps, as a texture that repeats."""
    grey = torn_grey()
    texture = ctx.texture(grey.shape, 1, grey)
    texture.filter = (moderngl.LINEAR, moderngl.LINEAR)
    return texture


def intensity(layer: DropLayer, weather: Weather) -> float:
    """0 to 1: how much of a layer the look asks for."""
    return weather.rain if layer in RAIN else weather.snow if layer in SNOW else weather.dust


def trace_m(layer: DropLayer, motion: Motion) -> Vector:
    """What a drop covers while the shutter is open; a wisp is drawn out along the wind instead."""
    x, y, z = motion.velocity_mps
    if not layer.wisp:
        return (x * SHUTTER_S, y * SHUTTER_S, z * SHUTTER_S)
    speed = math.hypot(x, y)
    length = 2.0 * layer.stretch * layer.radius_m
    return (x / speed * length, y / speed * length, 0.0) if speed > 0.0 else (length, 0.0, 0.0)
