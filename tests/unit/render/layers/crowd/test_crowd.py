"""Crowds: placed apart, walking on closed ways, thinned in a fixed order, the same at the same time; who is seen."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from render.layers.crowd.casters import REACH_M, casting_figures
from render.layers.crowd.costumes import COSTUMES
from render.layers.crowd.crowd import CrowdData, read_crowd
from render.layers.crowd.figures import DETAILS, HEIGHT_M, Role, figure_mesh
from render.layers.crowd.ground import PATH_POINTS, Ground, closed_path, inside
from render.layers.crowd.view import DETAIL_ENDS_M, shown_figures
from render.view.moment import Moment
from render.view.sun_frame import SunFrame
from stage.files.loading import find_scene, load_scene
from stage.maths.arrays import Floats
from stage.model.layers import CrowdLayer
from stage.model.look import CrowdLook, Look
from tests.shaders.scene_drawing import view_from

AREA = ((-20.0, 0.0), (20.0, 0.0), (20.0, 30.0), (0.0, 15.0), (-20.0, 30.0))
"""Not convex."""


def crowd(**more: object) -> CrowdData:
    """A crowd of 300 on AREA."""
    layer = {"kind": "crowd", "area_m": AREA, "count": 300, "spacing_m": 0.7, "walking": 0.3, "ground_m": 0.5, **more}
    return read_crowd(CrowdLayer.model_validate(layer), Path())


def at(one: CrowdData, time_s: float, density: float = 1.0, activity: float = 1.0) -> Floats:
    """(N, 3) where they stand."""
    look = Look(crowd=CrowdLook(density, activity))
    return one.at(Moment(look, time_s=time_s)).place_m.T


def nearest_m(points: Floats) -> Floats:
    """(N,) from each point to the next."""
    apart = np.linalg.norm(points[:, None] - points[None], axis=2)
    np.fill_diagonal(apart, np.inf)
    return np.asarray(apart.min(axis=1))


def test_standing_figures_keep_their_distance_inside_the_area() -> None:
    one = crowd()
    standing = one.placement.standing_m
    assert len(standing) > 150
    assert nearest_m(standing).min() >= 0.7
    assert inside(np.array(AREA), standing).all()


@pytest.mark.parametrize("time_s", [0.0, 7.3, 100.0, 4000.0])
def test_nobody_ever_walks_through_anybody_or_out_of_the_area(time_s: float) -> None:
    one = crowd()
    place = at(one, time_s)
    assert len(one.placement.path_of) > 40
    assert nearest_m(place[:, :2]).min() > 0.5
    assert inside(np.array(AREA), place[:, :2]).all()
    assert (place[:, 2] == 0.5).all()


def test_walkers_go_at_the_pace_of_their_path_and_face_where_they_go() -> None:
    one = crowd()
    first = len(one.placement.standing_m)
    before, after = at(one, 10.0)[first:], at(one, 10.01)[first:]
    speed = np.linalg.norm(after - before, axis=1) / 0.01
    assert np.allclose(speed, one.placement.pace_mps[one.placement.path_of], rtol=0.05)
    figures = one.at(Moment(time_s=10.005)).figures[first:]
    facing = np.stack([-figures[:, 5], figures[:, 4]], axis=1)
    along = ((after - before)[:, :2] / (0.01 * speed[:, None]) * facing).sum(axis=1)
    assert along.min() > 0.98


def test_paths_close() -> None:
    path = closed_path(np.random.default_rng(1), np.zeros(2), 5.0)
    step = np.linalg.norm(path.points_m - np.roll(path.points_m, 1, axis=0), axis=1)
    assert len(step) == PATH_POINTS
    assert np.allclose(step, path.length_m / PATH_POINTS, rtol=0.05)


def test_density_takes_figures_away_in_a_fixed_order() -> None:
    one = crowd()
    look = [one.at(Moment(Look(crowd=CrowdLook(density)))).numbers.tolist() for density in (0.0, 0.2, 0.7, 1.0)]
    assert [len(numbers) for numbers in look] == [0, 60, 210, 300]
    assert set(look[1]) < set(look[2]) < set(look[3])


def test_without_activity_all_stand() -> None:
    one = crowd()
    assert np.array_equal(at(one, 0.0, activity=0.0), at(one, 55.0, activity=0.0))
    assert (one.at(Moment(Look(crowd=CrowdLook(1.0, 0.0)), time_s=5.0)).figures[:, 7] == 0.0).all()


def test_the_same_seed_and_time_give_the_same_bytes_and_another_seed_does_not() -> None:
    moment = Moment(time_s=12.25)
    first, again, other = (crowd(seed=seed).at(moment).figures.tobytes() for seed in (4, 4, 5))
    assert first == again != other


def test_standing_figures_face_what_they_look_at() -> None:
    one = crowd(looks_at_m=[3.0, -10.0, 1.0], walking=0.0)
    figures = one.at(Moment()).figures
    facing = np.stack([-figures[:, 5], figures[:, 4]], axis=1)
    toward = np.array([3.0, -10.0]) - one.placement.standing_m
    cosine = (facing * toward).sum(axis=1) / np.linalg.norm(toward, axis=1)
    assert np.median(cosine) > 0.98
    assert cosine.min() > 0.8


def test_a_full_area_says_how_many_it_has_room_for() -> None:
    one = crowd(area_m=[[0, 0], [3, 0], [3, 3], [0, 3]], count=500)
    assert 5 < one.count < 40
    assert [(entry.asks, entry.why) for entry in one.passport] == [
        ("500 figures", f"there is room for only {one.count}")
    ]


def test_ground_knows_what_is_taken() -> None:
    ground = Ground(np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0]]), 0.5)
    assert ground.area_m2 == pytest.approx(81.0, rel=0.05)
    ground.take(np.array([[5.0, 5.0]]), 1.0)
    points = np.array([[5.0, 5.0], [5.7, 5.0], [6.4, 5.0], [0.2, 5.0], [-3.0, 5.0], [9.0, 9.0]])
    assert ground.free(points).tolist() == [False, False, True, False, False, True]


@pytest.mark.parametrize("number", range(len(COSTUMES)))
def test_figures_are_people_of_ever_fewer_triangles(number: int) -> None:
    meshes = [figure_mesh(COSTUMES[number], detail) for detail in range(DETAILS)]
    counts = [len(mesh.triangles) for mesh in meshes]
    assert 800 < counts[0] < 1300
    assert 200 < counts[1] < 400
    assert 60 < counts[2] < 120
    assert counts[3] <= 24
    for mesh in meshes:
        low, high = mesh.vertices[:, :3].min(axis=0), mesh.vertices[:, :3].max(axis=0)
        assert -0.01 <= low[2] < 0.11
        assert HEIGHT_M - 0.05 < high[2] < HEIGHT_M + 0.12
        assert 0.4 < high[0] - low[0] < 0.75
        assert mesh.triangles.max() < len(mesh.vertices)
        assert np.allclose(np.linalg.norm(mesh.vertices[:, 3:6], axis=1), 1.0, atol=2e-2)


@pytest.mark.parametrize("number", range(len(COSTUMES)))
def test_lofts_are_closed_and_turned_outward(number: int) -> None:
    mesh = figure_mesh(COSTUMES[number], 0)
    edges = np.concatenate([mesh.triangles[:, [a, b]] for a, b in ((0, 1), (1, 2), (2, 0))])
    there = {(int(a), int(b)) for a, b in edges}
    assert len(there) == len(edges)
    assert all((b, a) in there for a, b in there)
    a, b, c = (mesh.vertices[mesh.triangles[:, corner], :3].astype(np.float64) for corner in range(3))
    volume = np.einsum("ij,ij->i", np.cross(a, b), c).sum() / 6.0
    assert 0.05 < volume < 0.4
    assert {Role.HEAD, Role.HAIR, Role.SHOE, Role.SLEEVE, Role.HAND} <= {int(role) for role in mesh.vertices[:, 11]}


def test_only_who_is_in_view_is_shown_by_distance_and_near_ones_first() -> None:
    one = crowd(count=250)
    standing = one.at(Moment(time_s=3.0))
    view = view_from((0.0, -4.0, 1.6))
    shown = shown_figures(standing, one.variant[standing.numbers], len(COSTUMES), view)
    offset = standing.place_m.T - np.array(view.eye_m)
    planes = np.array(view.planes())
    certain = ((offset + np.array([0.0, 0.0, 0.95])) @ planes.T >= 0.0).all(axis=1)
    numbers = shown.figures[:, 3].astype(int)
    assert set(standing.numbers[certain]) <= set(numbers) < set(standing.numbers.tolist())
    assert shown.counts.sum() == len(numbers)
    place_of = dict(zip(standing.numbers.tolist(), offset, strict=True))
    true = np.array([place_of[number] for number in numbers.tolist()])
    assert np.abs(true - shown.figures[:, :3]).max() < 1e-4
    distance = np.linalg.norm(true, axis=1)
    level = np.repeat(np.arange(DETAILS), shown.counts.reshape(DETAILS, -1).sum(axis=1))
    assert np.array_equal(level, np.searchsorted(DETAIL_ENDS_M, distance))
    assert np.array_equal(one.variant[numbers], np.repeat(np.tile(np.arange(3), DETAILS), shown.counts))


def test_flat_figures_face_the_eye() -> None:
    one = crowd(count=50, area_m=[[-20, 100], [20, 100], [20, 120], [-20, 120]])
    standing = one.at(Moment())
    shown = shown_figures(standing, one.variant[standing.numbers], len(COSTUMES), view_from((0.0, 0.0, 1.6)))
    assert len(shown.figures) > 30
    facing = np.stack([-shown.figures[:, 5], shown.figures[:, 4]], axis=1)
    toward = -shown.figures[:, :2] / np.linalg.norm(shown.figures[:, :2], axis=1, keepdims=True)
    assert np.allclose(facing, toward, atol=1e-5)


def test_the_courtyard_has_room_for_its_crowd() -> None:
    path = find_scene("courtyard_crowd")
    crowds = [layer for layer in load_scene(path).layers if isinstance(layer, CrowdLayer)]
    there = sum(read_crowd(layer, path.parent).count for layer in crowds)
    asked = sum(layer.count for layer in crowds)
    assert 50 < 0.95 * asked <= there <= asked


def test_a_square_of_the_suns_map_holds_every_figure_that_touches_it() -> None:
    """The crowd stands up to 36 m from the origin: all of it in the last square, part in the first."""
    one = crowd()
    standing = one.at(Moment())
    toward = (0.6, 0.0, 0.8)
    frame = SunFrame((0.0, 1.0, 0.0), (-0.8, 0.0, 0.6), toward, 50.0, -50.0)
    variant = one.variant[standing.numbers]
    figures, counts = casting_figures(standing, variant, len(COSTUMES), frame, (10.0, 40.0, 160.0))
    place = standing.place_m.T
    beside = np.maximum(np.abs(place[:, 1]), np.abs(-0.8 * place[:, 0] + 0.6 * place[:, 2]))
    assert counts.sum(axis=1).tolist() == [int((beside < radius + REACH_M).sum()) for radius in (10.0, 40.0, 160.0)]
    assert 0 < counts[0].sum() < counts[2].sum() == len(place)
    ends = np.cumsum(counts.ravel())
    for square in range(3):
        for kind in range(len(COSTUMES)):
            last = ends[square * len(COSTUMES) + kind]
            there = figures[last - counts[square, kind] : last]
            numbers = there[:, 3].astype(int)
            assert (one.variant[numbers] == kind).all()
            rows = np.searchsorted(standing.numbers, numbers)
            assert there[:, :3] == pytest.approx(place[rows], abs=1e-4)
    flat = figures[-int(counts[2].sum()) :]
    facing = np.stack([-flat[:, 5], flat[:, 4]], axis=1)
    assert facing == pytest.approx(np.tile((1.0, 0.0), (len(flat), 1)), abs=1e-6), "toward the sun"
