"""Weather as it is drawn: where the closed form says, the same whenever it is drawn, more where more is asked for."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

import moderngl
import numpy as np
import pytest
from numpy.typing import NDArray

from render.gl.context import create_offscreen_context
from render.layers.weather.weather import RAIN, SHUTTER_S, SNOW, CellGrid, DropLayer, drop_places, falling, sway_phases
from render.scene.scene_pass import ScenePass
from render.view.material import Material
from render.view.moment import Moment
from render.view.view import View
from stage.maths.arrays import Floats
from stage.model.look import Exposure, Look, Weather
from stage.model.stagefile import Quality
from stage.show.wind import steady
from tests.shaders.scene_drawing import pixels_of, scene_of, view_from
from tests.shaders.tiny_set import box_set

SIZE_PX = (192, 128)
VIEW = view_from((0.3, -2.0, 1.6))


@pytest.fixture(scope="module")
def context() -> Iterator[moderngl.Context]:
    context = create_offscreen_context()
    yield context
    context.release()


def drawn(
    context: moderngl.Context,
    moments: list[Moment],
    view: View = VIEW,
    material: Material = Material.LIT,
    boxes: bool = False,
    density: float = 1.0,
) -> list[NDArray[np.float32]]:
    colour, depth = context.texture(SIZE_PX, 4, dtype="f4"), context.depth_renderbuffer(SIZE_PX)
    target = context.framebuffer([colour], depth)
    scene = box_set() if boxes else scene_of((), (), [])
    scene_pass = ScenePass(context, scene, Quality(weather_density=density), material)
    pictures = []
    for moment in moments:
        scene_pass.draw(target, (0, 0, *SIZE_PX), view, moment)
        pictures.append(pixels_of(target).copy())
    scene_pass.release()
    for owned in (target, colour, depth):
        owned.release()
    return pictures


def moment(weather: Weather, time_s: float = 3.7) -> Moment:
    return Moment(Look(weather=weather, exposure=Exposure(ev=2.0)), time_s=time_s)


def changed(context: moderngl.Context, weather: Weather, view: View = VIEW, time_s: float = 3.7) -> Floats:
    """(h, w) how far the weather has moved each pixel from the clear picture."""
    clear, seen = drawn(context, [moment(Weather(), time_s), moment(weather, time_s)], view)
    return np.asarray(np.abs(seen[..., :3].astype(np.float64) - clear[..., :3]).max(axis=-1))


def stage_places(layer: DropLayer, view: View, weather: Weather, share: float, time_s: float) -> Floats:
    """(n, 3) by the closed form in numpy, in stage space."""
    cells = CellGrid(layer).seen(view, falling(layer, steady(weather), time_s), weather.seed)
    drops = drop_places(layer, cells, math.ceil(layer.per_cell * share), sway_phases(time_s))
    return np.asarray(drops.reshape(-1, 3) + np.array(view.eye_m))


def pixels_at(view: View, place_m: Floats) -> tuple[Floats, Floats]:
    """(n, 2) columns and rows, from the upper left corner, and (n,) the depth."""
    offset = place_m - np.array(view.eye_m)
    x, y, w = np.array(view.clip_rows()) @ offset.T
    return np.stack([(x / w + 1) / 2 * SIZE_PX[0], (1 - y / w) / 2 * SIZE_PX[1]], axis=1), w


@pytest.mark.parametrize(("kind", "layers"), [("rain", RAIN), ("snow", SNOW)])
def test_drops_are_drawn_where_the_closed_form_says_and_nowhere_else(
    context: moderngl.Context, kind: str, layers: tuple[DropLayer, ...]
) -> None:
    weather = Weather(**{kind: 0.02}, wind_mps=4.0, seed=5)
    seen = changed(context, weather) > 1e-4
    allowed = np.zeros_like(seen)
    column, row = np.meshgrid(np.arange(SIZE_PX[0]) + 0.5, np.arange(SIZE_PX[1]) + 0.5)
    for layer in layers:
        half = np.array(falling(layer, steady(weather), 3.7).velocity_mps) * SHUTTER_S / 2
        centre = stage_places(layer, VIEW, weather, 0.02, 3.7)
        for at in np.linspace(-1.0, 1.0, 33):
            place, depth = pixels_at(VIEW, centre + at * half)
            for (x, y), _ in zip(place[depth > 0.1], depth[depth > 0.1], strict=True):
                allowed |= (column - x) ** 2 + (row - y) ** 2 < 3.0**2
    assert seen.any()
    assert not (seen & ~allowed).any()
    assert allowed.mean() < 0.5


def test_two_eyes_see_the_same_drops_in_parallax(context: moderngl.Context) -> None:
    weather, layer = Weather(snow=1 / 13, wind_mps=0.0, seed=3), SNOW[1]
    other = view_from((0.9, -1.8, 1.5), pan_deg=5.0)
    found = 0
    for mine, view in ((VIEW, other), (other, VIEW)):
        picture = changed(context, weather, view)
        place_m = stage_places(layer, mine, weather, 1 / 13, 3.7)
        far = [np.linalg.norm(place_m - np.array(eye.eye_m), axis=1) for eye in (mine, view)]
        clear = (np.minimum(*far) > 1.9 * layer.near_m) & (np.maximum(*far) < 0.65 * layer.reach_m)
        pixel, depth = pixels_at(view, place_m)
        inside = clear & (depth > 0.5) & (pixel > 2.0).all(axis=1) & (pixel < np.array(SIZE_PX) - 3.0).all(axis=1)
        at = pixel[inside].astype(int)
        assert (picture[at[:, 1], at[:, 0]] > 1e-3).all()
        found += len(at)
    assert found > 10


@pytest.mark.parametrize("kind", ["rain", "snow", "dust"])
def test_more_is_more(context: moderngl.Context, kind: str) -> None:
    levels = (0.0, 0.1, 0.3, 1.0)
    pictures = [
        np.stack([changed(context, Weather(**{kind: level}, wind_mps=8.0, seed=seed)) for seed in range(6)])
        for level in levels
    ]
    covered = [float((picture > 0.1).mean()) for picture in pictures]
    assert covered[0] == 0.0
    assert np.all(np.diff(covered) > 0.0)
    sums = [float(picture.sum()) for picture in pictures]
    assert sums[3] / sums[1] == pytest.approx(10.0, rel=0.5)


def test_a_little_more_changes_the_picture_only_a_little(context: moderngl.Context) -> None:
    pictures = drawn(context, [moment(Weather(snow=0.5 + 0.00025 * step)) for step in range(20)])
    steps = [np.abs(after - before).max() for before, after in pairwise(pictures)]
    assert max(steps) < 0.5
    assert np.abs(pictures[-1] - pictures[0]).max() > 0.01


def test_the_same_moment_is_the_same_bytes_in_any_order(context: moderngl.Context) -> None:
    weather = Weather(rain=0.4, snow=0.2, dust=0.5, wind_mps=9.0)
    moments = [moment(weather, number / 24) for number in range(6)] + [moment(Weather())]
    order = np.random.default_rng(1).permutation(len(moments) * 3) % len(moments)
    first: dict[int, bytes] = {}
    for number, picture in zip(order, drawn(context, [moments[i] for i in order], boxes=True), strict=True):
        assert first.setdefault(int(number), picture.tobytes()) == picture.tobytes()
    assert len(set(first.values())) == len(moments)


def test_a_probe_sees_no_weather_and_clear_looks_do_not_move(context: moderngl.Context) -> None:
    storm = Weather(rain=1.0, snow=1.0, dust=1.0)
    clear, seen = drawn(context, [moment(Weather()), moment(storm)], material=Material.PROBE, boxes=True)
    assert np.array_equal(clear, seen)
    scene_pass = ScenePass(context, scene_of((), (), []), Quality(), Material.LIT)
    assert not scene_pass.moves(moment(Weather(wetness=1.0, snow_cover=1.0, wind_mps=20.0)))
    assert scene_pass.moves(moment(Weather(rain=0.01)))
    scene_pass.release()


def test_no_drop_is_a_single_bright_pixel(context: moderngl.Context) -> None:
    picture = changed(context, Weather(rain=1.0, wind_mps=3.0))
    blurred = np.stack([np.roll(picture, (y, x), (0, 1)) for y in (-1, 0, 1) for x in (-1, 0, 1)]).mean(axis=0)
    strong = picture[1:-1, 1:-1] > np.quantile(picture, 0.99)
    alone = picture[1:-1, 1:-1] > 6.0 * blurred[1:-1, 1:-1]
    assert strong.any()
    assert not (strong & alone).any()


def test_density_is_a_matter_of_quality(context: moderngl.Context) -> None:
    weather = moment(Weather(rain=0.3))
    (few,), (many,), (clear,) = (
        drawn(context, [weather], density=0.2),
        drawn(context, [weather], density=2.0),
        drawn(context, [moment(Weather())]),
    )
    assert np.abs(many - clear).sum() > 5.0 * np.abs(few - clear).sum() > 0.0
