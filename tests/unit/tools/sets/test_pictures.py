"""Textures repeat, skies put the sun where the scene says, files hold what was given."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from stage.maths.arrays import Floats
from tools.sets import textures
from tools.sets.courtyard.surfaces import MATERIALS, pictures
from tools.sets.pictures import jpeg, png, radiance_hdr

REPEATING = (
    textures.brick,
    textures.plaster,
    textures.roof_tiles,
    textures.lacquer,
    textures.bark,
    textures.bronze,
    textures.forest,
)
PAINTED = (
    textures.painted_beam,
    textures.bracket_frieze,
    textures.lattice_door,
    textures.lattice_window,
    textures.rafters,
    textures.silk,
)


def decoded(data: bytes) -> NDArray[np.float64]:
    """(height, width, 3), red first."""
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    assert picture is not None
    return picture[..., ::-1].astype(np.float64)


@pytest.mark.parametrize("make", [*REPEATING, *PAINTED], ids=lambda make: make.__name__)
def test_a_texture_is_reflectance(make: Callable[[], Floats]) -> None:
    picture = make()
    assert picture.min() >= 0.0
    assert picture.max() <= 1.0
    assert 0.01 < picture.mean() < 0.8
    assert max(picture.shape) <= 1024
    assert np.array_equal(picture, make())


@pytest.mark.parametrize("make", REPEATING, ids=lambda make: make.__name__)
@pytest.mark.parametrize("axis", [0, 1])
def test_a_repeating_texture_has_no_seam(make: Callable[[], Floats], axis: int) -> None:
    """The step over the edge is no larger than steps inside the picture."""
    picture = np.moveaxis(make(), axis, 0)
    inside = np.abs(np.diff(picture, axis=0)).mean(axis=(1, 2))
    assert np.abs(picture[0] - picture[-1]).mean() <= inside.max() * 1.05


def test_every_texture_is_used_and_every_use_is_there() -> None:
    assert {name for material in MATERIALS for name in (material.texture, material.normal, material.glow)} - {
        ""
    } == set(pictures())


def test_png_holds_srgb_with_red_first() -> None:
    picture = decoded(png(np.full((2, 2, 3), [1.0, 0.2140, 0.0])))
    assert picture[0, 0].tolist() == [255, 127, 0]


def test_jpeg_is_close_to_what_was_given() -> None:
    assert np.abs(decoded(jpeg(np.full((16, 16, 3), 0.2140))) - 127).max() <= 1


def test_hdr_keeps_light_within_its_precision() -> None:
    light = np.random.default_rng(1).uniform(0.01, 1.0, (8, 16, 1)) * np.array([1.0, 0.8, 0.6]) * 30.0
    for seed in (None, 4):
        assert np.abs(decoded(radiance_hdr(light, seed)) - light).max() <= light.max() / 64


def test_dither_leaves_rows_of_one_colour_alone() -> None:
    light = np.full((4, 64, 3), 0.3)
    assert radiance_hdr(light, 7) == radiance_hdr(light)
