"""The figures of a comparison, on pictures whose difference is known."""

from __future__ import annotations

import numpy as np
import pytest

from tools.tracing.likeness import GREY, exposure, flip, likeness, shown
from tools.tracing.reference import Reference
from tools.tracing.tracing import Guides
from tools.tracing.world import Singles

pytest.importorskip("flip_evaluator", reason="the measure of pictures is an extra: make reference")
HEIGHT, WIDTH = 40, 60


def picture() -> Singles:
    """A soft gradient, of daylight's brightness."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    return np.stack([1.0 + x / WIDTH, 1.2 + y / HEIGHT, 0.8 + 0.0 * x], axis=2).astype(np.float32)


def reference(light: Singles, leaves: slice = slice(0, 0)) -> Reference:
    ones, none = np.ones((HEIGHT, WIDTH), np.float32), np.zeros((HEIGHT, WIDTH, 3), np.float32)
    foliage = ones * 0.0
    foliage[:, leaves] = 1.0
    return Reference(light, (light, light), Guides(ones, none + 0.5, none, none, foliage), ())


def test_the_same_picture_is_without_error() -> None:
    figures, error = likeness(picture(), reference(picture()))
    assert (figures.flip, figures.flip_hdr, figures.floor, figures.median, figures.worst) == (0.0, 0.0, 0.0, 0.0, 0.0)
    assert figures.mean_ratio == pytest.approx(1.0)
    assert figures.flip_of_foliage is None
    assert error.shape == (HEIGHT, WIDTH)


def test_a_tenth_less_light_is_an_error_of_a_tenth() -> None:
    figures, _ = likeness(picture() * 0.9, reference(picture()))
    assert figures.median == pytest.approx(0.1, abs=1e-5)
    assert figures.worst == pytest.approx(0.1, abs=1e-5)
    assert figures.mean_ratio == pytest.approx(0.9, abs=1e-5)
    assert 0.05 < figures.flip < 0.2


def test_foliage_is_counted_apart() -> None:
    ours = picture()
    ours[:, 40:] *= 0.2
    figures, _ = likeness(ours, reference(picture(), slice(40, WIDTH)))
    assert figures.flip_of_foliage is not None
    assert figures.flip_of_foliage > 0.3
    assert figures.flip_without_foliage < 0.05 < figures.flip
    assert figures.median == 0.0


def test_a_picture_is_exposed_to_grey_before_it_is_compared() -> None:
    assert exposure(picture() * 8.0) == pytest.approx(exposure(picture()) / 8.0)
    even = np.full((4, 4, 3), 7.0, np.float32)
    np.testing.assert_allclose(even * exposure(even), np.full((4, 4, 3), GREY), rtol=1e-5)
    np.testing.assert_allclose(shown(even, exposure(even)), np.full((4, 4, 3), 0.4613561), rtol=1e-4)  # IEC 61966-2-1


def test_black_against_white_is_nearly_the_largest_error_and_values_are_no_colours() -> None:
    black, white = np.zeros((64, 64, 3), np.float32), np.ones((64, 64, 3), np.float32)
    error = flip(black, white, "LDR")
    assert error.shape == (64, 64)
    assert 0.95 < error.min() <= error.max() <= 1.0
