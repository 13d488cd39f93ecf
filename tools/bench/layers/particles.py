"""The bench rows of splats and weather, against as many plain quads of the same size, blended unsorted."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from render.layers.splats.coding import RawSplats
from render.layers.splats.splat_pass import LOW_PASS_PX2, bytes_on_card
from render.layers.splats.splats import SplatData, place_splats
from render.layers.weather.weather import (
    DUST,
    RAIN,
    SHUTTER_S,
    SNOW,
    CellGrid,
    DropLayer,
    drop_places,
    falling,
    sway_phases,
    torn_shares,
)
from render.scene.scene_data import LayerData, SceneData
from render.view.moment import Moment
from render.view.view import View
from stage.maths.arrays import Floats
from stage.model.layers import SplatLayer
from stage.model.look import Look, Weather
from stage.show.wind import steady
from tools.bench.layers.bare_scene import BareDraw

SPLATS = 1_000_000
SOFT, FINEST_PX = 1.5, 0.7
"""How far drops reach beyond their radius, and their least radius in the view, as in shaders/weather."""
PIXEL_RAD = 2.0 * math.tan(math.radians(30.0)) / 640.0
GAUSSIAN = """#version 430
in vec3 normal; in vec2 uv; out vec4 radiance;
void main() {
    vec2 deviations = 6.0 * uv - 3.0;
    radiance = vec4(vec3(0.5 - 0.1 * normal.y), 0.5 * exp(-0.5 * dot(deviations, deviations)));
}"""
"""The minimal shader for a splat."""
SPECK = """#version 430
in vec3 normal; in vec2 uv; out vec4 radiance;
void main() {
    vec2 off = 2.0 * uv - 1.0;
    float inside = max(1.0 - dot(off, off), 0.0);
    radiance = vec4(vec3(0.5 - 0.1 * normal.y), 0.5 * inside * inside);
}"""
"""The minimal shader for a soft drop."""
TORN_SPECK = """#version 430
uniform sampler2D picture;
in vec3 normal; in vec2 uv; out vec4 radiance;
void main() {
    vec2 off = 2.0 * uv - 1.0;
    float inside = max(1.0 - dot(off, off), 0.0);
    radiance = vec4(vec3(0.5 - 0.1 * normal.y), 0.5 * inside * inside * texture(picture, 0.2 * uv).r);
}"""
"""The minimal shader for a wisp, torn by the product's own texture."""
GRADIENT = """#version 430
in vec3 normal; in vec2 uv; out vec4 radiance;
void main() {
    radiance = vec4(mix(vec3(0.3), vec3(0.5), uv.y) + 0.2 * normalize(normal).z, 1.0);
}"""
"""The minimal shader for the background of particles."""
FAR_M = 100.0
QUAD = np.array([[0, 1, 2], [0, 2, 3]], np.uint32)
WEATHER_ROWS = {
    "rain": (Weather(rain=1.0, wind_mps=5.0), RAIN),
    "snow": (Weather(snow=1.0, wind_mps=3.0), SNOW),
    "dust": (Weather(dust=1.0, wind_mps=12.0), DUST),
}


@dataclass(frozen=True, slots=True)
class SplatHall:
    """A hall of splats ahead of the eye, its bare quads and its figures."""

    scene: SceneData
    bare: tuple[BareDraw, ...]
    counts: dict[str, int]


def splat_hall(view: View, count: int = SPLATS) -> SplatHall:
    """Flat splats of a centimetre with harmonics of degree 3, in a hall of 16 x 12 x 6 m ahead of the eye."""
    random = np.random.default_rng(1)
    raw = RawSplats(
        random.uniform((-8.0, 1.0, -1.5), (8.0, 13.0, 4.5), (count, 3)).astype(np.float32),
        random.normal(size=(count, 4)).astype(np.float32),
        random.uniform((0.004, 0.004, 0.001), (0.02, 0.02, 0.004), (count, 3)).astype(np.float32),
        random.uniform(0.1, 0.9, count).astype(np.float32),
        random.normal(0.0, 0.3, (count, 16, 3)).astype(np.float32),
    )
    x, y, z = view.eye_m
    layer = SplatLayer(kind="splats", file="hall.ply", up_axis="z", position_m=(x, y, z))
    splats = place_splats(raw, layer, "hall.ply")
    counts = {"splats": count, "MB on the card": bytes_on_card(splats) >> 20}
    return SplatHall(empty_set((splats,)), (bare_gradient(view), _bare_splats(splats, view)), counts)


def empty_set(layers: tuple[LayerData, ...] = ()) -> SceneData:
    """A set without meshes."""
    return SceneData("particles", layers=layers)


def weather_moment(name: str, time_s: float) -> Moment:
    """The weather of a row at its strongest."""
    return Moment(Look(weather=WEATHER_ROWS[name][0]), time_s=time_s)


def bare_weather(name: str, view: View) -> tuple[list[BareDraw], int]:
    """As many quads as the row has drops in its cubes, at their places at time 0, and their number."""
    weather, layers = WEATHER_ROWS[name]
    places = [(layer, _traces(layer, weather, view)) for layer in layers]
    specks = np.concatenate([place for layer, place in places if not layer.wisp])
    torn = [_quads(place, TORN_SPECK, torn_shares()) for layer, place in places if layer.wisp]
    return [bare_gradient(view), _quads(specks, SPECK), *torn], sum(len(place) for _, place in places)


def bare_gradient(view: View) -> BareDraw:
    """A rectangle that fills the view, far ahead."""
    x, y, z = view.eye_m
    vertices = np.zeros((4, 8), np.float32)
    vertices[:, [3, 5]] = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * FAR_M * 0.6
    vertices[:, 4] = FAR_M
    vertices[:, :3] = vertices[:, 3:6] + np.array((x, y, z))
    return BareDraw(vertices, QUAD, fragment=GRADIENT)


def _traces(layer: DropLayer, weather: Weather, view: View) -> Floats:
    """(n, 4, 4): a quad over each trace, of the size the product draws."""
    motion = falling(layer, steady(weather), 0.0)
    cells = CellGrid(layer).seen(view, motion, weather.seed)
    drops = drop_places(layer, cells, layer.per_cell, sway_phases(0.0)).reshape(-1, 3)
    far = np.linalg.norm(drops, axis=1)
    width = (
        SOFT * np.maximum(layer.radius_m, FINEST_PX * PIXEL_RAD * far) * ((far > layer.near_m) & (far < layer.reach_m))
    )
    half = np.array(motion.velocity_mps) * SHUTTER_S / 2.0
    if layer.wisp:
        half = np.array([layer.stretch * layer.radius_m, 0.0, 0.0])
    places = np.tile(np.eye(4), (len(drops), 1, 1))
    places[:, :3, 3] = drops + np.array(view.eye_m)
    length = float(np.linalg.norm(half))
    places[:, :3, 0] = np.cross(half / length, (0.0, 1.0, 0.0)) * width[:, None]
    places[:, :3, 2] = half / length * np.where(width > 0.0, length + width, 0.0)[:, None]
    return places


def _bare_splats(splats: SplatData, view: View) -> BareDraw:
    """A square for each splat, facing the eye, three standard deviations each way: the rule of the reference rasteriser
    of 3-D Gaussian splatting (Kerbl et al. 2023), its low pass included."""
    places = np.tile(np.eye(4, dtype=np.float32), (len(splats.centre_m), 1, 1))
    places[:, :3, 3] = splats.centre_m + splats.origin_m
    depth_m = np.maximum(places[:, 1, 3] - view.eye_m[1], 0.0)
    spread_m2 = splats.covariance_m2[:, [0, 3, 5]].mean(axis=1) + LOW_PASS_PX2 * (PIXEL_RAD * depth_m) ** 2
    places[:, [0, 1, 2], [0, 1, 2]] = 3.0 * np.sqrt(spread_m2)[:, None]
    return _quads(places, GAUSSIAN)


def _quads(places: NDArray[np.floating], fragment: str, picture: NDArray[np.uint8] | None = None) -> BareDraw:
    vertices = np.zeros((4, 8), np.float32)
    vertices[:, [0, 2]] = [(-1, -1), (1, -1), (1, 1), (-1, 1)]
    vertices[:, 4], vertices[:, 6:] = -1.0, [(0, 1), (1, 1), (1, 0), (0, 0)]
    return BareDraw(vertices, QUAD, picture, np.asarray(places, np.float64), blend=True, fragment=fragment)
