"""The witness against closed forms: where rays land, how a lens bends them, what light a code value is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from stage.maths.pose import quaternion_from_pan_tilt_roll
from stage.messages.frames import CameraState
from stage.messages.samples import LensState, Validity
from stage.model.wall import ArcWall, Cabinets, FlatWall
from stage.walls.surface import Surface, surface_of
from tools.sim.witness import WallLight, Witness, ray_slopes

SENSOR_MM = (24.0, 13.5)
SIZE_PX = (192, 108)
LIGHT = WallLight(peak_nits=100.0, transfer="gamma-2.4")


def camera_at(position_m: tuple[float, float, float], pan_deg: float = 0.0, **lens: object) -> CameraState:
    turn = quaternion_from_pan_tilt_roll(pan_deg, 0.0, 0.0)
    optics = replace(LensState(20.0), **lens)  # type: ignore[arg-type]
    return CameraState(
        name="A",
        validity=Validity.LIVE,
        position_m=position_m,
        orientation=turn,
        lens=optics,
        sensor_mm=SENSOR_MM,
        sample_number=0,
        sender_counter=0,
        captured_ns=0,
        received_ns=0,
        horizon_ns=0,
    )


def flat(name: str = "main", y_m: float = 4.0) -> Surface:
    """4 m wide, 2.25 m high, 400 x 225 px."""
    wall = FlatWall(
        kind="flat",
        name=name,
        position_m=(0.0, y_m, 0.0),
        cabinets=Cabinets(columns=4, rows=1, size_px=(100, 225), pitch_mm=10.0),
    )
    return surface_of(wall, Path())


def test_a_ray_lands_where_the_intercept_theorem_says() -> None:
    hits = Witness({"main": flat()}, {"main": LIGHT}, SIZE_PX).trace(camera_at((0.3, -2.0, 1.0)))
    slopes = ray_slopes(camera_at((0.3, -2.0, 1.0)), SIZE_PX)
    row, column = 70, 100
    x_m, z_m = 0.3 + slopes[row, column, 0] * 6.0, 1.0 + slopes[row, column, 1] * 6.0
    assert hits.wall[row, column] == 0
    assert hits.canvas_px[row, column] == pytest.approx(((x_m + 2.0) * 100.0, (2.25 - z_m) * 100.0), abs=1e-3)
    assert hits.distance_m[row, column] == pytest.approx(6.0)


def test_a_ray_beside_the_wall_hits_nothing() -> None:
    hits = Witness({"main": flat()}, {"main": LIGHT}, SIZE_PX).trace(camera_at((0.0, -2.0, 1.0), pan_deg=60.0))
    assert hits.wall[54, 0] == -1


def test_the_nearer_wall_hides_the_farther_one() -> None:
    walls = {"far": flat("far", 6.0), "near": flat("near", 3.0)}
    hits = Witness(walls, dict.fromkeys(walls, LIGHT), SIZE_PX).trace(camera_at((0.0, 0.0, 1.0)))
    assert hits.wall[54, 96] == 1
    assert hits.distance_m[54, 96] == pytest.approx(3.0)


def test_an_arc_is_hit_on_its_flat_cabinets() -> None:
    cabinets = Cabinets(columns=12, rows=1, size_px=(50, 200), pitch_mm=10.0)
    arc = surface_of(ArcWall(kind="arc", name="arc", position_m=(0, 4, 0), radius_m=4.0, cabinets=cabinets), Path())
    hits = Witness({"arc": arc}, {"arc": LIGHT}, SIZE_PX).trace(camera_at((0.0, 0.0, 1.0)))
    slopes, seen = ray_slopes(camera_at((0.0, 0.0, 1.0)), SIZE_PX), hits.wall == 0
    point = np.stack([slopes[..., 0], np.ones(seen.shape)], axis=-1) * hits.distance_m[..., None]
    radius_m = np.linalg.norm(point, axis=-1)[seen]
    assert seen.any()
    assert radius_m.max() <= 4.0 + 1e-5
    assert radius_m.min() >= np.sqrt(16.0 - 0.25**2) - 1e-5


def test_distortion_is_that_of_opencv() -> None:
    """lens.md section 2: k1 / F^2 ... in OpenLensIO terms are OpenCV's coefficients on the normalised plane."""
    focal, k1, k2, p1, p2 = 20.0, -0.12, 0.03, 0.002, -0.001
    bent = camera_at((0, 0, 0), radial=(k1 / focal**2, 0.0, k2 / focal**4), tangential=(p1 / focal, p2 / focal))
    slopes = ray_slopes(bent, SIZE_PX) * (1.0, -1.0)
    fx = focal / SENSOR_MM[0] * SIZE_PX[0]
    matrix = np.array([[fx, 0, SIZE_PX[0] / 2], [0, fx, SIZE_PX[1] / 2], [0, 0, 1]])
    points = np.concatenate([slopes.reshape(-1, 2), np.ones((SIZE_PX[0] * SIZE_PX[1], 1))], axis=1)
    pixels, _ = cv2.projectPoints(points, np.zeros(3), np.zeros(3), matrix, np.array([k1, k2, p1, p2]))
    x, y = np.meshgrid(np.arange(SIZE_PX[0]) + 0.5, np.arange(SIZE_PX[1]) + 0.5)
    assert np.abs(pixels[:, 0] - np.stack([x, y], axis=-1).reshape(-1, 2)).max() < 1e-6


@pytest.mark.parametrize(
    ("transfer", "code", "nits"),
    [("gamma-2.4", 255, 100.0), ("gamma-2.4", 128, 100.0 * (128 / 255) ** 2.4), ("srgb", 255, 100.0), ("pq", 255, 1e4)],
)
def test_code_values_become_light(transfer: str, code: int, nits: float) -> None:
    canvas = np.full((225, 400, 4), code, np.uint8)
    witness = Witness({"main": flat()}, {"main": WallLight(100.0, transfer)}, SIZE_PX)
    light = witness.film(camera_at((0.0, -2.0, 1.1)), {"main": canvas})
    assert light[54, 96] == pytest.approx([nits / 100.0] * 3, rel=1e-5)


def test_pq_has_100_nits_at_0_508_of_full_scale() -> None:
    """BT.2100 table 4: 100 cd/m2 is signal 0.5081, between the 8 bit codes 129 and 130."""
    witness = Witness({"main": flat()}, {"main": WallLight(1000.0, "pq")}, SIZE_PX)
    below, above = (
        witness.film(camera_at((0.0, -2.0, 1.1)), {"main": np.full((225, 400, 4), code, np.uint8)})[54, 96, 0]
        for code in (129, 130)
    )
    assert 0.96 < below < 1.0 < above < 1.03


def test_a_scaled_canvas_shows_the_same_picture() -> None:
    ramp = np.tile(np.linspace(0, 255, 400).astype(np.uint8)[None, :, None], (225, 1, 3))
    witness = Witness({"main": flat()}, {"main": LIGHT}, SIZE_PX)
    whole = witness.film(camera_at((0.0, -2.0, 1.0)), {"main": ramp})
    half = witness.film(camera_at((0.0, -2.0, 1.0)), {"main": np.ascontiguousarray(ramp[::2, ::2])})
    assert np.abs(whole - half).max() < 0.02
