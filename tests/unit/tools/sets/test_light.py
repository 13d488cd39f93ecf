"""Baked light against the geometry of shadows; what a set leaves out, and how it is cut into pieces."""

from __future__ import annotations

from collections.abc import Callable

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
from tools.sets.lit_pictures import LitPatch, lit_picture, tiled
from tools.sets.mesh import Mesh, Placement, face_normals, unit
from tools.sets.seen import EyeZone, in_cells, in_sectors, only_seen
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


def test_a_floor_carries_its_shadow_in_its_picture() -> None:
    """Sun at 45 degrees from -X, a plate 2 m up over x 0..1: dark from x 2 to 3, and there the sky's light alone."""
    plate = box((0, -3, 2.0), (1, 3, 2.02))
    place = surroundings(plate)
    patch = LitPatch("floor", (0.0, -1.0, 0.0), (4.0, 0.0, 0.0), (0.0, 2.0, 0.0), 20)
    picture = lit_picture(patch, np.full((40, 80, 3), 0.5), place)
    assert picture.shape == (40, 80, 3)
    row = picture[20, :, 0]
    assert row[5:35] == pytest.approx(0.5, abs=0.06)
    shade = place.soft(quad((2.5, 0, 0), (0.01, 0, 0), (0, 0.01, 0))) / DAYLIGHT.assumed(np.array([[0.0, 0.0, 1.0]]))
    assert row[44:56] == pytest.approx(0.5 * shade[0, 0], abs=0.03)
    assert row[48] < 0.6 * row[20]


def test_a_lit_wall_is_drawn_upright() -> None:
    """The upper left texel is at the corner over the lower left one; the mesh's uv run the same way."""
    patch = LitPatch("wall", (1.0, 2.0, 0.5), (0.0, -3.0, 0.0), (0.0, 0.0, 2.0), 10)
    assert patch.size_px == (30, 20)
    np.testing.assert_allclose(patch.normal, [-1.0, 0.0, 0.0], atol=1e-12)
    points = patch.points_m(30, 20)
    np.testing.assert_allclose(points[0, 0], [1.0, 1.95, 2.45])
    np.testing.assert_allclose(points[-1, -1], [1.0, -0.95, 0.55])
    mesh = patch.mesh()
    upper_left = (mesh.uv == 0.0).all(axis=1)
    np.testing.assert_allclose(mesh.position_m[upper_left], [[1.0, 2.0, 2.5]])
    np.testing.assert_allclose(face_normals(mesh.position_m, mesh.triangles)[0] @ patch.normal, 6.0)


def test_pictures_repeat_at_their_size() -> None:
    patch = LitPatch("floor", (0.0, 0.0, 0.0), (3.0, 0.0, 0.0), (0.0, 1.0, 0.0), 8)
    stripes = np.repeat(np.array([0.0, 1.0])[None, :, None].repeat(16, axis=0).repeat(8, axis=1), 3, axis=2)
    picture = tiled(stripes, 1.0, patch)
    assert picture.shape == (8, 24, 3)
    np.testing.assert_allclose(picture[0, :, 0], np.tile([0, 0, 0, 0, 1, 1, 1, 1], 3))


ZONE = EyeZone((-1.0, -1.0, 0.0), (1.0, 1.0, 2.0))


def test_what_faces_away_from_the_stage_is_left_out() -> None:
    """A box 10 m ahead, higher than every eye: its front and underside are seen, its back, top and sides are not
    where the zone lies between its sides."""
    crate = box((-5.0, 10.0, 3.0), (5.0, 12.0, 5.0))
    kept = only_seen(crate, [Placement()], ZONE)
    normals = unit(face_normals(kept.position_m, kept.triangles)).round(6)
    assert {tuple(normal) for normal in normals.tolist()} == {(0.0, -1.0, 0.0), (0.0, 0.0, -1.0)}
    assert len(kept.position_m) == 8


def test_a_face_that_any_place_shows_stays() -> None:
    sheet = quad((-0.5, 0.0, 0.0), (1, 0, 0), (0, 0, 1))
    ahead, behind = Placement((0.0, 10.0, 0.0)), Placement((0.0, -10.0, 0.0))
    assert len(only_seen(sheet, [ahead], ZONE).triangles) == 2
    assert len(only_seen(sheet, [behind], ZONE).triangles) == 0
    assert len(only_seen(sheet, [ahead, behind], ZONE).triangles) == 2


@pytest.mark.parametrize("cut", [lambda mesh: in_cells(mesh, 2.0), lambda mesh: in_sectors(mesh, 8)])
def test_pieces_are_the_whole(cut: Callable[[Mesh], list[Mesh]]) -> None:
    ground = floor(4.0, 8)
    pieces = cut(ground)
    assert len(pieces) >= 8
    areas = [face_normals(piece.position_m, piece.triangles)[:, 2].sum() / 2 for piece in pieces]
    assert sum(areas) == pytest.approx(64.0)
    assert sum(len(piece.triangles) for piece in pieces) == len(ground.triangles)
    assert max(np.ptp(piece.position_m[:, 0]) for piece in pieces) < 8.0
