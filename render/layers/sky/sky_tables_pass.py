"""The sky's tables on the graphics card, recomputed only when what they depend on changes."""

from __future__ import annotations

import math

import moderngl

from render.gl.program import build_program, uniform
from render.gl.shader_source import Define
from render.layers.sky import atmosphere, cloud_noise
from render.view.material import BRIGHTEST
from render.view.moment import Moment
from stage.model.layers import SkyLayer

THROUGH_PX, OFTEN_PX, DOME_PX = (160, 48), (32, 16), (160, 96)
ROWS, NEAR_TEXELS, UP_TEXELS, DOWN_TEXELS = 8, 48, 16, 4
"""Rows of quads of the sky's sphere above the horizon, and as many below it; rows of the clear sky's table for the ones
next to the horizon, for each other one above it and below it."""
CLEAR_PX = (DOME_PX[0], 2 * NEAR_TEXELS + (ROWS - 1) * (UP_TEXELS + DOWN_TEXELS) + 1)
SPHERE: dict[str, Define] = {
    "ROWS": ROWS,
    "NEAR_TEXELS": NEAR_TEXELS,
    "UP_TEXELS": UP_TEXELS,
    "DOWN_TEXELS": DOWN_TEXELS,
}
AIR: dict[str, Define] = {
    name: getattr(atmosphere, name)
    for name in (
        *("PLANET_KM", "TOP_KM", "RAYLEIGH_HEIGHT_KM", "MIE_HEIGHT_KM"),
        *("OZONE_MIDDLE_KM", "OZONE_HALF_KM", "SUN_RADIUS_RAD"),
    )
} | {
    name: "vec3({}, {}, {})".format(*getattr(atmosphere, name))
    for name in ("RAYLEIGH_PER_KM", "MIE_SCATTERED_PER_KM", "MIE_LOST_PER_KM", "OZONE_PER_KM")
}
"""The numbers of render/layers/sky/atmosphere.py as defines of shaders/sky/air.glsl."""

CLOUDS: dict[str, Define] = {
    "CLOUD_TILE_KM": cloud_noise.TILE_KM,
    "CLOUD_DETAIL": cloud_noise.DETAIL,
    "CLOUD_DETAIL_SHARE": cloud_noise.DETAIL_SHARE,
    "CLOUD_EDGE": cloud_noise.EDGE,
}
_DEFINES: dict[str, dict[str, Define]] = {
    "through": AIR,
    "often": AIR,
    "dome": {**AIR, "MIE_FORWARD": atmosphere.MIE_FORWARD},
    "clear": {**AIR, **CLOUDS, **SPHERE, "BRIGHTEST": BRIGHTEST},
}


class SkyTablesPass:
    """`through` and `often` depend on the air; the domes also on the elevation of their light; `clear`, which is
    what a view shows, also on its brightness and on the ground."""

    def __init__(self, ctx: moderngl.Context, layer: SkyLayer) -> None:
        self._ctx = ctx
        self._layer = layer
        self.through, self._through_target = _table(ctx, THROUGH_PX)
        self.often, self._often_target = _table(ctx, OFTEN_PX)
        self.sun_dome, sun_target = _table(ctx, DOME_PX)
        self.moon_dome, moon_target = _table(ctx, DOME_PX)
        self._domes = (sun_target, moon_target)
        self.clear, self._clear_target = _table(ctx, CLEAR_PX)
        self._through = _program(ctx, "through", THROUGH_PX)
        self._often = _program(ctx, "often", OFTEN_PX, ground_albedo=layer.ground_albedo)
        self._dome = _program(ctx, "dome", DOME_PX, altitude_km=layer.altitude_m / 1000.0)
        self._clear = _program(ctx, "clear", CLEAR_PX)
        programs = (self._through, self._often, self._dome, self._clear)
        self._arrays = {program: ctx.vertex_array(program, []) for program in programs}
        self._lit: tuple[bool, bool, bytes, int] | None = None
        self._aerosol = math.nan
        self._elevations_deg = [math.nan, math.nan]
        self.made = 0

    def update(self, moment: Moment) -> None:
        """Recompute what has changed; `made` counts tables. Restores the bound target."""
        aerosol, heavens = moment.look.sky.aerosol, moment.heavens
        elevations_deg = (heavens.sun_elevation_deg, heavens.moon_elevation_deg)
        if aerosol == self._aerosol and self._elevations_deg == [*elevations_deg]:
            return
        target = self._ctx.fbo
        self._ctx.disable(moderngl.DEPTH_TEST)
        if aerosol != self._aerosol:
            for program in (self._through, self._often, self._dome):
                uniform(program, "aerosol").value = aerosol
            self._draw(self._through, self._through_target)
            self._draw(self._often, self._often_target)
            self._aerosol, self._elevations_deg = aerosol, [math.nan, math.nan]
        for number, elevation_deg in enumerate(elevations_deg):
            if elevation_deg != self._elevations_deg[number]:
                uniform(self._dome, "light_elevation_rad").value = math.radians(elevation_deg)
                self._draw(self._dome, self._domes[number])
                self._elevations_deg[number] = elevation_deg
        self._ctx.enable(moderngl.DEPTH_TEST)
        target.use()

    def light_up(self, sunlit: bool, moonlit: bool, light: bytes) -> None:
        """Make `clear` from the domes if it has changed. `sunlit`: the sun is the main light, else the moon; `moonlit`:
        the night's glow is visible; `light`: the part of the bound `Sky` block it depends on."""
        if self._lit == (sunlit, moonlit, light, self.made):
            return
        target = self._ctx.fbo
        self._ctx.disable(moderngl.DEPTH_TEST)
        uniform(self._clear, "sunlit").value = sunlit
        uniform(self._clear, "moonlit").value = moonlit
        (self.sun_dome if sunlit else self.moon_dome).use(0)
        self._clear_target.use()
        self._arrays[self._clear].render(moderngl.TRIANGLES, vertices=3)
        self._lit = (sunlit, moonlit, light, self.made)
        self._ctx.enable(moderngl.DEPTH_TEST)
        target.use()

    def release(self) -> None:
        """Free tables and programs."""
        targets = (self._through_target, self._often_target, *self._domes, self._clear_target)
        tables = (self.through, self.often, self.sun_dome, self.moon_dome, self.clear)
        for program, array in self._arrays.items():
            array.release()
            program.release()
        for target in targets:
            target.release()
        for table in tables:
            table.release()

    def _draw(self, program: moderngl.Program, target: moderngl.Framebuffer) -> None:
        self.through.use(0)
        self.often.use(1)
        target.use()
        self._arrays[program].render(moderngl.TRIANGLES, vertices=3)
        self.made += 1


def _table(ctx: moderngl.Context, size_px: tuple[int, int]) -> tuple[moderngl.Texture, moderngl.Framebuffer]:
    texture = ctx.texture(size_px, 4, dtype="f4")
    texture.repeat_x = texture.repeat_y = False
    texture.filter = (moderngl.LINEAR, moderngl.LINEAR)
    return texture, ctx.framebuffer(texture)


def _program(
    ctx: moderngl.Context, name: str, size_px: tuple[int, int], **values: float | tuple[float, ...]
) -> moderngl.Program:
    defines = _DEFINES[name]
    size = (float(size_px[0]), float(size_px[1]))
    return build_program(ctx, "sky/whole.vert", f"sky/{name}.frag", defines, {"size_px": size, **values})
