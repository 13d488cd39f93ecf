"""The light meter against Lambert's formula for polygons and the meters' standard."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from stage.maths.arrays import Floats
from stage.maths.light_meter import exposure_value, grey_card_nits, illuminance_lux, reflected_exposure_value
from stage.maths.pose import Vector
from stage.model.wall import FlatWall
from stage.walls.patches import picture_at, wall_patches
from stage.walls.surface import QUAD, Surface, surface_of
from tools.cli import app


def _wall(pan_deg: float = 0.0) -> Surface:
    """4 m x 2 m, its lower edge on the floor, 3 m before the origin when it is not turned."""
    cabinets = {"columns": 4, "rows": 2, "size_px": (50, 50), "pitch_mm": 20.0}
    document = {"kind": "flat", "name": "w", "position_m": (0.0, 3.0, 0.0), "pan_deg": pan_deg, "cabinets": cabinets}
    return surface_of(FlatWall.model_validate(document), Path())


def _lux(surface: Surface, nits: float, place_m: Vector, facing: Vector) -> float:
    patches = wall_patches(surface)
    shine = np.full((len(patches.areas_m2), 1), nits)
    return float(illuminance_lux(shine, *_shape(patches), place_m, facing)[0])


def _shape(patches: object) -> tuple[Floats, Floats, Floats]:
    return patches.centres_m, patches.areas_m2, patches.outward  # type: ignore[attr-defined]


def _lambert(corners: Floats, nits: float, place_m: Vector, facing: Vector) -> float:
    """E = L / 2 sum of gamma_i (n . Gamma_i) over the edges of an even polygon, all of it before the receptor
    (Lambert 1760; Baum, Rushmeier and Winget 1989)."""
    way = corners - np.asarray(place_m)
    way /= np.linalg.norm(way, axis=1, keepdims=True)
    total = 0.0
    for one, other in zip(way, np.roll(way, -1, axis=0), strict=True):
        edge = np.cross(one, other)
        length = float(np.linalg.norm(edge))
        total += math.atan2(length, float(one @ other)) * float(edge @ np.asarray(facing)) / length
    return abs(nits * total / 2.0)


@pytest.mark.parametrize("place_m", [(0.0, 0.0, 1.0), (1.5, -2.0, 1.6), (-1.0, 1.5, 0.4)])
@pytest.mark.parametrize("facing", [(0.0, 1.0, 0.0), (0.0, 0.8, 0.6)])
@pytest.mark.parametrize("pan_deg", [0.0, 20.0])
def test_an_even_wall_gives_what_lambert_says(place_m: Vector, facing: Vector, pan_deg: float) -> None:
    surface = _wall(pan_deg)
    before = (surface.corners_m() - np.asarray(place_m)) @ np.asarray(facing)
    assert before.min() > 0.0
    expected = _lambert(surface.corners_m(), 700.0, place_m, facing)
    assert _lux(surface, 700.0, place_m, facing) == pytest.approx(expected, rel=0.01)


def test_right_before_a_huge_wall_lux_is_pi_times_nits() -> None:
    surface = _wall()
    huge = Surface(
        surface.vertices_m * np.array([400.0, 1.0, 400.0]) - np.array([0, 0, 400.0]),
        surface.canvas_px,
        QUAD,
        (200, 100),
        True,
    )
    patches = wall_patches(huge, 250)
    shine = np.full((len(patches.areas_m2), 1), 100.0)
    found = illuminance_lux(shine, *_shape(patches), (0.0, -20.0, 0.0), (0.0, 1.0, 0.0))[0]
    assert found == pytest.approx(100.0 * math.pi, rel=0.02)


def test_a_wall_s_back_gives_nothing() -> None:
    assert _lux(_wall(), 1000.0, (0.0, 8.0, 1.0), (0.0, -1.0, 0.0)) == 0.0
    assert _lux(_wall(), 1000.0, (0.0, 0.0, 1.0), (0.0, -1.0, 0.0)) == 0.0


def test_patches_cover_the_wall_once() -> None:
    patches = wall_patches(_wall())
    assert patches.areas_m2.sum() == pytest.approx(8.0)
    assert patches.centres_m.mean(axis=0) == pytest.approx((0.0, 3.0, 1.0), abs=0.02)
    assert patches.canvas_px.mean(axis=0) == pytest.approx((100.0, 50.0), abs=1.0)
    assert patches.outward == pytest.approx(np.broadcast_to((0.0, -1.0, 0.0), patches.outward.shape), abs=1e-9)


def test_the_picture_of_a_wall_is_looked_up_where_the_patch_is() -> None:
    picture = np.zeros((100, 200, 1))
    picture[:50, 100:] = 8.0
    places = np.array([[150.0, 20.0], [50.0, 20.0], [150.0, 80.0]])
    assert picture_at(picture, (200, 100), places)[:, 0].tolist() == [8.0, 0.0, 0.0]


def test_exposure_values_are_those_of_iso_2720() -> None:
    """Bright sun: about 80,000 lx is EV 15 at ISO 100; a grey card in it 4,600 nits, EV 15.2 reflected."""
    assert exposure_value(81_920.0) == pytest.approx(15.0)
    assert reflected_exposure_value(grey_card_nits(81_920.0)) == pytest.approx(15.2, abs=0.05)
    assert exposure_value(0.0) == -math.inf


def test_the_command_reads_a_stage() -> None:
    """Noon against night of the sky set: the walls and the set's sun follow the look."""
    found = {}
    for look in ("noon", "sky-blue-hour"):
        result = CliRunner().invoke(app, ["meter", "two-walls", "--scene", "open_sky", "--look", look, "--json"])
        assert result.exit_code == 0, result.output
        found[look] = json.loads(result.output)
    # Over 1000 lux as the sky of exposure -6 shows it; the set takes 0.5 stops off that, the look 0.4.
    assert found["noon"]["set_sun_lux"] > 1000.0 * 2.0**-0.9
    assert found["sky-blue-hour"]["set_sun_lux"] < 1.0
    assert found["noon"]["lux"]["forward"] > found["sky-blue-hour"]["lux"]["forward"] > 0.0
    assert {wall["name"] for wall in found["noon"]["walls"]} == {"main", "side"}
