"""Drops as a closed form of seed, number and time: they fall, the wind takes them, nothing jumps."""

from __future__ import annotations

import math

import numpy as np
import pytest

from render.layers.weather.weather import (
    DUST,
    LAST_KEY,
    MOST_CELLS,
    RAIN,
    SNOW,
    CellGrid,
    DropLayer,
    cell_keys,
    drop_places,
    falling,
    shuffled,
    sway_phases,
)
from render.view.view import View
from stage.maths.arrays import Floats
from stage.model.look import Weather
from stage.show.wind import steady
from tests.shaders.scene_drawing import view_from

LAYERS = (*RAIN, *SNOW, *DUST)


def places(layer: DropLayer, view: View, weather: Weather, time_s: float) -> dict[float, Floats]:
    """The stage positions (5, 3) of the first drops of every seen cube, by the cube's key."""
    cells = CellGrid(layer).seen(view, falling(layer, steady(weather), time_s), weather.seed)
    drops = drop_places(layer, cells, 5, sway_phases(time_s)) + np.array(view.eye_m)
    return {float(key): drop for key, drop in zip(cells[:, 3], drops, strict=True)}


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("start_s", [0.0, 41_234.5])
def test_a_drop_goes_its_way_without_a_jump_and_ever_downward(layer: DropLayer, start_s: float) -> None:
    weather, view = Weather(wind_mps=7.0, wind_pan_deg=30.0), view_from((3.0, -2.0, 1.6))
    step = 1.0 / 96.0
    tracks: dict[float, list[Floats]] = {}
    for number in range(24):
        for key, drop in places(layer, view, weather, start_s + number * step).items():
            tracks.setdefault(key, []).append(drop)
    whole = np.array([track for track in tracks.values() if len(track) == 24])
    assert len(whole) > 3
    speed = np.diff(whole, axis=1) / step
    own = np.array([falling(layer, steady(weather), start_s + (n + 0.5) * step).velocity_mps for n in range(23)])
    sway = layer.sway_m * 2.3 * 1.01 + 2e-3
    assert np.abs(speed - own[None, :, None]).max() <= sway * 2
    if layer.fall_mps > 1.0:
        assert speed[..., 2].max() < -0.5


def test_the_wind_blows_toward_its_pan_and_gusts_add_up() -> None:
    layer, weather = RAIN[0], Weather(wind_mps=10.0, wind_pan_deg=90.0)
    time_s = np.linspace(0.0, 30.0, 30_001)
    motions = [falling(layer, steady(weather), t) for t in time_s]
    way, speed = np.array([m.way_m for m in motions]), np.array([m.velocity_mps for m in motions])
    assert np.abs(np.gradient(way, time_s, axis=0)[1:-1] - speed[1:-1]).max() < 1e-4
    assert speed[:, 0].mean() == pytest.approx(-10.0, abs=0.5)
    assert np.abs(speed[:, 1]).max() < 1e-9
    assert np.ptp(speed[:, 0]) > 3.0
    still = falling(layer, steady(Weather(wind_mps=0.0)), 5.0).velocity_mps
    assert still == (0.0, 0.0, -layer.fall_mps)


@pytest.mark.parametrize("layer", LAYERS)
def test_two_views_of_a_moment_see_each_drop_at_one_stage_point(layer: DropLayer) -> None:
    weather = Weather(wind_mps=5.0, seed=9)
    one = places(layer, view_from((0.0, -3.0, 1.6)), weather, 7.3)
    other = places(layer, view_from((0.4, -2.7, 1.8), pan_deg=12.0), weather, 7.3)
    both = one.keys() & other.keys()
    assert len(both) > 3
    assert max(np.abs(one[key] - other[key]).max() for key in both) < 1e-5


@pytest.mark.parametrize("layer", LAYERS)
def test_no_drop_within_reach_and_view_is_missed(layer: DropLayer) -> None:
    weather, narrow = Weather(), view_from((1.0, 2.0, 1.5), pan_deg=-50.0, tilt_deg=15.0)
    motion = falling(layer, steady(weather), 2.0)
    cells = CellGrid(layer).seen(narrow, motion, 1)
    assert 0 < len(cells) <= MOST_CELLS
    kept = set(cells[:, 3])
    planes = np.array(narrow.planes())
    for pan_deg in range(0, 360, 45):
        for tilt_deg in (-70, 0, 70):
            around = CellGrid(layer).seen(view_from((1.0, 2.0, 1.5), pan_deg, tilt_deg), motion, 1)
            drops = drop_places(layer, around, 20, sway_phases(2.0))
            far = np.linalg.norm(drops, axis=-1)
            inside = (far < layer.reach_m) & (drops @ planes.T >= 0.0).all(axis=-1)
            assert set(around[inside.any(axis=1), 3]) <= kept


def test_drops_fill_their_cubes_evenly_and_by_the_seed() -> None:
    layer = RAIN[3]
    cells = CellGrid(layer).seen(view_from((0.0, 0.0, 0.0)), falling(layer, steady(Weather()), 0.0), 1)
    share = (drop_places(layer, cells, 400, (0.0,) * 4) - cells[:, None, :3]) / layer.cell_m
    counts = np.histogramdd(share.reshape(-1, 3), bins=4, range=[(0, 1)] * 3)[0]
    expected = counts.sum() / counts.size
    assert ((counts - expected) ** 2 / expected).sum() < 63 + 4 * math.sqrt(2 * 63)  # chi squared, 63 degrees
    others = CellGrid(layer).seen(view_from((0.0, 0.0, 0.0)), falling(layer, steady(Weather()), 0.0), 2)
    assert np.array_equal(cells[:, :3], others[:, :3])
    assert (cells[:, 3] != others[:, 3]).mean() > 0.99


def test_keys_are_whole_numbers_that_floats_hold() -> None:
    far = np.array([[10**9, -(10**9), 3], [-1, 0, 0], [0, -1, 0], [0, 0, -1]])
    keys = cell_keys(far, 3, 2**31 - 1)
    assert len(set(keys.tolist())) == 4
    assert keys.max() <= LAST_KEY
    assert np.array_equal(keys.astype(np.float32).astype(np.uint32), keys)


def test_the_hash_is_the_published_one() -> None:
    def by_hand(value: int) -> int:
        state = (value * 747796405 + 2891336453) % 2**32
        word = (((state >> ((state >> 28) + 4)) ^ state) * 277803737) % 2**32
        return (word >> 22) ^ word

    values = np.array([0, 1, 77, 2**31, 2**32 - 1], np.uint32)
    assert shuffled(values).tolist() == [by_hand(int(value)) for value in values]
