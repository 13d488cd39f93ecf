"""The bench rows of the sky: an empty set under it, against the obvious program for the same picture.

The bare program draws the same sphere with a table of the same size and kind, the same stars as points, and clouds
with as many look-ups of the product's own noise and the same terms of light (cut by a smoothstep, constants wherever
possible); no discs.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from render.layers.sky.reader import SkyData
from render.layers.sky.sky_tables_pass import CLEAR_PX
from render.scene.loading import load_scene_data
from render.scene.scene_data import SceneData
from render.view.moment import Moment
from stage.maths.pose import Vector
from stage.messages.frames import Heavens
from stage.model.look import Look, SkyLook
from stage.model.scene import Scene
from tools.bench.layers.bare_scene import BareDraw

SUN = Heavens(sun_pan_deg=60.0, sun_elevation_deg=35.0, moon_pan_deg=240.0, moon_elevation_deg=-35.0)
NIGHT = Heavens(sun_pan_deg=200.0, sun_elevation_deg=-35.0, moon_pan_deg=20.0, moon_elevation_deg=35.0, moon_phase=1.0)
COLUMNS, ROWS = 48, 16
RADIUS_M, STARS_M = 50.0, 60.0
STAR_PX = 3.0
PLAIN = """#version 430
uniform sampler2D picture;
in vec3 normal; in vec2 uv; out vec4 radiance;
void main() { radiance = vec4(texture(picture, uv).rgb * (1.0 - 0.001 * normal.y), 1.0); }"""
CLOUDS = """#version 430
layout(binding = 0) uniform sampler2D picture; layout(binding = 1) uniform sampler2D noise;
in vec3 normal; in vec2 uv; out vec4 radiance;
float cut(float grey) { return smoothstep(0.5, 0.7, grey); }
void main() {
    vec3 sky = textureLod(picture, uv, 0.0).rgb, d = -normalize(normal);
    float fall = 6360.0 * d.z, way = sqrt(fall * fall + 25000.0) - fall;
    vec2 place = d.xy * way * 0.07;
    float thick = cut(mix(texture(noise, place).r, texture(noise, place * 5.0).r, 0.26));
    float shade = 0.5 * thick + cut(texture(noise, place + 0.03).r) + cut(texture(noise, place + 0.07).r);
    float toward = 0.5 + 0.5 * dot(d, vec3(0.7, 0.4, 0.57)), forward = toward * toward * toward * toward;
    vec3 lit = vec3(1.0, 0.97, 0.9) * (exp(-3.0 * shade) * (0.5 + 2.0 * forward)) + vec3(0.3) * (1.0 - 0.5 * thick);
    float hides = (1.0 - exp(-9.0 * thick)) * exp(-0.02 * way) * smoothstep(0.0, 0.03, d.z);
    radiance = vec4(mix(sky, lit, hides), 1.0);
}"""
STAR = """#version 430
in vec3 normal; in vec2 uv; out vec4 radiance;
void main() {
    vec2 off = 3.0 * gl_PointCoord - 1.5;
    radiance = vec4(normal + uv.xyx, exp(-1.6 * dot(off, off)));
}"""
_NO_TRIANGLES = np.zeros((0, 3), np.uint32)


@dataclass(frozen=True, slots=True)
class SkyRow:
    """A look of the sky, and the places of sun and moon."""

    look: Look
    heavens: Heavens

    def moment(self, time_s: float) -> Moment:
        """The sky at a scene time."""
        return Moment(self.look, self.heavens, time_s)


SKY_ROWS = {
    "sky": SkyRow(Look(), SUN),
    "sky-night": SkyRow(Look(), NIGHT),
    "sky-clouds": SkyRow(Look(sky=SkyLook(cloud_cover=0.45)), SUN),
}


def empty_sky() -> SceneData:
    """A set with only a sky."""
    scene = Scene.model_validate({"schema": "scene/1", "name": "sky", "layers": [{"kind": "sky"}]})
    return load_scene_data(scene, Path())


def bare_sky(row: SkyRow, sky: SkyData, eye_m: Vector) -> list[BareDraw]:
    """The bare program for a row."""
    vertices, below, above = dome(eye_m)
    if row.look.sky.cloud_cover > 0.0:
        picture = sky.noise.picture
        return [_plain(vertices, below), BareDraw(vertices, above, _table(), maps=(picture,), fragment=CLOUDS)]
    stars = [_stars(sky.stars, eye_m)] if row.heavens.sun_elevation_deg < 0.0 else []
    return [_plain(vertices, np.concatenate([below, above])), *stars]


def dome(eye_m: Vector) -> tuple[NDArray[np.float32], NDArray[np.uint32], NDArray[np.uint32]]:
    """Vertices of a sphere round the eye, seen from inside; triangles of it below and above the horizon."""
    turn, rise = np.meshgrid(np.linspace(0.0, 2 * np.pi, COLUMNS + 1), np.linspace(-np.pi / 2, np.pi / 2, ROWS + 1))
    out = np.stack([np.cos(rise) * np.sin(turn), np.cos(rise) * np.cos(turn), np.sin(rise)], axis=-1)
    uv = np.stack([turn / (2 * np.pi), np.abs(rise) * 2.0 / np.pi], axis=-1)
    vertices = np.concatenate([out * RADIUS_M + np.array(eye_m), -out, uv], axis=-1).reshape(-1, 8).astype(np.float32)
    row, column = np.meshgrid(np.arange(ROWS), np.arange(COLUMNS), indexing="ij")
    here = row * (COLUMNS + 1) + column
    above = here + COLUMNS + 1
    corners = np.stack([here, here + 1, above, here + 1, above + 1, above], axis=-1).astype(np.uint32)
    return vertices, corners[: ROWS // 2].reshape(-1, 3), corners[ROWS // 2 :].reshape(-1, 3)


def _plain(vertices: NDArray[np.float32], triangles: NDArray[np.uint32]) -> BareDraw:
    return BareDraw(vertices, triangles, _table(), fragment=PLAIN, mipmaps=False)


def _table() -> NDArray[np.float32]:
    """A gradient of the size and kind of the product's table."""
    width, height = CLEAR_PX
    grey = np.linspace(0.9, 0.3, height, dtype=np.float32)[:, None, None]
    return np.broadcast_to(grey, (height, width, 4)).copy()


def _stars(stars: NDArray[np.float32], eye_m: Vector) -> BareDraw:
    """The catalogue's stars above the horizon, as additive points."""
    seen = stars[stars[:, 2] > 0.0]
    vertices = np.zeros((len(seen), 8), np.float32)
    vertices[:, :3] = seen[:, :3] * STARS_M + np.array(eye_m)
    vertices[:, 3:6] = 0.1 + seen[:, 3:6] / seen[:, 3:6].max()
    return BareDraw(vertices, _NO_TRIANGLES, blend=True, fragment=STAR, point_px=STAR_PX)
