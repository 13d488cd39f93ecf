"""The light a sky gives to its set: sun, moon, clouds, without jumps; and its catalogues."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from render.layers.sky.atmosphere import transmittance
from render.layers.sky.block import SKY_BLOCK_BYTES, SkyBlock
from render.layers.sky.cloud_noise import DETAIL, DETAIL_SHARE, SIZE_PX, cloud_noise
from render.layers.sky.light import AEROSOLS, SUN_LUX, SkyLight, direction_of, moon_lux, sky_light, tables_of
from render.layers.sky.stars import LUX_OF_MAGNITUDE_0, star_catalogue
from render.scene.loading import load_scene_data
from render.view.moment import Moment
from stage.maths.pose import Vector
from stage.messages.frames import Heavens
from stage.model.layers import SkyLayer
from stage.model.look import Exposure, Look, SkyLook, SunLook
from stage.model.scene import Scene

LAYER = SkyLayer(kind="sky", exposure_ev=0.0)


def _light(sun_deg: float, moon_deg: float = -90.0, sky: SkyLook | None = None, phase: float = 1.0) -> SkyLight:
    look = Look(sky=sky or SkyLook())
    return sky_light(tables_of(LAYER), look, Heavens(0.0, sun_deg, 180.0, moon_deg, phase))


def _luma(light: Vector) -> float:
    return 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2]


def test_the_sun_on_white_ground_is_its_illuminance_over_pi() -> None:
    """A white surface that faces 100,000 lx has 31,831 nits."""
    share = transmittance(np.array(0.0), np.array(math.sin(math.radians(50.0))), 1.0)
    expected = share * SUN_LUX / math.pi / 100.0
    assert _light(50.0).direct == pytest.approx(tuple(expected), rel=0.01)


def test_aerosols_between_the_tables_are_worked_out_exactly() -> None:
    between = tables_of(LAYER).passed(20.0, 2.0)
    assert 2.0 not in AEROSOLS
    assert between == pytest.approx(transmittance(np.array(0.0), np.array(math.sin(math.radians(20.0))), 2.0), rel=0.01)


def test_at_dusk_nothing_jumps_while_the_moon_takes_over() -> None:
    """In steps of 0.05 degrees no part of the light changes by more than 8 %, but for the last glimpse of the sun."""
    elevations = np.arange(3.0, -14.0, -0.05)
    lights = [_light(float(e), 40.0) for e in elevations]
    above = np.array([_luma(light.above) for light in lights])
    assert (np.abs(np.diff(above)) <= 0.08 * above[:-1]).all()
    sun_like = [light.toward[1] > 0.0 for light in lights]
    turn = sun_like.index(False)
    assert not any(sun_like[turn:])
    assert _luma(lights[turn - 1].direct) < 1e-6 * _luma(lights[0].direct)
    assert _luma(lights[turn].direct) < 0.02 * _luma(lights[-1].direct)


def test_at_night_the_moon_is_the_light_of_the_set() -> None:
    night = _light(-30.0, 45.0)
    assert night.toward == pytest.approx(direction_of(180.0, 45.0))
    assert _luma(night.direct) == pytest.approx(0.26 * 0.8 / math.pi / 100.0, rel=0.15)
    assert _luma(_light(-30.0, 45.0, SkyLook(moon_gain=10.0)).direct) == pytest.approx(10.0 * _luma(night.direct))


def test_a_half_moon_gives_a_tenth_of_a_full_one() -> None:
    """Allen: the quarters are 2.5 to 2.7 magnitudes fainter."""
    assert moon_lux(1.0) == pytest.approx(0.26, abs=0.02)
    assert 0.08 < moon_lux(0.5) / moon_lux(1.0) < 0.11


def test_without_moon_a_night_is_not_black() -> None:
    assert 1e-8 < _luma(_light(-40.0).above) < 1e-4


def test_overcast_takes_the_sun_and_leaves_10_to_45_klx_of_a_summer_noon() -> None:
    for density, low, high in ((0.0, 35_000.0, 60_000.0), (1.0, 8_000.0, 20_000.0)):
        light = _light(60.0, sky=SkyLook(cloud_cover=1.0, cloud_density=density))
        assert light.direct == pytest.approx((0.0, 0.0, 0.0), abs=1e-9)
        assert low < _luma(light.above) * math.pi * 100.0 < high


def test_light_from_all_sides_grows_with_clouds() -> None:
    clear, cloudy = _light(50.0), _light(50.0, sky=SkyLook(cloud_cover=1.0, cloud_density=0.2))
    assert _luma(cloudy.above) > 1.5 * _luma(clear.above)


def test_the_sun_gain_of_the_look_dims_the_sun_alone() -> None:
    look = Look(sun=SunLook(gain=0.5))
    half = sky_light(tables_of(LAYER), look, Heavens(0.0, 50.0))
    assert _luma(half.direct) == pytest.approx(0.5 * _luma(_light(50.0).direct))
    assert half.above == pytest.approx(_light(50.0).above)


@pytest.mark.parametrize("cover", [0.1, 0.35, 0.7])
def test_clouds_cover_the_share_that_is_asked_for(cover: float) -> None:
    noise = cloud_noise(3)
    place = np.arange(SIZE_PX)
    detail = noise.picture[np.ix_((place * int(DETAIL)) % SIZE_PX, (place * int(DETAIL)) % SIZE_PX)]
    mixed = (1.0 - DETAIL_SHARE) * noise.picture + DETAIL_SHARE * detail
    assert (mixed > noise.cut(cover)).mean() == pytest.approx(cover, abs=0.04)


def test_there_are_as_many_stars_as_the_eye_can_see() -> None:
    """Bright Star Catalogue: about 4,800 stars to magnitude 6, 1,600 to 5, 513 to 4; Sirius is the brightest."""
    stars = star_catalogue(1)
    magnitude = -2.5 * np.log10(stars[:, 4] / LUX_OF_MAGNITUDE_0)
    assert np.linalg.norm(stars[:, :3], axis=1) == pytest.approx(1.0, abs=1e-5)
    assert 4_000 < len(stars) < 5_800
    assert 1_300 < (magnitude < 5.0).sum() < 1_900
    assert 400 < (magnitude < 4.0).sum() < 650
    sirius = stars[magnitude.argmin(), :3]
    assert math.degrees(math.asin(float(sirius[2]))) == pytest.approx(-16.72, abs=0.05)


def test_reading_a_set_works_out_its_sky_beforehand() -> None:
    scene = Scene.model_validate({"schema": "scene/1", "name": "s", "layers": [{"kind": "sky", "altitude_m": 321.0}]})
    data = load_scene_data(scene, Path())
    assert data.sky is not None
    assert data.sky.layer.altitude_m == 321.0
    assert data.sky.tables.layer == data.sky.layer
    assert len(data.sky.stars) > 4_000


LIT_ROWS = (3, 4, 5, 6, 8, 9, 10, 11, 13, 14)
"""Of the `Sky` block of shaders/sky/sky.glsl, in fours: those whose first three numbers are light."""
SUN_ROW, MOON_ROW, CLOUDS_LIGHT_ROW = 0, 1, 15


def rows_of(block: SkyBlock, look: Look, sun_deg: float) -> NDArray[np.float32]:
    """(17, 4) the block of a moment."""
    packed = block.pack(Moment(look, Heavens(0.0, sun_deg), 1e6))
    assert len(packed) == SKY_BLOCK_BYTES
    return np.frombuffer(packed, np.float32).reshape(-1, 4)


@pytest.mark.parametrize("cover", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("sun_deg", [-90.0, -5.0, 0.0, 90.0])
def test_a_stop_doubles_all_light_of_the_block_and_nothing_else_whatever_the_hour(sun_deg: float, cover: float) -> None:
    block, sky = SkyBlock(tables_of(LAYER), cloud_noise(1), 0.001), SkyLook(cloud_cover=cover)
    before = rows_of(block, Look(sky=sky), sun_deg)
    after = rows_of(block, Look(sky=sky, exposure=Exposure(ev=1.0)), sun_deg)
    is_light = np.zeros(before.shape, bool)
    is_light[LIT_ROWS, :3] = True
    assert (before[is_light] >= 0.0).all()
    assert after[is_light] == pytest.approx(2.0 * before[is_light], rel=1e-6)
    assert np.array_equal(after[~is_light], before[~is_light])
    directions = before[[SUN_ROW, MOON_ROW, CLOUDS_LIGHT_ROW], :3]
    assert np.linalg.norm(directions, axis=1) == pytest.approx(1.0, abs=1e-6)
    assert before[SUN_ROW, 2] == pytest.approx(math.sin(math.radians(sun_deg)), abs=1e-6)
