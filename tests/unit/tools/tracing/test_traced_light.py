"""The path tracer's light against what is known without it: energy, Lambert's and the inverse square law."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from render.layers.mesh.mesh_data import MeshMaterial, PunctualLight
from render.pictures.picture import Picture
from tests.unit.tools.tracing.shapes import ball, camera, middle, pane, world
from tools.tracing.sources import Source, lamp_source, sky_source, sun_source
from tools.tracing.tracing import Camera, guides, traced
from tools.tracing.world import Singles

pytest.importorskip("mitsuba", reason="the path tracer is an extra: make reference")

GROUND = ((-5.0, -5.0, 0.0), (10.0, 0.0, 0.0), (0.0, 10.0, 0.0))
FROM_ABOVE = camera(0.0, 0.0, 4.0, tilt_deg=-90.0, fov_deg=20.0)


@pytest.fixture(scope="module")
def mi() -> Any:
    from tools.tracing.variant import tracer

    return tracer().mi


def lit_by(mi: Any, source: Source, seen_by: Camera, samples: int = 64) -> Singles:
    return traced(mi, source, seen_by, samples, 1, lambda done: None)[0]


def uniform_sky(value: float) -> Singles:
    return np.full((512, 1024, 3), value, np.float32)


def test_a_white_ball_in_a_white_furnace_cannot_be_seen(mi: Any) -> None:
    here = world(ball(1.0, MeshMaterial()))
    seen_by = camera(0.0, -6.0, 0.0, fov_deg=25.0)
    light, covered = lit_by(mi, sky_source(mi, here, uniform_sky(0.7)), seen_by), guides(mi, here, seen_by).cover
    assert 0.4 < (covered > 0.99).mean() < 0.8
    assert light[covered > 0.99].mean() == pytest.approx(0.7, rel=0.01)


def test_a_rough_metal_ball_in_a_furnace_is_not_brighter_than_it(mi: Any) -> None:
    here = world(ball(1.0, MeshMaterial(metallic=1.0, roughness=0.3)))
    light = lit_by(mi, sky_source(mi, here, uniform_sky(1.0)), camera(0.0, -6.0, 0.0, fov_deg=5.0))
    assert 0.9 < light.mean() < 1.005


@pytest.mark.parametrize("rise_deg", [90.0, 53.0, 20.0])
def test_ground_under_a_sun_is_its_albedo_times_the_sine_of_its_elevation(mi: Any, rise_deg: float) -> None:
    here = world(pane(*GROUND, MeshMaterial(base_colour=(0.5, 0.25, 0.1, 1.0))))
    rise = math.radians(rise_deg)
    light = lit_by(mi, sun_source(mi, here, (math.cos(rise), 0.0, math.sin(rise))), FROM_ABOVE, 16)
    np.testing.assert_allclose(middle(light), np.array([0.5, 0.25, 0.1]) * math.sin(rise), rtol=0.01)


def test_light_comes_from_where_the_sky_is_bright(mi: Any) -> None:
    sky = uniform_sky(0.0)
    sky[192:320, 192:320] = 1.0  # toward +X, by the docstring of BareSet.surroundings
    facing = pane((0.0, -1.0, 0.0), (0.0, 2.0, 0.0), (0.0, 0.0, 2.0), MeshMaterial())
    away = pane((0.0, 1.0, 0.0), (0.0, -2.0, 0.0), (0.0, 0.0, 2.0), MeshMaterial())
    lit = lit_by(mi, sky_source(mi, world(facing), sky), camera(4.0, 0.0, 1.0, pan_deg=90.0, fov_deg=10.0))
    dark = lit_by(mi, sky_source(mi, world(away), sky), camera(-4.0, 0.0, 1.0, pan_deg=-90.0, fov_deg=10.0))
    assert lit.mean() > 0.1
    assert dark.max() < 1e-3


@pytest.mark.parametrize("height_m", [0.5, 1.0, 2.0])
def test_a_point_lamp_falls_with_the_square_of_its_distance(mi: Any, height_m: float) -> None:
    lamp = PunctualLight("point", (500.0, 500.0, 500.0), (0.0, 0.0, height_m))
    here = world(pane(*GROUND, MeshMaterial(base_colour=(0.8, 0.8, 0.8, 1.0))), lights=(lamp,))
    source = lamp_source(mi, here, practical=False)
    assert source is not None
    beside = camera(0.0, 0.0, 0.4, tilt_deg=-90.0, fov_deg=2.0)
    expected = 0.8 / math.pi * 500.0 / 100.0 / height_m**2
    assert middle(lit_by(mi, source, beside))[0] == pytest.approx(expected, rel=0.01)


def test_what_glows_is_seen_at_its_own_radiance_and_lights_what_faces_it(mi: Any) -> None:
    glowing = pane((-5.0, -5.0, 3.0), (0.0, 10.0, 0.0), (10.0, 0.0, 0.0), MeshMaterial(emissive=(2.0, 1.0, 0.5)))
    here = world(pane(*GROUND, MeshMaterial(base_colour=(0.0, 0.0, 0.0, 1.0))), glowing)
    source = lamp_source(mi, here, practical=False)
    assert source is not None
    _, direct = traced(mi, source, camera(0.0, 0.0, 1.0, tilt_deg=90.0), 4, 1, lambda done: None)
    np.testing.assert_allclose(middle(direct), np.array([2.0, 1.0, 0.5]), rtol=1e-3)
    assert lamp_source(mi, here, practical=True) is None


def test_a_picture_stands_upright(mi: Any) -> None:
    red_over_blue = np.zeros((8, 8, 4), np.uint8)
    red_over_blue[:4], red_over_blue[4:] = (255, 0, 0, 255), (0, 0, 255, 255)
    wall = pane((-1.0, 0.0, 0.0), (2.0, 0.0, 0.0), (0.0, 0.0, 2.0), MeshMaterial(picture=0))
    seen = guides(mi, world(wall, pictures=(Picture(red_over_blue),)), camera(0.0, -4.0, 1.0, fov_deg=20.0))
    np.testing.assert_allclose(seen.albedo[8].mean(axis=0), np.array([1.0, 0.0, 0.0]), atol=0.01)
    np.testing.assert_allclose(seen.albedo[-8].mean(axis=0), np.array([0.0, 0.0, 1.0]), atol=0.01)


def test_vertex_colours_multiply_a_picture(mi: Any) -> None:
    grey = np.full((4, 4, 4), 188, np.uint8)  # 0.5 linear
    wall = pane((-1.0, 0.0, 0.0), (2.0, 0.0, 0.0), (0.0, 0.0, 2.0), MeshMaterial(picture=0))
    wall.colour[:, :3] = (0.5, 0.2, 1.0)
    seen = guides(mi, world(wall, pictures=(Picture(grey),)), camera(0.0, -4.0, 1.0, fov_deg=10.0))
    np.testing.assert_allclose(middle(seen.albedo), np.array([0.25, 0.1, 0.5]), rtol=0.02)


def test_a_mask_is_a_hole_and_counts_as_foliage(mi: Any) -> None:
    leaf = np.full((8, 8, 4), 255, np.uint8)
    leaf[:, :4, 3] = 0
    wall = pane((-1.0, 0.0, 0.0), (2.0, 0.0, 0.0), (0.0, 0.0, 2.0), MeshMaterial(picture=0, alpha_cutoff=0.5))
    seen = guides(mi, world(wall, pictures=(Picture(leaf),)), camera(0.0, -4.0, 1.0, fov_deg=20.0))
    np.testing.assert_allclose(seen.cover[:, 8].mean(), 0.0, atol=0.01)
    np.testing.assert_allclose(seen.cover[:, -8].mean(), 1.0, atol=0.01)
    np.testing.assert_allclose(seen.foliage, seen.cover, atol=0.2)
