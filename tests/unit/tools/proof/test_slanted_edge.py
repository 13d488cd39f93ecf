"""The slanted edge against what theory says of known blurs."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import erf

from tools.proof.slanted_edge import HIGHEST, mtf50

HEIGHT, WIDTH, SLOPE = 80, 60, math.tan(math.radians(5.0))


def edge(profile_width_px: float = 0.0, *, supersampled: int = 1) -> NDArray[np.float64]:
    """Light 1 beside light 10, blurred by a Gaussian of that sigma; each pixel the mean of n x n places in it."""
    steps = (np.arange(WIDTH * supersampled) + 0.5) / supersampled - 0.5
    rows = (np.arange(HEIGHT * supersampled) + 0.5) / supersampled - 0.5
    distance = (steps[None] - WIDTH / 2 - SLOPE * (rows[:, None] - HEIGHT / 2)) / math.hypot(1.0, SLOPE)
    share = (distance > 0) * 1.0 if profile_width_px == 0 else (1 + erf(distance / profile_width_px / 2**0.5)) / 2
    light = 1.0 + 9.0 * share
    return np.asarray(light.reshape(HEIGHT, supersampled, WIDTH, supersampled).mean(axis=(1, 3)))


def test_a_pixel_that_averages_its_area_has_the_mtf_of_its_aperture() -> None:
    assert mtf50(edge(supersampled=16)) == pytest.approx(0.603, rel=0.06)


@pytest.mark.parametrize("sigma_px", [0.8, 1.5, 3.0])
def test_a_gaussian_blur_has_its_own_mtf(sigma_px: float) -> None:
    assert mtf50(edge(sigma_px)) == pytest.approx(math.sqrt(math.log(2.0) / 2.0) / math.pi / sigma_px, rel=0.05)


def test_an_edge_sampled_at_points_keeps_all_modulation() -> None:
    sharp = mtf50(edge())
    assert sharp is not None
    assert sharp > 1.0
    assert sharp <= HIGHEST


def test_a_picture_without_an_edge_has_no_figure() -> None:
    assert mtf50(np.full((HEIGHT, WIDTH), 3.0)) is None
    assert mtf50(np.zeros((HEIGHT, WIDTH))) is None
