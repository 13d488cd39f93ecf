"""The painted valley: pictures that meet at the corners of their squares, cards that face the stage."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from render.layers.card.card import card_corners
from stage.model.layers import CardLayer
from tools.sets import painted_valley
from tools.sets.painted_valley import RIDGES, SIDES, fir_picture, mist_picture, ridge_picture, scene
from tools.sets.pictures import png_with_alpha


def cards(file: str) -> list[CardLayer]:
    return [layer for layer in scene().layers if isinstance(layer, CardLayer) and layer.file == file]


def test_ridges_meet_at_the_corners_of_their_square() -> None:
    """Ahead, left and right share upright edges, and look inward."""
    ahead, left, right = (card_corners(layer, layer.size_m) for layer in cards("ridge-1.png")
                          if isinstance(layer.size_m, tuple))  # fmt: skip
    np.testing.assert_allclose(left[1], ahead[0], atol=1e-9)
    np.testing.assert_allclose(right[0], ahead[1], atol=1e-9)
    for corners in (ahead, left, right):
        inward = np.cross(corners[1] - corners[0], corners[2] - corners[0])
        assert inward @ corners.mean(axis=0) < 0.0
    assert len(SIDES) == 3


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(painted_valley, "RIDGE_PX", (512, 96))
    monkeypatch.setattr(painted_valley, "MIST_PX", (256, 64))
    monkeypatch.setattr(painted_valley, "FIR_PX", (256, 128))


@pytest.mark.usefixtures("small")
def test_a_ridge_repeats_and_stands_on_mist() -> None:
    colour, alpha = ridge_picture(replace(RIDGES[1], seed=3))
    assert np.isfinite(colour).all()
    assert alpha[0].max() < 0.5
    assert alpha[-1].min() == 1.0
    np.testing.assert_allclose(colour[-1], np.broadcast_to(painted_valley.MIST, colour[-1].shape), atol=0.02)
    line = alpha.sum(axis=0)
    steps = np.abs(np.diff(line))
    assert abs(line[0] - line[-1]) <= steps.max()


@pytest.mark.usefixtures("small")
def test_mist_ends_in_nothing_above() -> None:
    _, alpha = mist_picture()
    assert alpha[0].max() < 0.05
    assert 0.5 < alpha.max() <= 0.72


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_firs_stand_on_the_lower_edge_and_keep_off_the_sides(seed: int) -> None:
    colour, alpha = fir_picture(seed)
    assert alpha[-1].max() > 0.5
    assert alpha[:, 0].max() == alpha[:, -1].max() == 0.0
    assert 0.1 < alpha.mean() < 0.6
    assert colour.min() >= 0.0


def test_alpha_is_written_straight() -> None:
    colour = np.full((2, 3, 3), 0.5)
    alpha = np.array([[0.0, 0.5, 1.0]] * 2)
    image = cv2.imdecode(np.frombuffer(png_with_alpha(colour, alpha), np.uint8), cv2.IMREAD_UNCHANGED)
    assert image is not None
    assert image[0, :, 3].tolist() == [0, 128, 255]
    assert (image[..., :3] == 188).all()
