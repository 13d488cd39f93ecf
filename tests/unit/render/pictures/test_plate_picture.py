"""Pictures of plates become scene-linear light times alpha; what is wrong with a file is said by file and field."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import OpenEXR
import pytest

from render.layers.card.card import card_corners, read_card
from render.pictures.plane import read_plane
from render.pictures.plate_picture import read_plate
from stage.errors import InputError
from stage.model.layers import CardLayer


def _srgb(code: float) -> float:
    return code / 12.92 if code <= 0.04045 else ((code + 0.055) / 1.055) ** 2.4


@pytest.mark.parametrize(
    ("suffix", "kind"), [("png", np.uint8), ("png", np.uint16), ("tif", np.uint8), ("tif", np.uint16)]
)
def test_integers_are_srgb_with_straight_alpha(
    tmp_path: Path, suffix: str, kind: type[np.uint8] | type[np.uint16]
) -> None:
    most = np.iinfo(kind).max
    pixels = np.zeros((4, 6, 4), kind)
    pixels[:] = (most // 4, most // 2, most, most // 2)  # blue, green, red, alpha
    cv2.imwrite(str(tmp_path / f"a.{suffix}"), pixels)
    read = read_plate(tmp_path / f"a.{suffix}", None, alpha=True).radiance
    cover = (most // 2) / most
    expected = [_srgb(1.0) * cover, _srgb(cover) * cover, _srgb((most // 4) / most) * cover, cover]
    assert read.shape == (4, 6, 4)
    assert np.allclose(read[0, 0].astype(float), expected, rtol=2e-3)
    opaque = read_plate(tmp_path / f"a.{suffix}", "linear", alpha=False).radiance
    assert np.allclose(opaque[0, 0].astype(float), [1.0, cover, (most // 4) / most, 1.0], rtol=2e-3)


def test_floats_are_linear_and_what_no_light_can_be_is_mended(tmp_path: Path) -> None:
    colour = np.full((3, 5, 3), (0.25, 2.0, 40.0), np.float32)
    cv2.imwrite(str(tmp_path / "a.tif"), colour[:, :, ::-1])
    assert np.allclose(read_plate(tmp_path / "a.tif", None, alpha=True).radiance[1, 1], (0.25, 2.0, 40.0, 1.0))
    colour[0, 0], colour[0, 1] = (np.nan, -1.0, np.inf), (1e30, 0.0, 0.0)
    rgba = np.concatenate([colour * 0.5, np.full((3, 5, 1), 0.5, np.float32)], axis=2)
    header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
    OpenEXR.File(header, {"RGBA": np.ascontiguousarray(rgba)}).write(str(tmp_path / "a.exr"))
    read = read_plate(tmp_path / "a.exr", None, alpha=True).radiance.astype(float)
    assert np.isfinite(read).all()
    assert (read >= 0.0).all()
    assert np.allclose(read[1, 1], (0.125, 1.0, 20.0, 0.5), rtol=1e-3)


def test_a_colour_space_of_the_config_is_followed_and_another_refused(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), np.full((2, 2, 3), 128, np.uint8))
    grey = read_plate(tmp_path / "a.png", "ACEScg", alpha=True).radiance[0, 0, :3]
    assert np.allclose(grey.astype(float), 128 / 255, rtol=2e-3), "ACEScg is linear, and grey stays grey"
    with pytest.raises(InputError, match=r"a\.png: colour_space: .*nonsense"):
        read_plate(tmp_path / "a.png", "nonsense", alpha=True)


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n", b"II*\x00rest", b"\x76\x2f\x31\x01"])
def test_what_is_no_picture_is_refused_by_its_file(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad.png").write_bytes(content)
    with pytest.raises(InputError, match=r"bad\.png"):
        read_plane(tmp_path / "bad.png")
    with pytest.raises(InputError, match="no such file"):
        read_plane(tmp_path / "none.png")


def test_a_card_stands_on_its_lower_edge(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "wide.png"), np.full((10, 40, 3), 90, np.uint8))
    layer = CardLayer(kind="card", file="wide.png", size_m=8.0, position_m=(1.0, 5.0, 0.5))
    card = read_card(layer, tmp_path)
    assert np.allclose(card.corners_m, [(-3, 5, 0.5), (5, 5, 0.5), (-3, 5, 2.5), (5, 5, 2.5)])
    assert np.allclose(card.normal, (0.0, -1.0, 0.0))
    assert any("opaque" in entry.why for entry in card.passport)
    turned = layer.model_copy(update={"pan_deg": 90.0})
    assert np.allclose(card_corners(turned, (2.0, 1.0))[1], (1.0, 6.0, 0.5)), (
        "its right end points away after a left turn"
    )
