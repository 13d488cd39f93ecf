"""Baked light against the geometry of shadows, patches against the rectangle they cut."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest

from tools.sets.baking import (
    Daylight,
    Lamp,
    Surroundings,
    depth_map,
    sphere_directions,
    surface_points,
)
from tools.sets.mesh import Floats, Mesh, Placement, face_normals
from tools.sets.patches import Patch, shadowed_patch
from tools.sets.sky import sun_direction
from tools.sets.solids import box, quad

SUN = sun_direction(90.0, 45.0)
DAYLIGHT = Daylight(SUN, (2.0, 1.5, 1.0), (0.4, 0.5, 0.6), (0.2, 0.2, 0.1), (0.1, 0.1, 0.1))
FAR_AWAY = box((500, 500, -500), (501, 501, -499))


def surroundings(*occluders: Mesh, lamps: tuple[Lamp, ...] = ()) -> Surroundings:
    points = surface_points(occluders, 0.04)
    maps = [depth_map(points, direction, 0.1) for direction in sphere_directions(64)]
    return Surroundings(DAYLIGHT, depth_map(points, SUN, 0.05, 2), maps, lamps)


def floor(half_m: float, steps: int) -> Mesh:
    return quad((-half_m, -half_m, 0), (2 * half_m, 0, 0), (0, 2 * half_m, 0), (steps, steps))


def test_sun_direction_follows_the_scene_file() -> None:
    np.testing.assert_allclose(sun_direction(0, 0), [0, 1, 0], atol=1e-12)
    np.testing.assert_allclose(sun_direction(90, 0), [-1, 0, 0], atol=1e-12)
    np.testing.assert_allclose(sun_direction(123, 90), [0, 0, 1], atol=1e-12)


def test_in_the_open_nothing_changes() -> None:
    place = surroundings(FAR_AWAY)
    assert place.bake(floor(2.0, 4)).colour == pytest.approx(1.0, abs=0.02)
    assert place.bake(box((0, 0, 0), (1, 1, 1))).colour == pytest.approx(1.0, abs=0.12)


def test_the_shadow_of_a_plate_lies_where_the_sun_throws_it() -> None:
    """Sun at 45 degrees from -X: a plate 2 m up over x 0..1 shades the floor from x 2 to 3."""
    plate = box((0, -3, 2.0), (1, 3, 2.02))
    sun_map = depth_map(surface_points([plate], 0.02), SUN, 0.05, 2)
    x = np.arange(1.0, 4.0, 0.01)
    light = sun_map.seen(np.stack([x, np.zeros_like(x), np.zeros_like(x)], axis=1))
    dark = x[light < 0.5]
    assert dark.min() == pytest.approx(2.0, abs=0.06)
    assert dark.max() == pytest.approx(3.02, abs=0.06)
    assert light[(x > 2.2) & (x < 2.8)].max() == 0.0
    assert light[(x < 1.8) | (x > 3.2)].min() == pytest.approx(1.0)


def test_shadowed_ground_keeps_sky_light_only() -> None:
    """Low under a wide roof: no sun, no sky, so the bounce alone."""
    roof = box((-5, -5, 0.5), (5, 5, 0.6))
    ground = quad((-0.5, -0.5, 0), (1, 0, 0), (0, 1, 0))
    place = surroundings(roof)
    np.testing.assert_allclose(place.arriving(ground), np.broadcast_to(DAYLIGHT.bounce, (4, 3)), atol=0.03)
    baked = place.bake(ground)
    np.testing.assert_allclose(baked.colour * DAYLIGHT.assumed(ground.normal), place.arriving(ground), atol=1e-9)


def test_a_wall_takes_half_the_sky() -> None:
    """Close to a wide wall, level ground sees half of the sky's light."""
    wall = box((0.0, -6, 0), (0.2, 6, 6))
    spot = quad((-0.25, -0.1, 0), (0.02, 0, 0), (0, 0.02, 0))
    shadowless = Daylight(SUN, (0.0, 0.0, 0.0), (1.0, 1.0, 1.0), (0.0, 0.0, 0.0), (0.0, 0.0, 0.0))
    place = surroundings(wall)
    light = Surroundings(shadowless, place.sun_map, place.sky_maps, ()).arriving(spot)
    assert light == pytest.approx(0.5, abs=0.06)


def test_a_lamp_lights_what_faces_it() -> None:
    dark = surroundings(FAR_AWAY)
    lit = surroundings(FAR_AWAY, lamps=(Lamp((0.0, 0.0, 1.0), (1.8, 0.9, 0.0)),))
    up = floor(0.001, 1)
    gain = lit.arriving(up) - dark.arriving(up)
    np.testing.assert_allclose(gain, np.broadcast_to([5 / 6, 5 / 12, 0.0], (4, 3)), rtol=1e-3, atol=1e-9)
    np.testing.assert_allclose(lit.arriving(up.flipped()), dark.arriving(up.flipped()), atol=1e-9)


def test_several_places_get_the_mean_light() -> None:
    roof = box((-5, -5, 0.5), (5, 5, 0.6))
    spot = quad((-0.1, -0.1, 0), (0.2, 0, 0), (0, 0.2, 0))
    under, outside = Placement(), Placement((0.0, 0.0, 2.0))
    place = surroundings(roof)
    both = place.bake(spot, [under, outside]).colour
    np.testing.assert_allclose(both, (place.bake(spot, [under]).colour + place.bake(spot, [outside]).colour) / 2)
    assert both.mean() < 0.8


def test_surface_points_are_spread_by_area() -> None:
    points = surface_points([quad((0, 0, 0), (2, 0, 0), (0, 1, 0))], 0.05)
    assert len(points) == pytest.approx(2.0 / 0.05**2, rel=0.02)
    counts, _, _ = np.histogram2d(points[:, 0], points[:, 1], bins=(20, 10), range=((0, 2), (0, 1)))
    assert counts.min() >= 2


def round_spot(position_m: Floats) -> Floats:
    return (np.hypot(position_m[:, 0] - 3.3, position_m[:, 1] - 2.1) > 1.0).astype(np.float64)


PATCH = Patch((0.0, 0.0, 0.5), (7.0, 0.0, 0.0), (0.0, 5.0, 0.0), 1.0, 4)


def test_a_patch_covers_its_rectangle_once() -> None:
    mesh = shadowed_patch(PATCH, round_spot)
    faces = face_normals(mesh.position_m, mesh.triangles)
    assert faces[:, 2].min() > 0.0
    assert faces[:, 2].sum() / 2 == pytest.approx(35.0)
    np.testing.assert_allclose(mesh.uv, np.stack([mesh.position_m[:, 0], 5.0 - mesh.position_m[:, 1]], axis=1))


def test_a_patch_has_no_cracks() -> None:
    """Every inner edge belongs to two triangles, in opposite directions; the rest is the border."""
    mesh = shadowed_patch(PATCH, round_spot)
    edges = Counter((int(t[i]), int(t[(i + 1) % 3])) for t in mesh.triangles for i in range(3))
    assert set(edges.values()) == {1}
    alone = [edge for edge in edges if edge[::-1] not in edges]
    border_m = sum(math.dist(mesh.position_m[a], mesh.position_m[b]) for a, b in alone)
    assert border_m == pytest.approx(24.0)


def test_a_patch_is_fine_at_the_edge_of_the_shadow_only() -> None:
    mesh = shadowed_patch(PATCH, round_spot)
    size = np.sqrt(np.linalg.norm(face_normals(mesh.position_m, mesh.triangles), axis=1))
    middle = mesh.position_m[mesh.triangles].mean(axis=1)
    off_m = np.abs(np.hypot(middle[:, 0] - 3.3, middle[:, 1] - 2.1) - 1.0)
    assert size[off_m < 0.02].max() <= 1.0 / 16 + 1e-9
    assert size[off_m > 1.5].min() > 0.4
    assert len(shadowed_patch(PATCH, lambda position: np.ones(len(position))).triangles) == 2 * 7 * 5
