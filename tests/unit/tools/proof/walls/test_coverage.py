"""Coverage asks for the true picture: what is drawn too small, too large or elsewhere is missed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from stage.maths.pose import IDENTITY
from stage.messages.frames import CameraState
from stage.messages.samples import LensState, Validity
from stage.model.look import InnerView
from stage.walls.surface import QUAD, Surface
from tools.proof.walls.coverage import Coverage, add_coverage
from tools.proof.walls.parallax import wall_positions
from tools.proof.walls.surround import feather_error, outer_errors, overlap_shares, ruled_coverage
from tools.sim.witness import WallLight, Witness

WIDE_PX, HIGH_PX = 400, 240
CORNERS = np.array([[-2.0, 0.0, 1.2], [2.0, 0.0, 1.2], [2.0, 0.0, -1.2], [-2.0, 0.0, -1.2]])
WALL = Surface(
    CORNERS, np.array([[0.0, 0], [WIDE_PX, 0], [WIDE_PX, HIGH_PX], [0, HIGH_PX]]), QUAD, (WIDE_PX, HIGH_PX), True
)
PLACES = wall_positions(WALL)
WITNESS = Witness({"wall": WALL}, {"wall": WallLight(1.0, "gamma-2.4")}, (16, 9))
INNER = InnerView(margin_deg=3.0, feather_deg=1.5)
LENS = LensState(40.0)


def camera(lens: LensState = LENS, sensor_mm: tuple[float, float] = (24.0, 13.5)) -> CameraState:
    return CameraState(
        name="a", validity=Validity.LIVE, position_m=(0.1, -3.0, 0.05), orientation=IDENTITY, lens=lens,
        sensor_mm=sensor_mm, sample_number=0, sender_counter=None, captured_ns=0, received_ns=0, horizon_ns=0,
    )  # fmt: skip


def shown(drawn: CameraState, inner: InnerView = INNER) -> dict[str, NDArray[np.float32]]:
    """A wall that covers what a camera would film, by the rule; the positions are its own."""
    alpha = ruled_coverage(PLACES, drawn, inner)
    return {"wall": np.concatenate([PLACES, alpha[..., None]], axis=-1).astype(np.float32)}


def coverage(drawn: CameraState, true: CameraState, inner: InnerView = INNER) -> Coverage:
    found = Coverage()
    add_coverage(found, WITNESS, {"wall": PLACES}, shown(drawn, inner), true, INNER)
    return found


def test_the_right_view_covers_all_and_no_more() -> None:
    found = coverage(camera(), camera())
    assert (found.film_share, found.edge_share, found.spill_share) == (1.0, 1.0, 0.0)
    assert found.uncovered_by_wall == {}


@pytest.mark.parametrize(
    "drawn",
    [
        camera(sensor_mm=(12.0, 6.75)),
        camera(sensor_mm=(13.5, 24.0)),
        camera(replace(LENS, projection_offset_mm=(4.0, 0.0))),
        replace(camera(), position_m=(0.9, -3.0, 0.05)),
    ],
    ids=["half", "sides swapped", "shifted", "elsewhere"],
)
def test_a_view_of_the_wrong_place_leaves_some_of_the_picture_out(drawn: CameraState) -> None:
    found = coverage(drawn, camera())
    assert found.film_share < 0.95
    assert found.uncovered_by_wall["wall"] == found.film - found.film_covered


def test_a_view_without_its_margin_is_seen_at_the_edge_alone() -> None:
    found = coverage(camera(), camera(), InnerView(margin_deg=0.0, feather_deg=0.0))
    assert found.film_share > 0.98
    assert found.edge_share == 0.0


def test_a_barrel_lens_films_more_than_its_pinhole() -> None:
    barrel = replace(LENS, radial=(-0.15 / 189.6,), overscan=1.2)
    assert coverage(camera(), camera(barrel)).film_share < 1.0


def test_a_view_that_is_too_large_spills() -> None:
    assert coverage(camera(sensor_mm=(48.0, 27.0)), camera()).spill_share > 0.1


def test_where_there_is_no_wall_nothing_is_asked_for() -> None:
    away = replace(camera(), orientation=(0.0, 0.0, 0.0, 1.0))
    found = coverage(away, away)
    assert found.film == 0
    assert np.isnan(found.film_share)


def test_the_feather_is_compared_with_its_rule() -> None:
    right = shown(camera())["wall"]
    assert feather_error(PLACES, right, camera(), INNER).max() < 1e-6
    turned = right.copy()
    turned[..., 3] = np.where((turned[..., 3] > 0) & (turned[..., 3] < 1), 1 - turned[..., 3], turned[..., 3])
    assert feather_error(PLACES, turned, camera(), INNER).max() > 0.5


def test_a_camera_behind_the_wall_covers_nothing() -> None:
    behind = replace(camera(), position_m=(0.0, 3.0, 0.0), orientation=(0.0, 0.0, 0.0, 1.0))
    assert np.nanmax(ruled_coverage(PLACES, behind, INNER)) == 0.0


def test_the_outer_view_is_measured_in_leds() -> None:
    eye = (0.0, -2.0, 0.0)
    behind = PLACES + 1.5 * (PLACES - np.array(eye))
    right = np.concatenate([behind, np.zeros((HIGH_PX, WIDE_PX, 1))], axis=-1).astype(np.float32)
    assert outer_errors(PLACES, right, eye, 0.01).max() < 1e-3
    wrong = outer_errors(PLACES, right, (0.1, -2.0, 0.0), 0.01)
    assert wrong.mean() > 1.0, "seen from 10 cm beside it"


def test_in_an_overlap_the_first_camera_wins() -> None:
    first, second = camera(), replace(camera(), position_m=(0.4, -3.0, 0.05))

    def seen_from(pupil: CameraState) -> dict[str, NDArray[np.float32]]:
        behind = PLACES + 2.0 * (PLACES - np.asarray(pupil.position_m))
        return {"wall": np.concatenate([behind, np.ones((HIGH_PX, WIDE_PX, 1))], axis=-1).astype(np.float32)}

    both, right = overlap_shares({"wall": PLACES}, seen_from(first), (first, second))
    assert both > 1000
    assert right == both
    assert overlap_shares({"wall": PLACES}, seen_from(second), (first, second))[1] == 0
