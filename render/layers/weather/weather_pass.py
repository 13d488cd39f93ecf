"""Rain, snow and dust of the look, in every set: one call for each layer of depth."""

from __future__ import annotations

import moderngl

from render.gl.drawing_state import OVER, DrawingState
from render.gl.program import build_program
from render.layers.weather.traces_pass import (
    CORNER_FIELDS,
    CORNER_LAYOUT,
    WISP_FIELDS,
    WISP_LAYOUT,
    Fall,
    Stuff,
    TraceKind,
    WeatherTraces,
)
from render.layers.weather.weather import DUST, RAIN, SNOW, CellGrid, DropLayer, falling, torn_shares
from render.view.layer_pass import Phase, Setup
from render.view.material import Material
from render.view.moment import Moment
from render.view.view import View
from stage.model.look import Look, Weather

UNEVEN_BINDING = 0
CLIP_DISTANCE0 = 0x3000
"""GL_CLIP_DISTANCE0: wisps end at the ground."""

_WATER, _FLAKE, _SAND = (
    Stuff((1.30, 1.35, 1.42), 0.35),
    Stuff((1.00, 1.02, 1.05), 0.10),
    Stuff((0.62, 0.47, 0.31), 0.20),
)
_LAYERS = tuple((layer, stuff) for layers, stuff in ((DUST, _SAND), (RAIN, _WATER), (SNOW, _FLAKE)) for layer in layers)


class _Program:
    """A variant of the weather program and its traces."""

    def __init__(self, ctx: moderngl.Context, kind: TraceKind, wisp: bool) -> None:
        self.program = build_program(ctx, "weather/weather.vert", "weather/weather.frag", {"WISP": wisp})
        layout, fields = (WISP_LAYOUT, WISP_FIELDS) if wisp else (CORNER_LAYOUT, CORNER_FIELDS)
        self.array = ctx.vertex_array(self.program, [(kind.corners, layout, *fields)])
        self.draws = kind.draws

    def release(self) -> None:
        """Free it."""
        self.array.release()
        self.program.release()


class WeatherPass:
    """Draws weather between the eye and the set. A probe does not see it; without weather it does nothing."""

    phase = Phase.TRANSPARENT

    def __init__(self, setup: Setup) -> None:
        self._there = setup.material is Material.LIT
        if not self._there:
            return
        self._ctx = setup.ctx
        self._state = DrawingState(setup.ctx, blend=OVER, both_sides=True, writes_depth=False)
        self._density = setup.quality.weather_density
        self._traces = WeatherTraces(setup)
        self._programs = {wisp: _Program(setup.ctx, kind, wisp) for wisp, kind in self._traces.kinds.items()}
        self._uneven = _uneven_texture(setup.ctx)
        self._grids = [CellGrid(layer) for layer, _ in _LAYERS]

    def draw(self, view: View, moment: Moment) -> None:
        """Draw the weather of the look."""
        if self._there and self.moves(moment):
            self._draw(view, moment)

    def moves(self, moment: Moment) -> bool:
        """If the look has any weather."""
        weather = moment.look.weather
        return max(weather.rain, weather.snow, weather.dust) > 0.0

    def depends_on(self, moment: Moment) -> tuple[object, ...]:
        """If the look has any weather: it, the wind, and scene time."""
        return (moment.look.weather, moment.blowing(), moment.time_s) if self._there and self.moves(moment) else ()

    def warm_up(self, view: View) -> None:
        """Draw every kind once."""
        if self._there:
            self._draw(view, Moment(Look(weather=Weather(rain=0.01, snow=0.01, dust=0.01))))

    def release(self) -> None:
        """Free programs, buffers and texture."""
        if self._there:
            for program in self._programs.values():
                program.release()
            self._traces.release()
            self._uneven.release()

    def _draw(self, view: View, moment: Moment) -> None:
        falls = self._falls(view, moment)
        if not falls:
            return
        ctx = self._ctx
        _, _, width, height = ctx.fbo.viewport
        firsts = self._traces.work_out(falls, (width, height), moment.time_s)
        self._uneven.use(UNEVEN_BINDING)
        with self._state:
            for fall, first in zip(falls, firsts, strict=True):
                program = self._programs[fall.layer.wisp]
                if fall.layer.wisp:
                    ctx.enable_direct(CLIP_DISTANCE0)
                program.array.render_indirect(program.draws, moderngl.TRIANGLES, fall.groups, first)
                if fall.layer.wisp:
                    ctx.disable_direct(CLIP_DISTANCE0)

    def _falls(self, view: View, moment: Moment) -> list[Fall]:
        """The part of each layer that the view can see."""
        weather, wind = moment.look.weather, moment.blowing()
        falls = []
        for (layer, stuff), grid in zip(_LAYERS, self._grids, strict=True):
            amount = layer.per_cell * self._density * intensity(layer, weather)
            if amount > 0.0:
                motion = falling(layer, wind, moment.time_s)
                cells = grid.seen(view, motion, weather.seed)
                if len(cells):
                    falls.append(Fall(layer, stuff, motion, amount, cells))
        return falls


def _uneven_texture(ctx: moderngl.Context) -> moderngl.Texture:
    """The pattern that tears wisps, as a texture that repeats."""
    shares = torn_shares()
    texture = ctx.texture(shares.shape, 1, shares)
    texture.filter = (moderngl.LINEAR, moderngl.LINEAR)
    return texture


def intensity(layer: DropLayer, weather: Weather) -> float:
    """0 to 1: the look's amount of a layer."""
    return weather.rain if layer in RAIN else weather.snow if layer in SNOW else weather.dust
