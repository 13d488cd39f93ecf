"""Pictures of everything round a point that are no equirects of 2:1: cube maps, panoramas, squares."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import OpenEXR
import pytest
from numpy.typing import NDArray

from render.pictures.cube_map import equirect_from_cube
from render.pictures.equirect import whole_round
from stage.files.passport import Fate
from tests.unit.render.pictures.exr_files import write_exr

SIDE = 64


def _smooth(x: NDArray[np.float64], y: NDArray[np.float64], z: NDArray[np.float64]) -> NDArray[np.float64]:
    """A colour of each direction that tells all of them apart."""
    return np.stack([0.5 + 0.4 * x, 0.5 + 0.4 * y, 0.5 + 0.4 * z], axis=-1)


def _cube() -> NDArray[np.float16]:
    """Each face from the direction of its pixels, as OpenEXR's documentation draws them."""
    at = (np.arange(SIDE) + 0.5) / SIDE * 2.0 - 1.0
    u, v = np.meshgrid(at, -at)  # to the right, and up
    one = np.ones_like(u)
    faces = [(one, v, u), (-one, v, -u), (u, one, v), (u, -one, -v), (-u, v, one), (u, v, -one)]
    strips = []
    for x, y, z in faces:
        length = np.sqrt(x * x + y * y + z * z)
        strips.append(_smooth(x / length, y / length, z / length))
    return np.concatenate(strips).astype(np.float16)


def test_a_cube_map_is_what_it_shows_in_every_direction() -> None:
    """Up is the file's Y, the middle its Z, to the left its X (ImfEnvmap.h)."""
    made = equirect_from_cube(_cube())
    assert made.shape == (2 * SIDE, 4 * SIDE, 3)
    latitude = np.pi * (0.5 - (np.arange(2 * SIDE) + 0.5) / (2 * SIDE))[:, None]
    left = 2.0 * np.pi * (0.5 - (np.arange(4 * SIDE) + 0.5) / (4 * SIDE))[None, :]
    x, z = np.cos(latitude) * np.sin(left), np.cos(latitude) * np.cos(left)
    expected = _smooth(x, np.broadcast_to(np.sin(latitude), x.shape), z)
    assert np.abs(made.astype(float) - expected).max() < 0.01


def test_a_cube_map_is_known_by_its_attribute_alone(tmp_path: Path) -> None:
    rgb = _cube().astype(np.float32)
    write_exr(tmp_path / "cube.exr", {"RGB": rgb}, envmap=OpenEXR.ENVMAP_CUBE)
    write_exr(tmp_path / "strip.exr", {"RGB": rgb})
    radiance, passport = whole_round(tmp_path / "cube.exr", None)
    assert radiance.shape == (2 * SIDE, 4 * SIDE, 3)
    assert [entry.fate for entry in passport] == [Fate.DRAWN]
    radiance, passport = whole_round(tmp_path / "strip.exr", None)
    assert radiance.shape == (6 * SIDE, SIDE, 3)
    assert "no attribute envmap" in str(passport[0])


def test_a_panorama_keeps_its_proportions(tmp_path: Path) -> None:
    rgb = np.random.default_rng(1).uniform(0.0, 1.0, (16, 128, 3)).astype(np.float32)
    write_exr(tmp_path / "p.exr", {"RGB": rgb})
    radiance, passport = whole_round(tmp_path / "p.exr", None)
    assert radiance.shape == (64, 128, 3)
    assert (radiance[24:40] == rgb.astype(np.float16)).all()
    assert np.allclose(radiance[0].astype(float), rgb[0].mean(axis=0), atol=2e-3), "its edge fades to its mean"
    assert [entry.fate for entry in passport] == [Fate.APPROXIMATED]
    assert "a picture of 8.00 : 1" in str(passport[0])


@pytest.mark.parametrize(
    ("size", "said"), [((64, 128), False), ((64, 127), False), ((64, 64), True), ((64, 100), True)]
)
def test_other_shapes_are_stretched_and_said(tmp_path: Path, size: tuple[int, int], said: bool) -> None:
    write_exr(tmp_path / "p.exr", {"RGB": np.full((*size, 3), 0.5, np.float32)})
    assert bool(whole_round(tmp_path / "p.exr", None)[1]) == said
