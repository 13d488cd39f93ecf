"""The bench rows of splats and weather, next to as many plain quads of the same size, blended in no order."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from render.moment import Moment
from render.passes.splat_pass import bytes_on_card
from render.scene.scene_data import LayerData, SceneData, instance_boxes
from render.scene.splat_coding import RawSplats
from render.scene.splats import SplatData, place_splats
from render.scene.weather import DUST, RAIN, SHUTTER_S, SNOW, CellGrid, DropLayer, drop_places, falling, sway_phases
from render.view import View
from stage.model.layers import SplatLayer
from stage.model.look import Look, Weather
from tools.bench.bare_scene import BareDraw

Floats = NDArray[np.float64]

SPLATS = 1_000_000
SOFT, FINEST_PX = 1.5, 0.7
"""How far drops reach beyond their radius, and the least radius on the view: as shaders/weather has them."""
PIXEL_RAD = 2.0 * math.tan(math.radians(30.0)) / 640.0
WEATHER_ROWS = {
    "rain": (Weather(rain=1.0, wind_mps=5.0), RAIN),
    "snow": (Weather(snow=1.0, wind_mps=3.0), SNOW),
    "dust": (Weather(dust=1.0, wind_mps=12.0), DUST),
}


@dataclass(frozen=True, slots=True)
class SplatHall:
    """A hall of splats ahead of the eye, its bare quads and its figures."""

    scene: SceneData
    bare: BareDraw
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
    return SplatHall(empty_set((splats,)), _bare_splats(splats), counts)


def empty_set(layers: tuple[LayerData, ...] = ()) -> SceneData:
    """A set without meshes."""
    none, nowhere = np.zeros(0, np.int32), np.zeros((0, 4, 4))
    low, high = instance_boxes((), none, nowhere)
    return SceneData("particles", (), (), (), none, nowhere, low, high, layers=layers)


def weather_moment(name: str, time_s: float) -> Moment:
    """The weather of a row at its strongest."""
    return Moment(Look(weather=WEATHER_ROWS[name][0]), time_s=time_s)


def bare_weather(name: str, view: View) -> tuple[BareDraw, int]:
    """As many quads as the row has drops in its cubes, where they are at time 0, and how many."""
    weather, layers = WEATHER_ROWS[name]
    places = np.concatenate([_traces(layer, weather, view) for layer in layers])
    return _quads(places), len(places)


def _traces(layer: DropLayer, weather: Weather, view: View) -> Floats:
    """(n, 4, 4): a quad over each trace, of the size the product draws."""
    motion = falling(layer, weather, 0.0)
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


def _bare_splats(splats: SplatData) -> BareDraw:
    """A square of two standard deviations each way for each splat, facing the eye."""
    places = np.tile(np.eye(4, dtype=np.float32), (len(splats.centre_m), 1, 1))
    spread = np.sqrt(splats.covariance_m2[:, [0, 3, 5]].mean(axis=1))
    places[:, [0, 1, 2], [0, 1, 2]] = 2.0 * spread[:, None]
    places[:, :3, 3] = splats.centre_m + splats.origin_m
    return _quads(places)


def _quads(places: NDArray[np.floating]) -> BareDraw:
    vertices = np.zeros((4, 8), np.float32)
    vertices[:, [0, 2]] = [(-1, -1), (1, -1), (1, 1), (-1, 1)]
    vertices[:, 4], vertices[:, 6:] = -1.0, [(0, 1), (1, 1), (1, 0), (0, 0)]
    triangles = np.array([[0, 1, 2], [0, 2, 3]], np.uint32)
    picture = np.full((8, 8, 4), 128, np.uint8)
    return BareDraw(vertices, triangles, picture, np.asarray(places, np.float64), blend=True)
