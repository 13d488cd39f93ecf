"""The sun's shadows, against rays: where they fall, that all views agree, that nothing swims or shades itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import moderngl
import numpy as np
import pytest
from numpy.typing import NDArray

from render.gl.context import create_offscreen_context
from render.layers.mesh.mesh_data import MeshMaterial
from render.pictures.picture import Picture
from render.scene.scene_data import SceneData
from render.scene.view_block import toward_sun
from render.view.view import View
from stage.maths.arrays import Floats
from stage.messages.frames import Heavens
from stage.model.look import Look
from stage.model.scene import Ambient, Haze, Sun
from stage.model.stagefile import Quality
from tests.shaders.scene_drawing import drawn, rays, scene_of, view_from
from tests.shaders.spheres import ball_at, ground, sphere

BALLS = [(np.array([0.0, 5.0, 1.2]), 0.8), (np.array([-1.8, 7.0, 0.9]), 0.6), (np.array([2.5, 9.0, 2.0]), 1.0)]
LIGHT = (
    Sun(pan_deg=70.0, elevation_deg=50.0, radiance=(1.0, 1.0, 1.0)),
    Ambient(up=(0.1, 0.1, 0.1), down=(0.1, 0.1, 0.1)),
    Haze(),
)
TOWARD = np.array(toward_sun(Heavens(sun_pan_deg=70.0, sun_elevation_deg=50.0)))
SHADOWS = Quality(shadow_px=1024)


@pytest.fixture(scope="module")
def context() -> Iterator[moderngl.Context]:
    context = create_offscreen_context()
    yield context
    context.release()


def balls_on_ground(material: MeshMaterial) -> SceneData:
    """Three white balls over a ground of 8 m: two shadow maps, both in sight."""
    parts = (ground(0, 8.0), sphere(1, 48))
    placed = [(0, np.eye(4)), *((1, ball_at(place, radius)) for place, radius in BALLS)]
    return scene_of(parts, (material, MeshMaterial()), placed, light=LIGHT)


Ball = tuple[Floats, float]


def ground_seen(view: View, balls: list[Ball], half_m: float = 7.9) -> tuple[Floats, NDArray[np.bool_]]:
    """The place (h, w, 3) each pixel sees, and which pixels see the ground for certain."""
    direction = rays(view)
    with np.errstate(divide="ignore", invalid="ignore"):
        distance = -view.eye_m[2] / direction[..., 2:]
        places = np.asarray(view.eye_m) + distance * direction
        level = (distance[..., 0] > 0) & (np.abs(places[..., :2]).max(-1) < half_m)
    for centre, radius in balls:
        off = centre - np.asarray(view.eye_m)
        along = direction @ off
        level &= np.sqrt(np.maximum(off @ off - along**2, 0.0)) > radius + 0.05
    return np.where(level[..., None], places, 0.0), level


def miss_m(places: Floats, balls: list[Ball]) -> Floats:
    """(h, w) by how much the ray to the sun misses the nearest ball; below 0 it hits it."""
    misses = []
    for centre, radius in balls:
        off = centre - places
        along = off @ TOWARD
        misses.append(np.sqrt(np.maximum((off * off).sum(-1) - along**2, 0.0)) - radius)
    return np.asarray(np.min(misses, axis=0))


VIEWS = [view_from((0.0, -1.0, 2.5), tilt_deg=-15.0), view_from((3.0, 1.0, 4.0), pan_deg=30.0, tilt_deg=-35.0)]


@pytest.mark.parametrize("roughness", [1.0, 0.6], ids=["matt", "glossy"])
@pytest.mark.parametrize("view", VIEWS)
def test_a_place_is_dark_where_a_ball_stands_before_the_sun(
    context: moderngl.Context, view: View, roughness: float
) -> None:
    scene = balls_on_ground(MeshMaterial((0.5, 0.5, 0.5, 1.0), roughness=roughness))
    with_shadows = drawn(context, scene, view, look=Look(), quality=SHADOWS)[..., 0]
    without = drawn(context, scene, view, look=Look())[..., 0]
    sunless = drawn(context, replace(scene, sun=Sun(radiance=(0.0, 0.0, 0.0), **_place())), view, look=Look())[..., 0]
    places, seen = ground_seen(view, BALLS)
    miss = miss_m(places, BALLS)
    lit, dark = seen & (miss > 0.1), seen & (miss < -0.1)
    assert lit.sum() > 500
    assert dark.sum() > 100
    assert with_shadows[lit] == pytest.approx(without[lit], rel=1e-3), "nothing shades itself"
    assert with_shadows[dark] == pytest.approx(sunless[dark], rel=1e-3)


def _place() -> dict[str, float]:
    return {"pan_deg": 70.0, "elevation_deg": 50.0}


def test_a_shadow_stands_still_while_the_camera_moves(context: moderngl.Context) -> None:
    """The light at places on the shadow's edge, read from dollied views, is one function of the place."""
    scene = balls_on_ground(MeshMaterial((0.5, 0.5, 0.5, 1.0)))
    near = np.array([-1.2, 4.5, 0.0])
    values = []
    for step in range(6):
        view = view_from((0.0013 * step, -1.0 + 0.0021 * step, 2.5), tilt_deg=-15.0)
        picture = drawn(context, scene, view, look=Look(), quality=SHADOWS, size_px=(480, 320))[..., 0]
        clip = np.array(view.clip_from_stage).reshape(4, 4).T
        found = []
        for place in near + np.stack([np.linspace(-1.2, 1.2, 60), np.zeros(60), np.zeros(60)], axis=1):
            x, y, _, w = clip @ np.append(place, 1.0)
            column, row = (x / w + 1) / 2 * 480 - 0.5, (1 - y / w) / 2 * 320 - 0.5
            found.append(_bilinear(picture, column, row))
        values.append(found)
    spread = np.ptp(np.array(values), axis=0)
    assert np.ptp(values[0]) > 0.3, "the line crosses the edge"
    assert spread.max() < 0.06


def _bilinear(picture: NDArray[np.float32], column: float, row: float) -> float:
    i, j = int(column), int(row)
    s, t = column - i, row - j
    upper = picture[j, i] * (1 - s) + picture[j, i + 1] * s
    lower = picture[j + 1, i] * (1 - s) + picture[j + 1, i + 1] * s
    return float(upper * (1 - t) + lower * t)


def test_holes_let_the_sun_through_and_some_layers_cast_nothing(context: moderngl.Context) -> None:
    clear = Picture(np.zeros((2, 2, 4), np.uint8))
    view = VIEWS[0]
    solid = balls_on_ground(MeshMaterial((0.5, 0.5, 0.5, 1.0)))
    meshes = solid.meshes
    materials = (meshes.materials[0], MeshMaterial(picture=0, alpha_cutoff=0.5))
    holes = replace(solid, meshes=replace(meshes, materials=materials, pictures=(clear,)))
    silent = replace(solid, meshes=replace(meshes, instance_casts=np.array([True, False, False, False])))
    _, seen = ground_seen(view, BALLS)
    plain = drawn(context, solid, view, look=Look())
    for scene in (holes, silent):
        picture = drawn(context, scene, view, look=Look(), quality=SHADOWS)
        assert picture[seen] == pytest.approx(plain[seen], rel=1e-3)


@pytest.mark.parametrize(("height_m", "wrong"), [(1.0, 0.16), (4.0, 0.08), (9.0, 0.08)])
def test_an_edge_is_as_soft_as_the_suns_disc_makes_it(context: moderngl.Context, height_m: float, wrong: float) -> None:
    """Against the share of 128 rays to the disc (0.2666 degrees) that hit the ball, where it is neither 0 nor 1. A hard
    edge is off by 0.25 in the mean. Near the ground the edge is narrower than a texel of 1 cm."""
    ball: Ball = (TOWARD * ((height_m + 0.5) / TOWARD[2]), 0.5)
    placed = [(0, np.eye(4)), (1, ball_at(*ball))]
    scene = scene_of((ground(0, 8.0), sphere(1, 96)), (MeshMaterial(), MeshMaterial()), placed, light=LIGHT)
    view = view_from((0.0, -0.3, 1.3), tilt_deg=-75.0)
    size = (480, 320)
    lit = drawn(context, scene, view, look=Look(), size_px=size)[..., 0]
    shadowed = drawn(context, scene, view, look=Look(), size_px=size, quality=Quality(shadow_px=2048))[..., 0]
    direct = TOWARD[2]
    seen = (lit - shadowed)[::4, ::4] / direct
    direction = rays(view, size)[::4, ::4]
    places = np.asarray(view.eye_m) - direction * (view.eye_m[2] / direction[..., 2:])
    share = _hidden_share(places, ball)
    soft = (share > 0.05) & (share < 0.95)
    assert soft.sum() > 40
    assert np.abs(seen - share)[soft].mean() < wrong
    assert np.abs(seen - share)[share == 1.0].mean() < 0.02
    assert seen[miss_m(places, [ball]) > 0.1].max() < 1e-3, "nothing shades itself"


def _hidden_share(places: Floats, ball: Ball) -> Floats:
    """(h, w) the share of the sun's disc that a ball hides."""
    first = np.cross(TOWARD, [0.0, 0.0, 1.0])
    first /= np.linalg.norm(first)
    second = np.cross(TOWARD, first)
    number = np.arange(128)
    radius, turn = np.tan(np.radians(0.2666)) * np.sqrt((number + 0.5) / 128), number * 2.39996323
    total = np.zeros(places.shape[:2])
    centre, ball_radius = ball
    for r, t in zip(radius, turn, strict=True):
        toward = TOWARD + r * (np.cos(t) * first + np.sin(t) * second)
        toward /= np.linalg.norm(toward)
        off = centre - places
        along = off @ toward
        total += np.sqrt(np.maximum((off * off).sum(-1) - along**2, 0.0)) < ball_radius
    return total / 128.0


def test_a_set_of_a_kilometre_has_near_and_far_shadows(context: moderngl.Context) -> None:
    balls = [BALLS[0], (np.array([0.0, 60.0, 12.0]), 9.0)]
    placed = [(0, np.eye(4)), *((1, ball_at(place, radius)) for place, radius in balls)]
    scene = scene_of((ground(0, 500.0), sphere(1, 48)), (MeshMaterial(), MeshMaterial()), placed, light=LIGHT)
    view = view_from((0.0, -8.0, 20.0), tilt_deg=-15.0)
    picture = drawn(context, scene, view, look=Look(), quality=SHADOWS)[..., 0]
    places, level = ground_seen(view, balls, 150.0)
    miss = miss_m(places, balls)
    dark, lit = level & (miss < -1.0), level & (miss > 1.0)
    assert dark.sum() > 20
    assert picture[dark].max() < 0.2
    assert lit.sum() > 500
    assert picture[lit].min() > 0.8
