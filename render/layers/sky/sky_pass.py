"""The sky of a set: clear air, sun, moon, stars, clouds."""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

import moderngl
import numpy as np
from numpy.typing import NDArray

from render.gl.drawing_state import ADDED, DrawingState
from render.gl.program import build_program, uniform
from render.gl.shader_source import Define
from render.layers.sky import cloud_noise
from render.layers.sky.block import BLOWN_BYTE, SKY_BLOCK_BYTES, SkyBlock
from render.layers.sky.reader import SkyData
from render.layers.sky.sky_tables_pass import AIR, CLEAR_PX, CLOUDS, ROWS, SPHERE, SkyTablesPass
from render.view.layer_pass import Phase, Setup
from render.view.material import BRIGHTEST, Material
from render.view.moment import Moment
from render.view.view import View
from stage.model.look import Look, SkyLook
from stage.show.wind import way_m

SKY_BINDING = 4
CLEAR_BINDING, MOON_DOME_BINDING, NOISE_BINDING = 0, 1, 2
STARS_BELOW_DEG = 0.0
"""No star is drawn while the sun is higher: the sky is 1,000 times brighter than the brightest."""

_COLUMNS = 48
"""Vertices of the sky's sphere, round the vertical."""
_SPHERE: dict[str, Define] = {**SPHERE, "COLUMNS": _COLUMNS, "CLEAR_PX": "vec2({}.0, {}.0)".format(*CLEAR_PX)}
_SMALL = {"BRIGHTEST": BRIGHTEST, **AIR, **CLOUDS}


class _Variant(NamedTuple):
    """What a program of the sky is built with. `cloudy`: only above the horizon."""

    sunlit: bool
    moonlit: bool
    cloudy: bool
    fog: bool


_PLAIN = _Variant(sunlit=True, moonlit=False, cloudy=False, fog=False)
_LIGHTS = ((True, False), (True, True), (False, True))


class _State(NamedTuple):
    """What is drawn for a moment: the block, and which variant of the sky above the horizon."""

    moment: Moment
    block: bytes
    variant: _Variant


class SkyPass:
    """Fills what no surface hides, in a set whose own haze is `haze_per_m` thick. With `view.lamps.y` = 1 the
    discs of sun and moon, and the stars, are left out."""

    phase = Phase.OPAQUE

    def __init__(self, setup: Setup, sky: SkyData, haze_per_m: float = 0.0) -> None:
        ctx = setup.ctx
        self._ctx = ctx
        self._behind_all = DrawingState(ctx, writes_depth=False)  # the stars, drawn later, are as far away
        self._shining = DrawingState(ctx, blend=ADDED, both_sides=True, point_sizes=True)
        self._lit = setup.material is Material.LIT
        self._block = SkyBlock(sky.tables, sky.noise, haze_per_m)
        self._unit_per_nit = sky.tables.unit_per_nit
        self._buffer = ctx.buffer(reserve=SKY_BLOCK_BYTES, dynamic=True)
        self._tables = SkyTablesPass(ctx, sky.layer)
        self._noise = _noise_texture(ctx, sky.noise)
        self._setup = setup
        self._sphere = ctx.buffer(sphere_indices())
        no_yes = (False, True)
        variants = [_Variant(*light, cloudy, fog) for light, cloudy, fog in product(_LIGHTS, no_yes, no_yes)]
        self._skies = {kind: _sky(setup, self._sphere, kind) for kind in (variants if self._lit else [_PLAIN])}
        self._discs = _whole(setup.ctx, build_program(ctx, "sky/discs.vert", "sky/discs.frag", _SMALL))
        self._catalogue = ctx.buffer(np.ascontiguousarray(sky.stars))
        self._stars = {cloudy: _stars(ctx, self._catalogue, cloudy) for cloudy in (False, True)}
        self._haze_per_m = haze_per_m
        self._state: _State | None = None

    def draw(self, view: View, moment: Moment) -> None:
        """Draw it."""
        if not self._lit:
            self._skies[_PLAIN].render(moderngl.TRIANGLES)
            return
        state = self._prepare(moment)
        self._draw_sphere(state.variant)
        self._draw_small(moment, moment.heavens.sun_elevation_deg < STARS_BELOW_DEG)

    def moves(self, moment: Moment) -> bool:
        """While a wind drives clouds."""
        return moment.look.sky.cloud_cover > 0.0 and moment.look.weather.wind_mps > 0.0

    def depends_on(self, moment: Moment) -> tuple[object, ...]:
        """If there are clouds: how far a wind has driven them."""
        return way_m(moment.blowing(), moment.time_s) if moment.look.sky.cloud_cover > 0.0 else ()

    def warm_up(self, view: View) -> None:
        """Draw every variant once."""
        if self._lit:
            self._prepare(Moment())
            for array in self._skies.values():
                array.render(moderngl.TRIANGLES)
            for cover in (0.0, 1.0):
                self._draw_small(Moment(Look(sky=SkyLook(cloud_cover=cover))), True)

    def release(self) -> None:
        """Free everything on the graphics card."""
        self._tables.release()
        for array in (*self._skies.values(), self._discs, *self._stars.values()):
            array.program.release()
            array.release()
        self._noise.release()
        for buffer in (self._catalogue, self._buffer, self._sphere):
            buffer.release()

    def _prepare(self, moment: Moment) -> _State:
        """Tables, textures and block for a moment; recomputed only for a different one."""
        self._tables.update(moment)
        if self._state is None or self._state.moment is not moment:
            look = moment.look
            haze = self._haze_per_m * look.haze.gain + look.haze.fog_per_m
            variant = _Variant(*self._block.lights(moment), look.sky.cloud_cover > 0.0, haze > 0.0)
            self._state = _State(moment, self._block.pack(moment), variant)
        self._buffer.write(self._state.block)
        self._buffer.bind_to_uniform_block(SKY_BINDING)
        sunlit, moonlit = self._state.variant[:2]
        self._tables.light_up(sunlit, moonlit, self._state.block[:BLOWN_BYTE])
        self._tables.clear.use(CLEAR_BINDING)
        self._tables.moon_dome.use(MOON_DOME_BINDING)
        self._noise.use(NOISE_BINDING)
        return self._state

    def _draw_sphere(self, variant: _Variant) -> None:
        """Draw it all at once; with clouds, the part below the horizon first."""
        half = _COLUMNS * ROWS * 6
        with self._behind_all:
            if variant.cloudy:
                self._skies[variant._replace(cloudy=False)].render(moderngl.TRIANGLES, vertices=half)
                self._skies[variant].render(moderngl.TRIANGLES, first=half, vertices=half)
            else:
                self._skies[variant].render(moderngl.TRIANGLES, vertices=2 * half)

    def _draw_small(self, moment: Moment, stars: bool) -> None:
        """Sun, moon and stars, added to the sky."""
        _, _, width, height = self._ctx.fbo.viewport
        uniform(self._discs.program, "viewport_px").value = (float(width), float(height))
        with self._shining:
            self._discs.render(moderngl.TRIANGLE_STRIP, vertices=4, instances=2)
            if stars:
                self._draw_stars(moment, (float(width), float(height)))

    def _draw_stars(self, moment: Moment, viewport_px: tuple[float, float]) -> None:
        look = moment.look
        points = self._stars[look.sky.cloud_cover > 0.0]
        gain = look.exposure.gain * look.sky.gain * look.sky.stars_gain * self._unit_per_nit
        uniform(points.program, "stage_from_equatorial").value = moment.heavens.stars
        uniform(points.program, "gain").value = gain
        uniform(points.program, "viewport_px").value = viewport_px
        points.render(moderngl.POINTS)


def _stars(ctx: moderngl.Context, catalogue: moderngl.Buffer, cloudy: bool) -> moderngl.VertexArray:
    program = build_program(ctx, "sky/stars.vert", "sky/stars.frag", {"CLOUDY": cloudy, **_SMALL})
    return ctx.vertex_array(program, [(catalogue, "3f 3f", "in_direction", "in_lux")])


def sphere_indices() -> NDArray[np.uint32]:
    """(rows * columns * 6,) triangles of what shaders/sky/sky.vert makes, the lowest row first, seen from inside."""
    row, column = np.meshgrid(np.arange(2 * ROWS), np.arange(_COLUMNS), indexing="ij")
    here, beside = row * _COLUMNS + column, row * _COLUMNS + (column + 1) % _COLUMNS
    above, across = here + _COLUMNS, beside + _COLUMNS
    return np.stack([here, above, beside, beside, above, across], axis=-1).astype(np.uint32).ravel()


def _sky(setup: Setup, sphere: moderngl.Buffer, kind: _Variant) -> moderngl.VertexArray:
    kinds = {"SUNLIT": kind.sunlit, "MOONLIT": kind.moonlit, "CLOUDY": kind.cloudy, "FOG": kind.fog}
    program = setup.program("sky/sky", **kinds, **_SPHERE, **AIR, **CLOUDS)
    return setup.ctx.vertex_array(program, [], index_buffer=sphere, index_element_size=4)


def _whole(ctx: moderngl.Context, program: moderngl.Program) -> moderngl.VertexArray:
    return ctx.vertex_array(program, [])


def _noise_texture(ctx: moderngl.Context, noise: cloud_noise.CloudNoise) -> moderngl.Texture:
    height, width = noise.picture.shape
    texture = ctx.texture((width, height), 1, noise.picture, dtype="f4")
    texture.build_mipmaps()
    texture.filter = (moderngl.LINEAR_MIPMAP_LINEAR, moderngl.LINEAR)
    return texture
