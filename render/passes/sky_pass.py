"""The sky of a set: clear air, sun, moon, stars, clouds."""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

import moderngl
import numpy as np

from render.gl.program import build_program, uniform
from render.moment import Moment
from render.passes.layer_pass import Phase, Setup
from render.passes.material import BRIGHTEST, Material
from render.passes.sky_tables_pass import AIR, SkyTablesPass
from render.scene import cloud_noise
from render.scene.scene_data import SceneData
from render.scene.sky_block import SKY_BLOCK_BYTES, SkyBlock
from render.scene.sky_reader import SkyData
from render.view import View

SKY_BINDING = 4
SUN_DOME_BINDING, MOON_DOME_BINDING, NOISE_BINDING = 0, 1, 2
STARS_BELOW_DEG = 0.0
"""While the sun is higher no star is drawn: the sky is 1,000 times brighter than the brightest."""
_CLOUDS = {
    "CLOUD_TILE_KM": cloud_noise.TILE_KM,
    "CLOUD_DETAIL": cloud_noise.DETAIL,
    "CLOUD_DETAIL_SHARE": cloud_noise.DETAIL_SHARE,
    "CLOUD_EDGE": cloud_noise.EDGE,
}

_SMALL = {"BRIGHTEST": BRIGHTEST, **AIR, **_CLOUDS}


_Variant = tuple[bool, bool, bool, bool]
"""Sunlit, moonlit, clouds, fog."""
_PLAIN: _Variant = (True, False, False, False)


class _State(NamedTuple):
    """What is drawn for a moment: the block, and which variant of the sky."""

    moment: Moment
    block: bytes
    variant: _Variant


class SkyPass:
    """Fills what no surface hides. With `view.lamps.y` = 1 it leaves out the discs of sun and moon, and the stars."""

    phase = Phase.OPAQUE

    def __init__(self, setup: Setup, scene: SceneData, sky: SkyData) -> None:
        ctx = setup.ctx
        self._ctx = ctx
        self._lit = setup.material is Material.LIT
        self._block = SkyBlock(sky.tables, sky.noise, scene.haze.density_per_m)
        self._unit_per_nit = sky.tables.unit_per_nit
        self._buffer = ctx.buffer(reserve=SKY_BLOCK_BYTES, dynamic=True)
        self._tables = SkyTablesPass(ctx, sky.layer)
        self._noise = _noise_texture(ctx, sky.noise)
        self._setup = setup
        lights = ((True, False), (True, True), (False, True))
        variants = [(*one, *two) for one in lights for two in product((False, True), repeat=2)]
        if not self._lit:
            variants = [_PLAIN]
        self._skies = {variant: _sky(setup, *variant) for variant in variants}
        self._discs = _whole(setup.ctx, build_program(ctx, "sky/discs.vert", "sky/discs.frag", _SMALL))
        self._stars = build_program(ctx, "sky/stars.vert", "sky/stars.frag", _SMALL)
        self._catalogue = ctx.buffer(np.ascontiguousarray(sky.stars))
        self._points = ctx.vertex_array(self._stars, [(self._catalogue, "3f 3f", "in_direction", "in_lux")])
        self._haze_per_m = scene.haze.density_per_m
        self._state: _State | None = None

    def draw(self, view: View, moment: Moment) -> None:
        """Draw it."""
        if not self._lit:
            self._skies[_PLAIN].render(moderngl.TRIANGLES, vertices=3)
            return
        state = self._prepare(moment)
        self._skies[state.variant].render(moderngl.TRIANGLES, vertices=3)
        self._draw_small(moment, moment.heavens.sun_elevation_deg < STARS_BELOW_DEG)

    def moves(self, moment: Moment) -> bool:
        """While clouds are driven by a wind."""
        return moment.look.sky.cloud_cover > 0.0 and moment.look.weather.wind_mps > 0.0

    def warm_up(self, view: View) -> None:
        """Draw every variant once."""
        if self._lit:
            self._prepare(Moment())
            for array in self._skies.values():
                array.render(moderngl.TRIANGLES, vertices=3)
            self._draw_small(Moment(), True)

    def release(self) -> None:
        """Free everything on the graphics card."""
        self._tables.release()
        for array in (*self._skies.values(), self._discs, self._points):
            array.program.release()
            array.release()
        self._noise.release()
        for buffer in (self._catalogue, self._buffer):
            buffer.release()

    def _prepare(self, moment: Moment) -> _State:
        """Tables, textures and block for a moment; worked out again only for another one."""
        self._tables.update(moment)
        if self._state is None or self._state.moment is not moment:
            look = moment.look
            haze = self._haze_per_m * look.haze.gain + look.haze.fog_per_m
            variant = (*self._block.lights(moment), look.sky.cloud_cover > 0.0, haze > 0.0)
            self._state = _State(moment, self._block.pack(moment), variant)
        self._buffer.write(self._state.block)
        self._buffer.bind_to_uniform_block(SKY_BINDING)
        self._tables.sun_dome.use(SUN_DOME_BINDING)
        self._tables.moon_dome.use(MOON_DOME_BINDING)
        self._noise.use(NOISE_BINDING)
        return self._state

    def _draw_small(self, moment: Moment, stars: bool) -> None:
        """Sun, moon and stars, added to the sky."""
        self._ctx.enable(moderngl.BLEND | moderngl.PROGRAM_POINT_SIZE)
        self._ctx.disable(moderngl.CULL_FACE)
        self._ctx.blend_func = moderngl.ONE, moderngl.ONE
        _, _, width, height = self._ctx.fbo.viewport
        uniform(self._discs.program, "viewport_px").value = (float(width), float(height))
        self._discs.render(moderngl.TRIANGLE_STRIP, vertices=4, instances=2)
        if stars:
            look = moment.look
            gain = look.exposure.gain * look.sky.gain * look.sky.stars_gain * self._unit_per_nit
            uniform(self._stars, "stage_from_equatorial").value = moment.heavens.stars
            uniform(self._stars, "gain").value = gain
            uniform(self._stars, "viewport_px").value = (float(width), float(height))
            self._points.render(moderngl.POINTS)
        self._ctx.disable(moderngl.BLEND | moderngl.PROGRAM_POINT_SIZE)
        self._ctx.enable(moderngl.CULL_FACE)


def _sky(setup: Setup, sunlit: bool, moonlit: bool, clouds: bool, fog: bool) -> moderngl.VertexArray:
    program = setup.program("sky/sky", "", SUNLIT=sunlit, MOONLIT=moonlit, CLOUDS=clouds, FOG=fog, **AIR, **_CLOUDS)
    return _whole(setup.ctx, program)


def _whole(ctx: moderngl.Context, program: moderngl.Program) -> moderngl.VertexArray:
    return ctx.vertex_array(program, [])


def _noise_texture(ctx: moderngl.Context, noise: cloud_noise.CloudNoise) -> moderngl.Texture:
    height, width = noise.picture.shape
    texture = ctx.texture((width, height), 1, noise.picture, dtype="f4")
    texture.build_mipmaps()
    texture.filter = (moderngl.LINEAR_MIPMAP_LINEAR, moderngl.LINEAR)
    return texture
