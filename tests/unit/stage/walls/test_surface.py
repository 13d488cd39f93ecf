"""Wall surfaces: where each canvas pixel is on the stage, for every kind of wall."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from stage.errors import InputError
from stage.maths.pose import Pose, Vector
from stage.model.wall import ArcWall, Cabinets, CeilingWall, FlatWall, MeshWall
from stage.walls.surface import Surface, arc_step_rad, surface_of
from stage.walls.surface_figures import (
    canvas_areas_px,
    canvas_cover,
    median_pitch_m,
    pixel_pitch_m,
    triangle_areas_m2,
    triangle_normals,
)

CABINETS = Cabinets(columns=4, rows=3, size_px=(100, 50), pitch_mm=5.0)
"""2.0 x 0.75 m, 400 x 150 pixels."""
NOWHERE = Path("/nowhere")


def flat(**pose: object) -> FlatWall:
    return FlatWall.model_validate({"name": "w", "kind": "flat", "cabinets": CABINETS, **pose})


def ceiling(**pose: object) -> CeilingWall:
    return CeilingWall.model_validate({"name": "w", "kind": "ceiling", "cabinets": CABINETS, **pose})


def arc(columns: int = 24, radius_m: float = 4.5859) -> ArcWall:
    cabinets = Cabinets(columns=columns, rows=7, size_px=(80, 80), pitch_mm=6.25)
    return ArcWall(name="w", kind="arc", cabinets=cabinets, radius_m=radius_m)


def arc_at(pose: dict[str, object]) -> ArcWall:
    return ArcWall.model_validate(arc().model_dump() | pose)


def point_at(surface: Surface, x_px: float, y_px: float) -> NDArray[np.float64]:
    """Where a canvas point is on the stage: through the triangle that holds it."""
    for triangle in surface.triangles:
        canvas, vertices = surface.canvas_px[triangle], surface.vertices_m[triangle]
        weights = np.linalg.solve(np.vstack([canvas.T, np.ones(3)]), [x_px, y_px, 1.0])
        if weights.min() >= -1e-9:
            place: NDArray[np.float64] = weights @ vertices
            return place
    raise AssertionError(f"no triangle carries ({x_px}, {y_px})")


@pytest.mark.parametrize(
    ("x_px", "y_px", "place"),
    [
        (0, 0, (-1.0, 0.0, 0.75)),
        (400, 0, (1.0, 0.0, 0.75)),
        (400, 150, (1.0, 0.0, 0.0)),
        (0, 150, (-1.0, 0.0, 0.0)),
        (100, 50, (-0.5, 0.0, 0.5)),
    ],
)
def test_a_flat_wall_stands_upright_with_its_lower_edge_at_the_origin(x_px: int, y_px: int, place: Vector) -> None:
    assert point_at(surface_of(flat(), NOWHERE), x_px, y_px) == pytest.approx(place)


@pytest.mark.parametrize(
    ("x_px", "y_px", "place"),
    [(0, 0, (-1.0, -0.375, 0.0)), (400, 0, (1.0, -0.375, 0.0)), (400, 150, (1.0, 0.375, 0.0)), (200, 75, (0, 0, 0))],
)
def test_a_ceiling_lies_with_its_lower_edge_toward_the_main_wall(x_px: int, y_px: int, place: Vector) -> None:
    assert point_at(surface_of(ceiling(), NOWHERE), x_px, y_px) == pytest.approx(place)


def test_walls_face_the_stage() -> None:
    assert triangle_normals(surface_of(flat(), NOWHERE)) == pytest.approx(np.array([[0, -1, 0]] * 2))
    assert triangle_normals(surface_of(ceiling(), NOWHERE)) == pytest.approx(np.array([[0, 0, -1]] * 2))
    assert triangle_normals(surface_of(flat(pan_deg=-60), NOWHERE))[0] == pytest.approx(
        (-math.sin(math.radians(60)), -0.5, 0)
    ), "a wall on the right, turned to the right (clockwise from above), faces left"


def test_the_pose_places_every_kind_of_wall() -> None:
    pose = {"position_m": (1.0, -2.0, 0.5), "pan_deg": 30.0, "tilt_deg": -10.0, "roll_deg": 5.0}
    for at_origin, wall in ((flat(), flat(**pose)), (ceiling(), ceiling(**pose)), (arc(), arc_at(pose))):
        placed, at_zero = surface_of(wall, NOWHERE), surface_of(at_origin, NOWHERE)
        stage_from_wall: Pose = wall.pose()
        expected = [stage_from_wall.transform((x, y, z)) for x, y, z in at_zero.vertices_m]
        assert placed.vertices_m == pytest.approx(np.array(expected))
        assert placed.canvas_px == pytest.approx(at_zero.canvas_px)


def test_only_planar_walls_have_corners() -> None:
    corners = surface_of(flat(), NOWHERE).corners_m()
    assert corners[0] == pytest.approx((-1, 0, 0.75))
    assert corners[2] == pytest.approx((1, 0, 0))
    with pytest.raises(ValueError, match="planar"):
        surface_of(arc(), NOWHERE).corners_m()


@pytest.mark.parametrize("columns", [1, 2, 23, 24])
def test_an_arc_is_made_of_flat_cabinets_whose_edges_lie_on_the_circle(columns: int) -> None:
    wall = arc(columns)
    surface = surface_of(wall, NOWHERE)
    assert len(surface.triangles) == 2 * columns
    assert len(surface.vertices_m) == 4 * columns
    from_centre = np.hypot(surface.vertices_m[:, 0], surface.vertices_m[:, 1] + wall.radius_m)
    assert from_centre == pytest.approx(np.full(4 * columns, wall.radius_m))
    for column in range(columns):
        left, right = point_at(surface, 80 * column + 1e-6, 280), point_at(surface, 80 * (column + 1) - 1e-6, 280)
        assert math.dist(left, right) == pytest.approx(0.5, abs=1e-6), "a column is a cabinet wide"
    assert surface.vertices_m[:, 2].min() == pytest.approx(0.0)
    assert surface.vertices_m[:, 2].max() == pytest.approx(3.5)


def test_an_arc_is_symmetrical_concave_and_as_wide_as_stated() -> None:
    wall = arc()
    surface = surface_of(wall, NOWHERE)
    assert math.degrees(arc_step_rad(wall)) * 24 == pytest.approx(150.0, abs=0.01)
    left, middle, right = (point_at(surface, x, 560) for x in (0, 960, 1920))
    assert middle == pytest.approx((0, 0, 0))
    assert left == pytest.approx(right * (-1, 1, 1))
    assert right == pytest.approx((wall.radius_m * math.sin(math.radians(75)), -3.399, 0.0), abs=1e-3)
    toward_centre = np.array([0, -wall.radius_m, 0]) - surface.vertices_m[surface.triangles].mean(axis=1)
    assert ((triangle_normals(surface) * toward_centre).sum(axis=1) > 0).all()


def test_an_arc_of_one_straight_line_is_a_flat_wall() -> None:
    cabinets = Cabinets(columns=1, rows=3, size_px=(400, 50), pitch_mm=5.0)
    wall = ArcWall(name="w", kind="arc", cabinets=cabinets, radius_m=1000.0)
    bent, straight = surface_of(wall, NOWHERE), surface_of(flat(), NOWHERE)
    for x, y in ((0, 0), (400, 0), (123, 77)):
        assert point_at(bent, x, y) == pytest.approx(point_at(straight, x, y), abs=1e-3)


def test_a_cabinet_wider_than_the_circle_is_refused_by_name() -> None:
    with pytest.raises(InputError, match="radius_m: a cabinet is wider"):
        surface_of(arc(radius_m=0.2), NOWHERE)


OBJ = """
v 0 0 0
v 200 0 0
v 200 100 0
v 0 100 0
vt 0 0
vt 1 0
vt 1 1
vt 0 1
f 1/1 2/2 3/3 4/4
"""
"""2 x 1 m in centimetres, Y up, facing +Z (the viewer)."""


def mesh(folder: Path, content: str = OBJ, **more: object) -> Surface:
    (folder / "wall.obj").write_text(content)
    document = {"name": "w", "kind": "mesh", "file": "wall.obj", "size_px": (400, 200), "unit_m": 0.01, **more}
    return surface_of(MeshWall.model_validate(document), folder)


def test_a_mesh_is_scaled_stood_upright_and_reads_from_the_upper_left(tmp_path: Path) -> None:
    surface = mesh(tmp_path)
    assert point_at(surface, 0, 0) == pytest.approx((0, 0, 1))
    assert point_at(surface, 400, 200) == pytest.approx((2, 0, 0))
    assert triangle_normals(surface)[0] == pytest.approx((0, -1, 0))
    assert not surface.planar


def test_a_mesh_of_z_up_keeps_its_axes(tmp_path: Path) -> None:
    lying = mesh(tmp_path, up_axis="z")
    assert point_at(lying, 0, 0) == pytest.approx((0, 1, 0))
    assert triangle_normals(lying)[0] == pytest.approx((0, 0, 1))


def test_flip_v_turns_the_picture_over(tmp_path: Path) -> None:
    assert point_at(mesh(tmp_path, flip_v=True), 0, 0) == pytest.approx((0, 0, 0))


def test_mesh_pan_turns_the_mesh_before_it_is_placed(tmp_path: Path) -> None:
    turned = mesh(tmp_path, mesh_pan_deg=90.0, tilt_deg=90.0, position_m=(0, 0, 3))
    assert point_at(turned, 400, 200) == pytest.approx((0, 0, 5)), "+X, by pan to +Y, by tilt to +Z, and up"


def test_figures_of_a_flat_wall() -> None:
    surface = surface_of(flat(tilt_deg=20, pan_deg=50), NOWHERE)
    assert triangle_areas_m2(surface).sum() == pytest.approx(2.0 * 0.75)
    assert canvas_areas_px(surface).sum() == pytest.approx(400 * 150)
    assert pixel_pitch_m(surface) == pytest.approx(np.full((2, 2), 0.005))
    assert median_pitch_m(surface) == pytest.approx(0.005)
    assert (canvas_cover(surface) == 1).all()


def test_pitch_of_pixels_that_are_not_square() -> None:
    cabinets = Cabinets(columns=1, rows=1, size_px=(100, 100), pitch_mm=(3.0, 5.0))
    surface = surface_of(FlatWall(name="w", kind="flat", cabinets=cabinets, pan_deg=33), NOWHERE)
    assert pixel_pitch_m(surface) == pytest.approx(np.array([[0.003, 0.005]] * 2))


def test_every_canvas_point_of_an_arc_is_carried_once() -> None:
    cover = canvas_cover(surface_of(arc(), NOWHERE))
    assert cover.shape == (299, 1024)
    assert (cover == 1).all()


def test_a_mirrored_picture_has_a_negative_area(tmp_path: Path) -> None:
    assert canvas_areas_px(mesh(tmp_path, flip_v=True)).sum() == pytest.approx(-400 * 200)


def test_a_mesh_without_area_on_the_canvas_has_no_pitch(tmp_path: Path) -> None:
    surface = mesh(tmp_path, OBJ.replace("vt 1 0", "vt 0 0").replace("vt 1 1", "vt 0 1"))
    assert np.isnan(pixel_pitch_m(surface)).all()
    assert median_pitch_m(surface) == 0.0
    assert (canvas_cover(surface) == 0).all()
